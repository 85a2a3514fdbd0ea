package iam

import (
	"cmp"
	"slices"

	"github.com/rollcall-iam/rollcall/internal/iam/policy"
)

// LocksOut reports whether the grant is a policy that shuts a user out.
func (g *Grant) LocksOut() bool { return policy.IsQuarantine(g.ARN) || policy.IsDenyAll(g.ARN) }

func (p PolicyRef) locksOut() bool { return policy.IsQuarantine(p.ARN) || policy.IsDenyAll(p.ARN) }

// Lockouts returns the policies that shut a user out, directly or through a
// group, and why there may be more of them.
func (v *View) Lockouts(u *Subject) ([]Grant, *Gap) {
	if u.Grants != nil && !slices.ContainsFunc(u.Grants.Attached, PolicyRef.locksOut) {
		if m := v.membership(u); !m.locks { // as for nearly everybody
			return nil, cmp.Or(v.Untold(u.Grants.Untold, AttachedPart, GroupsPart), m.gap)
		}
	}
	grants, gap := v.Grants(u)
	var out []Grant
	for i := range grants {
		if grants[i].LocksOut() {
			out = append(out, grants[i])
		}
	}
	return out, gap
}
