package fix

import (
	"slices"
	"strings"

	"github.com/rollcall-iam/rollcall/internal/iam"
	"github.com/rollcall-iam/rollcall/internal/iam/policy"
)

// granted is what must be so for a policy to be redundant: the user is in the
// groups that grant it too, and these hold what they held.
func (p *planner) granted(m *move, r iam.RedundantGrant) (out []Condition) {
	via := strings.Split(r.Via, ", ")
	slices.Sort(via)
	out = append(out, Condition{KindUser, m.user.Name, FactMember, via})
	for _, name := range via {
		g := p.state.groups[fold(name)]
		if g == nil { // only a file can have such names
			continue
		}
		out = append(out, p.contents(KindGroup, g)...)
		p.startGroup(g)
		if r.How != iam.SamePolicy {
			p.startDocuments(sorted(g.attached)...)
		}
	}
	if r.How != iam.SamePolicy && !r.Inline() {
		p.startDocuments(r.ARN)
	}
	return out
}

// startDocuments asks that policies say what they said.
func (p *planner) startDocuments(arns ...string) {
	for _, arn := range arns {
		d := p.state.policies[arn]
		if d == nil {
			d, _ = policy.AWSDocument(arn)
		}
		if d != nil {
			p.start(Condition{KindPolicy, arn, FactDocument, []string{string(p.state.id(d))}})
		}
	}
}

// contents are the policies that a user or group holds, as conditions.
func (p *planner) contents(kind string, h *holder) []Condition {
	inline := []string{}
	for _, name := range sortedKeys(h.inline) {
		inline = append(inline, name+" "+string(p.state.id(h.inline[name])))
	}
	attached := sorted(h.attached)
	if attached == nil {
		attached = []string{}
	}
	return []Condition{{kind, h.name, FactAttached, attached}, {kind, h.name, FactInline, inline}}
}

// startUser asks that a user has what the snapshot shows.
func (p *planner) startUser(u *iam.User) {
	if u.ID != "" {
		p.start(Condition{KindUser, u.Name, FactID, []string{u.ID}})
	}
	p.start(p.contents(KindUser, p.state.users[fold(u.Name)])...)
	p.start(Condition{KindUser, u.Name, FactGroups, groupsOf(u)})
}

func (p *planner) startGroup(g *holder) { p.start(p.contents(KindGroup, g)...) }

// start adds what must be so before the first step, each once.
func (p *planner) start(list ...Condition) {
	for _, c := range list {
		if !p.started[c.about()] {
			p.started[c.about()] = true
			p.plan.Start = append(p.plan.Start, c)
		}
	}
}

// about is the same for conditions on the same fact.
func (c Condition) about() string {
	key := c.Kind + "\x00" + c.Name + "\x00" + c.Fact
	if ofOne(c.Fact) { // of each
		key += "\x00" + c.ID()
	}
	return key
}

// groupsOf are the names of a user's groups, sorted.
func groupsOf(u *iam.User) []string {
	out := append([]string{}, u.Grants.Groups...)
	slices.Sort(out)
	return out
}

// optional is a list of one text, or of none where it is empty.
func optional(s string) []string {
	if s == "" {
		return []string{}
	}
	return []string{s}
}

// tagsOf are a user's tags, sorted.
func tagsOf(u *iam.User) []string {
	out := []string{}
	for i := range u.Grants.Tags {
		out = append(out, u.Grants.Tags[i].String())
	}
	slices.Sort(out)
	return out
}
