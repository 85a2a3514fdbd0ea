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
// boundary or a plain denial takes away is left out.
func (v *View) CredentialsOfOthers(u *User) ([]CredentialGrant, *Gap) {
	if u.Root {
		return nil, nil
	}
	grants, gap := v.Grants(u)
	if gap != nil {
		return nil, gap
	}
	o := v.others(u)
	limit, denied := otherActions, actionSet(0)
	for i := range grants {
		if grants[i].Document == nil {
			return nil, grants[i].Gap
		}
		denied |= o.denied(v.reach(grants[i].Document))
	}
	if u.Grants.Boundary.ARN != "" {
		d, gap := v.Document(u.Grants.Boundary.ARN)
		if gap != nil {
			return nil, gap
		}
		limit, _ = o.allowed(v.reach(d))
		denied |= o.denied(v.reach(d))
	}
	var out []CredentialGrant
	for _, g := range grants {
		set, conditional := o.allowed(v.reach(g.Document))
		if set = set & limit &^ denied; set != 0 {
			out = append(out, CredentialGrant{g, v.names(set), conditional})
		}
	}
	return out, nil
}

// others tells a user's own resources from those of all users of the account.
type others struct {
	name string
	everybody
}

// everybody is all users of an account, and all their virtual devices.
type everybody struct{ users, devices policy.Pattern }

func (v *View) others(u *User) others {
	arn, _ := ParseARN(u.ARN)
	prefix := "arn:" + arn.Partition + ":iam::" + arn.Account + ":"
	all, ok := v.everybody[prefix]
	if !ok {
		all = everybody{policy.ParsePattern(prefix+"user/*", false), policy.ParsePattern(prefix+"mfa/*", false)}
		v.everybody[prefix] = all
	}
	return others{u.Name, all}
}

// allowed are the actions that statements allow on somebody else, and whether
// each of those statements has a condition.
func (o others) allowed(reaches []reach) (set actionSet, conditional bool) {
	conditional = true
	for _, r := range reaches {
		if !r.Allow {
			continue
		}
		if hit := o.reached(r); hit != 0 {
			set |= hit
			conditional = conditional && len(r.Conditions) > 0
		}
	}
	return set, conditional && set != 0
}

func (o others) reached(r reach) (set actionSet) {
	if a := r.actions & otherActions &^ deviceActions; a != 0 && o.touches(r.Statement, o.users) {
		set |= a
	}
	if a := r.actions & otherActions & deviceActions; a != 0 && o.touches(r.Statement, o.devices) {
		set |= a
	}
	return set
}

// touches reports whether a statement applies to one of all that is not the
// user's own.
func (o others) touches(s *policy.Statement, all policy.Pattern) bool {
	if s.NotResources != nil {
		for _, p := range s.NotResources {
			if p.Covers(all) {
				return false
			}
		}
		return true
	}
	for _, p := range s.Resources {
		if p.Any() || !p.OwnedBy(o.name) && p.Overlaps(all) {
			return true
		}
	}
	return false
}

// denied are the actions that statements deny on everybody else, without
// condition.
func (o others) denied(reaches []reach) (set actionSet) {
	for _, r := range reaches {
		if r.Allow || len(r.Conditions) > 0 {
			continue
		}
		if o.coversAll(r.Statement, o.users) {
			set |= r.actions &^ deviceActions
		}
		if o.coversAll(r.Statement, o.devices) {
			set |= r.actions & deviceActions
		}
	}
	return set
}

func (o others) coversAll(s *policy.Statement, all policy.Pattern) bool {
	if s.NotResources != nil {
		for _, p := range s.NotResources {
			if !p.OwnedBy(o.name) && p.Overlaps(all) {
				return false
			}
		}
		return true
	}
	for _, p := range s.Resources {
		if p.Covers(all) {
			return true
		}
	}
	return false
}
