package entity

import (
	"strings"

	"github.com/rollcall-iam/rollcall/internal/gsl"
	"github.com/rollcall-iam/rollcall/internal/iam"
	"github.com/rollcall-iam/rollcall/internal/iam/policy"
)

// A User is an IAM user or root as rules see it. What is worked out from
// policies is worked out once, on first use.
type User struct {
	*iam.User
	account *Account
	twin    int    // how many users before this one share the ARN
	onlyIn  string // where alone the user was found, "" for everywhere
	approve func(*iam.User) Approval

	slots   [2]Key
	keys    [2]*Key // the slots that hold a key
	nkeys   int
	keysGap *iam.Gap

	redundant, missing, others gsl.Value
	done                       uint8 // which of the three were worked out
}

const (
	redundantDone = 1 << iota
	missingDone
	othersDone
)

// String is the user's name.
func (u *User) String() string { return u.Name }

func (u *User) resource() Resource {
	r := Resource{Type: "user", Name: u.Name, ARN: u.ARN, Note: u.onlyIn, Twin: u.twin}
	if u.Root {
		r.Type = "root"
	}
	if u.onlyIn != "" && u.Report != nil {
		r.Doubt = u.account.View.UserGap(u.User, iam.Details)
	}
	return r
}

// A Key is one of the credential report's two places for access keys, filled
// or not.
type Key struct {
	Slot int
	*iam.KeySlot
	user *User
}

// Describe is the key's slot, age and use in words.
func (k *Key) Describe() string {
	var b strings.Builder
	b.WriteString("access key " + string(rune('0'+k.Slot)))
	if k.Active == iam.Is(false) {
		b.WriteString(", inactive")
	}
	if k.LastRotated.State == iam.Known {
		b.WriteString(", created " + k.LastRotated.Value.String())
	}
	switch k.LastUsed.State {
	case iam.Known:
		b.WriteString(", last used " + k.LastUsed.Value.String())
	case iam.Absent:
		b.WriteString(", never used")
	}
	return b.String()
}

// String is Describe.
func (k *Key) String() string { return k.Describe() }

// readKeys collects the slots that hold a key.
func (u *User) readKeys() {
	if u.Report == nil {
		return
	}
	for i := range u.Report.Keys {
		u.slots[i] = Key{Slot: i + 1, KeySlot: &u.Report.Keys[i], user: u}
		switch present := u.slots[i].Present(); {
		case present == iam.Is(true):
			u.keys[u.nkeys] = &u.slots[i]
			u.nkeys++
		case present.State != iam.Known:
			u.keysGap = u.unsaid("access keys")
		}
	}
}

// unsaid is the gap of a column that the report has not, or does not support.
func (u *User) unsaid(what string) *iam.Gap {
	return &iam.Gap{Source: iam.CredentialReport, State: iam.Read, Note: "the credential report does not tell of the user's " + what}
}

// keyList is the List of a user's keys.
type keyList User

func (l *keyList) Len() int           { return l.nkeys }
func (l *keyList) At(i int) gsl.Value { return gsl.Object(l.keys[i]) }
func (l *keyList) Gap() any {
	if l.keysGap == nil {
		return nil
	}
	return l.keysGap
}

// report reads a fact of the user's row.
func (u *User) report(what string, f func(r *iam.ReportRow) gsl.Value) gsl.Value {
	if u.Report == nil {
		return gsl.Unknown(u.account.gap(u.User, iam.CredentialReport))
	}
	v := f(u.Report)
	if v.Kind() == gsl.UnknownKind {
		return gsl.Unknown(u.unsaid(what))
	}
	return v
}

// grants reads what the user has directly; root has nothing.
func (u *User) grants(f func(g *iam.Grants) gsl.Value) gsl.Value {
	switch {
	case u.Root:
		return gsl.Null
	case u.Grants == nil:
		return gsl.Unknown(u.account.gap(u.User, iam.Details))
	}
	return f(u.Grants)
}

