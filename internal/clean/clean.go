// Package clean makes text from an account safe to show: what a terminal acts
// upon, or nobody sees, becomes visible. What a format such as CSV or Markdown
// takes for its own is for its writer.
package clean

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf16"
)

// Hidden reports control characters, marks that turn the direction of text or
// are not seen, and the ends of lines and paragraphs.
func Hidden(r rune) bool {
	return unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp)
}

// Text is a text for one line, with what is hidden as JSON's escapes: \u202e.
func Text(s string) string {
	if strings.IndexFunc(s, Hidden) < 0 {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if !Hidden(r) {
			b.WriteRune(r)
			continue
		}
		for _, unit := range utf16.AppendRune(nil, r) {
			fmt.Fprintf(&b, "\\u%04x", unit)
		}
	}
	return b.String()
}

// Marked is a text for one line, with a mark for each letter that is hidden.
func Marked(s string) string {
	return strings.Map(func(r rune) rune {
		if Hidden(r) {
			return unicode.ReplacementChar
		}
		return r
	}, s)
}
