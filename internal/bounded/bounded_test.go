package bounded_test

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"io"
	"strings"
	"testing"

	"github.com/rollcall-iam/rollcall/internal/bounded"
)

const most = 1 << 20

// long is a text of so many bytes that nobody keeps.
func long(head, piece, tail string, n int) io.Reader {
	return io.MultiReader(strings.NewReader(head), &repeated{piece, n}, strings.NewReader(tail))
}

type repeated struct {
	piece string
	left  int
}

func (r *repeated) Read(p []byte) (int, error) {
	if r.left <= 0 {
		return 0, io.EOF
	}
	n := 0
	for n+len(r.piece) <= len(p) && r.left > 0 {
		n += copy(p[n:], r.piece)
		r.left -= len(r.piece)
	}
	return n, nil
}

// What is too long ends in an error, long before it was all read; what is not is
// read as it is.
func TestBounded(t *testing.T) {
	for _, tt := range []struct {
		name  string
		in    io.Reader
		bound func(io.Reader, int) io.Reader
		wrong bool
	}{
		{"a text", long(`{"a": "`, "x", `"}`, 300<<20), bounded.JSON, true},
		{"a text of quotes", long(`{"a": "`, `\"`, `"}`, 300<<20), bounded.JSON, true},
		{"a text of backslashes and quotes", long(`{"a": "`, `\\\"`, `"}`, 300<<20), bounded.JSON, true},
		{"white space", long(`{"a": `, " ", `1}`, 300<<20), bounded.JSON, true},
		{"a number", long(`{"a": `, "1", `}`, 300<<20), bounded.JSON, true},
		{"brackets", long(`{"a": `, "[", `}`, 300<<20), bounded.JSON, true},
		{"many texts", long(`[""`, `, "\\"`, `]`, 8<<20), bounded.JSON, false},
		{"a long text that may be", long(`{"a": "`, "x", `"}`, most-1000), bounded.JSON, false},
		{"a line", long("a,b\n", "x", "\n", 300<<20), bounded.CSV, true},
		{"a field of lines", long("a,\"b\n", "x\n", "\"\n", 300<<20), bounded.CSV, true},
		{"many lines", long("a,b\n", "x,\"y,z\"\n", "", 8<<20), bounded.CSV, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			n, err := io.CopyBuffer(io.Discard, bufio.NewReaderSize(tt.bound(tt.in, most), 64<<10), nil)
			if wrong := err != nil; wrong != tt.wrong || wrong && (n > 2*most || !strings.Contains(err.Error(), "a single value is longer than 1 MB")) {
				t.Errorf("after %d bytes: %v", n, err)
			}
		})
	}
	if _, err := io.Copy(io.Discard, bounded.Size(long("", "x", "", 3<<20), most)); err == nil || !strings.Contains(err.Error(), "more than 1 MB") {
		t.Error(err)
	}
}

// Whatever is short enough passes unchanged.
func FuzzBounded(f *testing.F) {
	f.Add(`{"a\\\"": "b\\", "c": [1, "\""]}`, 3)
	f.Add("a,\"b\nc\",d\n\"\"\"\"\n", 1)
	f.Fuzz(func(t *testing.T, text string, step int) {
		for _, bound := range []func(io.Reader, int) io.Reader{bounded.JSON, bounded.CSV} {
			got, err := io.ReadAll(bound(&slow{strings.NewReader(text), max(1, step%7)}, len(text)))
			if err != nil || string(got) != text {
				t.Fatalf("%q, %v", got, err)
			}
		}
		tight(t, text, step)
	})
}

// tight holds what is let through against readers that know the forms.
func tight(t *testing.T, text string, step int) {
	t.Helper()
	var v any
	if json.Unmarshal([]byte(text), &v) == nil {
		if s, ok := v.(string); ok && len(s) > 0 {
			in := bounded.JSON(&slow{strings.NewReader(text), max(1, step%7)}, len(text)/2-8)
			if _, err := io.ReadAll(in); err == nil && len(text) > 64 {
				t.Fatalf("%q passed", text)
			}
		}
	}
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err == nil && len(rows) == 1 && len(text) > 64 && strings.Count(text, "\n") == 0 {
		if _, err := io.ReadAll(bounded.CSV(&slow{strings.NewReader(text), max(1, step%7)}, len(text)/2)); err == nil {
			t.Fatalf("%q passed as a line", text)
		}
	}
}

type slow struct {
	in   io.Reader
	step int
}

func (s *slow) Read(p []byte) (int, error) { return s.in.Read(p[:min(len(p), s.step)]) }
