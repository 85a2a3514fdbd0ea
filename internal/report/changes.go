package report

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/rollcall-iam/rollcall/internal/assess"
	"github.com/rollcall-iam/rollcall/internal/clean"
)

// Changes are the numbers of changes in words.
func Changes(counts map[assess.Change]int) string {
	var out []string
	for _, c := range assess.Changes {
		if n := counts[c]; n > 0 {
			out = append(out, fmt.Sprintf("%d %s", n, c))
		}
	}
	if out == nil {
		return "no findings"
	}
	return strings.Join(out, ", ")
}

// fixed names what the baseline had and is known to be gone.
func fixed(a *assess.Account) string {
	by, rules, n := map[string][]string{}, []string{}, 0
	for i := range a.Baseline.Gone {
		d := &a.Baseline.Gone[i]
		if d.Change != assess.Fixed {
			continue
		}
		if n++; n > namedPerRule {
			continue
		}
		if by[d.Finding.Rule] == nil {
			rules = append(rules, d.Finding.Rule)
		}
		by[d.Finding.Rule] = append(by[d.Finding.Rule], clean.Text(d.Finding.Resource.Name))
	}
	var out []string
	for _, r := range rules {
		out = append(out, clean.Text(r)+" "+strings.Join(by[r], ", "))
	}
	switch {
	case n == 0:
		return ""
	case n > namedPerRule:
		out = append(out, fmt.Sprintf("and %d more, which rollcall diff names", n-namedPerRule))
	}
	return "fixed: " + strings.Join(out, "; ")
}

// unclear counts, by rule, what the baseline had and of which it cannot be told what
// became of it; "" for none.
func unclear(a *assess.Account) string {
	counts := map[string]int{}
	for _, d := range a.Baseline.Gone {
		if d.Change == assess.Unclear {
			counts[d.Finding.Rule]++
		}
	}
	var out []string
	for _, id := range slices.Sorted(maps.Keys(counts)) {
		out = append(out, fmt.Sprintf("%s %d", clean.Text(id), counts[id]))
	}
	if out == nil {
		return ""
	}
	return "unclear, since the rule was not judged or a fact not read (rollcall diff names each): " + strings.Join(out, ", ")
}

// notScanned names the accounts of the baseline that were not judged.
func notScanned(f assess.Footer) string {
	return "in the baseline and not scanned, so that what became of their findings is not known: " + strings.Join(cleaned(f.NotScanned), ", ")
}

// was is what a finding was in the baseline, in words; "" where it was the same.
func was(f *assess.Finding) string {
	var out []string
	if f.Was != "" {
		out = append(out, "was "+f.Was)
	}
	if f.Before != "" {
		out = append(out, "it was: "+f.Before)
	}
	return strings.Join(out, ", ")
}

// of are the findings that a change is of.
func of(list []*assess.Finding, change assess.Change) (out []*assess.Finding) {
	for _, f := range list {
		if f.Change == change {
			out = append(out, f)
		}
	}
	return out
}

// settled are what the baseline had and is fixed, as passed: who keeps findings is
// told of those that need no keeping.
func settled(a *assess.Account) (out []*assess.Finding) {
	if a.Baseline == nil {
		return nil
	}
	for _, d := range a.Baseline.Gone {
		if d.Change == assess.Fixed {
			f := d.Finding
			f.Status, f.Change, f.Message = assess.Pass, assess.Fixed, "fixed: "+f.Message
			out = append(out, &f)
		}
	}
	return out
}
