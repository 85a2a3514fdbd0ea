package iam

import (
	"slices"
	"strings"

	"github.com/rollcall-iam/rollcall/internal/iam/policy"
)

// AsksForMFA reports whether a group gives nothing to sessions without MFA,
// named exceptions aside: one statement denies them everything, or all that
// the group allows is for sessions with MFA. The gap is a policy not read.
func (v *View) AsksForMFA(g *Group) (bool, *Gap) {
	gap := v.Untold(g.Untold, InlinePart, AttachedPart)
	var allowed []policy.Statement
	for _, grant := range v.viaGroup[strings.ToLower(g.Name)] {
		if grant.Document == nil {
			gap = grant.Gap
			continue
		}
		for _, s := range grant.Document.Statements() {
			if s.Allow {
				allowed = append(allowed, s)
			} else if deniesWithoutMFA(&s) {
				return true, nil
			}
		}
	}
	if gap != nil {
		return false, gap
	}
	return len(allowed) > 0 && !slices.ContainsFunc(allowed, func(s policy.Statement) bool { return !allowsWithMFA(&s) }), nil
}

// deniesWithoutMFA reports a denial of everything, or of everything but what it
// names, to sessions without MFA and to no others.
func deniesWithoutMFA(s *policy.Statement) bool {
	return len(s.Conditions) == 1 && mfaOf(s) == withoutMFA &&
		(s.NotActions != nil || slices.Contains(s.Actions, "*")) &&
		(s.NotResources != nil || slices.ContainsFunc(s.Resources, policy.Pattern.Any))
}

// allowsWithMFA reports whether a statement is for sessions with MFA alone. A
// condition with IfExists lets access keys through, which never tell of MFA.
func allowsWithMFA(s *policy.Statement) bool {
	return slices.ContainsFunc(s.Conditions, func(c policy.Condition) bool {
		return mfaOfCondition(c) == withMFA && !strings.HasSuffix(c.Operator, "IfExists")
	})
}
