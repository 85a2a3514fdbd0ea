package fix

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/rollcall-iam/rollcall/internal/assess"
	"github.com/rollcall-iam/rollcall/internal/gsl"
	"github.com/rollcall-iam/rollcall/internal/iam"
	"github.com/rollcall-iam/rollcall/internal/iam/policy"
)

// selfService is the name of the policy by which users manage their own
// credentials, and of the group that grants it.
const selfService = "SelfManagedCredentials"

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

// letManageOwn plans the findings of self-managed-credentials: a group that
// grants what users need for their own credentials and nothing else.
func (p *planner) letManageOwn(findings []assess.Finding) {
	d := policy.New(p.selfDocument())
	var joining []*iam.User
	closes := map[string]assess.Finding{}
	for _, f := range findings {
		u := p.users[f.Resource.Name]
		if u == nil || u.Grants == nil || p.ofStack(f, u) || !p.helps(f, u, d) {
			continue
		}
		if n := len(p.state.users[fold(u.Name)].groups) + 1; n > p.quota(groupsPerUser) {
			p.leave(f, "the user would be in %d groups, and the quota is %d", n, p.quota(groupsPerUser))
			continue
		}
		joining, closes[u.Name] = append(joining, u), f
	}
	if len(joining) == 0 {
		return
	}
	g := p.ownGroup(d)
	for _, u := range joining {
		p.join(u, g).closes(closes[u.Name])
	}
}

// helps reports whether the policy is what the user lacks; else a denial or a
// boundary stands against it.
func (p *planner) helps(f assess.Finding, u *iam.User, d *policy.Document) bool {
	with, grants := *u, *u.Grants
	grants.Inline = append(slices.Clone(grants.Inline), iam.InlinePolicy{Name: selfService, Document: d})
	with.Grants = &grants
	missing, gap := p.view.MissingSelfService(&iam.Subject{User: &with})
	wanted := Texts(p.Settings[f.Rule]["actions"])
	missing = slices.DeleteFunc(slices.Clone(missing), func(a string) bool { return !slices.Contains(wanted, a) })
	switch {
	case gap != nil:
		p.leave(f, "what the user may do is not all known: %s", gap)
	case len(missing) > 0:
		p.leave(f, "a policy or the boundary denies %s: a grant would not help", strings.Join(missing, ", "))
	}
	return gap == nil && len(missing) == 0
}

// ownGroup is a group that grants the document and nothing else: one there is,
// or a new one.
func (p *planner) ownGroup(d *policy.Document) *holder {
	for _, g := range p.granting[p.state.id(d)] {
		if len(p.state.holds(g)) == 1 {
			return g
		}
	}
	name := p.Group
	if name == "" {
		name = selfService
	}
	held := iam.InlinePolicy{Name: selfService, Document: d}
	arn, ok := p.names.made[p.state.id(d)]
	if !ok {
		arn = p.state.account.ARN("policy/" + free(p.names.policies, selfService))
		p.names.made[p.state.id(d)] = arn
		p.names.customers++
	}
	h := &home{name: free(p.names.groups, name), made: true, attached: []string{arn}, managed: map[string]iam.InlinePolicy{arn: held}}
	p.make(h)
	return p.state.groups[fold(h.name)]
}

// selfDocument is the policy for this account. Users with a path are meant too,
// and a virtual device is named like its user.
func (p *planner) selfDocument() string {
	type statement struct {
		Sid, Effect string
		Action      []string
		Resource    []string
	}
	own := func(kind string) string { return p.state.account.ARN(kind + "/${aws:username}") }
	doc := struct {
		Version   string
		Statement []statement
	}{"2012-10-17", []statement{
		{"OwnCredentials", "Allow", []string{"iam:ChangePassword", "iam:CreateAccessKey", "iam:DeactivateMFADevice", "iam:DeleteAccessKey", "iam:EnableMFADevice",
			"iam:GetUser", "iam:ListAccessKeys", "iam:ListMFADevices", "iam:ResyncMFADevice", "iam:UpdateAccessKey", "iam:UpdateLoginProfile"},
			[]string{own("user"), own("user/*")}},
		{"OwnDevice", "Allow", []string{"iam:CreateVirtualMFADevice", "iam:DeleteVirtualMFADevice"}, []string{own("mfa")}},
	}}
	if p.ReadPasswordPolicy {
		doc.Statement = append(doc.Statement, statement{"PasswordRules", "Allow", []string{"iam:GetAccountPasswordPolicy"}, []string{"*"}})
	}
	text, err := json.Marshal(doc)
	if err != nil {
		panic(err) // texts and lists of texts
	}
	return string(text)
}

