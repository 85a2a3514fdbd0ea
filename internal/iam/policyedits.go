package iam

import (
	"slices"
	"strings"

	"github.com/rollcall-iam/rollcall/internal/iam/policy"
)

// policyWrites are the actions that change what somebody is granted: policies,
// and where they are attached.
var policyWrites = []string{
	"iam:AttachGroupPolicy", "iam:AttachRolePolicy", "iam:AttachUserPolicy",
	"iam:CreatePolicy", "iam:CreatePolicyVersion", "iam:DeletePolicy", "iam:DeletePolicyVersion", "iam:SetDefaultPolicyVersion",
	"iam:DeleteGroupPolicy", "iam:DeleteRolePolicy", "iam:DeleteUserPolicy",
	"iam:DeleteRolePermissionsBoundary", "iam:DeleteUserPermissionsBoundary",
	"iam:DetachGroupPolicy", "iam:DetachRolePolicy", "iam:DetachUserPolicy",
	"iam:PutGroupPolicy", "iam:PutRolePolicy", "iam:PutUserPolicy",
	"iam:PutRolePermissionsBoundary", "iam:PutUserPermissionsBoundary", "iam:UpdateAssumeRolePolicy",
}

// PolicyEdits returns the actions by which a user may change IAM policies, on
// anything and under whatever condition, less what a plain denial of them on
// everything or the boundary takes away, or why that cannot be told.
func (v *View) PolicyEdits(u *Subject) ([]string, *Gap) {
	if u.Root {
		return nil, nil
	}
	grants, gap := v.Grants(u)
	var allowed, denied []string
	for i := range grants {
		if d := grants[i].Document; d != nil {
			allowed, denied = append(allowed, v.writes(d).allowed...), append(denied, v.writes(d).denied...)
		} else {
			gap = grants[i].Gap
		}
	}
	boundary, more := v.edge(u)
	if boundary != nil {
		denied = append(denied, v.writes(boundary).denied...)
	}
	var out []string
	for _, action := range policyWrites {
		switch {
		case !slices.Contains(allowed, action), slices.Contains(denied, action):
		case boundary != nil && !slices.Contains(v.writes(boundary).allowed, action):
		case more != nil:
			return nil, more
		default:
			out = append(out, action)
		}
	}
	return out, gap
}

// edge is the user's boundary; there is none to ask where nothing was read.
func (v *View) edge(u *Subject) (*policy.Document, *Gap) {
	if u.Grants == nil {
		return nil, nil
	}
	return v.boundary(u.User)
}

// writes are the policyWrites of a document.
type writes struct{ allowed, denied []string }

func (v *View) writes(d *policy.Document) writes {
	if w, ok := v.policyWrites[d]; ok {
		return w
	}
	var w writes
	for i := range d.Statements() {
		s := &d.Statements()[i]
		for _, action := range policyWrites {
			switch applies := s.AppliesTo(strings.ToLower(action)); {
			case applies && s.Allow:
				w.allowed = append(w.allowed, action)
			case applies && len(s.Conditions) == 0 && slices.ContainsFunc(s.Resources, policy.Pattern.Any):
				w.denied = append(w.denied, action)
			}
		}
	}
	v.policyWrites[d] = w
	return w
}
