package file

import "slices"

// holdings are the managed policies by who has them.
type holdings struct {
	names map[string]string   // by ARN
	ids   map[string]string   // ARNs by id
	by    map[string][]string // ARNs by the holder's ARN, as the policies say
	whole bool                // they are all there are, and all who have them are here
}

func (s *scout) holders() *holdings {
	h := &holdings{names: map[string]string{}, ids: map[string]string{}, by: map[string][]string{}}
	byName := map[string]map[string]string{"users": {}, "groups": {}, "roles": {}}
	for i := range s.users {
		byName["users"][s.users[i].Name] = s.users[i].Arn
	}
	for i := range s.groups {
		byName["groups"][s.groups[i].Name] = s.groups[i].Arn
	}
	for i := range s.roles {
		byName["roles"][s.roles[i].Name] = s.roles[i].Arn
	}
	for i := range s.policies {
		p := &s.policies[i]
		h.names[p.Arn], h.ids[p.ID] = p.Name, p.Arn
		for of, list := range p.AttachedTo {
			for _, e := range list {
				if holder := byName[of][e.Name]; holder != "" {
					h.by[holder] = append(h.by[holder], p.Arn)
				}
			}
		}
	}
	h.whole = s.managedWhole()
	return h
}

// of are the ARNs of the policies that the thing or the policies say it has.
func (h *holdings) of(w *scoutGrants, n *scoutNames) []string {
	out := slices.Concat(w.ManagedPolicies, h.by[n.Arn])
	for _, id := range w.Policies.ids {
		if arn := h.ids[id]; arn != "" {
			out = append(out, arn)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// managedWhole reports whether the file bears out that all attached policies
// and all who have them were read. Only Scout2's first versions let a file do
// so: they counted everything before they read each, and left out what failed.
func (s *scout) managedWhole() bool {
	all := map[string]int{"users": len(s.users), "groups": len(s.groups), "roles": len(s.roles), "managedpolicies": len(s.policies)}
	for name, have := range all {
		if n, counted := s.counts[name]; !counted || n != have {
			return false
		}
	}
	if !s.managed || slices.ContainsFunc(s.users, func(u scoutUser) bool { return u.Created == 0 }) {
		return false
	}
	held := map[string]bool{}
	note := func(w *scoutGrants) {
		for _, arn := range w.ManagedPolicies {
			held[arn] = true
		}
	}
	for i := range s.users {
		note(&s.users[i].scoutGrants)
	}
	for i := range s.groups {
		note(&s.groups[i].scoutGrants)
	}
	for i := range s.roles {
		note(&s.roles[i].scoutGrants)
	}
	return !slices.ContainsFunc(s.policies, func(p scoutPolicy) bool { return p.PolicyDocument == nil || !held[p.Arn] })
}
