package fix

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/rollcall-iam/rollcall/internal/assess"
	"github.com/rollcall-iam/rollcall/internal/iam"
	"github.com/rollcall-iam/rollcall/internal/iam/policy"
)

// selfService is the name of the policy by which users manage their own
// credentials, and of the group that grants it.
const selfService = "SelfManagedCredentials"

// letManageOwn plans the findings of self-managed-credentials: a group that
// grants what users need for their own credentials and nothing else.
func (p *planner) letManageOwn(findings []*assess.Finding) {
	d := policy.New(p.selfDocument())
	var joining []*iam.User
	closes := map[string]*assess.Finding{}
	for _, f := range findings {
		u := p.users[f.Resource.Name]
		if u == nil || u.Grants == nil || p.left(f, u) || !p.helps(f, u, d) {
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
func (p *planner) helps(f *assess.Finding, u *iam.User, d *policy.Document) bool {
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
