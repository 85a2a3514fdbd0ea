package report

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/rollcall-iam/rollcall/internal/assess"
)

// A standing is how an account stands beside others.
type standing struct {
	name   string
	counts map[string]int // findings by severity
	open   int            // unknown verdicts
	users  string         // how many, in words
}

func standingOf(a *assess.Account) standing {
	s := standing{name: accountName(a), counts: map[string]int{}, open: unknowns(a), users: userNumber(a)}
	countFails(a, s.counts)
	return s
}

// unknowns are how many verdicts of an account are unknown.
func unknowns(a *assess.Account) (n int) {
	for i := range a.Rules {
		n += a.Rules[i].Unknown
	}
	return n
}

// moreSevere orders counts by severity, those with most of the worst first.
func moreSevere(x, y map[string]int) int {
	for _, s := range assess.Severities {
		if d := y[s] - x[s]; d != 0 {
			return d
		}
	}
	return 0
}

// severitiesIn are those of which any has some, the worst first.
func severitiesIn(counts ...map[string]int) (out []string) {
	for _, s := range assess.Severities {
		if slices.ContainsFunc(counts, func(c map[string]int) bool { return c[s] > 0 }) {
			out = append(out, s)
		}
	}
	return out
}

// standingTable are the header and the rows of a table of accounts, the worst first.
func standingTable(all []standing) (header []string, rows [][]string) {
	slices.SortStableFunc(all, func(x, y standing) int {
		return cmp.Or(moreSevere(x.counts, y.counts), y.open-x.open, strings.Compare(x.name, y.name))
	})
	var counts []map[string]int
	for _, s := range all {
		counts = append(counts, s.counts)
	}
	shown := severitiesIn(counts...)
	header = append(append([]string{"account"}, shown...), "unknown", "users")
	for _, s := range all {
		row := []string{s.name}
		for _, severity := range shown {
			row = append(row, strconv.Itoa(s.counts[severity]))
		}
		rows = append(rows, append(row, strconv.Itoa(s.open), s.users))
	}
	return header, rows
}
