package assess

import (
	"cmp"
	"slices"
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
	out := []Difference{}
	for i := range now.Findings {
		if f := &now.Findings[i]; f.Status == Fail {
			out = append(out, appeared(was, f))
		}
	}
	for i := range old.Findings {
		if f := &old.Findings[i]; f.Status == Fail {
			if d, gone := is.vanished(f); gone {
				out = append(out, d)
			}
		}
	}
	slices.SortStableFunc(out, func(x, y Difference) int {
		return cmp.Or(slices.Index(Changes, x.Change)-slices.Index(Changes, y.Change), rank(x.Finding.Severity)-rank(y.Finding.Severity))
	})
	return out
}

var severities = []string{"critical", "high", "medium", "low"}

func rank(severity string) int { return slices.Index(severities, severity) }

// An index finds an account's verdicts.
type index struct {
	findings map[string]*Finding // by fingerprint
	rules    map[string]bool
	unread   map[string]bool // rules that wholly lack a source
}

func indexed(a *Account) *index {
	out := &index{map[string]*Finding{}, map[string]bool{}, map[string]bool{}}
	for i := range a.Findings {
		out.findings[a.Findings[i].Fingerprint] = &a.Findings[i]
	}
	for i := range a.Rules {
		out.rules[a.Rules[i].ID] = true
	}
	for i := range a.Unknown {
		out.unread[a.Unknown[i].Rule] = true
	}
	return out
}

// unknown is why a verdict cannot be told; "" where it can.
func (x *index) unknown(f *Finding) string {
	found := x.findings[f.Fingerprint]
	switch {
	case found != nil && found.Status == Unknown:
		return found.Message
	case found != nil:
		return ""
	case !x.rules[f.Rule]:
		return "the rule was not judged"
	case x.unread[f.Rule]:
		return "a source was not read"
	}
	return ""
}

// appeared is the difference of a finding that is there now.
func appeared(was *index, f *Finding) Difference {
	before := was.findings[f.Fingerprint]
	switch {
	case before == nil || before.Status != Fail:
		d := Difference{Change: New, Finding: *f}
		if why := was.unknown(f); why != "" {
			d.Why = "it may have been so before: " + why
		}
		return d
	case before.Severity != f.Severity || before.Message != f.Message:
		return Difference{Change: Changed, Finding: *f, Was: before}
	}
	return Difference{Change: Still, Finding: *f}
}

// vanished is the difference of a finding that was there before; gone is false
// where it still is.
func (x *index) vanished(f *Finding) (d Difference, gone bool) {
	found := x.findings[f.Fingerprint]
	switch {
	case found != nil && found.Status == Fail:
		return d, false
	case found != nil && found.Status == Excepted:
		return Difference{Change: Exempt, Finding: *found}, true
	}
	if why := x.unknown(f); why != "" {
		return Difference{Change: Unclear, Finding: *f, Why: why}, true
	}
	return Difference{Change: Fixed, Finding: *f}, true
}

// Since marks the account's findings with what became of them since an earlier
// assessment, and keeps those that are gone.
func (a *Account) Since(old *Account) {
	changes := map[string]Change{}
	a.Baseline = &Baseline{AssessedAt: old.AssessedAt, Gone: []Difference{}}
	for _, d := range Compare(old, a) {
		switch d.Change {
		case New, Still, Changed:
			changes[d.Finding.Fingerprint] = d.Change
		default:
			a.Baseline.Gone = append(a.Baseline.Gone, d)
		}
	}
	for i := range a.Findings {
		a.Findings[i].Change = changes[a.Findings[i].Fingerprint]
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
	for i := range a.Findings {
		if c := a.Findings[i].Change; c != "" {
			out[c]++
		}
	}
	if a.Baseline != nil {
		for _, d := range a.Baseline.Gone {
			out[d.Change]++
		}
	}
	return out
}
