// Package heap makes the heap ready for whole accounts, which are read once and
// kept: it asks for large pages, and has the collector not look through what is
// still growing. It does so once a process, and leaves the rest to Go, and all of
// it to who sets GOGC.
package heap

import (
	"os"
	"runtime"
	"runtime/debug"
	"sync"
)

const (
	// room is what the heap is made of first: 20,000 users take less. What is not
	// used of it takes no memory.
	room = 128 << 20
	// ballast is never touched, and so takes no memory; the collector counts it, and
	// lets the heap grow by a part of it more before it looks: the whole of an
	// account of 5,000 users is read and judged before it does.
	ballast = 40 << 20
	// percent is GOGC. It is less than Go's own, for what the ballast adds.
	percent = 80
)

var kept []byte

// Ready is to be called before the first account is read. The kernel takes as long
// for a page of 4 kB as for one of 2 MB but for the zeros in it, and an account is
// ten thousand of the former.
var Ready = sync.OnceFunc(func() {
	if os.Getenv("GOGC") != "" {
		return
	}
	debug.SetGCPercent(-1)
	fresh := make([]byte, room)
	large(fresh)
	kept = make([]byte, ballast)
	runtime.KeepAlive(fresh)
	runtime.GC() // frees the room; what is allocated from now on comes from there
	debug.SetGCPercent(percent)
})
