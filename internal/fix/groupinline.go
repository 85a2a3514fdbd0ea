package fix

import (
	"github.com/rollcall-iam/rollcall/internal/assess"
	"github.com/rollcall-iam/rollcall/internal/iam"
)

// manageInline plans the findings of group-inline-policies: what is inline
// becomes managed, with the same text, and is taken away inline once it is there.
func (p *planner) manageInline(findings []*assess.Finding) {
	for _, f := range findings {
		g := p.state.groups[fold(f.Resource.Name)]
		listed, _ := p.view.Group(f.Resource.Name)
		switch {
		case g == nil || listed == nil || p.view.Untold(listed.Untold, iam.InlinePart, iam.AttachedPart) != nil:
			p.leave(f, "what the group holds is not all known, or the plan deletes it")
		case p.started[Condition{KindGroup, g.name, FactAttached, nil}.about()]:
			p.leave(f, "the rest of the plan rests on what the group holds: make another plan for it afterwards")
		default:
			p.manageGroup(f, g)
		}
	}
}

func (p *planner) manageGroup(f *assess.Finding, g *holder) {
	p.startGroup(g)
	if n := len(g.attached) + len(g.inline); n > p.quota(attachedPerGroup) {
		p.leave(f, "the group would have %d managed policies, and the quota is %d", n, p.quota(attachedPerGroup))
		return
	}
	whole := true
	var moved []string
	for _, name := range sortedKeys(g.inline) {
		held := iam.InlinePolicy{Name: name, Document: g.inline[name]}
		arn, ok := p.managedOf(held)
		if !ok {
			whole = false
			p.leave(f, "inline policy %q was not read, cannot be understood, or is larger than a managed one may be", name)
			continue
		}
		p.create(arn, held)
		p.step(Join, call("AttachGroupPolicy", argGroup, g.name, argARN, arn))
		moved = append(moved, name)
	}
	var last *Step
	for _, name := range moved {
		last = p.step(Take, call("DeleteGroupPolicy", argGroup, g.name, argPolicy, name), p.contents(KindGroup, g)[0])
	}
	if last != nil && whole {
		last.closes(f)
	}
}

// managedOf is the ARN under which an inline policy becomes a managed one.
func (p *planner) managedOf(held iam.InlinePolicy) (string, bool) {
	if held.Document == nil || held.Document.Err() != nil {
		return "", false
	}
	return p.managed(held, held.Name)
}

// create makes a managed policy of an inline one, unless it is there.
func (p *planner) create(arn string, held iam.InlinePolicy) {
	if _, there := p.state.policies[arn]; !there {
		p.start(Condition{KindPolicy, arn, FactID, []string{}})
		p.step(Make, call("CreatePolicy", argPolicy, short(arn), argDocument, held.Document.Text()))
	}
}
