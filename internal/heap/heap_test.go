package heap

import (
	"bytes"
	"math"
	"os"
	"runtime"
	"runtime/debug"
	"testing"
)

// Who says how the collector is to work is obeyed.
func TestObedient(t *testing.T) {
	if ready("50") {
		t.Error("GOGC is overridden")
	}
	debug.SetMemoryLimit(1 << 30)
	defer debug.SetMemoryLimit(math.MaxInt64)
	if ready("") {
		t.Error("a limit of memory is overridden")
	}
}

// The heap is readied, and what readies it takes no memory.
func TestReady(t *testing.T) {
	t.Setenv("GOGC", "")
	before := resident(t)
	Ready()
	if got := debug.SetGCPercent(percent); got != percent {
		t.Errorf("GOGC is %d, want %d", got, percent)
	}
	if more := resident(t) - before; more > ballast/4 {
		t.Errorf("%d bytes more are in memory", more)
	}
	if runtime.GOOS != "linux" {
		return
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	if m.HeapAlloc < ballast || m.HeapAlloc > 2*ballast {
		t.Errorf("%d bytes are allocated, want the ballast of %d and not the room", m.HeapAlloc, ballast)
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
