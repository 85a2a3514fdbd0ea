package iam

import (
	"slices"
	"strings"
)

// Holders are the names of those that have a managed policy attached, in the
// order of the snapshot.
type Holders struct {
	Users, Groups, Roles []string

	last int // the number of the holder added last
}

// Holders returns who has the policy of this ARN, as far as they were listed.
func (v *View) Holders(arn string) Holders {
	if v.holders == nil {
		v.indexHolders()
	}
	if h := v.holders[arn]; h != nil {
		return *h
	}
	return Holders{}
}

func (v *View) indexHolders() {
	v.holders = make(map[string]*Holders, len(v.Policies))
	nth := 0
	add := func(attached []PolicyRef, name string, names func(*Holders) *[]string) {
		nth++
		for _, ref := range attached {
			h := v.holders[ref.ARN]
			if h == nil {
				h = &Holders{}
				v.holders[ref.ARN] = h
			}
			if h.last != nth { // a hostile file may attach it twice
				h.last = nth
				list := names(h)
				*list = append(*list, name)
			}
		}
	}
	for i := range v.Users {
		if u := &v.Users[i]; u.Grants != nil {
			add(u.Grants.Attached, u.Name, func(h *Holders) *[]string { return &h.Users })
		}
	}
	for i := range v.Groups {
		add(v.Groups[i].Attached, v.Groups[i].Name, func(h *Holders) *[]string { return &h.Groups })
	}
	for i := range v.Roles {
		add(v.Roles[i].Attached, v.Roles[i].Name, func(h *Holders) *[]string { return &h.Roles })
	}
}

// Members returns the names of the users in a group, whose name is compared
// without case, as far as they were listed.
func (v *View) Members(group string) []string {
	if v.members == nil {
		v.indexMembers()
	}
	return v.members[strings.ToLower(group)]
}

func (v *View) indexMembers() {
	v.members = make(map[string][]string, len(v.Groups))
	for i := range v.Users {
		u := &v.Users[i]
		if u.Grants == nil {
			continue
		}
		groups := make([]string, len(u.Grants.Groups))
		for j, name := range u.Grants.Groups {
			groups[j] = strings.ToLower(name)
		}
		slices.Sort(groups)
		for _, name := range slices.Compact(groups) {
			v.members[name] = append(v.members[name], u.Name)
		}
	}
}
