package fix

import (
	"slices"
	"strings"

	"github.com/rollcall-iam/rollcall/internal/assess"
	"github.com/rollcall-iam/rollcall/internal/iam"
)

// deleteGroups plans the findings of empty-group: what is in the group goes
// first. It can be made again with the same name and policies, and has another
// id then, which no policy can name.
func (p *planner) deleteGroups(findings []*assess.Finding) {
	for _, f := range findings {
		g := p.state.groups[fold(f.Resource.Name)]
		listed, _ := p.view.Group(f.Resource.Name)
		switch {
		case g == nil || listed == nil || p.view.Untold(listed.Untold, iam.InlinePart, iam.AttachedPart) != nil:
			p.leave(f, "what the group holds is not all known")
			continue
		case slices.ContainsFunc(p.Keep, func(name string) bool { return strings.EqualFold(name, g.name) }):
			p.leave(f, "the configuration names the group")
			continue
		case slices.ContainsFunc(listed.Inline, func(held iam.InlinePolicy) bool { return held.Document == nil }):
			p.leave(f, "an inline policy of the group was not read, so that it could not be brought back")
			continue
		}
		empty := Condition{KindGroup, g.name, FactMembers, []string{}}
		p.startGroup(g)
		p.start(empty)
		for _, arn := range sorted(g.attached) {
			p.step(Gone, call("DetachGroupPolicy", argGroup, g.name, argARN, arn), empty)
		}
		for _, name := range sortedKeys(g.inline) {
			p.step(Gone, call("DeleteGroupPolicy", argGroup, g.name, argPolicy, name), empty)
		}
		p.step(Gone, call("DeleteGroup", argGroup, g.name), empty).closes(f)
	}
}
