package iam

import (
	"cmp"
	"strings"

	"github.com/rollcall-iam/rollcall/internal/iam/policy"
)

// A View answers questions about one snapshot that take more than one of its
// parts. It keeps what it has worked out, so it is for one goroutine.
type View struct {
	*Snapshot
	groups       map[string]*Group // by name in lower case
	policies     map[string]*ManagedPolicy
	viaGroup     map[string][]Grant // what a group grants, by name in lower case
	reaches      map[*policy.Document][]reach
	holders      map[string]*Holders // by the policy's ARN
	members      map[string][]string // by the group's name in lower case
	scratch      []Grant
	risks        map[*policy.Document]risks
	policyWrites map[*policy.Document]writes
	joined       []policy.Pattern // see worthJoining
	memberships  map[string]*membership
	key          []byte // of the membership sought last
	actionNames  map[actionSet][]string
	everybody    map[string]policy.Pattern // by the beginning of their ARNs
}

// NewView indexes a snapshot, which must not change afterwards.
func NewView(s *Snapshot) *View {
	v := &View{Snapshot: s, groups: make(map[string]*Group, len(s.Groups)),
		policies: make(map[string]*ManagedPolicy, len(s.Policies)),
		viaGroup: make(map[string][]Grant, len(s.Groups)), reaches: map[*policy.Document][]reach{}, actionNames: map[actionSet][]string{},
		everybody: map[string]policy.Pattern{}, memberships: map[string]*membership{}, risks: map[*policy.Document]risks{}, policyWrites: map[*policy.Document]writes{}}
	for i := range s.Policies {
		v.policies[s.Policies[i].ARN] = &s.Policies[i]
	}
	for i := range s.Groups {
		g := &s.Groups[i]
		key := strings.ToLower(g.Name)
		v.groups[key] = g
		v.viaGroup[key] = v.grants(nil, g.Inline, g.Attached, g.Name)
	}
	return v
}

// Group finds a group by name, without case as IAM compares names.
func (v *View) Group(name string) (*Group, bool) {
	g, ok := v.groups[strings.ToLower(name)]
	return g, ok
}

// GroupName is the real spelling of a group's name, if the group was listed or
// a user is in it.
func (v *View) GroupName(name string) (string, bool) {
	if g, ok := v.Group(name); ok {
		return g.Name, true
	}
	for i := range v.Users {
		if g := v.Users[i].Grants; g != nil {
			for _, real := range g.Groups {
				if strings.EqualFold(real, name) {
					return real, true
				}
			}
		}
	}
	return "", false
}

// Policy finds a managed policy by ARN.
func (v *View) Policy(arn string) (*ManagedPolicy, bool) {
	p, ok := v.policies[arn]
	return p, ok
}

// A Grant is one policy that a user has, directly or through a group.
type Grant struct {
	Name     string
	ARN      string // "" for an inline policy
	Group    string // the group that grants it, "" for a direct grant
	Document *policy.Document
	Gap      *Gap // why Document is nil
}

// Inline reports whether the policy is inline.
func (g *Grant) Inline() bool { return g.ARN == "" }

// String names the policy and where it comes from.
func (g *Grant) String() string {
	s := g.Name
	if g.Inline() {
		s = "inline policy " + s
	}
	if g.Group != "" {
		s += " through group " + g.Group
	}
	return s
}

// Grants returns all that a user is granted, direct grants first, and why
// that may not be all. The slice is good until the next call, and not to be
// changed.
func (v *View) Grants(u *Subject) ([]Grant, *Gap) {
	if u.Root {
		return nil, nil
	}
	if u.Grants == nil {
		return nil, v.UserGap(u.User, Details)
	}
	m := v.membership(u)
	gap := cmp.Or(v.moreGrants(u.User), m.gap)
	out := v.direct(u.User)
	if len(out) == 0 {
		return m.grants, gap
	}
	out = append(out, m.grants...)
	v.scratch = out
	return out, gap
}

// moreGrants says why a user may be granted more than was told, or nil.
func (v *View) moreGrants(u *User) *Gap {
	return v.Untold(u.Grants.Untold, InlinePart, AttachedPart, GroupsPart)
}

// direct are a user's own grants, in the room for Grants to use.
func (v *View) direct(u *User) []Grant {
	return v.grants(v.scratch[:0], u.Grants.Inline, u.Grants.Attached, "")
}

func (v *View) grants(out []Grant, inline []InlinePolicy, attached []PolicyRef, group string) []Grant {
	for _, p := range inline {
		g := Grant{Name: p.Name, Group: group, Document: p.Document}
		if p.Document == nil {
			g.Gap = v.partGap("the document of inline policy " + p.Name + " is missing")
		} else {
			g.Document, g.Gap = v.readable(p.Document, p.Name)
		}
		out = append(out, g)
	}
	for _, p := range attached {
		g := Grant{Name: p.Name, ARN: p.ARN, Group: group}
		g.Document, g.Gap = v.Document(p.ARN)
		out = append(out, g)
	}
	return out
}

