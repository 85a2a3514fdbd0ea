package entity

import (
	"cmp"

	"github.com/rollcall-iam/rollcall/internal/gsl"
	"github.com/rollcall-iam/rollcall/internal/iam"
)

// An Iam is the account as one entity.
type Iam struct {
	account *Account
	list    gsl.Value // of users, once it was asked for
}

var iamType = &gsl.Type{Name: IamRoot, Doc: "the account as a whole", Fields: append([]gsl.Field{
	field("type", gsl.StringKind, fromAny, "Iam", func(*Iam) gsl.Value { return gsl.String(IamRoot) }),
	field("id", gsl.StringKind, fromAny, "the account's number", func(i *Iam) gsl.Value { return gsl.String(i.account.View.Account.ID) }),
	field("name", gsl.StringKind, fromAny, "the account's alias, or its number", func(i *Iam) gsl.Value {
		return gsl.String(cmp.Or(i.account.View.Account.Alias, i.account.View.Account.ID))
	}),
	field("accountNumber", gsl.StringKind, fromAny, "the account's number", func(i *Iam) gsl.Value { return gsl.String(i.account.View.Account.ID) }),
	field("credentialReportGeneratedTime", gsl.DateKind, fromReport, "when the credential report was made", func(i *Iam) gsl.Value {
		if gap, ok := i.account.gaps[iam.CredentialReport]; ok {
			return gsl.Unknown(gap)
		}
		return moment(i.account.View.Source(iam.CredentialReport).At)
	}),
	ours(field("reportLag", gsl.NumberKind, fromReport, "seconds from the credential report to the newest listing of users; from files not known, for a file tells when it was written and not when it was read", (*Iam).reportLag)),
	ours(field("reportLagAtLeast", gsl.NumberKind, fromReport, "as much of it as the youngest user, group or role proves", (*Iam).reportLagAtLeast)),
	ours(field("reportLagAtMost", gsl.NumberKind, fromReport, "as much of it as the times of the files allow", (*Iam).reportLagAtMost)),
	field("stats", gsl.ObjectKind, fromSummary, "the account summary", func(i *Iam) gsl.Value { return gsl.Object(i) }).Of(statsType),
	field("passwordPolicy", gsl.ObjectKind, fromPolicy, "the password policy", func(i *Iam) gsl.Value { return gsl.Object(i) }).Of(passwordPolicyType),
	ours(field("users", gsl.ListKind, fromAny, "the IAM users, root left out", (*Iam).users).Of(userType)),
	ours(field("identityCenterRoles", gsl.ListKind, fromDetails, "roles that IAM Identity Center made", (*Iam).identityCenterRoles)),
	ours(field("federatedRoles", gsl.ListKind, fromDetails, "roles that people enter by single sign-on: those of IAM Identity Center, and those that trust a SAML provider", (*Iam).federatedRoles)),
	ours(field("inOrganization", gsl.BoolKind, fromFeatures, "the account is in an organization; no member but the one that manages IAM is told", (*Iam).inOrganization)),
	ours(field("centralRootFeatures", gsl.ListKind, fromFeatures, "features of central root access that are on, such as RootCredentialsManagement; empty without organization", (*Iam).centralRootFeatures)),
	ours(field("alternateContacts", gsl.ListKind, fromContacts, "the alternate contacts that an account may have, set or not", (*Iam).alternateContacts).Of(contactType)),
	ours(field("enabledRegions", gsl.ListKind, fromRegions, "the regions that the account has enabled", (*Iam).enabledRegions).Of(regionType)),
}, common...)}

// users are those that a listing shows. A user of the credential report alone
// may be deleted, so where the listings were read that one is a maybe.
func (i *Iam) users() gsl.Value {
	if i.list.Kind() == gsl.NullKind {
		i.list = i.listUsers()
	}
	return i.list
}

func (i *Iam) listUsers() gsl.Value {
	gap := i.account.View.UsersKnown()
	listed := i.account.View.Listing() == nil
	out := make(gsl.Values, 0, len(i.account.Users))
	for k := range i.account.Users {
		u := &i.account.Users[k]
		switch {
		case u.Root:
		case listed && u.Grants == nil && !u.Listed:
			gap = i.account.View.UserGap(u.User, iam.Details)
		default:
			out = append(out, gsl.Object(u))
		}
	}
	return i.counted(out, gap)
}

// counted uses the account summary where the list of users is not whole: none
// of them is none, and some are some though nobody knows their names.
func (i *Iam) counted(out gsl.Values, gap *iam.Gap) gsl.Value {
	n, counted := i.account.View.Summary["Users"]
	switch {
	case gap == nil, counted && n == 0 && len(out) == 0:
		return gsl.ListOf(out)
	case counted && len(out) == 0:
		out = append(out, gsl.Unknown(gap))
	}
	return gsl.Partial(out, gap)
}

func (i *Iam) identityCenterRoles() gsl.Value {
	return i.rolesWhere(func(r *iam.Role) (bool, *iam.Gap) { return r.OfIdentityCenter(), nil })
}

// federatedRoles asks the summary too: where it counts no provider, trust in
// one lets nobody in. (A role of Identity Center comes with a provider.)
func (i *Iam) federatedRoles() gsl.Value {
	if n, counted := i.account.View.Summary["Providers"]; counted && n == 0 {
		return i.identityCenterRoles()
	}
	return i.rolesWhere(letsPeopleIn)
}