// manageInline plans the findings of group-inline-policies: what is inline
// becomes managed, with the same text, and is taken away inline once it is there.
func (p *planner) manageInline(findings []assess.Finding) {
	for _, f := range findings {
		g := p.state.groups[fold(f.Resource.Name)]
		listed, _ := p.view.Group(f.Resource.Name)
		switch {
		case g == nil || listed == nil || p.view.Untold(listed.Untold, iam.InlinePart, iam.AttachedPart) != nil:
			p.leave(f, "what the group holds is not all known, or the plan deletes it")
		case p.started[KindGroup+"\x00"+g.name+"\x00"+FactAttached]:
			p.leave(f, "the rest of the plan rests on what the group holds: make another plan for it afterwards")
		default:
			p.manageGroup(f, g)
		}
	}
}

func (p *planner) manageGroup(f assess.Finding, g *holder) {
	p.startGroup(g)
	if n := len(g.attached) + len(g.inline); n > p.quota(attachedPerGroup) {
		p.leave(f, "the group would have %d managed policies, and the quota is %d", n, p.quota(attachedPerGroup))
		return
	}
	all, whole := sortedKeys(g.inline), true
	var attached []string
	for _, name := range all {
		held := iam.InlinePolicy{Name: name, Document: g.inline[name]}
		arn, ok := p.managedOf(held)
		if !ok {
			whole = false
			p.leave(f, "inline policy %q was not read, cannot be understood, or is larger than a managed one may be", name)
			continue
		}
		p.create(arn, held)
		p.step(Join, call("AttachGroupPolicy", argGroup, g.name, argARN, arn))
		attached = append(attached, arn, name)
	}
	var last *Step
	for i := 0; i < len(attached); i += 2 {
		last = p.step(Take, call("DeleteGroupPolicy", argGroup, g.name, argPolicy, attached[i+1]), p.contents(KindGroup, g)[0])
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

// rotated plans the findings of key-rotation where the owner has moved over to a
// younger key, and the old one was not used since that was made.
func (p *planner) rotated(findings []assess.Finding) {
	for _, f := range findings {
		u, keys := p.keysOf(f)
		var last *Step
		for i := range keys {
			if !keys[i].succeeded(u) {
				p.leave(f, "key %s is what its owner works with: they make a new one and move over to it; then a plan can shut this one off", keys[i].id)
				last = nil
				break
			}
			last = p.shut(u, &keys[i])
		}
		if last != nil {
			last.closes(f)
		}
	}
}

// succeeded reports a key that was not used since a younger one was made.
func (k *heldKey) succeeded(u *iam.User) bool {
	if u.Report == nil || k.used.State == iam.Unknown {
		return false
	}
	return slices.ContainsFunc(u.Report.Keys[:], func(other iam.KeySlot) bool {
		return other.Active == iam.Is(true) && other.LastRotated.State == iam.Known && other.LastRotated.Value > max(k.made, k.used.Value)
	})
}

// shutUnused plans the findings of unused-user: what the user could work with is
// shut off, so that the user has no way in.
func (p *planner) shutUnused(findings []assess.Finding) {
	for _, f := range findings {
		u := p.users[f.Resource.Name]
		if u == nil || u.Report == nil || p.state.users[fold(u.Name)] == nil {
			p.leave(f, "nothing tells what the user has")
			continue
		}
		if p.ofStack(f, u) || p.guarded(f, u, false) {
			continue
		}
		list, ok := listed(u, itemKinds[0])
		if !ok {
			p.leave(f, "the ids of the keys were not read (ListAccessKeys)")
			continue
		}
		var last *Step
		for _, c := range list {
			if c.status == active {
				last = p.shut(u, &heldKey{id: c.id, active: true, used: lastKeyUse(u)})
			}
		}
		if p.state.users[fold(u.Name)].password {
			last = p.dropPassword(u)
		}
		if last != nil {
			last.closes(f)
		}
	}
}

// lastKeyUse is when any key of the user was last used.
func lastKeyUse(u *iam.User) iam.Fact[iam.Time] {
	out := iam.None[iam.Time]()
	for _, k := range u.Report.Keys {
		if k.LastUsed.State == iam.Known && k.LastUsed.Value > out.Value {
			out = k.LastUsed
		}
	}
	return out
}
