package iam

import (
	"encoding/binary"
	"slices"
	"strings"

	"github.com/rollcall-iam/rollcall/internal/iam/policy"
)

// A membership is what users get by belonging to the same groups. Most users
// of an account share a few of them, so what is worked out of one is kept.
type membership struct {
	grants  []Grant
	gap     *Gap    // a group that was not read
	missing *Gap    // the last grant's that has no document
	reaches []reach // of all documents
	locks   bool    // one of them shuts its holder out
	touches bool    // some of them allow something on the credentials of others
	// tallies are of self-service, by the ARNs of users without their names; nil
	// where what a statement covers depends on the name.
	tallies map[string]*tally
}

// A Subject is a user of whom more than one thing is asked: what they get by
// their groups is looked up the first time and kept.
type Subject struct {
	*User
	groups *membership
}

// membership is that of the user's groups; the user's grants are known.
func (v *View) membership(s *Subject) *membership {
	if s.groups == nil {
		s.groups = v.membershipOf(s.Grants.Groups)
	}
	return s.groups
}

// membershipOf is that of some groups, in their order.
func (v *View) membershipOf(groups []string) *membership {
	key := v.key[:0]
	for _, name := range groups { // with its length, so that no name can look like two
		key = append(binary.LittleEndian.AppendUint32(key, uint32(len(name))), name...) //nolint:gosec // no file has names of 4 GB
	}
	v.key = key
	m, ok := v.memberships[string(key)]
	if !ok {
		m = v.join(groups)
		v.memberships[string(key)] = m
	}
	return m
}

func (v *View) join(groups []string) *membership {
	m := &membership{tallies: map[string]*tally{}}
	for _, name := range groups {
		grants, ok := v.viaGroup[strings.ToLower(name)]
		if !ok {
			m.gap = v.GroupGap(name)
		} else if gap := v.Untold(v.groups[strings.ToLower(name)].Untold, InlinePart, AttachedPart); gap != nil {
			m.gap = gap
		}
		m.grants = append(m.grants, grants...)
	}
	for _, g := range m.grants {
		m.locks = m.locks || g.LocksOut()
		if g.Document == nil {
			m.missing = g.Gap
			continue
		}
		m.reaches = append(m.reaches, v.reach(g.Document)...)
	}
	m.touches = touches(m.reaches)
	return m
}

// touches reports whether a statement allows something that gives or takes a
// way in, and may be on somebody else.
func touches(reaches []reach) bool {
	return slices.ContainsFunc(reaches, func(r reach) bool {
		return r.Allow && r.actions&otherActions != 0 && !r.ownOnly()
	})
}

// ownOnly reports whether the statement is about whoever makes use of it.
func (r reach) ownOnly() bool {
	return r.NotResources == nil && !slices.ContainsFunc(r.Resources, func(p policy.Pattern) bool { return !p.OwnOnly() })
}

// tally adds up what the groups allow a user on themselves.
func (m *membership) tally(o *own) tally {
	base, named := strings.CutSuffix(o.ARN, o.Name)
	if !named {
		return tallyOf(o, m.reaches)
	}
	t, known := m.tallies[base]
	if !known {
		if sum := tallyOf(o, m.reaches); m.uniform(base, strings.TrimSuffix(o.device(), o.Name)) {
			t = &sum
		}
		m.tallies[base] = t
	}
	if t == nil {
		return tallyOf(o, m.reaches)
	}
	return *t
}

// uniform reports whether all users whose ARNs, and whose devices' ARNs,
// differ in the name alone are covered alike.
func (m *membership) uniform(user, device string) bool {
	for _, r := range m.reaches {
		for _, p := range r.Resources {
			if !p.Uniform(user) || !p.Uniform(device) {
				return false
			}
		}
		for _, p := range r.NotResources {
			if !p.Uniform(user) || !p.Uniform(device) {
				return false
			}
		}
	}
	return true
}
