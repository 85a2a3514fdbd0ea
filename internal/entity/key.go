package entity

import (
	"strconv"

	"github.com/rollcall-iam/rollcall/internal/gsl"
	"github.com/rollcall-iam/rollcall/internal/iam"
)

// A Key is an access key: what the credential report has in one of its two
// places, what ListAccessKeys says of it, or both.
type Key struct {
	Slot int // 1 or 2; 0 where the report does not have the key
	*iam.KeySlot
	Listed *iam.AccessKey // nil where no list has it
	user   *User
	text   string // what Describe says, once it was asked
}

// Describe is the key's place or id, age and use in words.
func (k *Key) Describe() string {
	if k.text == "" {
		k.text = k.describe()
	}
	return k.text
}

func (k *Key) describe() string {
	s := append(make([]byte, 0, 128), "access key "...) // on the stack
	switch {
	case k.Slot > 0:
		s = strconv.AppendInt(s, int64(k.Slot), 10)
	case k.Listed != nil:
		s = append(s, k.Listed.ID...)
	default:
		return "an access key that the account summary counts"
	}
	if k.active() == iam.Is(false) {
		s = append(s, ", inactive"...)
	}
	if at := k.created(); at.State == iam.Known {
		s = at.Value.Append(append(s, ", created "...))
	}
	if k.KeySlot == nil {
		return string(s)
	}
	switch k.LastUsed.State {
	case iam.Known:
		s = k.LastUsed.Value.Append(append(s, ", last used "...))
	case iam.Absent:
		s = append(s, ", never used"...)
	}
	return string(s)
}

// String is Describe.
func (k *Key) String() string { return k.Describe() }

// active is what the newer of list and report says.
func (k *Key) active() iam.Fact[bool] {
	switch {
	case k.Listed != nil && (k.KeySlot == nil || k.user.account.newer.keys):
		return iam.Is(k.Listed.Active)
	case k.KeySlot == nil:
		return iam.Fact[bool]{}
	}
	return k.Active
}

func (k *Key) created() iam.Fact[iam.Time] {
	switch {
	case k.Listed != nil:
		return iam.Is(k.Listed.Created)
	case k.KeySlot == nil:
		return iam.Fact[iam.Time]{}
	}
	return k.LastRotated
}

// id is known where the list was read and has one key only of that age.
func (k *Key) id() gsl.Value {
	if k.Listed == nil {
		if k.user.AccessKeys != nil {
			return gsl.Unknown(&iam.Gap{Source: iam.AccessKeyList, State: iam.Read, Note: "it does not have one key, and one only, of that age"})
		}
		return gsl.Unknown(k.user.account.gap(k.user.User, iam.AccessKeyList))
	}
	return gsl.String(k.Listed.ID)
}

func (k *Key) lastRotated() gsl.Value { return k.user.told(date(k.created()), "access keys") }

func (k *Key) slot() gsl.Value {
	if k.Slot == 0 {
		return gsl.Null
	}
	return gsl.Number(float64(k.Slot))
}

// unreported says why the report tells nothing of a key.
func (k *Key) unreported() *iam.Gap {
	switch {
	case k.user.Report == nil:
		return k.user.account.gap(k.user.User, iam.CredentialReport)
	case k.Listed == nil:
		return k.user.unsaid("access keys")
	}
	return k.user.unsaid("access key " + k.Listed.ID)
}

// readKeys collects the access keys there are. Where they were listed since
// the report, that says which there are and the report says of their use; else
// the report does.
func (u *User) readKeys() {
	if u.Report != nil {
		for i := range u.Report.Keys {
			u.slots[i] = Key{Slot: i + 1, KeySlot: &u.Report.Keys[i], user: u}
		}
	}
	switch {
	case u.AccessKeys != nil && (u.Report == nil || u.account.newer.keys):
		u.keys = u.listedKeys()
	case u.Report == nil:
		u.keysGap = u.account.gap(u.User, iam.CredentialReport)
	default:
		u.reportedKeys()
	}
	if u.root {
		u.countedKeys()
	}
}

func (u *User) reportedKeys() {
	u.keys = u.two[:0]
	for i := range u.slots {
		k := &u.slots[i]
		if k.LastRotated.State == iam.Known { // as nearly all that there are
			u.keys = append(u.keys, k)
			continue
		}
		switch present := k.Present(); {
		case present == iam.Is(true):
			u.keys = append(u.keys, k)
		case present.State != iam.Known:
			u.keysGap = u.unsaid("access keys")
		}
	}
	if u.AccessKeys == nil {
		return
	}
	for i := range *u.AccessKeys { // an older list still tells ids
		if slot := u.slotOf(&(*u.AccessKeys)[i]); slot != nil {
			slot.Listed = &(*u.AccessKeys)[i]
		}
	}
}

func (u *User) listedKeys() []*Key {
	var out []*Key
	for i := range *u.AccessKeys {
		k := &Key{Listed: &(*u.AccessKeys)[i], user: u}
		if slot := u.slotOf(k.Listed); slot != nil {
			k.Slot, k.KeySlot = slot.Slot, slot.KeySlot
		}
		out = append(out, k)
	}
	return out
}

// slotOf is the report's place for a listed key: the one of its age, where no
// other key and no other place is of that age.
func (u *User) slotOf(listed *iam.AccessKey) *Key {
	same := 0
	for _, k := range *u.AccessKeys {
		if k.Created == listed.Created {
			same++
		}
	}
	if u.Report == nil || same > 1 || u.slots[0].LastRotated == u.slots[1].LastRotated {
		return nil
	}
	for i := range u.slots {
		if u.slots[i].LastRotated == iam.Is(listed.Created) {
			return &u.slots[i]
		}
	}
	return nil
}

// countedKeys settles root's keys by the account summary, where it is newer
// than the report or all there is: it counts whether there are any.
func (u *User) countedKeys() {
	n, ok := u.counted("AccountAccessKeysPresent")
	switch {
	case !ok && u.Report == nil:
		u.keysGap = u.uncounted()
	case !ok || u.Report != nil && !u.account.newer.summary:
	case n == 0:
		u.keys, u.keysGap = nil, nil
	case len(u.keys) == 0:
		u.keys, u.keysGap = []*Key{{user: u}}, nil
	}
}

// keyList is the List of a user's keys.
type keyList User

func (l *keyList) Len() int           { return len(l.keys) }
func (l *keyList) At(i int) gsl.Value { return gsl.Object(l.keys[i]) }
func (l *keyList) Gap() any {
	if l.keysGap == nil {
		return nil
	}
	return l.keysGap
}

func (u *User) accessKeys() gsl.Value {
	if u.keysGap != nil && len(u.keys) == 0 {
		return gsl.Unknown(u.keysGap)
	}
	return gsl.ListOf((*keyList)(u))
}
