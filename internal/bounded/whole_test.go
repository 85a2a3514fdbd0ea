package bounded_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rollcall-iam/rollcall/internal/bounded"
)

// A file of the most bytes there may be is read; one more is an error, and so is
// a file without end.
func TestFile(t *testing.T) {
	dir := t.TempDir()
	for name, size := range map[string]int{"right": 1 << 20, "large": 1<<20 + 1} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(strings.Repeat("x", size)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	text, err := bounded.In(os.DirFS(dir), "right", "plan", 1<<20)
	if err != nil || len(text) != 1<<20 {
		t.Errorf("%d bytes, %v", len(text), err)
	}
	for _, path := range []string{filepath.Join(dir, "large"), "/dev/zero"} {
		_, err := bounded.File(path, "plan", 1<<20)
		if long := bounded.Error(""); !errors.As(err, &long) || !strings.HasSuffix(err.Error(), `" is larger than any plan (1 MB)`) {
			t.Errorf("%s: %v", path, err)
		}
	}
	if _, err := bounded.File(filepath.Join(dir, "none"), "plan", 1); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
}
