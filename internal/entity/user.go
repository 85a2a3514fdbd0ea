package entity

import (
	"strings"

	"github.com/rollcall-iam/rollcall/internal/gsl"
	"github.com/rollcall-iam/rollcall/internal/iam"
	"github.com/rollcall-iam/rollcall/internal/iam/policy"
)

// A User is an IAM user or root as rules see it. What is worked out from
// policies is kept.
type User struct {
	root bool // as in iam.User, where it is at hand
	twin int  // how many users before this one share the ARN
	iam.Subject
	account *Account
	named   *Resource // what Resource says, once it was asked

	slots   [2]Key
	keys    []*Key   // those there are
	two     [2]*Key  // room for them
	keysGap *iam.Gap // why there may be more

	derived [derivedFacts]*gsl.Value // nil for those that nobody asked for
}

// The facts that are worked out from policies.
const (
	adminFact = iota
	lockoutFact
	redundantFact
	selfServiceFact
	othersFact
	escalationFact
	editFact
	derivedFacts
)

// once works a fact out when it is first asked for.
func (u *User) once(fact int, work func(*User) *gsl.Value) gsl.Value {
	v := u.derived[fact]
	if v == nil {
		v = work(u)
		u.derived[fact] = v
	}
	return *v
}

// onceOf is once as fields read their facts.
func onceOf(fact int, work func(*User) *gsl.Value) func(*User) gsl.Value {
	return func(u *User) gsl.Value { return u.once(fact, work) }
}

// String is the user's name.
func (u *User) String() string { return u.Name }

// Resource names the user.
func (u *User) Resource() *Resource {
	if u.named == nil {
		u.named = u.resource()
	}
	return u.named
}

func (u *User) resource() *Resource {
	onlyIn := u.account.onlyIn(u.User)
	r := &Resource{Type: "user", Name: u.Name, ARN: u.ARN, Note: onlyIn, Twin: u.twin}
	if u.Root {
		r.Type = "root"
	}
	if onlyIn != "" && u.Report != nil {
		r.Doubt = u.account.View.UserGap(u.User, iam.Details)
	}
	return r
}

// unsaid is the gap of a column that the report has not, or does not support.
func (u *User) unsaid(what string) *iam.Gap {
	return &iam.Gap{Source: iam.CredentialReport, State: iam.Read, Note: "the credential report does not tell of the user's " + what}
}

// told is a fact of the user's row, whose reader saw that there is one.
func (u *User) told(v gsl.Value, what string) gsl.Value {
	if v.Kind() == gsl.UnknownKind {
		return gsl.Unknown(u.unsaid(what))
	}
	return v
}

// noReport is what a fact of the report is where it has no row for the user.
func (u *User) noReport() gsl.Value {
	return gsl.Unknown(u.account.gap(u.User, iam.CredentialReport))
}

// noGrants is what a fact of what the user has directly is where no listing
// says; root has nothing.
func (u *User) noGrants() gsl.Value {
	if u.root {
		return gsl.Null
	}
	return gsl.Unknown(u.account.gap(u.User, iam.Details))
}

// untold says why the report does not have a fact of the user's.
func (u *User) untold(what string) *iam.Gap {
	if u.Report == nil {
		return u.account.gap(u.User, iam.CredentialReport)
	}
	return u.unsaid(what)
}

// granted makes a reader of a part of what the user has directly.
func granted(part iam.Part, read func(*iam.Grants) gsl.Value) func(*User) gsl.Value {
	return func(u *User) gsl.Value {
		if u.Grants == nil || u.root {
			return u.noGrants()
		}
		if len(u.Grants.Untold) == 0 { // as nearly always
			return read(u.Grants)
		}
		return u.account.told(read(u.Grants), u.Grants.Untold, part)
	}
}

