package movein

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/rollcall-iam/rollcall/internal/match"
	"github.com/rollcall-iam/rollcall/internal/rule"
)

// A Result is the configuration that the files come to, with how much of what
// is in it.
type Result struct {
	YAML                                []byte
	Settings, Rules, Approved, Excepted int
}

// Result writes the configuration and reads it again: what would not load is
// an error.
func (m *Move) Result() (*Result, error) {
	r := &Result{}
	w := &writer{}
	w.line("# Imported from " + strings.Join(m.files, ", ") + ".")
	w.line("# What is not said here is as Rollcall has it.")
	r.Approved = w.safelist(m.approved)
	decisions := m.settle()
	r.Settings = w.settings(decisions)
	r.Rules = w.rules(decisions)
	r.Excepted = w.exceptions(m.waivers())
	r.YAML = []byte(w.String())
	c, err := rule.ParseConfig("the configuration made", r.YAML)
	if err == nil {
		_, err = m.set.Select(c, rule.Selector{})
	}
	return r, err
}

// A writer puts a configuration together, line by line.
type writer struct {
	strings.Builder
	section, comment string
}

func (w *writer) line(s string) { w.WriteString(oneLine(s) + "\n") }

// entry writes a line of a section, below where it came from.
func (w *writer) entry(section string, by []string, text string) {
	if w.section != section {
		w.line("\n" + section + ":")
		w.section, w.comment = section, ""
	}
	if c := strings.Join(by, ", "); c != w.comment {
		w.line("  # " + c)
		w.comment = c
	}
	w.line("  " + text)
}

// oneLine keeps what is foreign from ending a comment; a leading line break is
// ours.
func oneLine(s string) string {
	rest, ours := strings.CutPrefix(s, "\n")
	rest = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return '�'
		}
		return r
	}, rest)
	if ours {
		return "\n" + rest
	}
	return rest
}

func (w *writer) safelist(list []approval) (n int) {
	var done []approval
	for _, a := range list {
		if !slices.ContainsFunc(done, func(d approval) bool { return d.Pattern == a.Pattern }) {
			done = append(done, a)
		}
	}
	for _, a := range done {
		w.entry("safelist", a.by, "- {"+strings.Join(patternFields(a.Pattern), ", ")+"}")
	}
	return len(done)
}

func (w *writer) settings(list []decision) (n int) {
	for _, d := range list {
		var fields []string
		for _, s := range d.settings {
			fields = append(fields, s.name+": "+value(s.value))
		}
		if n += len(fields); fields != nil {
			w.entry("settings", d.by, d.rule.ID+": {"+strings.Join(fields, ", ")+"}")
		}
	}
	return n
}

func (w *writer) rules(list []decision) (n int) {
	for _, d := range list {
		var fields []string
		switch {
		case d.off:
			fields = append(fields, "enabled: false")
		case d.on:
			fields = append(fields, "enabled: true")
		}
		if d.severity != 0 {
			fields = append(fields, "severity: "+d.severity.String())
		}
		if fields != nil {
			n++
			w.entry("rules", d.by, d.rule.ID+": {"+strings.Join(fields, ", ")+"}")
		}
	}
	return n
}

func (w *writer) exceptions(list []waiver) int {
	for _, e := range list {
		fields := append([]string{"rule: " + e.rule.ID}, patternFields(e.Pattern)...)
		if e.reason != "" {
			fields = append(fields, "reason: "+value(e.reason))
		}
		w.entry("exceptions", e.by, "- {"+strings.Join(fields, ", ")+"}")
	}
	return len(list)
}

// value is a word, number or list of words as flow YAML.
func value(v any) string {
	switch v := v.(type) {
	case string:
		return scalar(v)
	case []any:
		var out []string
		for _, word := range v {
			out = append(out, value(word))
		}
		return "[" + strings.Join(out, ", ") + "]"
	}
	return fmt.Sprint(v)
}

// plainWord is what needs no quotes, whatever is made of it: neither a number
// nor a word for true, false or nothing.
var plainWord = regexp.MustCompile(`^(?:[A-Za-z][A-Za-z0-9_-]*[A-Za-z_-][A-Za-z0-9_-]*|[0-9]+[dhms])$`)

var reserved = []string{"true", "false", "null", "yes", "no", "on", "off", "nan", "inf"}

func scalar(s string) string {
	if plainWord.MatchString(s) && !slices.Contains(reserved, strings.ToLower(s)) {
		return s
	}
	return quoted(s)
}

// quoted is a word in double quotes, with what cannot be seen escaped.
func quoted(s string) string {
	var out strings.Builder
	out.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			out.WriteString(`\` + string(r))
		case unicode.IsPrint(r):
			out.WriteRune(r)
		default:
			out.WriteString(`\` + escape(r))
		}
	}
	out.WriteByte('"')
	return out.String()
}

func escape(r rune) string {
	if r > 0xffff {
		return fmt.Sprintf("U%08X", r)
	}
	return fmt.Sprintf("u%04X", r)
}

// patternFields are the keys of a pattern as they are written.
func patternFields(p match.Pattern) []string {
	var out []string
	for _, f := range p.Fields() {
		if f.Value != "" {
			out = append(out, f.Key+": "+scalar(f.Value))
		}
	}
	return out
}
