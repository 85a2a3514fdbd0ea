package assess

import (
	"cmp"
	"iter"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/rollcall-iam/rollcall/internal/framework"
)

// A Change is what became of a finding between two assessments of an account.
type Change string

// The changes. A finding that is gone is fixed only where its rule was judged
// again and the fact that decides was read.
const (
	New     Change = "new"
	Still   Change = "still"   // as it was
	Changed Change = "changed" // as severe or as described otherwise than it was
	Fixed   Change = "fixed"
	Exempt  Change = "excepted" // an exception covers it
	Unclear Change = "unclear"  // it may still be so: the facts were not read, or the rule not judged
)

// Changes are all of them, in the order in which people want to know.
var Changes = []Change{New, Changed, Still, Fixed, Exempt, Unclear}

// A Difference is one finding's.
type Difference struct {
	Change  Change   `json:"change"`
	Finding Finding  `json:"finding"`      // as it is, or as it was where it is gone
	Was     *Finding `json:"was,omitzero"` // of one that changed
	// Why says why a change is unclear, or that a new finding was unknown before.
	Why string `json:"why,omitzero"`
}

// Compare says what became of an account's findings, the worst first. Both
// assessments should be by the same rules and settings.
func Compare(old, now *Account) []Difference {
	was, is := indexed(old), indexed(now)
	otherwise := map[string]bool{}
	for id, settings := range was.settings {
		other, ok := is.settings[id]
		otherwise[id] = ok && !maps.Equal(settings, other)
	}
	was.otherwise, is.otherwise = otherwise, otherwise
	out := []Difference{}
	for f, by := range now.failures() {
		out = append(out, was.appeared(f, by))
	}
	for f, by := range old.failures() {
		if d, gone := is.vanished(f, by); gone {
			out = append(out, d)
		}
	}
	slices.SortStableFunc(out, func(x, y Difference) int {
		return cmp.Or(slices.Index(Changes, x.Change)-slices.Index(Changes, y.Change), rank(x.Finding.Severity)-rank(y.Finding.Severity))
	})
	return out
}

// Severities are their names, the worst first.
var Severities = []string{"critical", "high", "medium", "low"}

func rank(severity string) int { return slices.Index(Severities, severity) }

// verdicts yields the account's findings, and those of controls with settings of
// their own, each with the rule, or the rule with such settings, that made it.
func (a *Account) verdicts() iter.Seq2[*Finding, string] {
	return func(yield func(*Finding, string) bool) {
		for _, f := range a.Findings {
			if !yield(f, f.Rule) {
				return
			}
		}
		for _, framework := range a.Frameworks {
			for _, c := range framework.Controls {
				for _, f := range c.Findings {
					if !yield(f, c.use(f.Rule)) {
						return
					}
				}
			}
		}
	}
}

// A verdict is a rule on a resource, whatever settings it was judged by.
type verdict struct {
	rule string
	on   Resource
}

func (f *Finding) verdict() verdict { return verdict{f.Rule, f.Resource} }

// failures are the verdicts that fail, each once: what a control's own settings
// find where the rule's find it too is not said again.
func (a *Account) failures() iter.Seq2[*Finding, string] {
	return func(yield func(*Finding, string) bool) {
		seen := map[verdict]bool{}
		for f, by := range a.verdicts() {
			v := f.verdict()
			if f.Status != Fail || by != f.Rule && seen[v] {
				continue
			}
			if len(a.Frameworks) > 0 {
				seen[v] = true
			}
			if !yield(f, by) {
				return
			}
		}
	}
}

// Own are the failures of rules by settings that only controls ask for.
func (a *Account) Own() (out []*Finding) {
	if len(a.Frameworks) == 0 {
		return nil
	}
	for f, by := range a.failures() {
		if by != f.Rule {
			out = append(out, f)
		}
	}
	return out
}

// use is a rule with the settings that the control asks for.
func (c *Control) use(rule string) string {
	var out []string
	for _, r := range c.Rules {
		if r.ID == rule {
			out = append(out, r.Use())
		}
	}
	return strings.Join(out, ", ")
}

// Use is the rule with the settings that the control asks for.
func (r *ControlRule) Use() string { return framework.Use{Rule: r.ID, Settings: r.Settings}.String() }

// An index finds an account's verdicts.
type index struct {
	findings map[string]*Finding // by fingerprint
	broken   map[verdict]*Finding
	judged   map[string]bool   // rules, and those of controls with their settings
	notes    map[string]string // why some of them applied to nobody
	unread   map[string]string // those that wholly lack sources, and which, in words

	settings  map[string]map[string]string // that each rule was judged with
	otherwise map[string]bool              // rules judged with different settings in the other assessment
}

