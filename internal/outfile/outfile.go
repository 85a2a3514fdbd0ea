// Package outfile writes files whole or not at all: aside first, then renamed
// into place, so that an interrupted run leaves what was there before.
package outfile

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// A File is being written aside. Commit puts it in place; Abort, which does
// nothing after Commit, takes it away.
type File struct {
	*bufio.Writer
	path string
	f    *os.File
}

// Create begins the file that is to be at path, readable by its owner alone:
// what Rollcall writes tells of an account's users.
func Create(path string) (*File, error) {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return nil, fmt.Errorf("writing %q: %w", path, err)
	}
	return &File{Writer: bufio.NewWriterSize(f, 64<<10), path: path, f: f}, nil
}

// Abort removes what was written.
func (o *File) Abort() {
	if o.f != nil {
		_ = o.f.Close()
		_ = os.Remove(o.f.Name())
		o.f = nil
	}
}

// Commit puts the file in its place.
func (o *File) Commit() error {
	for _, step := range []func() error{o.Flush, o.f.Sync, o.f.Close, func() error { return os.Rename(o.f.Name(), o.path) }} {
		if err := step(); err != nil {
			o.Abort()
			return fmt.Errorf("writing %q: %w", o.path, err)
		}
	}
	o.f = nil
	return nil
}

// Write makes the file at path from what write produces. On any error nothing
// is left behind.
func Write(path string, write func(io.Writer) error) error {
	o, err := Create(path)
	if err != nil {
		return err
	}
	defer o.Abort()
	if err := write(o); err != nil {
		return err
	}
	return o.Commit()
}
