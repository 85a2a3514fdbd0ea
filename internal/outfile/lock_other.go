//go:build !unix

package outfile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Lock does nothing where files cannot be locked as on Unix.
func Lock(string) (unlock func(), err error) { return func() {}, nil }

// TryLock takes a lock of a name in a folder, which is made where it is missing,
// or reports that another run has it. A run that was killed leaves its lock
// behind: the file is to be deleted then.
func TryLock(dir, name string) (unlock func(), taken bool, err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, false, err
	}
	path := filepath.Join(dir, name)
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil, false, fmt.Errorf("another run has the lock %q, or was killed: delete the file where no other runs", path)
	}
	if err != nil {
		return nil, false, err
	}
	return func() { _ = os.Remove(path) }, false, f.Close()
}

func keepOwner(*os.File, fs.FileInfo) {}
