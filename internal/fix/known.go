package fix

import (
	"slices"
	"strings"

	"github.com/rollcall-iam/rollcall/internal/iam"
)

// Known reads facts off a snapshot: what conditions are compared with, without
// a call for each. ok is false for a fact that the snapshot does not hold.
func Known(s *iam.Snapshot) func(Condition) (is []string, ok bool) {
	if s.Source(iam.Details).State != iam.Read {
		return func(Condition) ([]string, bool) { return nil, false }
	}
	st, v := newState(s), iam.NewView(s)
	return func(c Condition) ([]string, bool) {
		switch c.Kind {
		case KindUser:
			return st.ofUser(c, userIn(s, c.Name))
		case KindGroup:
			listed, _ := v.Group(c.Name)
			return st.ofGroup(c, listed)
		}
		return nil, false // policies and the password policy are few
	}
}

func userIn(s *iam.Snapshot, name string) *iam.User {
	i, found := slices.BinarySearchFunc(s.Users, name, func(u iam.User, name string) int {
		if u.Root {
			return -1
		}
		return strings.Compare(fold(u.Name), fold(name))
	})
	if !found {
		return nil
	}
	return &s.Users[i]
}

func (st *state) ofUser(c Condition, u *iam.User) ([]string, bool) {
	if u == nil || u.Grants == nil || len(u.Grants.Untold) > 0 {
		return nil, false
	}
	h := st.users[fold(u.Name)]
	switch c.Fact {
	case FactID:
		return []string{u.ID}, u.ID != ""
	case FactAttached:
		return sorted(h.attached), true
	case FactInline:
		return st.inlineOf(h)
	case FactGroups, FactMember:
		return groupsOf(u), true
	}
	return nil, false
}

func (st *state) ofGroup(c Condition, listed *iam.Group) ([]string, bool) {
	if listed == nil || len(listed.Untold) > 0 {
		return nil, false
	}
	h := st.groups[fold(listed.Name)]
	switch c.Fact {
	case FactID:
		return []string{listed.ID}, listed.ID != ""
	case FactAttached:
		return sorted(h.attached), true
	case FactInline:
		return st.inlineOf(h)
	}
	return nil, false
}

func (st *state) inlineOf(h *holder) (out []string, ok bool) {
	for _, name := range sortedKeys(h.inline) {
		if h.inline[name] == nil {
			return nil, false
		}
		out = append(out, name+" "+string(st.id(h.inline[name])))
	}
	return out, true
}
