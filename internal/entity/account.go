package entity

import (
	"cmp"
	"strings"
	"sync"

	"github.com/rollcall-iam/rollcall/internal/gsl"
	"github.com/rollcall-iam/rollcall/internal/iam"
)

// An Approval is what the safelist says of a user.
type Approval struct {
	Approved iam.Fact[bool]
	Expired  string // the entry that approved the user once, with its date
}

// An Account is a snapshot as entities.
type Account struct {
	View    *iam.View
	Users   []User // root first
	iam     Iam
	gaps    map[iam.SourceName]*iam.Gap
	approve func(*iam.User) Approval // nil where there is no safelist
	onlyIn  func(*iam.User) string   // where alone a user was found, "" for everywhere

	// oneMoment says that the virtual devices and root's MFA were read together.
	oneMoment bool

	base *baseline // nil where there is none

	shared   map[[3]string]*combined   // attached policies by name, ARN and relation
	viaGroup map[*iam.Group]gsl.Values // what groups grant their members

	reportAt iam.Time // when the credential report was made
	// newer says of what tells of credentials too that it is of no earlier time
	// than the report.
	newer struct{ summary, keys, devices, login bool }

	grantsGap func() *iam.Gap // why users may have more grants than were read
}

// New makes the entities of a snapshot. approve is asked for each user when a
// rule looks at the safelist; nil where there is none.
func New(s *iam.Snapshot, approve func(*iam.User) Approval) *Account {
	a := &Account{View: iam.NewView(s), gaps: map[iam.SourceName]*iam.Gap{}, approve: approve}
	for _, name := range iam.SourceNames {
		if src := s.Source(name); src.State != iam.Read {
			a.gaps[name] = s.Gap(name)
		}
	}
	a.reportAt = s.Source(iam.CredentialReport).At
	since := func(name iam.SourceName) bool { // a source that broke off has no time, and was read live
		at := s.Source(name).At
		return at == 0 || at >= a.reportAt
	}
	a.oneMoment = together(s.Source(iam.VirtualMFA).At, a.mfaReadAt(s))
	a.newer.summary, a.newer.keys = since(iam.AccountSummary), since(iam.AccessKeyList)
	a.newer.devices, a.newer.login = since(iam.MFADeviceList), since(iam.LoginProfile)
	a.Users = make([]User, len(s.Users))
	a.onlyIn = a.View.OnlyIn()
	for i := range s.Users {
		u, known := &a.Users[i], &s.Users[i]
		u.User, u.account, u.root = known, a, known.Root
		u.readKeys()
		if i > 0 && s.Users[i-1].ARN == known.ARN { // users are in the order of their names
			u.twin = a.Users[i-1].twin + 1
		}
	}
	a.iam = Iam{account: a}
	a.grantsGap = sync.OnceValue(a.View.GrantsKnown)
	return a
}

// mfaReadAt is when root's MFA was looked at: the account summary is of its
// own time, and weighs more where it is the newer.
func (a *Account) mfaReadAt(s *iam.Snapshot) iam.Time {
	if src := s.Source(iam.AccountSummary); src.State == iam.Read && src.At >= a.reportAt {
		return src.At
	}
	return a.reportAt
}

// together reports whether two moments are of one run.
func together(a, b iam.Time) bool { return max(a, b)-min(a, b) <= 15*60 }

// gap says why a source that should have the user's fact has not.
func (a *Account) gap(u *iam.User, name iam.SourceName) *iam.Gap {
	if g, ok := a.gaps[name]; ok {
		return g
	}
	return a.View.UserGap(u, name)
}

// Kinds of entity, as rules name them.
const (
	IamUser              = "IamUser"
	IamGroup             = "IamGroup"
	IamRole              = "IamRole"
	IamPolicy            = "IamPolicy"
	IamServerCertificate = "IamServerCertificate"
	IamRoot              = "Iam"
)

// Each calls f with every entity of a kind, and returns why there may be more
// of them, or nil.
func (a *Account) Each(kind string, f func(obj any, n Named)) *iam.Gap {
	switch kind {
	case IamUser:
		for i := range a.Users {
			f(&a.Users[i], &a.Users[i])
		}
		return a.View.UsersKnown()
	case IamRoot:
		f(&a.iam, a.Resource())
		return nil
	case IamServerCertificate:
		return a.certificates(f)
	}
	return a.others(kind, f)
}

func (a *Account) certificates(f func(obj any, n Named)) *iam.Gap {
	list := a.View.Certificates
	if list == nil {
		return a.View.Gap(iam.ServerCertificateList)
	}
	for i := range *list {
		c := &(*list)[i]
		f(&Certificate{c, a}, &Resource{Type: "server-certificate", Name: c.Name, ARN: c.ARN})
	}
	return a.gaps[iam.ServerCertificateList]
}

// others visits the kinds that only the details list.
func (a *Account) others(kind string, f func(obj any, n Named)) *iam.Gap {
	gap := a.gaps[iam.Details]
	switch kind {
	case IamGroup:
		gap = a.groupsGap()
		for i := range a.View.Groups {
			g := &a.View.Groups[i]
			f(&Group{g, a}, &Resource{Type: "group", Name: g.Name, ARN: g.ARN})
		}
	case IamRole:
		gap = a.rolesGap()
		for i := range a.View.Roles {
			r := &a.View.Roles[i]
			f(&Role{r, a}, &Resource{Type: "role", Name: r.Name, ARN: r.ARN})
		}
	case IamPolicy:
		for i := range a.View.Policies {
			p := &a.View.Policies[i]
			f(&Policy{p, a}, &Resource{Type: "policy", Name: p.Name, ARN: p.ARN})
		}
	}
	return gap
}

