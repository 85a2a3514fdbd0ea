//go:build unix

package outfile

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// Lock keeps other runs from changing a file, until it is let go; it waits for
// one that does. The lock is on the file's folder, since the file is replaced.
func Lock(path string) (unlock func(), err error) {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(dir.Fd()), syscall.LOCK_EX); err != nil { //nolint:gosec // no descriptor is that large
		_ = dir.Close()
		return nil, fmt.Errorf("waiting to change %q: %w", path, err)
	}
	return func() { _ = dir.Close() }, nil
}

// keepOwner gives a file the owner and group of another, as far as that may be.
func keepOwner(f *os.File, as fs.FileInfo) {
	if stat, ok := as.Sys().(*syscall.Stat_t); ok {
		_ = f.Chown(int(stat.Uid), int(stat.Gid))
	}
}
