package fix

import (
	"fmt"
	"math/bits"
	"slices"
)

// Fewer groups than one for each class of users: every class must come to hold
// exactly what it held, as the union of groups that hold no more than that. To
// find the least number of such groups is a hard problem (set basis), so that
// small cases are solved exactly and others greedily, with a bound below which
// no solution can be.

// A set is a set of small numbers.
type set []uint64

func newSet(n int) set { return make(set, (n+63)/64) }

func (s set) add(i int)      { s[i/64] |= 1 << (i % 64) }
func (s set) has(i int) bool { return s[i/64]&(1<<(i%64)) != 0 }

func (s set) count() (n int) {
	for _, w := range s {
		n += bits.OnesCount64(w)
	}
	return n
}

func (s set) within(t set) bool {
	for i := range s {
		if s[i]&^t[i] != 0 {
			return false
		}
	}
	return true
}

func (s set) and(t set) set {
	out := make(set, len(s))
	for i := range s {
		out[i] = s[i] & t[i]
	}
	return out
}

func (s set) addAll(t set) {
	for i := range s {
		s[i] |= t[i]
	}
}

// A basis is groups whose unions are the rows.
type basis struct {
	groups []set
	least  int // no basis has fewer
}

// findBasis finds few groups for the rows, which are all different.
func findBasis(rows []set) basis {
	candidates := intersections(rows)
	out := basis{greedy(rows, candidates), fooling(rows)}
	for k := out.least; k < len(out.groups) && len(candidates) <= exactCandidates; k++ {
		s := search{rows: rows, candidates: candidates, steps: exactSteps}
		if found := s.find(nil, k); found != nil {
			out.groups, out.least = found, k
			break
		}
		if s.steps <= 0 {
			return out
		}
		out.least = k + 1 // of the candidates, none with k will do
	}
	return out
}

// The size up to which the least number is looked for, and for how long.
const (
	exactCandidates = 40
	exactSteps      = 200_000
	mostCandidates  = 2_000
)

// intersections are the rows and what they have in common, which is what groups
// of a least basis can be made of.
func intersections(rows []set) []set {
	seen := map[string]bool{}
	var out []set
	add := func(s set) {
		if key := fmt.Sprint(s); s.count() > 0 && !seen[key] && len(out) < mostCandidates {
			seen[key] = true
			out = append(out, s)
		}
	}
	for _, r := range rows {
		add(r)
	}
	for i := 0; i < len(out); i++ {
		for _, r := range rows {
			add(out[i].and(r))
		}
	}
	return out
}

// greedy takes the candidate that fills most of what is missing, again and again.
func greedy(rows, candidates []set) (out []set) {
	have := emptyAs(rows)
	for {
		best, most := -1, 0
		for i, c := range candidates {
			if n := gain(rows, have, c); n > most {
				best, most = i, n
			}
		}
		if best < 0 {
			return out
		}
		out = append(out, candidates[best])
		give(rows, have, candidates[best])
	}
}

func emptyAs(rows []set) []set {
	out := make([]set, len(rows))
	for i, r := range rows {
		out[i] = make(set, len(r))
	}
	return out
}

// gain is how much of what rows lack a group would give them.
func gain(rows, have []set, group set) (n int) {
	for i, r := range rows {
		if group.within(r) {
			n += group.count() - group.and(have[i]).count()
		}
	}
	return n
}

func give(rows, have []set, group set) {
	for i, r := range rows {
		if group.within(r) {
			have[i].addAll(group)
		}
	}
}

// search looks for a basis of a given size.
type search struct {
	rows, candidates []set
	steps            int
}

// find completes the chosen groups with n more; nil where that cannot be.
func (s *search) find(chosen []set, n int) []set {
	s.steps--
	have := emptyAs(s.rows)
	for _, c := range chosen {
		give(s.rows, have, c)
	}
	row, missing := lacking(s.rows, have)
	switch {
	case row < 0:
		return chosen
	case n == 0 || s.steps <= 0:
		return nil
	}
	for _, c := range s.candidates { // one of them must fill the first gap
		if c.has(missing) && c.within(s.rows[row]) {
			if found := s.find(append(slices.Clone(chosen), c), n-1); found != nil {
				return found
			}
		}
	}
	return nil
}

// lacking is the first row that lacks something, and what; -1 for none.
func lacking(rows, have []set) (row, element int) {
	for i, r := range rows {
		for e := range len(r) * 64 {
			if r.has(e) && !have[i].has(e) {
				return i, e
			}
		}
	}
	return -1, 0
}

// fooling is a number of groups that every basis has: elements of rows no two of
// which one group could give.
func fooling(rows []set) int {
	type entry struct{ row, element int }
	var chosen []entry
	for i, r := range rows {
		for e := range len(r) * 64 {
			if r.has(e) && !slices.ContainsFunc(chosen, func(c entry) bool { return rows[c.row].has(e) && r.has(c.element) }) {
				chosen = append(chosen, entry{i, e})
			}
		}
	}
	return len(chosen)
}