// told is a value as far as the source told it: a list may have more elements
// then, and anything else is unknown.
func (a *Account) told(v gsl.Value, u iam.Untold, parts ...iam.Part) gsl.Value {
	gap := a.View.Untold(u, parts...)
	if gap == nil {
		return v
	}
	l, ok := v.Object().(gsl.List)
	if !ok {
		return gsl.Unknown(gap)
	}
	return gsl.Partial(l, gap)
}

func (u *User) virtualMFA() gsl.Value {
	if gap, ok := u.account.gaps[iam.VirtualMFA]; ok {
		return gsl.Unknown(gap)
	}
	return gsl.Bool(len(u.VirtualMFA) > 0)
}

func (u *User) approval() Approval {
	if u.account.approve == nil {
		return Approval{}
	}
	return u.account.approve(u.User)
}

func (u *User) approved() iam.Fact[bool] { return u.approval().Approved }

// noApproval says why it is not known whether the user is approved.
func (u *User) noApproval() *iam.Gap {
	if u.account.approve == nil {
		return noSafelist
	}
	return u.account.gap(u.User, iam.Details)
}

var noSafelist = &iam.Gap{Source: iam.SafelistConfig, State: iam.NotGiven, Note: "none is configured"}

func (u *User) expiredApproval() gsl.Value {
	if s := u.approval().Expired; s != "" {
		return gsl.String(s)
	}
	return gsl.Null
}

func (u *User) adminLevel() *gsl.Value {
	if u.Root {
		return &adminLevels[policy.AdminExact]
	}
	level, gap := u.account.View.AdminLevel(&u.Subject)
	if gap != nil {
		return unknown(gap)
	}
	return &adminLevels[level]
}

func (u *User) adminGrants() gsl.Value {
	found, gap := u.account.View.AdminGrants(&u.Subject)
	return *derived(found, gap)
}

// What nearly all users share is made once.
var (
	nothing     = gsl.Strings(nil)
	adminLevels = func() (out [policy.AdminExact + 1]gsl.Value) {
		for level := range out {
			out[level] = gsl.String(policy.AdminLevel(level).String())
		}
		return out
	}()
)

func unknown(gap *iam.Gap) *gsl.Value {
	v := gsl.Unknown(gap)
	return &v
}

func (u *User) lockouts() *gsl.Value {
	found, gap := u.account.View.Lockouts(&u.Subject)
	return derived(found, gap)
}

// created is when the user was made; no source may have said.
func (u *User) created() gsl.Value {
	if u.Created == 0 {
		return gsl.Unknown(u.account.gap(u.User, iam.CredentialReport))
	}
	return moment(u.Created)
}

func (u *User) redundantGrants() *gsl.Value {
	found, gap := u.account.View.Redundant(&u.Subject)
	return derived(found, gap)
}

func (u *User) credentialsOfOthers() *gsl.Value {
	found, gap := u.account.View.CredentialsOfOthers(&u.Subject)
	return derived(found, gap)
}

func (u *User) escalations() *gsl.Value {
	found, gap := u.account.View.Escalations(&u.Subject)
	return derived(found, gap)
}

func (u *User) missingSelfService() *gsl.Value {
	return actionList(u.account.View.MissingSelfService(&u.Subject))
}

func (u *User) policyEdits() *gsl.Value { return actionList(u.account.View.PolicyEdits(&u.Subject)) }

// actionList is a list of actions, of which there may be more.
func actionList(actions []string, gap *iam.Gap) *gsl.Value {
	switch {
	case gap != nil && len(actions) == 0:
		return unknown(gap)
	case len(actions) == 0:
		return &nothing
	}
	v := names(actions, gap)
	return &v
}

// derived is a worked-out list, which may be known to be incomplete.
func derived[T any](found []T, gap *iam.Gap) *gsl.Value {
	if len(found) == 0 {
		if gap != nil {
			return unknown(gap)
		}
		return &nothing
	}
	all := found // on the heap; most users have nothing to put there
	v := list(&all, gap)
	return &v
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
