package rule

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"github.com/rollcall-iam/rollcall/internal/clean"
	"github.com/rollcall-iam/rollcall/internal/match"
)

// Changes to a configuration are made in its text, so that all else in it,
// comments too, stays as it was. What comes out is read again and must say
// what was asked for; else nothing is changed.

// Add returns the configuration with more entries on the safelist.
func (c *Config) Add(entries ...Entry) (*Config, error) {
	if len(entries) == 0 {
		return c, nil
	}
	var want []Entry
	if c.Safelist != nil {
		want = slices.Clone(*c.Safelist)
	}
	for _, e := range entries {
		if i := slices.IndexFunc(want, func(old Entry) bool { return same(old.Pattern, e.Pattern) }); i >= 0 {
			return nil, fmt.Errorf("%s is on the safelist already%s", e.Pattern, c.place(i))
		}
		want = append(want, e)
	}
	text, back := c.lines()
	var lines []string
	for _, e := range entries {
		line, err := e.line()
		if err != nil {
			return nil, err
		}
		lines = append(lines, line)
	}
	list, err := safelistIn(text)
	if err != nil {
		return nil, c.byHand(lines...)
	}
	out, err := c.changed(back(list.add(text, lines)), want)
	if err != nil {
		return nil, c.byHand(lines...)
	}
	return out, nil
}

// lines is the text with its lines ended by LF alone, and what gives the ends
// back that it had.
func (c *Config) lines() (text string, back func(string) string) {
	text = strings.ReplaceAll(string(c.text), "\r\n", "\n")
	if cr := len(c.text) - len(text); cr == 0 || cr != strings.Count(text, "\n") { // not every line ends in CR LF
		return string(c.text), func(s string) string { return s }
	}
	return text, func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") }
}

// same reports whether two patterns mean the same: names go by any letter case.
func same(a, b match.Pattern) bool {
	return a == b || a.Account == b.Account && (a.User != "" && strings.EqualFold(a.User, b.User) || a.Glob != "" && strings.EqualFold(a.Glob, b.Glob))
}

// Remove returns the configuration without the entries of some patterns.
func (c *Config) Remove(patterns ...string) (*Config, error) {
	if len(patterns) == 0 {
		return c, nil
	}
	var want []Entry
	if c.Safelist != nil {
		want = slices.Clone(*c.Safelist)
	}
	text, back := c.lines()
	for _, p := range patterns {
		i := slices.IndexFunc(want, func(e Entry) bool { return e.String() == p })
		if i < 0 { // names go by any letter case
			i = slices.IndexFunc(want, func(e Entry) bool { return strings.EqualFold(e.User, p) || strings.EqualFold(e.Glob, p) })
		}
		if i < 0 {
			return nil, c.notHere(p)
		}
		list, err := safelistIn(text)
		if err != nil || list.node == nil || i >= len(list.node.Values) {
			return nil, c.byHand()
		}
		text = list.remove(text, i)
		want = slices.Delete(want, i, i+1)
	}
	return c.changed(back(text), want)
}

// notHere says of an entry that the file does not have which other has it.
func (c *Config) notHere(pattern string) error {
	for _, a := range c.Approvals() {
		if a.File != c.path && (a.String() == pattern || strings.EqualFold(a.User, pattern) || strings.EqualFold(a.Glob, pattern)) {
			return fmt.Errorf("%q stands in %s:%d, not in %s: change it there, with -c %s", pattern, a.File, a.Line, c.path, a.File)
		}
	}
	return fmt.Errorf("%q is not on the safelist of %s (rollcall safelist list shows it)", pattern, c.path)
}

// changed reads the new text, which must have the wanted entries.
func (c *Config) changed(text string, want []Entry) (*Config, error) {
	out, err := ParseConfig(c.path, []byte(text))
	if err != nil || out.Safelist == nil || !slices.Equal(*out.Safelist, want) {
		return nil, c.byHand()
	}
	out.base = c.base
	return out, nil
}

// byHand says that the file must be changed by hand, and what is to be in it.
func (c *Config) byHand(lines ...string) error {
	at := c.path
	if n := c.line("$.safelist"); n > 0 {
		at = fmt.Sprintf("%s:%d", c.path, n)
	}
	err := fmt.Errorf("the safelist of %s is written in a way that cannot be changed from here: change the file by hand", at)
	if len(lines) > 0 {
		err = fmt.Errorf("%w, and add\n  - %s", err, strings.Join(lines, "\n  - "))
	}
	return err
}

// Text is the file's text.
func (c *Config) Text() []byte { return c.text }

// place says where an entry stands.
func (c *Config) place(i int) string {
	if n := c.line(fmt.Sprintf("$.safelist[%d]", i)); n > 0 {
		return fmt.Sprintf(" (%s:%d)", c.path, n)
	}
	return ""
}

// line is the entry as one line of YAML.
func (e Entry) line() (string, error) {
	return flow(slices.Concat(patternFields(e.Pattern), []field{{"owner", e.Owner}, {"reason", e.Reason}, {"ticket", e.Ticket}, {"expires", e.Expires.String()}}))
}

type field struct {
	key   string
	value any
}

func patternFields(p match.Pattern) (out []field) {
	for _, f := range p.Fields() {
		out = append(out, field{f.Key, f.Value})
	}
	return out
}

// flow is a mapping on one line of YAML, without what is empty.
func flow(fields []field) (string, error) {
	out := yaml.MapSlice{}
	for _, f := range fields {
		if f.value != "" && f.value != nil {
			out = append(out, yaml.MapItem{Key: f.key, Value: f.value})
		}
	}
	text, err := yaml.MarshalWithOptions(out, yaml.Flow(true))
	if line := strings.TrimSpace(string(text)); err != nil || strings.IndexFunc(line, clean.Hidden) < 0 {
		return line, err
	}
	for i, f := range out {
		if s, ok := f.Value.(string); ok && strings.IndexFunc(s, clean.Hidden) >= 0 {
			out[i].Value = quoted(s)
		}
	}
	text, err = yaml.MarshalWithOptions(out, yaml.Flow(true))
	return strings.TrimSpace(string(text)), err
}

