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
		indent := len(line) - len(strings.TrimLeft(line, " "))
		hang := strings.Repeat(" ", indent+min(indent, 2))
		words := strings.Fields(line)
		if lipgloss.Width(line) <= width || len(words) == 0 {
			out = append(out, line)
			continue
		}
		last := line[:indent] + words[0]
		for _, w := range words[1:] {
			if lipgloss.Width(last)+1+lipgloss.Width(w) <= width {
				last += " " + w
				continue
			}
			out = append(out, broken(last, width)...)
			last = hang + w
		}
		out = append(out, broken(last, width)...)
	}
	return strings.Join(out, "\n")
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
		out = append(out, indent+piece)
	}
	return out
}
