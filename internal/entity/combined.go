package entity

import (
	"cmp"

	"github.com/rollcall-iam/rollcall/internal/gsl"
	"github.com/rollcall-iam/rollcall/internal/iam"
)

// How a policy of combinedPolicies belongs to its holder. The first three are
// CloudGuard's words; what a group grants its members is Inherited.
const (
	relationTrust    = "AssumeRole"
	relationInline   = "Inline"
	relationAttached = "DirectlyAttached"
	relationGroup    = "Inherited"
)

// A combined policy is one of all that a user, group or role has.
type combined struct {
	Name, ARN, Relation string
	value               gsl.Value // the document
}

// String is the policy's name.
func (c *combined) String() string { return c.Name }

// combined adds a holder's own policies to a list.
func (a *Account) combined(out gsl.Values, inline []iam.InlinePolicy, attached []iam.PolicyRef) gsl.Values {
	return a.related(out, inline, attached, relationInline, relationAttached)
}

// inherited are a group's policies as its members have them: one list for all.
func (a *Account) inherited(g *iam.Group) gsl.Values {
	list, ok := a.viaGroup[g]
	if !ok {
		list = a.related(nil, g.Inline, g.Attached, relationGroup, relationGroup)
		if a.viaGroup == nil {
			a.viaGroup = map[*iam.Group]gsl.Values{}
		}
		a.viaGroup[g] = list
	}
	return list
}

// related adds policies in the relations that inline and attached ones are in.
func (a *Account) related(out gsl.Values, inline []iam.InlinePolicy, attached []iam.PolicyRef, asInline, asAttached string) gsl.Values {
	for _, p := range inline {
		var gap *iam.Gap
		if p.Document == nil {
			gap = &iam.Gap{Source: iam.Details, State: iam.Read, Note: "the document of inline policy " + p.Name + " is missing"}
		}
		out = append(out, gsl.Object(&combined{Name: p.Name, Relation: asInline, value: document(p.Document, gap)}))
	}
	for _, p := range attached {
		out = append(out, gsl.Object(a.attached(p, asAttached)))
	}
	return out
}

// attached is a managed policy in a relation: one for all who have it so.
func (a *Account) attached(p iam.PolicyRef, relation string) *combined {
	key := [3]string{p.Name, p.ARN, relation}
	c := a.shared[key]
	if c == nil {
		d, gap := a.View.Document(p.ARN)
		c = &combined{p.Name, p.ARN, relation, document(d, gap)}
		if a.shared == nil {
			a.shared = map[[3]string]*combined{}
		}
		a.shared[key] = c
	}
	return c
}

// combinedPolicies are the user's own policies and those of the groups.
func (u *User) combinedPolicies() gsl.Value {
	g := u.Grants
	if g == nil || u.root {
		return u.noGrants()
	}
	v := u.account.View
	gap := v.Untold(g.Untold, iam.InlinePart, iam.AttachedPart, iam.GroupsPart)
	n := len(g.Inline) + len(g.Attached)
	groups := make([]gsl.Values, 0, 10) // as many as a user may be in
	for _, name := range g.Groups {
		group, ok := v.Group(name)
		if !ok {
			gap = v.GroupGap(name)
			continue
		}
		gap = cmp.Or(gap, v.Untold(group.Untold, iam.InlinePart, iam.AttachedPart))
		groups = append(groups, u.account.inherited(group))
		n += len(groups[len(groups)-1])
	}
	out := u.account.combined(make(gsl.Values, 0, n), g.Inline, g.Attached)
	for _, list := range groups {
		out = append(out, list...)
	}
	return gsl.Partial(out, why(gap))
}

var combinedType = &gsl.Type{Name: "CombinedPolicy", Doc: "a policy that a user, group or role has, however it comes by it", Fields: []gsl.Field{
	field("name", gsl.StringKind, fromDetails, "the policy's name", func(c *combined) gsl.Value { return gsl.String(c.Name) }),
	field("id", gsl.StringKind, fromDetails, "its ARN, null for an inline policy", func(c *combined) gsl.Value {
		if c.ARN == "" {
			return gsl.Null
		}
		return gsl.String(c.ARN)
	}),
	field("relationType", gsl.StringKind, fromDetails, "AssumeRole, Inline, DirectlyAttached, or Inherited from a group", func(c *combined) gsl.Value { return gsl.String(c.Relation) }),
	field("policyDocument", gsl.ObjectKind, fromManaged, "the document, as JSON", func(c *combined) gsl.Value { return c.value }),
}}
