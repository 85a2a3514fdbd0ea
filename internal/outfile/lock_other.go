//go:build !unix

package outfile

import (
	"io/fs"
	"os"
)

// Lock does nothing where files cannot be locked as on Unix.
func Lock(string) (unlock func(), err error) { return func() {}, nil }

// TryLock does nothing where files cannot be locked as on Unix.
func TryLock(string, string) (unlock func(), taken bool, err error) { return func() {}, false, nil }

func keepOwner(*os.File, fs.FileInfo) {}
