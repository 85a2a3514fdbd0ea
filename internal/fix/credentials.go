package fix

import (
	"slices"
	"strings"

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
func (p *planner) keysOf(f assess.Finding) (u *iam.User, out []heldKey) {
	u = p.users[f.Resource.Name]
	if u == nil || u.Grants != nil && p.ofStack(f, u) {
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
func (p *planner) shutKeys(findings []assess.Finding) {
	for _, f := range findings {
		u, keys := p.keysOf(f)
		for i := range keys {
			last := p.shut(u, &keys[i])
			if i == len(keys)-1 {
				last.closes(f)
			}
		}
	}
}

// deleteKeys plans the findings of inactive-key.
func (p *planner) deleteKeys(findings []assess.Finding) {
	for _, f := range findings {
		u, keys := p.keysOf(f)
		for i := range keys {
			last := p.deleteKey(u, &keys[i])
			if i == len(keys)-1 {
				last.closes(f)
			}
		}
	}
}

// deleteSetupKeys plans the findings of key-at-setup: a key that nobody ever
// used goes, one in use must be rotated by its owner.
func (p *planner) deleteSetupKeys(findings []assess.Finding) {
	for _, f := range findings {
		u, keys := p.keysOf(f)
		if i := slices.IndexFunc(keys, func(k heldKey) bool { return !k.never() }); i >= 0 {
			p.leave(f, "key %s has been used, or that is not known: its owner makes a new one, moves over to it and deletes this one", keys[i].id)
			continue
		}
		for i := range keys {
			if keys[i].active {
				p.shut(u, &keys[i])
			}
			last := p.deleteKey(u, &keys[i])
			if i == len(keys)-1 {
				last.closes(f)
			}
		}
	}
}

// spareKeys plans the findings of several-active-keys: where all but one were
// never used, those are shut off.
func (p *planner) spareKeys(findings []assess.Finding) {
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
		for i := range spare {
			last := p.shut(u, &spare[i])
			if i == len(spare)-1 {
				last.closes(f)
			}
		}
	}
}

// deletePasswords plans the findings of unused-password.
func (p *planner) deletePasswords(findings []assess.Finding) {
	for _, f := range findings {
		u := p.users[f.Resource.Name]
		switch {
		case u == nil || p.state.users[fold(u.Name)] == nil || !p.state.users[fold(u.Name)].password:
			p.leave(f, "nothing tells what the user has")
			continue
		case p.ofStack(f, u):
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

// deleteGroups plans the findings of empty-group: what is in the group goes
// first. It can be made again with the same name and policies, and has another
// id then, which no policy can name.
func (p *planner) deleteGroups(findings []assess.Finding) {
	for _, f := range findings {
		g := p.state.groups[fold(f.Resource.Name)]
		listed, _ := p.view.Group(f.Resource.Name)
		switch {
		case g == nil || listed == nil || p.view.Untold(listed.Untold, iam.InlinePart, iam.AttachedPart) != nil:
			p.leave(f, "what the group holds is not all known")
			continue
		case slices.ContainsFunc(p.Keep, func(name string) bool { return strings.EqualFold(name, g.name) }):
			p.leave(f, "the configuration names the group")
			continue
		case slices.ContainsFunc(listed.Inline, func(held iam.InlinePolicy) bool { return held.Document == nil }):
			p.leave(f, "an inline policy of the group was not read, so that it could not be brought back")
			continue
		}
		empty := Condition{KindGroup, g.name, FactMembers, []string{}}
		p.startGroup(g)
		p.start(empty)
		for _, arn := range sorted(g.attached) {
			p.step(Gone, call("DetachGroupPolicy", argGroup, g.name, argARN, arn), empty)
		}
		for _, name := range sortedKeys(g.inline) {
			p.step(Gone, call("DeleteGroupPolicy", argGroup, g.name, argPolicy, name), empty)
		}
		p.step(Gone, call("DeleteGroup", argGroup, g.name), empty).closes(f)
	}
}