func indexed(a *Account) *index {
	out := &index{findings: map[string]*Finding{}, broken: map[verdict]*Finding{}, judged: map[string]bool{}, notes: map[string]string{}, unread: map[string]string{}, settings: map[string]map[string]string{}}
	for f := range a.verdicts() {
		out.findings[f.Fingerprint] = f
	}
	for f := range a.failures() {
		out.broken[f.verdict()] = f
	}
	for i := range a.Rules {
		r := &a.Rules[i]
		out.judged[r.ID], out.notes[r.ID], out.settings[r.ID] = true, r.Note, r.Settings
	}
	for i := range a.Unknown {
		out.unread[a.Unknown[i].Rule] = unreadSources(a.Unknown[i].Missing)
	}
	for _, f := range a.Frameworks {
		for _, c := range f.Controls {
			for i := range c.Rules {
				if r := &c.Rules[i]; len(r.Settings) > 0 {
					out.judged[r.Use()] = r.Note == ""
					if len(r.Missing) > 0 {
						out.unread[r.Use()] = unreadSources(r.Missing)
					}
				}
			}
		}
	}
	return out
}

// unreadSources says that they were not read.
func unreadSources(missing []Gap) string {
	var names []string
	for _, g := range missing {
		if !slices.Contains(names, g.Source) {
			names = append(names, g.Source)
		}
	}
	switch len(names) {
	case 0:
		return "a source was not read"
	case 1:
		return names[0] + " was not read"
	}
	return strings.Join(names, ", ") + " were not read"
}

// same is the verdict of another assessment that a finding is to be compared with:
// that by the same settings, else a failure by the rule with others, as controls
// have them; nil for none.
func (x *index) same(f *Finding) *Finding {
	if found := x.findings[f.Fingerprint]; found != nil {
		return found
	}
	return x.broken[f.verdict()]
}

// unknown is why a verdict cannot be told; "" where it can.
func (x *index) unknown(f *Finding, by string) string {
	found := x.findings[f.Fingerprint]
	switch {
	case found != nil && found.Status == Unknown:
		return found.Message
	case found != nil:
		return ""
	case !x.judged[by]:
		return "the rule was not judged"
	case x.notes[by] != "":
		return "the rule applied to nobody: " + x.notes[by]
	case x.unread[by] != "":
		return x.unread[by]
	case x.otherwise[by]:
		return "the rule was judged by other settings"
	}
	return ""
}

// appeared is the difference of a finding that is there now.
func (x *index) appeared(f *Finding, by string) Difference {
	before := x.same(f)
	switch {
	case before != nil && before.Exception != nil:
		return Difference{Change: New, Finding: *f, Why: "it was " + before.Exception.String()}
	case before == nil || before.Status != Fail:
		d := Difference{Change: New, Finding: *f}
		if why := x.unknown(f, by); why != "" {
			d.Why = "it may have been so before: " + why
		}
		return d
	case before.Severity != f.Severity || !SaysTheSame(before, f):
		return Difference{Change: Changed, Finding: *f, Was: before}
	}
	return Difference{Change: Still, Finding: *f}
}

// uses are the times of use in messages: a key that is used again is as it was.
var uses = regexp.MustCompile(`(last used|signed in|worked by key last:) [0-9-]+T[0-9:]+Z`)

// SaysTheSame reports whether two findings are described alike, times of use aside.
func SaysTheSame(x, y *Finding) bool {
	return x.Message == y.Message || uses.ReplaceAllString(x.Message, "$1") == uses.ReplaceAllString(y.Message, "$1")
}

// vanished is the difference of a finding that was there before; gone is false
// where it still is.
func (x *index) vanished(f *Finding, by string) (d Difference, gone bool) {
	found := x.same(f)
	switch {
	case found != nil && found.Status == Fail:
		return d, false
	case found != nil && found.Status == Excepted:
		return Difference{Change: Exempt, Finding: *found}, true
	}
	if why := x.unknown(f, by); why != "" {
		return Difference{Change: Unclear, Finding: *f, Why: why}, true
	}
	return Difference{Change: Fixed, Finding: *f}, true
}

// Since marks the account's findings with what became of them since an earlier
// assessment, and keeps those that are gone. Where there is none, nil, all are
// new.
func (a *Account) Since(old *Account) {
	if old == nil {
		for f := range a.failures() {
			f.Change = New
		}
		return
	}
	changes := map[string]Difference{}
	a.Baseline = &Baseline{AssessedAt: old.AssessedAt, Gone: []Difference{}}
	for _, d := range Compare(old, a) {
		switch d.Change {
		case New, Still, Changed:
			changes[d.Finding.Fingerprint] = d
		default:
			a.Baseline.Gone = append(a.Baseline.Gone, d)
		}
	}
	for f := range a.verdicts() {
		d := changes[f.Fingerprint]
		f.Change = d.Change
		if d.Was == nil {
			continue
		}
		if d.Was.Severity != f.Severity {
			f.Was = d.Was.Severity
		}
		if !SaysTheSame(d.Was, f) {
			f.Before = d.Was.Message
		}
	}
}

// A Baseline is what an account was compared with.
type Baseline struct {
	AssessedAt string       `json:"assessedAt"`
	Gone       []Difference `json:"gone"` // findings that there were
}

// Count counts the changes since the baseline.
func (a *Account) Count() map[Change]int {
	out := map[Change]int{}
	for f := range a.failures() {
		if f.Change != "" {
			out[f.Change]++
		}
	}
	if a.Baseline != nil {
		for _, d := range a.Baseline.Gone {
			out[d.Change]++
		}
	}
	return out
}
