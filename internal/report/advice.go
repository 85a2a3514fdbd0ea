package report

import (
	"strings"

	"github.com/rollcall-iam/rollcall/internal/assess"
	"github.com/rollcall-iam/rollcall/internal/clean"
	"github.com/rollcall-iam/rollcall/internal/fix"
	"github.com/rollcall-iam/rollcall/internal/noun"
	"github.com/rollcall-iam/rollcall/internal/rule"
)

// Close ends the table with what is to be known of the configuration, the sum, and
// what to do next.
func (t *textWriter) Close(f assess.Footer) error {
	for _, more := range []struct {
		what, is string
		list     []string
	}{
		{"Expired", "these spare nobody any more", f.Expired},
		{"Ends soon", "renew these, or fix what they waive", endsSoon(f, t.at)},
		{"Safelist", "these entries match nobody and may be removed", f.StaleSafelist},
		{"Exceptions", "these waive nothing and may be removed", f.StaleExceptions},
	} {
		if len(more.list) > 0 {
			t.println("\n" + t.bold(more.what) + ": " + more.is)
		}
		for _, e := range more.list {
			t.println("  " + clean.Text(e))
		}
	}
	t.standings()
	t.println("\n" + t.bold(t.summary()))
	if n := notAsked(f); n > 0 && t.controls {
		t.println(noun.Count(n, "further rule") + " that these frameworks do not ask for: judged without --framework")
	}
	if t.worst != "" && !t.o.Quiet && !t.o.List {
		t.println("How to fix it: rollcall rules show " + t.worst + t.rulesFlag() + planHint(t.worst))
		if !t.o.Page {
			t.println("Each user with the reason: -o report.html")
		}
	}
	return t.err
}

// look keeps the rule to look at first: the first of the worst severity.
func (t *textWriter) look(id, severity string) {
	if rank := severityRank(severity); t.worst == "" || rank < t.rank {
		t.worst, t.rank = id, rank
	}
}

// standings is a table of accounts, the worst first, where there are several.
func (t *textWriter) standings() {
	const most = 20
	if len(t.accounts) < 2 || t.o.List {
		return
	}
	header, rows := standingTable(t.accounts)
	t.println("")
	t.table(header, rows[:min(most, len(rows))])
	if more := len(rows) - most; more > 0 {
		t.println("and " + noun.Count(more, "more account"))
	}
}

// planHint leads to the plan of a rule that has one.
func planHint(id string) string {
	if fix.Check(id) != nil {
		return ""
	}
	return ", or rollcall fix plan --rule " + id + " -o plan.json"
}

// notAsked counts the rules that were not judged since others were asked for.
func notAsked(f assess.Footer) (n int) {
	for _, o := range f.Off {
		if o.Why == rule.NotAsked {
			n++
		}
	}
	return n
}

// plainPath are letters that no shell minds.
const plainPath = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._/-"

func (t *textWriter) rulesFlag() string {
	if t.o.Rules == "" {
		return ""
	}
	if strings.Trim(t.o.Rules, plainPath) != "" {
		return " --rules '" + strings.ReplaceAll(clean.Text(t.o.Rules), "'", `'\''`) + "'"
	}
	return " --rules " + t.o.Rules
}

func (t *textWriter) summary() string {
	if t.o.List && !t.judged {
		return noun.Count(t.matches, "match") + inAccounts(t.opened) + t.unsureText()
	}
	return bySeverity(t.totals) + inAccounts(t.opened) + t.unsureText()
}

func (t *textWriter) unsureText() string {
	if t.unsure == 0 {
		return ""
	}
	return "; " + noun.Count(t.unsure, "verdict") + " unknown"
}

func inAccounts(n int) string {
	if n < 2 {
		return ""
	}
	return " in " + noun.Count(n, "account")
}