// GroupGap says that nothing is known of a group that a user is in.
func (v *View) GroupGap(name string) *Gap {
	return v.partGap("group " + name + " is not among the groups that were read")
}

// readable turns a document that cannot be understood into a gap.
func (v *View) readable(d *policy.Document, name string) (*policy.Document, *Gap) {
	if err := d.Err(); err != nil {
		return nil, v.partGap("the document of policy " + name + " cannot be read: " + err.Error())
	}
	return d, nil
}

// Document returns a managed policy's document, or why it is not known.
func (v *View) Document(arn string) (*policy.Document, *Gap) {
	if p, ok := v.policies[arn]; ok && p.Document != nil {
		return v.readable(p.Document, arn)
	}
	if d, ok := policy.AWSDocument(arn); ok {
		return d, nil
	}
	if policy.IsAWSManaged(arn) && v.Source(ManagedDocuments).State != Read {
		return nil, v.Gap(ManagedDocuments)
	}
	return nil, v.partGap("the document of policy " + arn + " is missing")
}

// partGap is for a fact that the details lack though they may have been read.
func (v *View) partGap(note string) *Gap {
	if g := v.Gap(Details); g.State != Read {
		return g
	}
	return &Gap{Source: Details, State: Read, Note: note}
}

// UserGap says why a source tells nothing of a user.
func (v *View) UserGap(u *User, name SourceName) *Gap {
	src := v.Source(name)
	if src.State != Read {
		return v.Gap(name)
	}
	switch {
	case name.IsExtra():
		return &Gap{Source: name, State: Read, Note: "it was not read for this user"}
	case name == CredentialReport && u.Created > src.At && src.At != 0:
		return &Gap{Source: name, State: Read, Note: "the user is newer than the report of " + src.At.String()}
	case name == CredentialReport:
		return &Gap{Source: name, State: Read, Note: "the report of " + src.At.String() + " has no row for the user"}
	case u.Report != nil:
		return &Gap{Source: name, State: Read, Note: "only the credential report has the user, who may be deleted by now"}
	}
	return &Gap{Source: name, State: Read, Note: "the listing does not tell what the user is granted"}
}

// OnlyIn returns what says of a user where alone they were found, when the
// other listing was read too and lacks them; "" for users found everywhere.
func (v *View) OnlyIn() func(*User) string {
	both := v.Source(CredentialReport).State == Read && v.Listing() == nil
	return func(u *User) string {
		switch {
		case u.Root || !both:
			return ""
		case u.Report == nil:
			return "not in the credential report"
		case u.Grants == nil && !u.Listed:
			return "in the credential report only"
		}
		return ""
	}
}

// Listing says why the list of users may not be whole, or nil. Either of the
// two listings is enough; the credential report is for UsersKnown to weigh.
func (v *View) Listing() *Gap {
	for _, name := range []SourceName{Details, UserListing} {
		if src := v.Source(name); src.State == Read {
			return nil
		}
	}
	return v.Gap(Details)
}

// GrantsKnown says why users may be granted more than any source showed, or nil.
func (v *View) GrantsKnown() *Gap {
	if gap := v.Gap(Details); gap.State != Read {
		return gap
	}
	for i := range v.Users {
		var gap *Gap
		switch u := &v.Users[i]; {
		case u.Root:
		case u.Grants == nil:
			gap = v.UserGap(u, Details)
		default:
			gap = v.moreGrants(u)
		}
		if gap != nil {
			gap.Note = v.Users[i].Name + ": " + gap.Note
			return gap
		}
	}
	return nil
}

// UsersKnown says why there may be users that no source showed, or nil.
func (v *View) UsersKnown() *Gap {
	gap := v.Listing()
	switch {
	case gap != nil && (v.Source(CredentialReport).State != Read || gap.State != NotGiven):
		return gap
	case v.maybeFiltered():
		return usersUnlisted
	}
	return nil
}

var usersUnlisted = &Gap{Source: Details, State: Read, Note: "no user is listed, and none may have been asked for"}

// maybeFiltered reports whether there may be users though no source has one: a
// file of authorization details without users may have been asked for roles alone.
func (v *View) maybeFiltered() bool {
	n, counted := v.Summary["Users"]
	return len(v.Users) == 1 && !(counted && n == 0) && v.CollectedAt == 0 &&
		v.Source(CredentialReport).State != Read && v.Source(UserListing).State != Read
}