// passwordLastUsed is the later of what the report and ListUsers say; ListUsers
// keeps it current within minutes.
func (u *User) passwordLastUsed() gsl.Value {
	live := u.PasswordLastUsed
	if u.Report == nil {
		if live.State != iam.Unknown {
			return date(live)
		}
		return gsl.Unknown(u.account.gap(u.User, iam.CredentialReport))
	}
	reported := u.Report.PasswordLastUsed
	switch {
	case reported.State == iam.Unknown && live.State == iam.Unknown:
		return gsl.Unknown(u.unsaid("last sign-in"))
	case reported.State != iam.Known, live.State == iam.Known && live.Value > reported.Value:
		if live.State != iam.Unknown {
			return date(live)
		}
	}
	return date(reported)
}

func (u *User) virtualMFA() gsl.Value {
	if gap, ok := u.account.gaps[iam.VirtualMFA]; ok {
		return gsl.Unknown(gap)
	}
	return gsl.Bool(len(u.VirtualMFA) > 0)
}

func (u *User) approval() Approval {
	if u.approve == nil {
		return Approval{}
	}
	return u.approve(u.User)
}

func (u *User) approved() gsl.Value {
	a := u.approval()
	if u.approve == nil {
		return gsl.Unknown(noSafelist)
	}
	if a.Approved.State != iam.Known {
		return gsl.Unknown(u.account.gap(u.User, iam.Details))
	}
	return gsl.Bool(a.Approved.Value)
}

var noSafelist = &iam.Gap{Source: iam.SafelistConfig, State: iam.NotGiven, Note: "none is configured"}

func (u *User) expiredApproval() gsl.Value {
	if s := u.approval().Expired; s != "" {
		return gsl.String(s)
	}
	return gsl.Null
}

func (u *User) adminLevel() gsl.Value {
	if u.Root {
		return gsl.String(policy.AdminExact.String())
	}
	level, gap := u.account.View.AdminLevel(u.User)
	if gap != nil {
		return gsl.Unknown(gap)
	}
	return gsl.String(level.String())
}

func (u *User) lockouts() gsl.Value {
	found, gap := u.account.View.Lockouts(u.User)
	return derived(found, gap)
}

// created is when the user was made; no source may have said.
func (u *User) created() gsl.Value {
	if u.Created == 0 {
		return gsl.Unknown(u.account.gap(u.User, iam.CredentialReport))
	}
	return moment(u.Created)
}

func (u *User) redundantGrants() gsl.Value {
	if u.done&redundantDone == 0 {
		u.done |= redundantDone
		found, gap := u.account.View.Redundant(u.User)
		u.redundant = derived(found, gap)
	}
	return u.redundant
}

func (u *User) credentialsOfOthers() gsl.Value {
	if u.done&othersDone == 0 {
		u.done |= othersDone
		found, gap := u.account.View.CredentialsOfOthers(u.User)
		u.others = derived(found, gap)
	}
	return u.others
}

func (u *User) missingSelfService() gsl.Value {
	if u.done&missingDone == 0 {
		u.done |= missingDone
		actions, gap := u.account.View.MissingSelfService(u.User)
		switch {
		case gap != nil && len(actions) == 0:
			u.missing = gsl.Unknown(gap)
		case gap != nil:
			u.missing = gsl.Partial(gsl.Strings(actions).Object().(gsl.Values), gap)
		case len(actions) == 0:
			u.missing = gsl.ListOf(noWords)
		default:
			u.missing = gsl.ListOf((*words)(&actions))
		}
	}
	return u.missing
}

var noWords = &words{}

// derived is a worked-out list, which may be known to be incomplete.
func derived[T any](found []T, gap *iam.Gap) gsl.Value {
	if len(found) == 0 {
		if gap != nil {
			return gsl.Unknown(gap)
		}
		return gsl.ListOf(noWords)
	}
	return list(&found, gap)
}

func describeCredentialGrant(g *iam.CredentialGrant) string {
	s := g.Name
	if g.Group != "" {
		s += " through group " + g.Group
	}
	if g.Conditional {
		s += " under a condition"
	}
	return s + ": " + strings.Join(g.Actions, ", ")
}
