package entity

import (
	"strings"

	"github.com/rollcall-iam/rollcall/internal/gsl"
	"github.com/rollcall-iam/rollcall/internal/iam"
	"github.com/rollcall-iam/rollcall/internal/iam/policy"
)

// Where fields come from, for the manual and for what a rule needs.
const (
	fromDetails  = string(iam.Details)
	fromReport   = string(iam.CredentialReport)
	fromVirtual  = string(iam.VirtualMFA)
	fromSummary  = string(iam.AccountSummary)
	fromPolicy   = string(iam.PasswordPolicyGet)
	fromManaged  = string(iam.ManagedDocuments)
	fromSettings = "rollcall.yaml"
	fromBaseline = "--baseline"
	fromAny      = "any listing"
)

// field makes a row of a type whose objects are *T.
func field[T any](name string, kind gsl.Kind, source, doc string, get func(*T) gsl.Value) gsl.Field {
	return gsl.Field{Name: name, Kind: kind, Source: source, Doc: doc, Get: func(obj any) gsl.Value { return get(obj.(*T)) }}
}

// known makes a row for a boolean that is always known.
func known[T any](name, source, doc string, is func(*T) bool) gsl.Field {
	f := field(name, gsl.BoolKind, source, doc, func(obj *T) gsl.Value { return gsl.Bool(is(obj)) })
	f.Test = func(obj any) gsl.Tri { return gsl.TriOf(is(obj.(*T))) }
	return f
}

// fact makes a row for a boolean that may not have been read; gap then says why.
func fact[T any](name, source, doc string, read func(*T) iam.Fact[bool], gap func(*T) *iam.Gap) gsl.Field {
	f := field(name, gsl.BoolKind, source, doc, func(obj *T) gsl.Value {
		if f := read(obj); f.State == iam.Known {
			return gsl.Bool(f.Value)
		}
		return gsl.Unknown(gap(obj))
	})
	f.Test = func(obj any) gsl.Tri {
		if f := read(obj.(*T)); f.State == iam.Known {
			return gsl.TriOf(f.Value)
		}
		return gsl.Maybe
	}
	return f
}

// isRoot is what nearly every rule asks first: its test goes straight there.
var isRoot = func() gsl.Field {
	f := known("isRoot", fromAny, "this is the root user", func(u *User) bool { return u.root })
	f.Test = func(obj any) gsl.Tri { return gsl.TriOf(obj.(*User).root) }
	return f
}()

// ours marks a field that CloudGuard does not have.
func ours(f gsl.Field) gsl.Field { f.Ours = true; return f }