// groupsGap says why there may be groups that were not listed, or nil: a file
// of details may lack their list where it was asked for users alone, and users
// then name groups that are not there.
func (a *Account) groupsGap() *iam.Gap {
	if gap, ok := a.gaps[iam.Details]; ok {
		return gap
	}
	if n, counted := a.View.Summary["Groups"]; a.View.Groups == nil && (!counted || n > 0) || len(a.View.Groups) == 0 && n > 0 {
		return groupsUnlisted
	}
	if len(a.View.Groups) > 0 {
		return nil
	}
	for i := range a.View.Users {
		if g := a.View.Users[i].Grants; g != nil && len(g.Groups) > 0 {
			return groupsUnlisted
		}
	}
	return nil
}

var groupsUnlisted = &iam.Gap{Source: iam.Details, State: iam.Read, Note: "groups were not listed"}

// rolesGap says why there may be roles that were not listed, or nil. A file of
// details may lack their list, or have it empty, and be whole otherwise.
func (a *Account) rolesGap() *iam.Gap {
	if gap, ok := a.gaps[iam.Details]; ok {
		return gap
	}
	if n, counted := a.View.Summary["Roles"]; a.View.Roles == nil && (!counted || n > 0) {
		return rolesUnlisted
	}
	return nil
}

var rolesUnlisted = &iam.Gap{Source: iam.Details, State: iam.Read, Note: "roles were not listed"}

// All returns all entities of a kind as one list, for rules on List<Kind>.
func (a *Account) All(kind string) gsl.List {
	var out gsl.Values
	var doubt *iam.Gap
	gap := a.Each(kind, func(obj any, n Named) {
		if why := n.Resource().Doubt; why != nil { // it may not exist, so it may not be in the list
			named := *why
			named.Note = n.Resource().Name + ": " + named.Note
			doubt = &named
			return
		}
		out = append(out, gsl.Object(obj))
	})
	return gsl.Partial(out, why(gap, doubt)).Object().(gsl.List)
}

// why is the first reason there is, as a plain nil where there is none.
func why(gaps ...*iam.Gap) any {
	for _, g := range gaps {
		if g != nil {
			return g
		}
	}
	return nil
}

// A Resource names an entity in a result.
type Resource struct {
	Type string // user, root, account, …
	Name string
	ARN  string
	Note string // where it was found, when that is not everywhere it should be
	Twin int    // how many resources before this one share its ARN
	// Doubt says why the entity may not exist at all; nil where it does.
	Doubt *iam.Gap
}

// Named is what can name itself in a result; few entities are ever asked to.
type Named interface{ Resource() *Resource }

// Resource is the resource itself.
func (r *Resource) Resource() *Resource { return r }

// Resource is the account itself as a resource.
func (a *Account) Resource() *Resource {
	return &Resource{Type: "account", Name: cmp.Or(a.View.Account.ID, "unknown account")}
}

// A Part is the policy, key or device of a resource that a finding is about.
type Part struct {
	Type string
	Slot int    // 1 or 2 for what the credential report numbers
	ID   string // ARN, key id or name; "" where it was not read
	Text string // for people
}

// PartOf names an object of a rule as a part, if it is one.
func PartOf(v gsl.Value) (Part, bool) {
	switch o := v.Object().(type) {
	case *iam.PolicyRef:
		return Part{Type: "managed-policy", ID: o.ARN, Text: o.Name}, true
	case *iam.InlinePolicy:
		return Part{Type: "inline-policy", ID: o.Name, Text: "inline policy " + o.Name}, true
	case *Key:
		return Part{Type: "access-key", Slot: o.Slot, ID: o.id().Text(), Text: o.Describe()}, true
	case *certificate:
		return Part{Type: "signing-certificate", Slot: o.slot, Text: o.String()}, true
	case *iam.Escalation:
		return Part{Type: "escalation", ID: o.Method, Text: o.String()}, true
	case *iam.SSHKey:
		return Part{Type: "ssh-key", ID: o.ID, Text: o.String()}, true
	case *iam.MFADevice:
		return Part{Type: "mfa-device", ID: o.Serial, Text: o.String()}, true
	case *iam.ServiceCredential:
		return Part{Type: "service-credential", ID: o.ID, Text: o.String()}, true
	case *Region:
		return Part{Type: "region", ID: o.name, Text: o.name}, true
	case *Contact:
		return Part{Type: "alternate-contact", ID: o.kind, Text: o.String()}, true
	case *combined:
		if o.ARN == "" {
			return Part{Type: "inline-policy", ID: o.Name, Text: "inline policy " + o.Name}, true
		}
		return Part{Type: "managed-policy", ID: o.ARN, Text: o.Name}, true
	case *iam.Grant:
		return grantPart(o, o.String()), true
	case *iam.AdminGrant:
		return grantPart(&o.Grant, o.String()), true
	case *iam.RedundantGrant:
		return grantPart(&o.Grant, o.Name+" ("+o.How+" through group "+o.Via+")"), true
	case *iam.CredentialGrant:
		return grantPart(&o.Grant, describeCredentialGrant(o)), true
	}
	return Part{}, false
}

func grantPart(g *iam.Grant, text string) Part {
	if g.Inline() {
		if !strings.HasPrefix(text, "inline policy ") {
			text = "inline policy " + text
		}
		return Part{Type: "inline-policy", ID: g.Name, Text: text}
	}
	return Part{Type: "managed-policy", ID: g.ARN, Text: text}
}
