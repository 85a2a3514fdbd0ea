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
	*iam.User
	account *Account
	twin    int    // how many users before this one share the ARN
	onlyIn  string // where alone the user was found, "" for everywhere
	approve func(*iam.User) Approval

	slots   [2]Key
	keys    []*Key   // those there are
	two     [2]*Key  // room for them
	keysGap *iam.Gap // why there may be more

	derived [derivedFacts]gsl.Value // null for those that nobody asked for
}

// The facts that are worked out from policies.
const (
	adminFact = iota
	lockoutFact
	redundantFact
	selfServiceFact
	othersFact
	escalationFact
	derivedFacts
)

// once works a fact out when it is first asked for.
func (u *User) once(fact int, work func(*User) gsl.Value) gsl.Value {
	v := &u.derived[fact]
	if v.Kind() == gsl.NullKind {
		*v = work(u)
	}
	return *v
}

// onceOf is once as fields read their facts.
func onceOf(fact int, work func(*User) gsl.Value) func(*User) gsl.Value {
	return func(u *User) gsl.Value { return u.once(fact, work) }
}

// String is the user's name.
func (u *User) String() string { return u.Name }

// Resource names the user.
func (u *User) Resource() *Resource {
	r := &Resource{Type: "user", Name: u.Name, ARN: u.ARN, Note: u.onlyIn, Twin: u.twin}
	if u.Root {
		r.Type = "root"
	}
	if u.onlyIn != "" && u.Report != nil {
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

// reported makes a reader of a fact of the user's row.
func reported(what string, read func(*iam.ReportRow) gsl.Value) func(*User) gsl.Value {
	return func(u *User) gsl.Value {
		if u.Report == nil {
			return u.noReport()
		}
		return u.told(read(u.Report), what)
	}
}

// granted makes a reader of what the user has directly.
func granted(read func(*iam.Grants) gsl.Value) func(*User) gsl.Value {
	return func(u *User) gsl.Value {
		if u.Grants == nil || u.root {
			return u.noGrants()
		}
		return read(u.Grants)
	}
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
	found, gap := u.account.View.Redundant(u.User)
	return derived(found, gap)
}

func (u *User) credentialsOfOthers() gsl.Value {
	found, gap := u.account.View.CredentialsOfOthers(u.User)
	return derived(found, gap)
}

func (u *User) escalations() gsl.Value {
	found, gap := u.account.View.Escalations(u.User)
	return derived(found, gap)
}

func (u *User) missingSelfService() gsl.Value {
	actions, gap := u.account.View.MissingSelfService(u.User)
	switch {
	case gap != nil && len(actions) == 0:
		return gsl.Unknown(gap)
	case gap != nil:
		return gsl.Partial(gsl.Strings(actions).Object().(gsl.Values), gap)
	case len(actions) == 0:
		return gsl.ListOf(noWords)
	}
	all := words(actions)
	return gsl.ListOf(&all)
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
	all := found // on the heap; most users have nothing to put there
	return list(&all, gap)
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
