package entity

import (
	"github.com/rollcall-iam/rollcall/internal/gsl"
	"github.com/rollcall-iam/rollcall/internal/iam"
	"github.com/rollcall-iam/rollcall/internal/iam/policy"
)

// A Policy is a managed policy as rules see it.
type Policy struct {
	*iam.ManagedPolicy
	account *Account
}

// String is the policy's name.
func (p *Policy) String() string { return p.Name }

func (p *Policy) document() gsl.Value {
	d, gap := p.account.View.Document(p.ARN)
	return document(d, gap)
}

// created is null where no source said it.
func (p *Policy) created() gsl.Value {
	return p.account.told(moment(p.Created), p.Untold, iam.CreatedPart)
}

func (p *Policy) users() gsl.Value {
	return names(p.account.View.Holders(p.ARN).Users, p.account.grantsGap())
}

func (p *Policy) groups() gsl.Value {
	return names(p.account.View.Holders(p.ARN).Groups, p.account.gaps[iam.Details])
}

func (p *Policy) roles() gsl.Value {
	return names(p.account.View.Holders(p.ARN).Roles, p.account.rolesGap())
}

// names is a list of names that may not be all, with why.
func names(list []string, gap *iam.Gap) gsl.Value {
	return gsl.Partial((*gsl.Texts)(&list), why(gap))
}

var policyType = &gsl.Type{Name: IamPolicy, Doc: "a managed policy, the customer's or AWS's", Fields: append([]gsl.Field{
	field("id", gsl.StringKind, fromDetails, "the ARN, as CloudGuard has it", func(p *Policy) gsl.Value { return gsl.String(p.ARN) }),
	field("type", gsl.StringKind, fromDetails, IamPolicy, func(*Policy) gsl.Value { return gsl.String(IamPolicy) }),
	field("name", gsl.StringKind, fromDetails, "policy name", func(p *Policy) gsl.Value { return gsl.String(p.Name) }),
	field("arn", gsl.StringKind, fromDetails, "ARN", func(p *Policy) gsl.Value { return gsl.String(p.ARN) }),
	field("path", gsl.StringKind, fromDetails, "path", func(p *Policy) gsl.Value { return gsl.String(p.Path) }),
	field("accountNumber", gsl.StringKind, fromAny, "the account's number", func(p *Policy) gsl.Value { return gsl.String(p.account.View.Account.ID) }),
	field("createDate", gsl.DateKind, fromDetails, "when the policy was created", (*Policy).created),
	unreadTags("ListPolicyTags"),
	field("attachmentCount", gsl.NumberKind, fromDetails, "how many users, groups and roles have it", func(p *Policy) gsl.Value {
		return p.account.told(gsl.Number(float64(p.Attachments)), p.Untold, iam.AttachedPart)
	}),
	field("document", gsl.ObjectKind, fromManaged, "the default version's document, as JSON", (*Policy).document),
	field("users", gsl.ListKind, fromDetails, "names of the users that have it directly", (*Policy).users),
	field("groups", gsl.ListKind, fromDetails, "names of the groups that have it", (*Policy).groups),
	field("roles", gsl.ListKind, fromDetails, "names of the roles that have it", (*Policy).roles),
	ours(field("isAwsManaged", gsl.BoolKind, fromDetails, "AWS keeps the policy", func(p *Policy) gsl.Value { return gsl.Bool(policy.IsAWSManaged(p.ARN)) })),
}, common...)}
