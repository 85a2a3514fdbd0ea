package file

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"os"

	"github.com/klauspost/compress/zstd"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"github.com/rollcall-iam/rollcall/internal/bounded"
)

// peek is how much of a file is looked at to tell its kind.
const peek = 64 << 10

// A stream is an open file, unpacked and in UTF-8.
type stream struct {
	*bufio.Reader
	size  int64 // of the file as it is stored
	close []func()
}

// Close releases the file.
func (s *stream) Close() error {
	for _, f := range s.close {
		f()
	}
	return nil
}

// Open opens a file that may be packed with gzip or zstd and may begin with a
// byte order mark, as Windows writes. What it gives is in UTF-8, and may be of any
// length.
func Open(path string) (io.ReadCloser, error) { return unpacked(path) }

// open is Open for the files of an account, of which none is longer than it may be.
func open(path string) (*stream, error) {
	s, err := unpacked(path)
	if err != nil {
		return nil, err
	}
	s.layer(bounded.Size(s.Reader, maxSize))
	s.bound()
	return s, nil
}

func unpacked(path string) (*stream, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	s := &stream{Reader: bufio.NewReaderSize(f, peek), close: []func(){func() { _ = f.Close() }}}
	if info, err := f.Stat(); err == nil && info.Mode().IsRegular() {
		s.size = info.Size()
	}
	if err := s.unpack(); err != nil {
		_ = s.Close()
		return nil, fmt.Errorf("reading %q: %w", path, err)
	}
	s.decode()
	return s, nil
}

// maxSize is how much is read of a file, unpacked: a hundred times what AWS's
// quotas let an account hold.
const maxSize = 1 << 30

// The longest values of files: a policy document is of some thousands of
// characters, a credential report in JSON is one value for all users, and a line of
// one for one user.
const (
	longestValue  = 16 << 20
	longestReport = 128 << 20
	longestLine   = 1 << 20
)

// bound makes reading fail where a value is longer than any honest one, before it
// is kept.
func (s *stream) bound() {
	head, _ := s.Peek(64)
	switch {
	case isReportHeader(bytes.TrimSpace(head)):
		s.layer(bounded.CSV(s.Reader, longestLine))
	case bytes.Contains(head, []byte(`"Content"`)):
		s.layer(bounded.JSON(s.Reader, longestReport))
	default:
		s.layer(bounded.JSON(s.Reader, longestValue))
	}
}

func (s *stream) unpack() error {
	magic, _ := s.Peek(4)
	switch {
	case bytes.HasPrefix(magic, []byte{0x1f, 0x8b}):
		z, err := gzip.NewReader(s.Reader)
		if err != nil {
			return err
		}
		s.layer(bounded.Size(z, s.roomy()))
	case bytes.Equal(magic, []byte{0x28, 0xb5, 0x2f, 0xfd}):
		z, err := zstd.NewReader(s.Reader, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(256<<20))
		if err != nil {
			return err
		}
		s.close = append(s.close, z.Close)
		s.layer(bounded.Size(z, s.roomy()))
	}
	return nil
}

// roomy is how many bytes an honest file of its size may be packed from: a few kB that
// unpack to a gigabyte are made to fill the memory. Of a pipe the size is not known.
func (s *stream) roomy() int64 {
	if s.size == 0 {
		return maxSize
	}
	return 64<<20 + 300*s.size
}

func (s *stream) layer(r io.Reader) { s.Reader = bufio.NewReaderSize(r, peek) }

func (s *stream) decode() {
	mark, _ := s.Peek(3)
	utf16 := bytes.HasPrefix(mark, []byte{0xff, 0xfe}) || bytes.HasPrefix(mark, []byte{0xfe, 0xff})
	if utf16 || bytes.Equal(mark, []byte{0xef, 0xbb, 0xbf}) {
		s.layer(transform.NewReader(s.Reader, unicode.BOMOverride(unicode.UTF8.NewDecoder())))
	}
}
