package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rollcall-iam/rollcall/internal/assess"
	"github.com/rollcall-iam/rollcall/internal/clean"
	"github.com/rollcall-iam/rollcall/internal/noun"
	"github.com/rollcall-iam/rollcall/internal/report/page"
)

// pageAccount is an account as it stands on the page.
func pageAccount(a *assess.Account) page.Account {
	s := standingOf(a)
	out := page.Account{ID: a.ID, Name: s.name, Title: accountTitle(a), Users: a.Users, MoreUsers: a.MoreUsers, Counts: s.counts, Open: s.open, About: []string{userCount(a), "judged as of " + a.AssessedAt + ", " + clean.Text(a.Clock)}}
	if a.CollectedAt != "" {
		out.About = append(out.About, "collected "+a.CollectedAt)
	}
	out.About = append(out.About, ages(a)...)
	tried, absent := unread(a)
	for _, s := range tried {
		out.Gaps = append(out.Gaps, strings.TrimSuffix(s.Name+" "+s.State+": "+clean.Text(s.Detail), ": "))
	}
	var names []string
	for _, s := range absent {
		names = append(names, s.Name)
	}
	out.Absent = strings.Join(names, ", ")
	for _, u := range together(a.Unknown) {
		out.Unknown = append(out.Unknown, strings.Join(u.rules, ", ")+", "+noun.Count(u.count, "verdict")+": "+u.why)
	}
	for _, r := range byReason(blocks(a, assess.Unknown)) {
		out.Unknown = append(out.Unknown, strings.Join(r.Rules, ", ")+": "+clean.Text(r.Why)+": "+fold(r.Who, 0))
	}
	for i := range a.Frameworks {
		f := &a.Frameworks[i]
		out.Frameworks = append(out.Frameworks, page.Framework{ID: f.ID, Title: clean.Text(f.Title), Score: score(f), Scope: clean.Text(f.Scope)})
	}
	out.Kept = strings.Join(kept(a), ", ")
	return out
}

// ofPage is how an account of the page stands.
func ofPage(a page.Account) standing {
	return standing{name: a.Name, counts: a.Counts, open: a.Open}
}

// lacks puts together accounts that lack the same, in words.
func lacks(accounts []page.Account) (out []page.Lack) {
	places, names := map[string]int{}, [][]string{}
	for _, a := range accounts {
		lines := slices.Concat(a.Gaps, a.Unknown)
		if lines == nil {
			continue
		}
		for i, line := range lines { // what is of the account itself is of each
			lines[i] = strings.TrimSuffix(line, ": "+clean.Text(a.ID))
		}
		key := strings.Join(lines, "\n")
		at, ok := places[key]
		if !ok {
			at = len(out)
			places[key] = at
			out, names = append(out, page.Lack{Lines: lines}), append(names, nil)
		}
		names[at] = append(names[at], a.Name)
	}
	for i := range out {
		out[i].Who = several(names[i])
	}
	return out
}

// lackInWords says how much of several accounts is not known.
func lackInWords(accounts []page.Account) string {
	unread, open, verdicts := 0, 0, 0
	for i := range accounts {
		if len(accounts[i].Gaps) > 0 {
			unread++
		}
		if accounts[i].Open > 0 {
			open++
			verdicts += accounts[i].Open
		}
	}
	was, are := "were", "are"
	if unread == 1 {
		was = "was"
	}
	if verdicts == 1 {
		are = "is"
	}
	var out []string
	if unread > 0 {
		out = append(out, fmt.Sprintf("%d of %s %s not read whole", unread, noun.Count(len(accounts), "account"), was))
	}
	if open > 0 {
		out = append(out, fmt.Sprintf("%s of %s %s unknown", noun.Count(verdicts, "verdict"), noun.Count(open, "account"), are))
	}
	return strings.Join(out, ", ")
}
