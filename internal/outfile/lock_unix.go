//go:build unix

package outfile

import (
	"errors"
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

// TryLock takes a lock of a name in a folder, which is made where it is
// missing, or reports that another run has it. The lock ends with the process.
func TryLock(dir, name string) (unlock func(), taken bool, err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, false, err
	}
	f, err := os.OpenFile(filepath.Join(dir, name), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, false, err
	}
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) //nolint:gosec // no descriptor is that large
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return nil, true, f.Close()
	}
	if err != nil {
		return nil, false, errors.Join(err, f.Close())
	}
	return func() { _ = f.Close() }, false, nil
}

// keepOwner gives a file the owner and group of another, as far as that may be.
func keepOwner(f *os.File, as fs.FileInfo) {
	if stat, ok := as.Sys().(*syscall.Stat_t); ok {
		_ = f.Chown(int(stat.Uid), int(stat.Gid))
	}
}
