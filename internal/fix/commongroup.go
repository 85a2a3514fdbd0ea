package fix

import (
	"github.com/rollcall-iam/rollcall/internal/assess"
	"github.com/rollcall-iam/rollcall/internal/gsl"
	"github.com/rollcall-iam/rollcall/internal/iam"
)

// joinCommon plans the findings of common-group: users join what the
// configuration says they belong to, and get what it grants.
func (p *planner) joinCommon(findings []*assess.Finding) {
	for _, f := range findings {
		u := p.users[f.Resource.Name]
		if u == nil || u.Grants == nil || p.view.Untold(u.Grants.Untold, iam.GroupsPart) != nil {
			p.leave(f, "the groups of the user are not all known")
			continue
		}
		if !p.left(f, u) {
			p.joinMissing(f, u)
		}
	}
}

func (p *planner) joinMissing(f *assess.Finding, u *iam.User) {
	h := p.state.users[fold(u.Name)]
	missing := int(p.Settings[f.Rule]["need"].Num())
	var join []*holder
	for _, name := range Texts(p.Settings[f.Rule]["groups"]) {
		switch g := p.state.groups[fold(name)]; {
		case h.groups[fold(name)]:
			missing--
		case g != nil && p.whole(name):
			join = append(join, g)
		}
	}
	if limit := p.quota(groupsPerUser); missing > len(join) || len(h.groups)+missing > limit {
		p.leave(f, "the user lacks %d of the groups; %d of them exist, and the quota of groups is %d", missing, len(join), limit)
		return
	}
	var last *Step
	for _, g := range join[:max(missing, 0)] {
		last = p.join(u, g)
	}
	if last != nil {
		last.closes(f)
	}
}

// join lets a user have what a group grants, on purpose.
func (p *planner) join(u *iam.User, g *holder) *Step {
	p.startGroup(g)
	p.start(Condition{KindUser, u.Name, FactGroups, groupsOf(u)})
	p.plan.Granted = append(p.plan.Granted, Granted{u.Name, g.name})
	return p.step(Join, call("AddUserToGroup", argUser, u.Name, argGroup, g.name), p.contents(KindGroup, g)...)
}

// Texts are the words of a setting that is a list.
func Texts(v gsl.Value) (out []string) {
	list, ok := v.Object().(gsl.List)
	if !ok {
		return nil
	}
	for i := range list.Len() {
		out = append(out, list.At(i).Text())
	}
	return out
}