var userType = &gsl.Type{Name: IamUser, Doc: "an IAM user, or the root user, whose name is <root_account>", Fields: append([]gsl.Field{
	field("id", gsl.StringKind, fromDetails, "unique id, AIDA…; empty for root", func(u *User) gsl.Value { return gsl.String(u.ID) }),
	field("type", gsl.StringKind, fromAny, "IamUser", func(*User) gsl.Value { return gsl.String(IamUser) }),
	field("name", gsl.StringKind, fromAny, "user name", func(u *User) gsl.Value { return gsl.String(u.Name) }),
	field("arn", gsl.StringKind, fromAny, "ARN", func(u *User) gsl.Value { return gsl.String(u.ARN) }),
	field("path", gsl.StringKind, fromAny, "path, such as /staff/", func(u *User) gsl.Value { return gsl.String(u.Path) }),
	field("accountNumber", gsl.StringKind, fromAny, "the account's number", func(u *User) gsl.Value { return gsl.String(u.account.View.Account.ID) }),
	ours(isRoot),
	field("createDate", gsl.DateKind, fromAny, "when the user was created", (*User).created),
	field("tags", gsl.ListKind, fromDetails, "tags, each with key and value", granted(iam.TagsPart, func(g *iam.Grants) gsl.Value { return objects(&g.Tags) })).Of(tagType),

	fact("passwordEnabled", fromReport, "the user has a console password", (*User).hasPassword, (*User).noPassword),
	field("passwordLastUsed", gsl.DateKind, fromReport, "last sign-in with the password, by the report or ListUsers, whichever is later", (*User).passwordLastUsed),
	field("passwordLastChanged", gsl.DateKind, fromReport, "when the password was set", passwordDate(func(r *iam.ReportRow) iam.Fact[iam.Time] { return r.PasswordLastChanged })),
	field("passwordNextRotation", gsl.DateKind, fromReport, "when the password expires", passwordDate(func(r *iam.ReportRow) iam.Fact[iam.Time] { return r.PasswordNextRotation })),
	certificateSlot("firstCertificate", 0, "the report's first slot for signing certificates; of root the account summary counts them"),
	certificateSlot("secondCertificate", 1, "the report's second slot for signing certificates"),
	ours(field("signingCertificates", gsl.ListKind, fromReport, "the signing certificates there are, so that one contain [ … ] is about one of them", (*User).signingCertificates).Of(certificateSlotType)),
	fact("mfaActive", fromReport, "the user has an MFA device; of root the account summary tells too", (*User).mfaActive, (*User).noMFA),
	field("virtualMfaEnabled", gsl.BoolKind, fromVirtual, "the user has a virtual MFA device", (*User).virtualMFA),
	slotField("firstAccessKey", 0, "the report's first slot for access keys, not the older key"),
	slotField("secondAccessKey", 1, "the report's second slot for access keys"),
	ours(field("accessKeys", gsl.ListKind, fromReport, "the access keys there are, so that one contain [ … ] is about one key", (*User).accessKeys).Of(keyType)),
	ours(field("mfaDevices", gsl.ListKind, fromMFAList, "the MFA devices with their kinds; without ListMFADevices the virtual ones are known", (*User).devices).Of(mfaDeviceType)),
	field("mfaType", gsl.StringKind, fromMFAList, "the kind of the MFA device, the first of several; empty for none", (*User).mfaType),
	ours(field("hasHardwareMfa", gsl.BoolKind, fromVirtual, "the user has an MFA device that is not virtual; where a virtual one is known, others may not be", (*User).hardwareMFA)),
	ours(field("rootCredentials", gsl.StringKind, fromReport, "of root: present, or removed where the organization took them away; null for users", (*User).rootCredentials)),
	ours(field("sshKeys", gsl.ListKind, fromSSHList, "the SSH public keys", func(u *User) gsl.Value { return owned(u, u.SSHKeys, iam.SSHKeyList) }).Of(sshKeyType)),
	ours(field("serviceCredentials", gsl.ListKind, fromServiceList, "credentials for single services, such as CodeCommit, Keyspaces or Bedrock", func(u *User) gsl.Value {
		return owned(u, u.ServiceCredentials, iam.ServiceCredentialList)
	}).Of(serviceCredentialType)),
	ours(field("passwordResetRequired", gsl.BoolKind, fromLogin, "the password must be changed at the next sign-in", (*User).resetRequired)),

	field("attachedGroups", gsl.ListKind, fromDetails, "names of the user's groups", granted(iam.GroupsPart, func(g *iam.Grants) gsl.Value { return gsl.ListOf((*gsl.Texts)(&g.Groups)) })),
	ours(field("groups", gsl.ListKind, fromDetails, "the user's groups, with their policies", (*User).groups).Of(groupType)),
	field("managedPolicies", gsl.ListKind, fromDetails, "managed policies attached to the user", granted(iam.AttachedPart, func(g *iam.Grants) gsl.Value { return objects(&g.Attached) })).Of(attachedType),
	field("inlinePolicies", gsl.ListKind, fromDetails, "the user's inline policies", granted(iam.InlinePart, func(g *iam.Grants) gsl.Value { return objects(&g.Inline) })).Of(inlineType),
	field("combinedPolicies", gsl.ListKind, fromManaged, "the user's own policies and those of the user's groups, with their documents", (*User).combinedPolicies).Of(combinedType),
	field("permissionsBoundary", gsl.ObjectKind, fromDetails, "the permissions boundary, null for none", granted(iam.BoundaryPart, func(g *iam.Grants) gsl.Value { return boundary(&g.Boundary) })).Of(boundaryType),

	ours(field("adminLevel", gsl.StringKind, fromManaged, "admin-exact, admin-conditional, admin-notaction or none, by any path, boundary and denials counted", onceOf(adminFact, (*User).adminLevel))),
	ours(field("adminGrants", gsl.ListKind, fromManaged, "the policies, direct and through groups, that make the user an administrator of that level", (*User).adminGrants).Of(adminGrantType)),
	ours(field("lockouts", gsl.ListKind, fromDetails, "policies that shut the user out, directly or through a group", onceOf(lockoutFact, (*User).lockouts)).Of(lockoutType)),
	ours(field("redundantGrants", gsl.ListKind, fromManaged, "direct grants that the user's groups give too", onceOf(redundantFact, (*User).redundantGrants)).Of(redundantType)),
	ours(field("missingSelfService", gsl.ListKind, fromManaged, "actions on their own credentials that the user is not allowed", onceOf(selfServiceFact, (*User).missingSelfService))),
	ours(field("credentialsOfOthers", gsl.ListKind, fromManaged, "grants to change the credentials of other users", onceOf(othersFact, (*User).credentialsOfOthers)).Of(credentialGrantType)),
	ours(field("escalations", gsl.ListKind, fromManaged, "ways by which the user can come to more than was granted", onceOf(escalationFact, (*User).escalations)).Of(escalationType)),
	ours(field("policyEdits", gsl.ListKind, fromManaged, "actions by which the user may change IAM policies or attach them, on anything", onceOf(editFact, (*User).policyEdits))),
	ours(fact("approved", fromSettings, "the safelist approves the user", (*User).approved, (*User).noApproval)),
	ours(fact("inListing", fromDetails, "a listing of users has the user", (*User).inListing, (*User).noListing)),
	ours(fact("inReport", fromReport, "the credential report has the user", (*User).inReport, (*User).noReportRead)),
	ours(known("newerThanReport", fromReport, "the user was made after the credential report", (*User).newerThanReport)),
	ours(fact("isNew", fromBaseline, "the user was not there in the baseline", (*User).isNew, (*User).noThen)),
	ours(field("baselineAdminLevel", gsl.StringKind, fromBaseline, "adminLevel as of the baseline; none for users who were not there", (*User).baselineAdminLevel)),
	ours(field("expiredApproval", gsl.StringKind, fromSettings, "the safelist entry that approved the user until it expired", (*User).expiredApproval)),
}, common...)}

