package heap

import (
	"bytes"
	"os"
	"runtime"
	"runtime/debug"
	"testing"
)

// The heap is readied, and what readied it takes no memory.
func TestReady(t *testing.T) {
	t.Setenv("GOGC", "")
	before := resident(t)
	Ready()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	if m.HeapAlloc < ballast || m.HeapAlloc > ballast+room/2 {
		t.Errorf("%d bytes are allocated, want the ballast of %d and not the room", m.HeapAlloc, ballast)
	}
	if got := debug.SetGCPercent(percent); got != percent {
		t.Errorf("GOGC is %d, want %d", got, percent)
	}
	if more := resident(t) - before; more > ballast/4 {
		t.Errorf("%d bytes more are in memory", more)
	}
	if text, err := os.ReadFile("/sys/kernel/mm/transparent_hugepage/enabled"); err == nil && bytes.Contains(text, []byte("madvise")) {
		if maps, err := os.ReadFile("/proc/self/smaps"); err != nil || !bytes.Contains(maps, []byte(" hg")) {
			t.Errorf("no part of the heap asks for large pages (%v)", err)
		}
	}
	runtime.KeepAlive(kept)
}

// resident are the bytes in memory, where the system says so; else 0.
func resident(t *testing.T) int {
	t.Helper()
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0
	}
	pages := 0
	for _, c := range bytes.Fields(text)[1] {
		pages = pages*10 + int(c-'0')
	}
	return pages * os.Getpagesize()
}
