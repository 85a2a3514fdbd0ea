package awstest

import (
	"net/url"
	"slices"
	"strings"
)

type userDetail struct {
	userXML
	UserPolicyList          *members[inlineXML] `xml:",omitempty"` // left out when empty, as AWS does
	GroupList               members[string]
	AttachedManagedPolicies members[attachedXML]
	PermissionsBoundary     *boundaryXML `xml:",omitempty"`
	Tags                    members[tagXML]
}

// detail has no use of the password, as AWS has none here.
func (u *user) detail() userDetail {
	d := userDetail{userXML: u.xml(), GroupList: list(u.groups...), AttachedManagedPolicies: each(u.attached, attachedPolicy),
		PermissionsBoundary: u.boundaryXML(), Tags: each(u.tags, tag.xml)}
	d.PasswordLastUsed = ""
	if inline := each(u.inline, inline.xml); len(inline.List) > 0 {
		d.UserPolicyList = &inline
	}
	return d
}

type groupDetail struct {
	groupXML
	GroupPolicyList         members[inlineXML]
	AttachedManagedPolicies members[attachedXML]
}

func (g *group) detail() groupDetail {
	return groupDetail{g.xml(), each(g.inline, inline.xml), each(g.attached, attachedPolicy)}
}

type policyDetail struct {
	policyXML
	PolicyVersionList members[versionXML]
}

func (s *state) policyDetail(p *managed) policyDetail {
	return policyDetail{s.policyXML(p), each(p.versions, p.versionXML)}
}

// details shares one page between all kinds, as AWS does.
func (s *StandIn) details(form url.Values) (any, error) {
	var out struct {
		UserDetailList  members[userDetail]
		GroupDetailList members[groupDetail]
		RoleDetailList  members[roleDetail]
		Policies        members[policyDetail]
		listing
	}
	page, end := cut(s, form, s.everything(listed(form, "Filter")))
	out.listing = end
	for _, e := range page {
		switch e := e.(type) {
		case *user:
			out.UserDetailList.List = append(out.UserDetailList.List, e.detail())
		case *group:
			out.GroupDetailList.List = append(out.GroupDetailList.List, e.detail())
		case role:
			out.RoleDetailList.List = append(out.RoleDetailList.List, e.detail())
		case *managed:
			out.Policies.List = append(out.Policies.List, s.policyDetail(e))
		}
	}
	return out, nil
}

// everything is what the account holds of some kinds; of all when none is named.
func (s *state) everything(kinds []string) (out []any) {
	wants := func(kind string) bool { return len(kinds) == 0 || slices.Contains(kinds, kind) }
	if wants("User") {
		out = appendAll(out, s.users)
	}
	if wants("Group") {
		out = appendAll(out, s.groups)
	}
	if wants("Role") {
		out = appendAll(out, s.roles)
	}
	if wants("LocalManagedPolicy") {
		out = appendAll(out, s.policies)
	}
	if wants("AWSManagedPolicy") {
		out = appendAll(out, s.usedOfAWS())
	}
	return out
}

func appendAll[T any](out []any, list []T) []any {
	for _, e := range list {
		out = append(out, e)
	}
	return out
}

// usedOfAWS are AWS's policies that somebody has, as far as their text is known.
func (s *state) usedOfAWS() (out []*managed) {
	var arns []string
	for _, u := range s.users {
		arns = append(append(arns, u.attached...), u.boundary)
	}
	for _, g := range s.groups {
		arns = append(arns, g.attached...)
	}
	slices.Sort(arns)
	for _, arn := range slices.Compact(arns) {
		p, err := s.policy(arn)
		if err == nil && strings.HasPrefix(arn, ofAWSPrefix) && p.versions[0].document != "" {
			out = append(out, p)
		}
	}
	return out
}