func slotField(name string, i int, doc string) gsl.Field {
	return field(name, gsl.ObjectKind, fromReport, doc, func(u *User) gsl.Value {
		if u.Report == nil {
			return u.noReport()
		}
		return gsl.Object(&u.slots[i])
	}).Of(slotType)
}

// keyFact reads a fact of a key slot. A key that was listed and that the
// report does not have is newer than the report, or of the same age as another.
func keyFact(f func(k *iam.KeySlot) gsl.Value) func(*Key) gsl.Value {
	return func(k *Key) gsl.Value {
		if k.KeySlot == nil {
			return gsl.Unknown(k.unreported())
		}
		if v := f(k.KeySlot); v.Kind() != gsl.UnknownKind {
			return v
		}
		return gsl.Unknown(k.user.unsaid("access keys"))
	}
}

var slotFields = []gsl.Field{
	fact("isActive", fromReport, "the key can be used", (*Key).active, (*Key).unreported),
	field("lastRotated", gsl.DateKind, fromReport, "when the key was created; never where there is none", (*Key).lastRotated),
	field("lastUsedDate", gsl.DateKind, fromReport, "when it was last used, within 15 minutes", keyFact(func(k *iam.KeySlot) gsl.Value { return date(k.LastUsed) })),
	field("lastUsedRegion", gsl.StringKind, fromReport, "region of the last use; empty for global services", keyFact(func(k *iam.KeySlot) gsl.Value { return text(k.LastUsedRegion) })),
	field("lastUsedService", gsl.StringKind, fromReport, "service of the last use", keyFact(func(k *iam.KeySlot) gsl.Value { return text(k.LastUsedService) })),
}

