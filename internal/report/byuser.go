package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"charm.land/lipgloss/v2"

	"github.com/rollcall-iam/rollcall/internal/assess"
	"github.com/rollcall-iam/rollcall/internal/clean"
)

// A person is a resource with all that is wrong about it.
type person struct {
	assess.Resource
	findings []*assess.Finding // the worst first
}

// people are the resources with findings, worst first, then those with most.
func people(a *assess.Account) []*person {
	by := map[assess.Resource]*person{}
	var out []*person
	for _, b := range blocks(a, assess.Fail) {
		for _, f := range b.Findings {
			p := by[f.Resource]
			if p == nil {
				p = &person{Resource: f.Resource}
				by[f.Resource] = p
				out = append(out, p)
			}
			p.findings = append(p.findings, f)
		}
	}
	slices.SortStableFunc(out, func(x, y *person) int {
		return cmp.Or(severityRank(x.findings[0].Severity)-severityRank(y.findings[0].Severity), len(y.findings)-len(x.findings), strings.Compare(x.Name, y.Name))
	})
	return out
}

// mostPeople are as many as anybody looks through on a terminal.
const mostPeople = 100

// byUser is the table of findings with a row for each who is concerned.
func (t *textWriter) byUser(a *assess.Account) {
	longest := 1 << 10 // of names; longer ones are broken
	if t.o.Width > 0 {
		longest = max(16, t.o.Width-frame-len("critical")-5-narrowest) // and the rules have room beside
	}
	var rows [][]string
	list, widest := people(a), 0
	more := 0
	if t.o.Width > 0 && len(list) > mostPeople {
		list, more = list[:mostPeople], len(list)-mostPeople
	}
	for _, p := range list {
		widest = min(max(widest, lipgloss.Width(clean.Text(p.Name))+1), longest)
	}
	for _, p := range list {
		name := clean.Text(p.Name)
		if p.Note != "" {
			name += "*"
		}
		name = lipgloss.Wrap(name, longest, "")
		var rules []string
		for _, f := range p.findings {
			rule := f.Rule
			if f.Change == assess.New {
				rule += " (new)"
			}
			rules = append(rules, rule)
		}
		rows = append(rows, []string{t.severity(p.findings[0].Severity), name, fmt.Sprint(len(p.findings)), fitted(strings.Join(rules, ", "), t.room(widest))})
	}
	if rows == nil {
		t.println("\nNo rule is known to be broken.")
		return
	}
	t.look(list[0].findings[0].Rule, list[0].findings[0].Severity)
	t.table([]string{"severity", "who", "count", "which rules"}, rows)
	if more > 0 {
		t.println(fmt.Sprintf("and %d more, of whom less is wrong: -o report.html has them all", more))
	}
}