func letsPeopleIn(r *iam.Role) (bool, *iam.Gap) {
	yes, known := r.LetsPeopleIn()
	if !known {
		return false, noTrust
	}
	return yes, nil
}

// rolesWhere are the names of the roles that are so. One of which that is not
// known leaves open whether there are more, as a list that was cut short does.
func (i *Iam) rolesWhere(is func(*iam.Role) (bool, *iam.Gap)) gsl.Value {
	var out gsl.Values
	var gap *iam.Gap
	for k := range i.account.View.Roles {
		r := &i.account.View.Roles[k]
		switch yes, unsure := is(r); {
		case unsure != nil:
			gap = unsure
		case yes:
			out = append(out, gsl.String(r.Name))
		}
	}
	cut, incomplete := i.account.gaps[iam.Details]
	switch {
	case incomplete:
		return gsl.Partial(out, cut)
	case i.account.View.Roles == nil:
		return gsl.Unknown(rolesUnlisted)
	case gap != nil:
		return gsl.Partial(out, gap)
	}
	return gsl.ListOf(out)
}

// stat is a row of the account summary, unknown where it was not read.
func stat(name, key, doc string) gsl.Field {
	return field(name, gsl.NumberKind, fromSummary, doc, func(i *Iam) gsl.Value {
		if gap, ok := i.account.gaps[iam.AccountSummary]; ok {
			return gsl.Unknown(gap)
		}
		n, ok := i.account.View.Summary[key]
		if !ok {
			return gsl.Unknown(&iam.Gap{Source: iam.AccountSummary, State: iam.Read, Note: "the summary does not tell " + key})
		}
		return gsl.Number(float64(n))
	})
}

var statsType = &gsl.Type{Name: "AccountSummary", Fields: []gsl.Field{
	stat("accountMfaEnabled", "AccountMFAEnabled", "1 where root has an MFA device"),
	stat("accountAccessKeysPresent", "AccountAccessKeysPresent", "1 where root has an access key"),
	stat("accountSigningCertificatesPresent", "AccountSigningCertificatesPresent", "1 where root has a signing certificate"),
	stat("users", "Users", "number of users"),
	stat("groups", "Groups", "number of groups"),
	stat("roles", "Roles", "number of roles"),
	stat("policies", "Policies", "number of customer policies"),
	stat("providers", "Providers", "number of SAML and OIDC identity providers"),
	stat("mfaDevices", "MFADevices", "number of MFA devices"),
	stat("mfaDevicesInUse", "MFADevicesInUse", "number of MFA devices assigned"),
	stat("serverCertificates", "ServerCertificates", "number of server certificates"),
}}

// rule is one of the password policy's rules. Without a policy there are none.
func rule(name string, kind gsl.Kind, doc string, get func(p *iam.PasswordPolicy) gsl.Value) gsl.Field {
	return field(name, kind, fromPolicy, doc, func(i *Iam) gsl.Value {
		p := i.account.View.PasswordPolicy
		switch p.State {
		case iam.Known:
			return get(&p.Value)
		case iam.Absent:
			return get(&iam.PasswordPolicy{})
		}
		return gsl.Unknown(i.account.View.Gap(iam.PasswordPolicyGet))
	})
}

var passwordPolicyType = &gsl.Type{Name: "PasswordPolicy", Fields: []gsl.Field{
	field("enabledInAccount", gsl.BoolKind, fromPolicy, "the account has a policy of its own", func(i *Iam) gsl.Value {
		p := i.account.View.PasswordPolicy
		if p.State == iam.Unknown {
			return gsl.Unknown(i.account.View.Gap(iam.PasswordPolicyGet))
		}
		return gsl.Bool(p.State == iam.Known)
	}),
	rule("minPasswordLength", gsl.NumberKind, "characters at least", func(p *iam.PasswordPolicy) gsl.Value { return gsl.Number(float64(p.MinimumLength)) }),
	rule("maxPasswordAge", gsl.NumberKind, "days until a password expires, 0 for never", func(p *iam.PasswordPolicy) gsl.Value { return gsl.Number(float64(p.MaxAge)) }),
	rule("passwordReusePrevention", gsl.NumberKind, "passwords remembered", func(p *iam.PasswordPolicy) gsl.Value { return gsl.Number(float64(p.ReusePrevention)) }),
	ours(rule("allowUsersToChangePassword", gsl.BoolKind, "users may change their own passwords", func(p *iam.PasswordPolicy) gsl.Value { return gsl.Bool(p.AllowUsersToChange) })),
	rule("requireUppercaseCharacter", gsl.BoolKind, "", func(p *iam.PasswordPolicy) gsl.Value { return gsl.Bool(p.RequireUppercase) }),
	rule("requireLowercaseCharacter", gsl.BoolKind, "", func(p *iam.PasswordPolicy) gsl.Value { return gsl.Bool(p.RequireLowercase) }),
	rule("requireSymbols", gsl.BoolKind, "", func(p *iam.PasswordPolicy) gsl.Value { return gsl.Bool(p.RequireSymbols) }),
	rule("requireNumbers", gsl.BoolKind, "", func(p *iam.PasswordPolicy) gsl.Value { return gsl.Bool(p.RequireNumbers) }),
}}
