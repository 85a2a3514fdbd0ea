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
	return standing{name: accountName(a), counts: fails(a), open: unknowns(a), users: userNumber(a)}
}

// unknowns are how many verdicts of an account are unknown.
func unknowns(a *assess.Account) (n int) {
	for i := range a.Rules {
		n += a.Rules[i].Unknown
	}
	return n
}

// worstFirst puts accounts in order, those with most findings of the worst severity
// first; of says how one stands.
func worstFirst[T any](list []T, of func(T) standing) {
	slices.SortStableFunc(list, func(one, other T) int {
		x, y := of(one), of(other)
		for _, s := range assess.Severities {
			if d := y.counts[s] - x.counts[s]; d != 0 {
				return d
			}
		}
		return cmp.Or(y.open-x.open, strings.Compare(x.name, y.name))
	})
}

// severitiesOf are those of which any account has a finding, the worst first.
func severitiesOf[T any](list []T, of func(T) standing) (out []string) {
	for _, s := range assess.Severities {
		if slices.ContainsFunc(list, func(one T) bool { return of(one).counts[s] > 0 }) {
			out = append(out, s)
		}
	}
	return out
}

// standingTable are the header and the rows of a table of accounts, the worst first.
func standingTable(all []standing) (header []string, rows [][]string) {
	itself := func(s standing) standing { return s }
	worstFirst(all, itself)
	shown := severitiesOf(all, itself)
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
