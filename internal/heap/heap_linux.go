package heap

import "syscall"

// large asks for large pages; a kernel without them keeps to small ones.
func large(b []byte) { _ = syscall.Madvise(b, syscall.MADV_HUGEPAGE) }
