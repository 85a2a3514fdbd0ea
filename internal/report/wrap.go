package report

import (
	"strings"

	"charm.land/lipgloss/v2"
)

// Wrapped breaks lines for a terminal so many columns wide; 0 for any.
func Wrapped(s string, width int) string {
	if width == 0 {
		return s
	}
	return wrapped(s, width)
}

// wrapped breaks lines at spaces alone, so that names and ids stay whole where
// they fit on a line; what goes on is indented below an indented line.
func wrapped(s string, width int) string {
	var out []string
	for line := range strings.SplitSeq(s, "\n") {
		if lipgloss.Width(line) <= width || strings.Trim(line, " ") == "" {
			out = append(out, line)
			continue
		}
		rest := strings.TrimLeft(line, " ")
		indent := len(line) - len(rest)
		hang := strings.Repeat(" ", indent+min(indent, 2))
		word, gap, rest := cutWord(rest)
		last := line[:indent] + word
		for rest != "" {
			between := gap
			if word, gap, rest = cutWord(rest); lipgloss.Width(last+between+word) <= width {
				last += between + word
				continue
			}
			out = append(out, broken(last, width)...)
			last = hang + word
		}
		out = append(out, broken(last, width)...)
	}
	return strings.Join(out, "\n")
}

// cutWord is the first word of a line, the spaces behind it, and what follows.
func cutWord(s string) (word, gap, rest string) {
	end := strings.IndexByte(s, ' ')
	if end < 0 {
		return s, "", ""
	}
	rest = strings.TrimLeft(s[end:], " ")
	return s[:end], s[end : len(s)-len(rest)], rest
}

// broken is a line in pieces where its one word is wider than it may be, each as
// far in as the line.
func broken(line string, width int) []string {
	text := strings.TrimLeft(line, " ")
	indent := line[:len(line)-len(text)]
	if lipgloss.Width(line) <= width || len(indent) >= width {
		return []string{line}
	}
	var out []string
	for piece := range strings.SplitSeq(lipgloss.Wrap(text, width-len(indent), ""), "\n") {
		if piece != "," { // the end of the line says it
			out = append(out, indent+piece)
		}
	}
	return out
}