// quoted is a text that is written in double quotes, with clean.Hidden letters as
// escapes.
type quoted string

// MarshalYAML writes the text.
func (q quoted) MarshalYAML() ([]byte, error) {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range string(q) {
		switch {
		case clean.Hidden(r):
			fmt.Fprintf(&b, "\\U%08x", r)
		case r == '"' || r == '\\':
			b.WriteRune('\\')
			b.WriteRune(r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return []byte(b.String()), nil
}

// A safelistText is where a safelist stands in a text; node is nil where the
// text has none.
type safelistText struct{ node *ast.SequenceNode }

func safelistIn(text string) (safelistText, error) {
	if strings.Contains(text, "\r") { // readers and editors do not agree on what a line is
		return safelistText{}, errors.New("lines end in several ways")
	}
	f, err := parser.ParseBytes([]byte(text), parser.ParseComments)
	if err != nil {
		return safelistText{}, err
	}
	p, err := yaml.PathString("$.safelist")
	if err != nil {
		return safelistText{}, err
	}
	var body ast.Node // comments may stand before the line ---
	for _, d := range f.Docs {
		if d.Body != nil && d.Body.Type() != ast.CommentType {
			body = d.Body
		}
	}
	if body == nil {
		return safelistText{}, nil
	}
	n, err := p.FilterNode(body)
	if errors.Is(err, yaml.ErrNotFoundNode) || err == nil && n == nil {
		return safelistText{}, nil
	}
	if err != nil {
		return safelistText{}, err
	}
	s, ok := n.(*ast.SequenceNode)
	if !ok {
		return safelistText{}, errors.New("the safelist is not a list")
	}
	return safelistText{s}, nil
}

// add puts entries at the end of the safelist.
func (s safelistText) add(text string, entries []string) string {
	block := func(indent string) string { return indent + "- " + strings.Join(entries, "\n"+indent+"- ") }
	switch {
	case s.node == nil:
		if text != "" && !strings.HasSuffix(text, "\n") {
			text += "\n"
		}
		return text + "safelist:\n" + block("  ") + "\n"
	case s.node.IsFlowStyle && len(s.node.Values) == 0:
		from, to := at(text, s.node.Start.Position.Line, s.node.Start.Position.Column), at(text, s.node.End.Position.Line, s.node.End.Position.Column)
		return strings.TrimRight(text[:from], " ") + "\n" + block("  ") + text[to+1:]
	case s.node.IsFlowStyle:
		end := at(text, s.node.End.Position.Line, s.node.End.Position.Column)
		glue := ", "
		if strings.HasSuffix(strings.TrimRight(text[:end], " \n"), ",") {
			glue = ""
		}
		return text[:end] + glue + strings.Join(entries, ", ") + text[end:]
	}
	last := len(s.node.Values) - 1
	indent := strings.Repeat(" ", s.node.Entries[last].Start.Position.Column-1)
	after := at(text, lastLine(s.node.Values[last])+1, 1)
	if after == len(text) && !strings.HasSuffix(text, "\n") {
		text += "\n"
		after++
	}
	return text[:after] + block(indent) + "\n" + text[after:]
}

// remove takes an entry out.
func (s safelistText) remove(text string, i int) string {
	n := s.node
	switch {
	case n.IsFlowStyle && len(n.Values) == 1:
		return text[:at(text, n.Start.Position.Line, n.Start.Position.Column)+1] + text[at(text, n.End.Position.Line, n.End.Position.Column):]
	case n.IsFlowStyle && i+1 < len(n.Values):
		return text[:start(text, n.Values[i])] + text[start(text, n.Values[i+1]):]
	case n.IsFlowStyle:
		end := at(text, n.End.Position.Line, n.End.Position.Column)
		return strings.TrimRight(text[:start(text, n.Values[i])], ", \n") + text[end:]
	}
	from, to := at(text, n.Entries[i].Start.Position.Line, 1), at(text, lastLine(n.Values[i])+1, 1)
	if len(n.Values) > 1 {
		return text[:from] + text[to:]
	}
	key := strings.LastIndex(text[:from], "safelist:") + len("safelist:")
	return text[:key] + " []" + text[key:from] + text[to:]
}

// start is where the value of a flow begins.
func start(text string, n ast.Node) int {
	if m, ok := n.(*ast.MappingNode); ok {
		return at(text, m.Start.Position.Line, m.Start.Position.Column)
	}
	p := n.GetToken().Position
	return at(text, p.Line, p.Column)
}

// at is the offset of a line's column, both counted from one.
func at(text string, line, column int) int {
	offset := 0
	for ; line > 1; line-- {
		end := strings.IndexByte(text[offset:], '\n')
		if end < 0 {
			return len(text)
		}
		offset += end + 1
	}
	for i := range text[offset:] {
		if column--; column == 0 {
			return offset + i
		}
	}
	return len(text)
}

// lastLine is the last line that a value takes.
func lastLine(n ast.Node) int {
	v := &lines{}
	ast.Walk(v, n)
	return v.last
}

type lines struct{ last int }

// Visit sees every token's line.
func (l *lines) Visit(n ast.Node) ast.Visitor {
	l.last = max(l.last, n.GetToken().Position.Line)
	if m, ok := n.(*ast.MappingNode); ok && m.End != nil {
		l.last = max(l.last, m.End.Position.Line)
	}
	return l
}
