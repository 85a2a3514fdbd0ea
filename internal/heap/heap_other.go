//go:build !linux

package heap

// makeRoom leaves the heap as it is: other systems choose the size of pages
// themselves, and some count memory that was never touched.
func makeRoom() {}