var slotType = &gsl.Type{Name: "AccessKeySlot", Doc: "one of the credential report's two places for access keys", Fields: slotFields}

var keyType = &gsl.Type{Name: "AccessKey", Doc: "an access key", Fields: append([]gsl.Field{
	ours(field("id", gsl.StringKind, fromKeyList, "AKIA…, where the keys were listed", (*Key).id)),
	ours(field("slot", gsl.NumberKind, fromReport, "1 or 2, the key's place in the report; null where it has none", (*Key).slot)),
}, slotFields...)}

var tagType = &gsl.Type{Name: "Tag", Fields: []gsl.Field{
	field("key", gsl.StringKind, fromDetails, "", func(t *iam.Tag) gsl.Value { return gsl.String(t.Key) }),
	field("value", gsl.StringKind, fromDetails, "", func(t *iam.Tag) gsl.Value { return gsl.String(t.Value) }),
}}

var attachedType = &gsl.Type{Name: "AttachedPolicy", Doc: "a managed policy where it is attached", Fields: []gsl.Field{
	field("name", gsl.StringKind, fromDetails, "the policy's name", func(p *iam.PolicyRef) gsl.Value { return gsl.String(p.Name) }),
	field("arn", gsl.StringKind, fromDetails, "its ARN", func(p *iam.PolicyRef) gsl.Value { return gsl.String(p.ARN) }),
	ours(known("isQuarantine", fromDetails, "AWS attached it after a key leaked", func(p *iam.PolicyRef) bool { return policy.IsQuarantine(p.ARN) })),
	ours(known("isDenyAll", fromDetails, "it is AWSDenyAll", func(p *iam.PolicyRef) bool { return policy.IsDenyAll(p.ARN) })),
}}

var inlineType = &gsl.Type{Name: "InlinePolicy", Doc: "an inline policy", Fields: []gsl.Field{
	field("name", gsl.StringKind, fromDetails, "the policy's name", func(p *iam.InlinePolicy) gsl.Value { return gsl.String(p.Name) }),
	field("document", gsl.ObjectKind, fromDetails, "the document, as JSON", func(p *iam.InlinePolicy) gsl.Value {
		return document(p.Document, &iam.Gap{Source: iam.Details, State: iam.Read, Note: "the document of inline policy " + p.Name + " is missing"})
	}),
}}

var boundaryType = &gsl.Type{Name: "PermissionsBoundary", Fields: []gsl.Field{
	field("permissionsBoundaryArn", gsl.StringKind, fromDetails, "ARN of the policy that limits the user", func(b *iam.Boundary) gsl.Value { return gsl.String(b.ARN) }),
	field("permissionsBoundaryType", gsl.StringKind, fromDetails, "", func(b *iam.Boundary) gsl.Value { return gsl.String(b.Type) }),
}}

var lockoutType = &gsl.Type{Name: "Lockout", Doc: "a policy that shuts a user out", Fields: []gsl.Field{
	field("name", gsl.StringKind, fromDetails, "the policy's name", func(g *iam.Grant) gsl.Value { return gsl.String(g.Name) }),
	field("arn", gsl.StringKind, fromDetails, "its ARN", func(g *iam.Grant) gsl.Value { return gsl.String(g.ARN) }),
	field("group", gsl.StringKind, fromDetails, "the group that grants it, empty for a direct grant", func(g *iam.Grant) gsl.Value { return gsl.String(g.Group) }),
	known("isQuarantine", fromDetails, "AWS attached it after a key leaked", func(g *iam.Grant) bool { return policy.IsQuarantine(g.ARN) }),
}}

