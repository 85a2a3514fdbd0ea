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

// combined adds policies to a list, trust first where there is one. Those that
// a group grants bear its name as via.
func (a *Account) combined(out gsl.Values, trust *combined, inline []iam.InlinePolicy, attached []iam.PolicyRef, via string) gsl.Values {
	if trust != nil {
		out = append(out, gsl.Object(trust))
	}
	relation := func(direct string) string {
		if via != "" {
			return relationGroup
		}
		return direct
	}
	for _, p := range inline {
		var gap *iam.Gap
		if p.Document == nil {
			gap = &iam.Gap{Source: iam.Details, State: iam.Read, Note: "the document of inline policy " + p.Name + " is missing"}
		}
		out = append(out, gsl.Object(&combined{Name: p.Name, Relation: relation(relationInline), value: document(p.Document, gap)}))
	}
	for _, p := range attached {
		out = append(out, gsl.Object(a.attached(p, relation(relationAttached))))
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
	n := len(g.Inline) + len(g.Attached)
	for _, name := range g.Groups {
		if group, ok := v.Group(name); ok {
			n += len(group.Inline) + len(group.Attached)
		}
	}
	out := u.account.combined(make(gsl.Values, 0, n), nil, g.Inline, g.Attached, "")
	gap := v.Untold(g.Untold, iam.InlinePart, iam.AttachedPart, iam.GroupsPart)
	for _, name := range g.Groups {
		group, ok := v.Group(name)
		if !ok {
			gap = v.GroupGap(name)
			continue
		}
		gap = cmp.Or(gap, v.Untold(group.Untold, iam.InlinePart, iam.AttachedPart))
		out = u.account.combined(out, nil, group.Inline, group.Attached, name)
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
