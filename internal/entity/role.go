package entity

import (
	"github.com/rollcall-iam/rollcall/internal/gsl"
	"github.com/rollcall-iam/rollcall/internal/iam"
)

// A Role is an IAM role as rules see it.
type Role struct {
	*iam.Role
	account *Account
}

// String is the role's name.
func (r *Role) String() string { return r.Name }

var noTrust = &iam.Gap{Source: iam.Details, State: iam.Read, Note: "the role's trust policy is missing"}

var roleType = &gsl.Type{Name: IamRole, Doc: "an IAM role", Fields: append([]gsl.Field{
	field("id", gsl.StringKind, fromDetails, "unique id, AROA…", func(r *Role) gsl.Value { return gsl.String(r.ID) }),
	field("type", gsl.StringKind, fromDetails, IamRole, func(*Role) gsl.Value { return gsl.String(IamRole) }),
	field("name", gsl.StringKind, fromDetails, "role name", func(r *Role) gsl.Value { return gsl.String(r.Name) }),
	field("arn", gsl.StringKind, fromDetails, "ARN", func(r *Role) gsl.Value { return gsl.String(r.ARN) }),
	field("path", gsl.StringKind, fromDetails, "path", func(r *Role) gsl.Value { return gsl.String(r.Path) }),
	field("accountNumber", gsl.StringKind, fromAny, "the account's number", func(r *Role) gsl.Value { return gsl.String(r.account.View.Account.ID) }),
	field("createDate", gsl.DateKind, fromDetails, "when the role was created", func(r *Role) gsl.Value { return moment(r.Created) }),
	field("tags", gsl.ListKind, fromDetails, "tags, each with key and value", func(r *Role) gsl.Value { return r.account.told(objects(&r.Tags), r.Untold, iam.TagsPart) }).Of(tagType),
	field("assumeRolePolicy", gsl.ObjectKind, fromDetails, "who may assume the role, as JSON", func(r *Role) gsl.Value { return document(r.Trust, noTrust) }),
	field("managedPolicies", gsl.ListKind, fromDetails, "managed policies attached to the role", func(r *Role) gsl.Value { return r.account.told(objects(&r.Attached), r.Untold, iam.AttachedPart) }).Of(attachedType),
	field("inlinePolicies", gsl.ListKind, fromDetails, "the role's inline policies", func(r *Role) gsl.Value { return r.account.told(objects(&r.Inline), r.Untold, iam.InlinePart) }).Of(inlineType),
	field("combinedPolicies", gsl.ListKind, fromManaged, "the trust policy first, then both of them", func(r *Role) gsl.Value {
		trust := &combined{Name: r.Name, Relation: relationTrust, value: document(r.Trust, noTrust)}
		return r.account.told(gsl.ListOf(r.account.combined(gsl.Values{gsl.Object(trust)}, r.Inline, r.Attached)), r.Untold, iam.InlinePart, iam.AttachedPart)
	}).Of(combinedType),
	field("permissionsBoundary", gsl.ObjectKind, fromDetails, "the permissions boundary, null for none", func(r *Role) gsl.Value { return r.account.told(boundary(&r.Boundary), r.Untold, iam.BoundaryPart) }).Of(boundaryType),
	field("roleLastUsed", gsl.ObjectKind, fromDetails, "the last use, within the last 400 days", func(r *Role) gsl.Value { return gsl.Object(r) }).Of(lastUsedType),
}, common...)}

var lastUsedType = &gsl.Type{Name: "RoleLastUsed", Fields: []gsl.Field{
	field("lastUsedDate", gsl.DateKind, fromDetails, "when; never where it was not used", func(r *Role) gsl.Value {
		if r.LastUsed.State == iam.Unknown {
			return gsl.Unknown(&iam.Gap{Source: iam.Details, State: iam.Read, Note: "the last use of role " + r.Name + " is missing"})
		}
		return date(r.LastUsed)
	}),
}}
