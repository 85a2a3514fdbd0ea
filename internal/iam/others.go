package iam

import (
	"github.com/rollcall-iam/rollcall/internal/iam/policy"
)

// A CredentialGrant is a policy by which a user may change the credentials of
// other users.
type CredentialGrant struct {
	Grant
	Actions     []string
	Conditional bool // every statement concerned has a condition
}

// CredentialsOfOthers returns the grants by which a user may change other
// users' passwords, keys or MFA devices, or why that cannot be told. What a
// boundary or one plain denial takes away is left out.
func (v *View) CredentialsOfOthers(u *Subject) ([]CredentialGrant, *Gap) {
	if u.Root {
		return nil, nil
	}
	if u.Grants != nil && !v.mayTouch(u) {
		return nil, nil
	}
	grants, gap := v.Grants(u)
	o := v.others(u.User)
	for i := range grants {
		if grants[i].Document == nil {
			gap = grants[i].Gap
			continue
		}
		for _, r := range v.reach(grants[i].Document) {
			o.deny(r)
		}
	}
	if o.deniesAll() {
		return nil, nil
	}
	if gap != nil {
		return nil, gap
	}
	gap = v.bound(&o, u.User)
	var out []CredentialGrant
	for _, g := range grants {
		if set, conditional := o.granted(v.reach(g.Document)); set != 0 {
			out = append(out, CredentialGrant{g, v.names(set), conditional})
		}
	}
	if gap != nil && len(out) > 0 { // the boundary may take all of it away
		return nil, gap
	}
	return out, nil
}

// mayTouch reports whether anything the user is granted may be about the
// credentials of others; what was not read may.
func (v *View) mayTouch(u *Subject) bool {
	m := v.membership(u)
	if m.touches || m.missing != nil || m.gap != nil || v.moreGrants(u.User) != nil {
		return true
	}
	for _, g := range v.direct(u.User) {
		if g.Document == nil || touches(v.reach(g.Document)) {
			return true
		}
	}
	return false
}

// bound adds the user's boundary, if there is one.
func (v *View) bound(o *others, u *User) *Gap {
	d, gap := v.boundary(u)
	if gap != nil || d == nil {
		return gap
	}
	o.bounded, o.boundary = true, v.reach(d)
	for _, r := range o.boundary {
		o.deny(r)
	}
	return nil
}

// others works out what reaches other users than this one.
type others struct {
	name     string
	users    policy.Pattern // every user of the account
	denials  []reach        // without condition
	bounded  bool
	boundary []reach
}

func (v *View) others(u *User) others {
	arn, _ := ParseARN(u.ARN)
	prefix := "arn:" + arn.Partition + ":iam::" + arn.Account + ":"
	all, ok := v.everybody[prefix]
	if !ok {
		all = policy.ParsePattern(prefix+"user/*", false)
		v.everybody[prefix] = all
	}
	return others{name: u.Name, users: all}
}

// deny notes a plain denial.
func (o *others) deny(r reach) {
	if !r.Allow && len(r.Conditions) == 0 && r.actions&otherActions != 0 {
		o.denials = append(o.denials, r)
	}
}

// deniesAll reports whether nothing on other users is left, whatever is granted.
func (o *others) deniesAll() bool {
	var denied actionSet
	for _, d := range o.denials {
		if o.covers(d, o.users) {
			denied |= d.actions
		}
	}
	return denied&otherActions == otherActions
}

// granted are the actions on somebody else that statements allow and nothing
// takes away, and whether all of those statements have conditions.
func (o *others) granted(reaches []reach) (set actionSet, conditional bool) {
	conditional = true
	for _, r := range reaches {
		if !r.Allow {
			continue
		}
		for _, p := range o.targets(r.Statement) {
			left, free := o.left(r.actions&otherActions, p)
			set |= left
			if left != 0 && free && len(r.Conditions) == 0 {
				conditional = false
			}
		}
	}
	return set, conditional && set != 0
}

// targets are the patterns by which a statement names other users.
func (o *others) targets(s *policy.Statement) []policy.Pattern {
	if s.NotResources != nil {
		for _, p := range s.NotResources {
			if p.Covers(o.users) {
				return nil
			}
		}
		return []policy.Pattern{o.users}
	}
	var out []policy.Pattern
	for _, p := range s.Resources {
		if p.Any() {
			return []policy.Pattern{o.users}
		}
		if !p.NobodyBut(o.name) && p.OverlapsARN(o.users) {
			out = append(out, p)
		}
	}
	return out
}

// left are the actions on a pattern that no denial takes away and the
// boundary lets through; free says that the boundary does so without condition.
func (o *others) left(set actionSet, p policy.Pattern) (left actionSet, free bool) {
	for _, d := range o.denials {
		if set&d.actions != 0 && o.covers(d, p) {
			set &^= d.actions
		}
	}
	if !o.bounded || set == 0 {
		return set, true
	}
	var through actionSet
	for _, b := range o.boundary {
		if b.Allow && set&b.actions != 0 && o.meets(b.Statement, p) {
			through |= set & b.actions
			free = free || len(b.Conditions) == 0
		}
	}
	return through, free
}

// covers reports whether a statement applies to everybody a pattern names,
// this user aside.
func (o *others) covers(r reach, p policy.Pattern) bool {
	if r.NotResources != nil {
		for _, q := range r.NotResources {
			if !q.NobodyBut(o.name) && q.OverlapsARN(p) {
				return false
			}
		}
		return true
	}
	for _, q := range r.Resources {
		if q.Covers(p) {
			return true
		}
	}
	return false
}

// meets reports whether a statement may apply to somebody else a pattern names.
func (o *others) meets(s *policy.Statement, p policy.Pattern) bool {
	for _, q := range o.targets(s) {
		if q.OverlapsARN(p) {
			return true
		}
	}
	return false
}
