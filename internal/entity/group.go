package entity

import (
	"github.com/rollcall-iam/rollcall/internal/gsl"
	"github.com/rollcall-iam/rollcall/internal/iam"
)

// A Group is an IAM group as rules see it.
type Group struct {
	*iam.Group
	account *Account
}

// String is the group's name.
func (g *Group) String() string { return g.Name }

// groups are the user's, as far as they were listed.
func (u *User) groups() gsl.Value {
	if u.Grants == nil || u.root {
		return u.noGrants()
	}
	out := make(gsl.Values, 0, len(u.Grants.Groups))
	gap := u.account.View.Untold(u.Grants.Untold, iam.GroupsPart)
	for _, name := range u.Grants.Groups {
		if g, ok := u.account.View.Group(name); ok {
			out = append(out, gsl.Object(&Group{g, u.account}))
		} else {
			gap = u.account.View.GroupGap(name)
		}
	}
	return gsl.Partial(out, why(gap))
}

func (g *Group) adminLevel() gsl.Value {
	level, gap := g.account.View.GroupAdminLevel(g.Group)
	if gap != nil {
		return gsl.Unknown(gap)
	}
	return gsl.String(level.String())
}

func (g *Group) asksForMFA() gsl.Value {
	asks, gap := g.account.View.AsksForMFA(g.Group)
	if gap != nil {
		return gsl.Unknown(gap)
	}
	return gsl.Bool(asks)
}

func (g *Group) members() gsl.Value {
	return names(g.account.View.Members(g.Name), g.account.grantsGap())
}

var groupType = &gsl.Type{Name: IamGroup, Doc: "an IAM group", Fields: append([]gsl.Field{
	field("id", gsl.StringKind, fromDetails, "unique id, AGPA…", func(g *Group) gsl.Value { return gsl.String(g.ID) }),
	field("type", gsl.StringKind, fromDetails, IamGroup, func(*Group) gsl.Value { return gsl.String(IamGroup) }),
	field("name", gsl.StringKind, fromDetails, "group name", func(g *Group) gsl.Value { return gsl.String(g.Name) }),
	field("arn", gsl.StringKind, fromDetails, "ARN", func(g *Group) gsl.Value { return gsl.String(g.ARN) }),
	field("path", gsl.StringKind, fromDetails, "path", func(g *Group) gsl.Value { return gsl.String(g.Path) }),
	field("accountNumber", gsl.StringKind, fromAny, "the account's number", func(g *Group) gsl.Value { return gsl.String(g.account.View.Account.ID) }),
	field("createDate", gsl.DateKind, fromDetails, "when the group was created", func(g *Group) gsl.Value { return moment(g.Created) }),
	constant("tags", gsl.ListKind, nothing, "none: groups have no tags"),
	field("managedPolicies", gsl.ListKind, fromDetails, "managed policies attached to the group", func(g *Group) gsl.Value { return g.account.told(objects(&g.Attached), g.Untold, iam.AttachedPart) }).Of(attachedType),
	field("inlinePolicies", gsl.ListKind, fromDetails, "the group's inline policies", func(g *Group) gsl.Value { return g.account.told(objects(&g.Inline), g.Untold, iam.InlinePart) }).Of(inlineType),
	field("combinedPolicies", gsl.ListKind, fromManaged, "both of them, with their documents", func(g *Group) gsl.Value {
		return g.account.told(gsl.ListOf(g.account.combined(nil, g.Inline, g.Attached)), g.Untold, iam.InlinePart, iam.AttachedPart)
	}).Of(combinedType),
	ours(field("users", gsl.ListKind, fromDetails, "names of the members", (*Group).members)),
	ours(field("adminLevel", gsl.StringKind, fromManaged, "as of users: what the group's policies make of its members", (*Group).adminLevel)),
	ours(field("asksForMfa", gsl.BoolKind, fromManaged, "a policy of the group denies everything without MFA, a list of exceptions aside, or all that the group allows is for sessions with MFA", (*Group).asksForMFA)),
}, common...)}