var adminGrantType = &gsl.Type{Name: "AdminGrant", Doc: "a grant that makes an administrator", Fields: []gsl.Field{
	field("name", gsl.StringKind, fromManaged, "the policy's name", func(g *iam.AdminGrant) gsl.Value { return gsl.String(g.Name) }),
	field("arn", gsl.StringKind, fromManaged, "its ARN, empty for an inline policy", func(g *iam.AdminGrant) gsl.Value { return gsl.String(g.ARN) }),
	field("group", gsl.StringKind, fromManaged, "the group that grants it, empty for a direct grant", func(g *iam.AdminGrant) gsl.Value { return gsl.String(g.Group) }),
	field("level", gsl.StringKind, fromManaged, "of the user: exact, conditional or notaction", func(g *iam.AdminGrant) gsl.Value {
		return gsl.String(strings.TrimPrefix(g.Level.String(), "admin-"))
	}),
}}

var redundantType = &gsl.Type{Name: "RedundantGrant", Doc: "a direct grant that a group of the user's gives too", Fields: []gsl.Field{
	field("name", gsl.StringKind, fromManaged, "the policy's name", func(g *iam.RedundantGrant) gsl.Value { return gsl.String(g.Name) }),
	field("arn", gsl.StringKind, fromManaged, "its ARN, empty for an inline policy", func(g *iam.RedundantGrant) gsl.Value { return gsl.String(g.ARN) }),
	field("how", gsl.StringKind, fromManaged, "same policy, same document, contained or administrator", func(g *iam.RedundantGrant) gsl.Value { return gsl.String(g.How) }),
	field("group", gsl.StringKind, fromManaged, "the group, or groups, that grant it too", func(g *iam.RedundantGrant) gsl.Value { return gsl.String(g.Via) }),
}}

var escalationType = &gsl.Type{Name: "Escalation", Doc: "a way to come to more than was granted", Fields: []gsl.Field{
	field("method", gsl.StringKind, fromManaged, "the actions it takes", func(e *iam.Escalation) gsl.Value { return gsl.String(e.Method) }),
	known("conditional", fromManaged, "an action it takes is allowed under a condition only", func(e *iam.Escalation) bool { return e.Conditional }),
	field("policies", gsl.ListKind, fromManaged, "the policies that allow one of them", func(e *iam.Escalation) gsl.Value { return gsl.ListOf((*gsl.Texts)(&e.Policies)) }),
}}

var credentialGrantType = &gsl.Type{Name: "CredentialGrant", Doc: "a grant to change the credentials of other users", Fields: []gsl.Field{
	field("name", gsl.StringKind, fromManaged, "the policy's name", func(g *iam.CredentialGrant) gsl.Value { return gsl.String(g.Name) }),
	field("arn", gsl.StringKind, fromManaged, "its ARN, empty for an inline policy", func(g *iam.CredentialGrant) gsl.Value { return gsl.String(g.ARN) }),
	field("group", gsl.StringKind, fromManaged, "the group that grants it, empty for a direct grant", func(g *iam.CredentialGrant) gsl.Value { return gsl.String(g.Group) }),
	field("conditional", gsl.BoolKind, fromManaged, "every statement concerned has a condition", func(g *iam.CredentialGrant) gsl.Value { return gsl.Bool(g.Conditional) }),
	field("administrator", gsl.BoolKind, fromManaged, "the policy makes a full administrator", func(g *iam.CredentialGrant) gsl.Value {
		return gsl.Bool(g.Document.Admin() == policy.AdminExact)
	}),
	field("actions", gsl.ListKind, fromManaged, "the actions allowed", func(g *iam.CredentialGrant) gsl.Value { return gsl.ListOf((*gsl.Texts)(&g.Actions)) }),
}}
