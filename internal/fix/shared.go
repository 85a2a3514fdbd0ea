package fix

import (
	"fmt"
	"slices"

	"github.com/rollcall-iam/rollcall/internal/iam"
)

// share lays out fewer groups for all classes together, where there are fewer.
func (p *planner) share(classes []*class) {
	var open []*class
	for _, c := range classes {
		if !c.moves[0].bare() && p.reuse(c) == nil {
			open = append(open, c)
		}
	}
	rows, elements := p.rows(open)
	if len(rows) < 2 {
		return
	}
	found := findBasis(rows)
	if len(found.groups) >= len(rows) {
		p.plan.Notes = append(p.plan.Notes, fmt.Sprintf("fewer groups than one for each of the %d kinds of users were not found; %s", len(rows), atLeast(found, len(rows))))
		return
	}
	homes := make([][]*home, len(found.groups))
	for i, g := range found.groups {
		homes[i] = p.design(p.bundle(g, elements, open))
	}
	for i, c := range open {
		for j, g := range found.groups {
			if g.within(rows[i]) {
				c.home = append(c.home, homes[j]...)
			}
		}
	}
	p.plan.Notes = append(p.plan.Notes, fmt.Sprintf("%d groups serve %d kinds of users; %s", len(found.groups), len(rows), atLeast(found, len(found.groups))))
}

func atLeast(b basis, n int) string {
	if b.least >= n {
		return "fewer are not possible"
	}
	return fmt.Sprintf("fewer than %d are not possible", b.least)
}

// rows are what classes hold, as sets of the elements.
func (p *planner) rows(classes []*class) (rows []set, elements []docID) {
	index := map[docID]int{}
	for _, c := range classes {
		for _, id := range sorted(p.holding(c.moves[0])) {
			if _, ok := index[id]; !ok {
				index[id] = len(elements)
				elements = append(elements, id)
			}
		}
	}
	for _, c := range classes {
		row := newSet(len(elements))
		for id := range p.holding(c.moves[0]) {
			row.add(index[id])
		}
		rows = append(rows, row)
	}
	return rows, elements
}

// bundle is what a group is to hold, as if one user held it: a policy for each
// element, as the first class that has it holds it.
func (p *planner) bundle(g set, elements []docID, classes []*class) *move {
	out := &move{user: &iam.User{}, Finding: classes[0].moves[0].Finding}
	for i, id := range elements {
		if g.has(i) {
			p.take(out, id, classes)
		}
	}
	slices.Sort(out.attached)
	return out
}

// taken are the names of policies: two users may have different ones of one name.
func taken(list []iam.InlinePolicy) map[string]bool {
	out := map[string]bool{}
	for _, held := range list {
		out[fold(held.Name)] = true
	}
	return out
}

func (p *planner) take(to *move, id docID, classes []*class) {
	for _, c := range classes {
		m := c.moves[0]
		for _, arn := range m.attached {
			if p.state.attachedID(arn) == id {
				to.attached = append(to.attached, arn)
				return
			}
		}
		for _, held := range m.inline {
			if p.state.id(held.Document) == id {
				to.user = m.user // so that the policy is not called after them
				to.inline = append(to.inline, iam.InlinePolicy{Name: free(taken(to.inline), held.Name), Document: held.Document})
				return
			}
		}
	}
}
