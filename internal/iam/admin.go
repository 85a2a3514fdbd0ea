package iam

import (
	"strings"

	"github.com/rollcall-iam/rollcall/internal/iam/policy"
)

// AdminLevel is how much of an administrator everything a user is granted
// makes of them, less what their boundary and plain denials take away.
func (v *View) AdminLevel(u *Subject) (policy.AdminLevel, *Gap) {
	grants, gap := v.Grants(u)
	if gap != nil {
		return policy.AdminNone, gap
	}
	level := policy.AdminNone
	for _, g := range grants {
		if g.Document == nil {
			return policy.AdminNone, g.Gap
		}
		level = max(level, g.Document.Admin())
	}
	if level == policy.AdminNone || u.Grants == nil {
		return level, nil
	}
	for _, g := range grants {
		if g.Document.DeniesIAM() {
			return policy.AdminNone, nil
		}
	}
	return v.bounded(u.User, level)
}

// An AdminGrant makes a user an administrator of a level, which a boundary may have cut
// down.
type AdminGrant struct {
	Grant
	Level policy.AdminLevel
}

// AdminGrants are the grants that make a user an administrator of AdminLevel's level, or
// would of a higher one; none of whoever is no administrator.
func (v *View) AdminGrants(u *Subject) (out []AdminGrant, gap *Gap) {
	level, gap := v.AdminLevel(u)
	if gap != nil || level == policy.AdminNone {
		return nil, gap
	}
	grants, _ := v.Grants(u) // known, as the level is
	for _, g := range grants {
		if g.Document.Admin() >= level {
			out = append(out, AdminGrant{g, level})
		}
	}
	return out, nil
}

// GroupAdminLevel is how much of an administrator a group makes its members.
func (v *View) GroupAdminLevel(g *Group) (policy.AdminLevel, *Gap) {
	level, gap := policy.AdminNone, v.Untold(g.Untold, InlinePart, AttachedPart)
	for _, grant := range v.viaGroup[strings.ToLower(g.Name)] {
		if grant.Document == nil {
			gap = grant.Gap
			continue
		}
		if grant.Document.DeniesIAM() {
			return policy.AdminNone, nil
		}
		level = max(level, grant.Document.Admin())
	}
	return level, gap
}

// bounded cuts a level down to what the boundary lets through: only one that
// allows everything lets an administrator be.
func (v *View) bounded(u *User, level policy.AdminLevel) (policy.AdminLevel, *Gap) {
	d, gap := v.boundary(u)
	switch {
	case gap != nil:
		return policy.AdminNone, gap
	case d == nil:
		return level, nil
	case d.DeniesIAM():
		return policy.AdminNone, nil
	}
	return min(level, d.Admin()), nil
}
