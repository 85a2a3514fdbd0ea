// Package heap readies the heap for whole accounts, which are read once and kept: it
// asks the kernel for large pages, and has the collector wait until an account is in.
// Where GOGC or GOMEMLIMIT is set it does nothing: who sets them gets what they set.
package heap

import (
	"math"
	"os"
	"runtime/debug"
	"sync"
)

const (
	// ballast is never touched, so it takes no memory on Linux, but the collector
	// counts it as live and starts later: after about an account of 5,000 users.
	ballast = 72 << 20
	// percent is GOGC; less than Go's own, for what the ballast adds.
	percent = 60
)

// kept is the ballast, for as long as the process lives.
var kept []byte

// Ready is to be called before the first account is read; further calls do nothing.
var Ready = sync.OnceFunc(func() { ready(os.Getenv("GOGC")) })

// ready does it unless the collector is told by somebody else what to do.
func ready(gogc string) (done bool) {
	if gogc != "" || debug.SetMemoryLimit(-1) != math.MaxInt64 {
		return false
	}
	makeRoom()
	debug.SetGCPercent(percent)
	return true
}
