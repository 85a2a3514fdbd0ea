package fix

import (
	"slices"

	"github.com/rollcall-iam/rollcall/internal/assess"
	"github.com/rollcall-iam/rollcall/internal/iam"
)

// A heldKey is an access key that a finding is about.
type heldKey struct {
	id     string
	active bool
	used   iam.Fact[iam.Time] // last; unknown where the report does not tell
	made   iam.Time
}

// keysOf are the access keys that a finding names; nil, and the finding is left,
// where their ids or their use are not known.
func (p *planner) keysOf(f *assess.Finding) (u *iam.User, out []heldKey) {
	u = p.users[f.Resource.Name]
	if u == nil || u.Grants != nil && p.left(f, u) {
		return nil, nil
	}
	if p.breakGlass(u) {
		p.leave(f, onBreakGlass)
		return nil, nil
	}
	for _, part := range f.Parts {
		if part.Type != "access-key" {
			continue
		}
		if part.ID == "" || p.state.users[fold(u.Name)] == nil {
			p.leave(f, "the id of the key was not read (ListAccessKeys): %s", part.Text)
			return nil, nil
		}
		k := heldKey{id: part.ID, active: p.state.users[fold(u.Name)].items[FactKey][part.ID] == active}
		if part.Slot > 0 && u.Report != nil {
			k.used = u.Report.Keys[part.Slot-1].LastUsed
			k.made = u.Report.Keys[part.Slot-1].LastRotated.Value
		}
		out = append(out, k)
	}
	return u, out
}

// never reports a key that is known never to have been used.
func (k *heldKey) never() bool { return k.used.State == iam.Absent }

// status is what must be so of the key before it is touched: that it is as it
// was, and was not used since.
func (k *heldKey) status(u *iam.User) []Condition {
	status, last := inactive, never
	if k.active {
		status = active
	}
	if k.used.State == iam.Known {
		last = k.used.Value.String()
	}
	return []Condition{{KindUser, u.Name, FactKey, []string{k.id + " " + status}}, {KindUser, u.Name, FactKeyIdle, []string{k.id + " " + last}}}
}

// shut makes a key inactive, which can be undone with the same secret.
func (p *planner) shut(u *iam.User, k *heldKey) *Step {
	needs := k.status(u)
	p.start(needs...)
	s := p.once(Off, call("UpdateAccessKey", argUser, u.Name, argKey, k.id, argStatus, inactive), needs...)
	s.Leaves = []Condition{{KindUser, u.Name, FactKey, []string{k.id + " " + inactive}}}
	return s
}

// deleteKey deletes a key once it is inactive.
func (p *planner) deleteKey(u *iam.User, k *heldKey) *Step {
	needs := k.status(u)
	p.start(needs...)
	needs[0].Is = []string{k.id + " " + inactive}
	s := p.once(Gone, call("DeleteAccessKey", argUser, u.Name, argKey, k.id), needs...)
	s.Leaves = []Condition{{KindUser, u.Name, FactNoKey, []string{k.id}}}
	return s
}

// shutKeys plans the findings of unused-key: off first, so that what breaks all
// the same can be let in again.
func (p *planner) shutKeys(findings []*assess.Finding) {
	for _, f := range findings {
		u, keys := p.keysOf(f)
		p.each(f, keys, func(k *heldKey) *Step { return p.shut(u, k) })
	}
}

// each does something to keys; the last step ends the finding.
func (p *planner) each(f *assess.Finding, keys []heldKey, do func(*heldKey) *Step) {
	for i := range keys {
		last := do(&keys[i])
		if i == len(keys)-1 {
			last.closes(f)
		}
	}
}

// deleteKeys plans the findings of inactive-key.
func (p *planner) deleteKeys(findings []*assess.Finding) {
	for _, f := range findings {
		u, keys := p.keysOf(f)
		p.each(f, keys, func(k *heldKey) *Step { return p.deleteKey(u, k) })
	}
}

// deleteSetupKeys plans the findings of key-at-setup: a key that nobody ever
// used goes, one in use must be rotated by its owner.
func (p *planner) deleteSetupKeys(findings []*assess.Finding) {
	for _, f := range findings {
		u, keys := p.keysOf(f)
		if i := slices.IndexFunc(keys, func(k heldKey) bool { return !k.never() }); i >= 0 {
			p.leave(f, "key %s has been used, or that is not known: its owner makes a new one, moves over to it and deletes this one", keys[i].id)
			continue
		}
		p.each(f, keys, func(k *heldKey) *Step {
			if k.active {
				p.shut(u, k)
			}
			return p.deleteKey(u, k)
		})
	}
}

