// Package outfile writes files whole or not at all: aside first, then renamed
// into place, so that an interrupted run leaves what was there before.
package outfile

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// A File is being written aside. Commit puts it in place; Abort, which does
// nothing after Commit, takes it away.
type File struct {
	*bufio.Writer
	path    string
	f       *os.File
	inPlace bool // f is the target itself
}

// Create begins the file that is to be at path, readable by its owner alone:
// what Rollcall writes tells of an account's users.
//
// A symbolic link is followed. What exists and is no regular file, such as a
// pipe or a device, is written to as it stands.
func Create(path string) (*File, error) {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return createSpecial(path, info)
	}
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		var aside *fs.PathError
		if errors.As(err, &aside) { // its name is nobody's business
			err = aside.Err
		}
		return nil, fmt.Errorf("writing %q: in the folder %q: %w", path, filepath.Dir(path), err)
	}
	return &File{Writer: bufio.NewWriterSize(f, 64<<10), path: path, f: f}, nil
}

func createSpecial(path string, info os.FileInfo) (*File, error) {
	if info.IsDir() {
		return nil, fmt.Errorf("writing %q: it is a folder", path)
	}
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return nil, fmt.Errorf("writing %q: %w", path, err)
	}
	return &File{Writer: bufio.NewWriterSize(f, 64<<10), path: path, f: f, inPlace: true}, nil
}

// Abort removes what was written.
func (o *File) Abort() {
	if o.f == nil {
		return
	}
	_ = o.f.Close()
	if !o.inPlace {
		_ = os.Remove(o.f.Name())
	}
	o.f = nil
}

// Commit puts the file in its place.
func (o *File) Commit() error {
	steps := []func() error{o.Flush, o.f.Sync, o.f.Close, func() error { return os.Rename(o.f.Name(), o.path) }}
	if o.inPlace {
		steps = []func() error{o.Flush, o.f.Close}
	}
	for _, step := range steps {
		if err := step(); err != nil {
			o.Abort()
			return fmt.Errorf("writing %q: %w", o.path, err)
		}
	}
	o.f = nil
	return nil
}

// Replace writes a file that people keep: one that is there keeps its mode, and
// its owner where that may be given.
func Replace(path string, text []byte) error {
	o, err := Create(path)
	if err != nil {
		return err
	}
	defer o.Abort()
	if info, err := os.Stat(path); err == nil && !o.inPlace {
		keepOwner(o.f, info)
		if err := o.f.Chmod(info.Mode().Perm()); err != nil {
			return fmt.Errorf("writing %q: %w", path, err)
		}
	}
	if _, err := o.Write(text); err != nil {
		return err
	}
	return o.Commit()
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
