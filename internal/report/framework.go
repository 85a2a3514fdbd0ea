package report

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"charm.land/lipgloss/v2"

	"github.com/rollcall-iam/rollcall/internal/assess"
	"github.com/rollcall-iam/rollcall/internal/clean"
	"github.com/rollcall-iam/rollcall/internal/framework"
	"github.com/rollcall-iam/rollcall/internal/noun"
)

// score is a framework's result in one line.
func score(f *assess.Framework) string {
	s := "no control could be evaluated"
	if f.Evaluated > 0 {
		s = fmt.Sprintf("%d of %s met, %d%%", f.Met, noun.Count(f.Evaluated, "evaluated control"), f.Met*100/f.Evaluated)
	}
	for _, more := range []struct {
		n    int
		what string
	}{{f.Waived, "excepted"}, {f.Unknown, "unknown"}, {f.Inapplicable, "not applicable"}, {f.Manual, "manual"}, {f.Outside, "out of scope"}} {
		if more.n > 0 {
			s += fmt.Sprintf("; %d %s", more.n, more.what)
		}
	}
	return s
}

// A reasonFor is why a control is not met, or unknown, for one of its rules.
type reasonFor struct {
	Rule string
	Who  []*assess.Finding // who fails
	Why  string            // what is unknown
}

func (r reasonFor) text(room int) string { return r.Rule + ": " + r.what(room) }

func (r reasonFor) what(room int) string {
	var out []string
	if len(r.Who) > 0 {
		out = append(out, fold(r.Who, room))
	}
	if r.Why != "" {
		out = append(out, clean.Text(r.Why))
	}
	return strings.Join(out, "; ")
}

// whyControl are the reasons for a control's status.
func whyControl(a *assess.Account, c *assess.Control) (out []reasonFor) {
	known := map[string]bool{}
	for _, f := range c.Fingerprints {
		known[f] = true
	}
	for _, r := range c.Rules {
		reason := reasonFor{Rule: r.Use()}
		collect := func(list []*assess.Finding, rests func(*assess.Finding) bool) {
			for _, f := range list {
				if f.Rule == r.ID && f.Status == assess.Fail && rests(f) {
					reason.Who = append(reason.Who, f)
				}
			}
		}
		collect(a.Findings, func(f *assess.Finding) bool { return known[f.Fingerprint] })
		collect(c.Findings, func(*assess.Finding) bool { return true })
		switch {
		case r.Note != "":
			reason.Why = r.Note
		case len(r.Missing) > 0:
			reason.Why = why(assess.Missing{Rule: r.ID, Missing: r.Missing})
		case r.Unknown > 0:
			reason.Why = noun.Count(r.Unknown, "verdict") + " unknown"
		}
		if r.Excepted > 0 {
			reason.Why = strings.TrimPrefix(reason.Why+"; "+fmt.Sprintf("%d excepted", r.Excepted), "; ")
		}
		if len(reason.Who) > 0 || reason.Why != "" {
			out = append(out, reason)
		}
	}
	return out
}

// usedAll are a control's rules in one line.
func usedAll(c *assess.Control) string {
	var out []string
	for _, r := range c.Rules {
		out = append(out, r.Use())
	}
	return strings.Join(out, ", ")
}

// frameworks shows every control: whether it is met, and who stands against it.
func (t *textWriter) frameworks(a *assess.Account) {
	for i := range a.Frameworks {
		f := &a.Frameworks[i]
		t.println("\n" + t.bold(clean.Text(f.Title)) + ": " + score(f))
		t.println("  " + clean.Text(f.Scope))
		var rows [][]string
		for k := range f.Controls {
			c := &f.Controls[k]
			rows = append(rows, []string{c.ID, t.status(c.Status), t.control(a, c)})
		}
		t.table([]string{"control", "status", controlsColumn}, rows)
	}
}

// whatControl says what the control asks, and if it was us who found rules for it.
func whatControl(c *assess.Control) string {
	what := cmp.Or(c.Title, usedAll(c))
	if c.Basis == framework.Ours {
		what += " (mapping: ours)"
	}
	return what
}

func (t *textWriter) control(a *assess.Account, c *assess.Control) string {
	lines := []string{whatControl(c)}
	if c.Note != "" {
		lines = append(lines, clean.Text(c.Note))
	}
	room := 0
	if t.o.Width > 0 {
		room = max(24, t.o.Width-40)
	}
	for _, r := range whyControl(a, c) {
		lines = append(lines, r.text(room))
	}
	return strings.Join(lines, "\n")
}

var statusColors = map[assess.ControlStatus]lipgloss.ANSIColor{assess.Met: 2, assess.NotMet: 1, assess.Undecided: 3}

func (t *textWriter) status(s assess.ControlStatus) string {
	color, ok := statusColors[s]
	if !t.o.Color || !ok {
		return string(s)
	}
	return lipgloss.NewStyle().Foreground(color).Render(string(s))
}

func (m *markdownWriter) frameworks(a *assess.Account) {
	for i := range a.Frameworks {
		f := &a.Frameworks[i]
		var rows [][]string
		for k := range f.Controls {
			c := &f.Controls[k]
			rows = append(rows, []string{md(c.ID), string(c.Status), md(whatControl(c)), md(reasons(a, c))})
		}
		m.table(md(f.Title)+"\n\n"+score(f)+". Of the standard, "+md(f.Scope)+".", []string{"control", "status", "what", "why"}, rows)
	}
}

// reasons are those for a control's status in one line.
func reasons(a *assess.Account, c *assess.Control) string {
	out := []string{}
	if c.Note != "" {
		out = append(out, c.Note)
	}
	for _, r := range whyControl(a, c) {
		out = append(out, r.text(0))
	}
	return strings.Join(out, "; ")
}

var matrixHeader = []string{"account", "alias", "framework", "control", "title", "status", "basis", "note",
	"rule", "settings", "pass", "fail", "excepted", "not_applicable", "unknown", "why"}

// matrix writes each rule of each control a row, in place of the findings; a
// control without rules has one row.
func (c *csvWriter) matrix(a *assess.Account) {
	for i := range a.Frameworks {
		f := &a.Frameworks[i]
		for k := range f.Controls {
			c.control(a, f.ID, &f.Controls[k])
		}
	}
}

func (c *csvWriter) control(a *assess.Account, of string, control *assess.Control) {
	row := []string{a.ID, a.Alias, of, control.ID, control.Title, string(control.Status)}
	if len(control.Rules) == 0 {
		c.row(slices.Concat(row, []string{control.Basis, control.Note}, make([]string, 8))...)
	}
	why := map[string]string{}
	for _, r := range whyControl(a, control) {
		why[r.Rule] = r.what(0)
	}
	for _, r := range control.Rules {
		counts := []string{strconv.Itoa(r.Pass), strconv.Itoa(r.Fail), strconv.Itoa(r.Excepted), strconv.Itoa(r.NotApplicable), strconv.Itoa(r.Unknown)}
		c.row(slices.Concat(row, []string{cmp.Or(r.Basis, control.Basis), control.Note, r.ID, framework.Use{Settings: r.Settings}.Asked()}, counts, []string{why[r.Use()]})...)
	}
}
