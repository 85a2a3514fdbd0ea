// Package bounded reads files that may lie: a reader ends in an error where a
// file is larger, or a piece of it longer, than any honest one's, before somebody
// downstream keeps that piece in memory. What the text means is for its readers.
package bounded

import (
	"bytes"
	"fmt"
	"io"
)

// An Error says what is larger than it may be.
type Error string

func (e Error) Error() string { return string(e) }

func tooLong(format string, most int64) error { return Error(fmt.Sprintf(format, most>>20)) }

// Elements bounds the lists of an account: a hundred times the users that AWS allows.
// An element of a file that lies takes a hundred times more memory than it takes of
// the file.
const Elements = 500_000

// TooMany is an error where there are more; kind is their name.
func TooMany(kind string) error {
	return Error(fmt.Sprintf("there are more than %d %s, a hundred times what an account may have", Elements, kind))
}

// Size fails, rather than ends, where there are more bytes.
func Size(in io.Reader, most int64) io.Reader { return &size{in, most + 1, most} }

type size struct {
	in         io.Reader
	left, most int64
}

func (s *size) Read(p []byte) (int, error) {
	n, err := s.in.Read(p[:min(int64(len(p)), s.left)])
	if s.left -= int64(n); s.left <= 0 {
		return 0, tooLong("the file holds more than %d MB, which no account's does", s.most)
	}
	return n, err
}

// JSON fails where a text, a number or what stands between them is longer.
func JSON(in io.Reader, most int) io.Reader { return &pieces{in: in, most: most, end: quote} }

// CSV fails where a line is longer, the lines of a field in quotes together.
func CSV(in io.Reader, most int) io.Reader { return &pieces{in: in, most: most, end: newline} }

// pieces looks for the ends of pieces, a buffer at a time: what is too long has
// none in many of them.
type pieces struct {
	in   io.Reader
	most int
	end  func(p []byte, odd *bool) int
	run  int  // bytes since the last end
	odd  bool // in quotes, or behind a backslash
}

func (x *pieces) Read(p []byte) (int, error) {
	n, err := x.in.Read(p)
	if at := x.end(p[:n], &x.odd); at < 0 {
		x.run += n
	} else {
		x.run = n - at
	}
	if x.run > x.most {
		return 0, tooLong("a single value is longer than %d MB, which none of AWS's is", int64(x.most))
	}
	return n, err
}

// quote is where the last quote stands that begins or ends a text; -1 for none.
// odd is whether the buffer before ended in a backslash that counts.
func quote(p []byte, odd *bool) int {
	before := *odd
	*odd = slashes(p, len(p), before)%2 == 1
	for at := len(p); ; {
		if at = bytes.LastIndexByte(p[:at], '"'); at < 0 || slashes(p, at, before)%2 == 0 {
			return at
		}
	}
}

// slashes counts the backslashes right before a place.
func slashes(p []byte, at int, before bool) (n int) {
	for n < at && p[at-1-n] == '\\' {
		n++
	}
	if n == at && before {
		n++
	}
	return n
}

// newline is where the last line ends that is not inside quotes; -1 for none.
// odd is whether the buffer before ended inside quotes.
func newline(p []byte, odd *bool) int {
	last := -1
	for at := 0; at < len(p); {
		end := bytes.IndexByte(p[at:], '\n')
		line := p[at:]
		if end >= 0 {
			line = p[at : at+end]
		}
		if bytes.Count(line, []byte{'"'})%2 == 1 {
			*odd = !*odd
		}
		if end < 0 {
			break
		}
		if at += end + 1; !*odd {
			last = at - 1
		}
	}
	return last
}
