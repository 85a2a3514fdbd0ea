package heap

import (
	"runtime"
	"runtime/debug"
	"syscall"
)

// room is what the heap is first made of; 20,000 users take less. What is not used of
// it takes no memory.
const room = 128 << 20

// makeRoom has the heap begin with large pages, where the kernel has them. A page of
// 4 kB costs about as much to get as one of 2 MB, zeroing aside, and an account takes
// ten thousand of the former. What was asked for a part of the heap stays when that
// part is freed, as it is at once, and used again. The price is some memory where
// large pages are not filled.
func makeRoom() {
	if addressLimit() < 1<<40 { // ulimit -v: an allocation that fails would end the process
		return
	}
	debug.SetGCPercent(-1)
	fresh := make([]byte, room)
	_ = syscall.Madvise(fresh, syscall.MADV_HUGEPAGE) // without them, pages are small as before
	kept = make([]byte, ballast)
	runtime.KeepAlive(fresh)
	runtime.GC()
}

// addressLimit is how many bytes the process may map.
func addressLimit() uint64 {
	var r syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_AS, &r); err != nil {
		return 0
	}
	return r.Cur
}