// spareKeys plans the findings of several-active-keys: where all but one were
// never used, those are shut off.
func (p *planner) spareKeys(findings []*assess.Finding) {
	for _, f := range findings {
		u, keys := p.keysOf(f)
		if len(keys) == 0 {
			continue
		}
		// The one to keep is used, or the youngest of those that never were.
		slices.SortStableFunc(keys, func(a, b heldKey) int {
			if a.never() != b.never() {
				return map[bool]int{true: -1, false: 1}[a.never()]
			}
			return int(a.made - b.made)
		})
		spare := keys[:len(keys)-1]
		if i := slices.IndexFunc(spare, func(k heldKey) bool { return !k.never() }); i >= 0 {
			p.leave(f, "several keys have been used, or that is not known: the owner says which is to stay")
			continue
		}
		if !p.keeps(u, spare) {
			p.leave(f, anotherKey)
			continue
		}
		p.each(f, spare, func(k *heldKey) *Step { return p.shut(u, k) })
	}
}

// deletePasswords plans the findings of unused-password.
func (p *planner) deletePasswords(findings []*assess.Finding) {
	p.lose(findings)
	for _, f := range findings {
		u := p.users[f.Resource.Name]
		switch {
		case u == nil || p.state.users[fold(u.Name)] == nil || !p.state.users[fold(u.Name)].password:
			p.leave(f, "nothing tells what the user has")
			continue
		case p.left(f, u) || p.guarded(f, u, false):
			continue
		}
		p.dropPassword(u).closes(f)
	}
}

// dropPassword deletes a password that is not used after it last was.
func (p *planner) dropPassword(u *iam.User) *Step {
	used := u.PasswordLastUsed
	if used.State == iam.Unknown && u.Report != nil {
		used = u.Report.PasswordLastUsed
	}
	last := never
	if used.State == iam.Known {
		last = used.Value.String()
	}
	return p.deletePassword(u, Condition{KindUser, u.Name, FactPassIdle, []string{last}})
}

// rotated plans the findings of key-rotation where the owner has moved over to a
// younger key, and the old one was not used since that was made.
func (p *planner) rotated(findings []*assess.Finding) {
	for _, f := range findings {
		u, keys := p.keysOf(f)
		if i := slices.IndexFunc(keys, func(k heldKey) bool { return !k.succeeded(u) }); i >= 0 {
			p.leave(f, "key %s is what its owner works with: they make a new one and move over to it; then a plan can shut this one off", keys[i].id)
			continue
		}
		if !p.keeps(u, keys) {
			p.leave(f, anotherKey)
			continue
		}
		p.each(f, keys, func(k *heldKey) *Step { return p.shut(u, k) })
	}
}

const anotherKey = "the plan shuts off the user's other key too, or there is none that is active"

// keeps reports whether a user is left with an active key when some go.
func (p *planner) keeps(u *iam.User, going []heldKey) bool {
	for id, status := range p.state.users[fold(u.Name)].items[FactKey] {
		if status == active && !slices.ContainsFunc(going, func(k heldKey) bool { return k.id == id }) {
			return true
		}
	}
	return false
}

// succeeded reports a key whose owner has moved over to a younger one: that has
// been used, and this one was not since then.
func (k *heldKey) succeeded(u *iam.User) bool {
	if u.Report == nil || k.used.State == iam.Unknown {
		return false
	}
	return slices.ContainsFunc(u.Report.Keys[:], func(other iam.KeySlot) bool {
		return other.Active == iam.Is(true) && other.LastRotated.State == iam.Known && other.LastRotated.Value > max(k.made, k.used.Value) && other.LastUsed.State == iam.Known
	})
}

// shutUnused plans the findings of unused-user: what the user could work with is
// shut off, so that the user has no way in.
func (p *planner) shutUnused(findings []*assess.Finding) {
	p.lose(findings)
	for _, f := range findings {
		u := p.users[f.Resource.Name]
		if u == nil || u.Report == nil || p.state.users[fold(u.Name)] == nil {
			p.leave(f, "nothing tells what the user has")
			continue
		}
		if p.left(f, u) || p.guarded(f, u, false) {
			continue
		}
		list, ok := listed(u, itemKinds[0])
		if !ok {
			p.leave(f, "the ids of the keys were not read (ListAccessKeys)")
			continue
		}
		var last *Step
		for _, c := range list {
			if c.status == active {
				last = p.shut(u, &heldKey{id: c.id, active: true, used: lastKeyUse(u)})
			}
		}
		if p.state.users[fold(u.Name)].password {
			last = p.dropPassword(u)
		}
		if last != nil {
			last.closes(f)
		}
	}
}

// lastKeyUse is when any key of the user was last used.
func lastKeyUse(u *iam.User) iam.Fact[iam.Time] {
	out := iam.None[iam.Time]()
	for _, k := range u.Report.Keys {
		if k.LastUsed.State == iam.Known && k.LastUsed.Value > out.Value {
			out = k.LastUsed
		}
	}
	return out
}
