package bounded

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// File reads a whole file. One larger than most bytes is an error, which calls
// it what it should have been, such as "plan"; so is one without end.
func File(path, what string, most int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	return whole(f, path, what, most)
}

// In is File for a file in a file system.
func In(fsys fs.FS, path, what string, most int64) ([]byte, error) {
	f, err := fsys.Open(path)
	if err != nil {
		return nil, err
	}
	return whole(f, path, what, most)
}

func whole(f fs.File, path, what string, most int64) ([]byte, error) {
	defer func() { _ = f.Close() }()
	var room int64 // for what the file says that it is, which a pipe and a device do not
	if info, err := f.Stat(); err == nil {
		room = min(info.Size(), most)
	}
	text := bytes.NewBuffer(make([]byte, 0, room+bytes.MinRead))
	_, err := text.ReadFrom(io.LimitReader(f, most+1))
	if err == nil && int64(text.Len()) > most {
		return nil, Error(fmt.Sprintf("%q is larger than any %s (%d MB)", path, what, most>>20))
	}
	return text.Bytes(), err
}
