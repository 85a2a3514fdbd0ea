package syntax

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// A Span is a part of the text, from Start up to but not including End, in bytes.
type Span struct{ Start, End int }

// An Error is something wrong at a place in a rule's text.
type Error struct {
	Text    string // the whole rule
	Span    Span
	Message string
	Hint    string // what to write instead; may be empty
}

// Error is the message on one line, with its position.
func (e *Error) Error() string { return e.at(1) }

// at is Error for a text whose first line is line number first.
func (e *Error) at(first int) string {
	line, col, _ := e.place()
	s := fmt.Sprintf("%d:%d: %s", line+first-1, col, e.Message)
	if e.Hint != "" {
		s += " (" + e.Hint + ")"
	}
	return s
}

// Render is the message with the line it is about and a mark under the culprit.
func (e *Error) Render(name string) string { return e.RenderAt(name, 1) }

// RenderAt is Render for a text that begins at a line of a file.
func (e *Error) RenderAt(name string, first int) string {
	_, col, line := e.place()
	prefix := ""
	if name != "" {
		prefix = name + ":"
	}
	width := utf8.RuneCountInString(clip(e.Text, e.Span.Start, min(e.Span.End, e.lineEnd())))
	mark := "^" + strings.Repeat("~", max(0, width-1))
	return fmt.Sprintf("%s%s\n  %s\n  %s%s", prefix, e.at(first), visible(line), strings.Repeat(" ", col-1), mark)
}

// visible keeps control characters of hostile text from reaching a terminal,
// one column each so that the mark stays in place.
func visible(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, s)
}

func (e *Error) lineEnd() int {
	start := min(max(e.Span.Start, 0), len(e.Text))
	if i := strings.IndexByte(e.Text[start:], '\n'); i >= 0 {
		return start + i
	}
	return len(e.Text)
}

// place is the line and column, from 1, of the span's start, and that line.
func (e *Error) place() (line, col int, text string) {
	start := min(max(e.Span.Start, 0), len(e.Text))
	before := e.Text[:start]
	line = 1 + strings.Count(before, "\n")
	begin := strings.LastIndexByte(before, '\n') + 1
	return line, 1 + utf8.RuneCountInString(e.Text[begin:start]), e.Text[begin:e.lineEnd()]
}

func clip(s string, from, to int) string {
	from = min(max(from, 0), len(s))
	return s[from:min(max(to, from), len(s))]
}
