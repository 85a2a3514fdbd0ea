package apply

import (
	"context"
	"fmt"
	"net/url"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsiam "github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/rollcall-iam/rollcall/internal/fix"
	"github.com/rollcall-iam/rollcall/internal/iam"
)

// Read returns a fact as conditions have it. Something that is not there has
// none, and is no error.
func (l *Live) Read(ctx context.Context, c fix.Condition) ([]string, error) {
	read, known := facts[[2]string{c.Kind, c.Fact}]
	if !known {
		return nil, fmt.Errorf("it is not known how to read it")
	}
	out, err := read(ctx, l.iam, c)
	if codeOf(err) == "NoSuchEntity" {
		return nil, nil
	}
	slices.Sort(out)
	return out, err
}

type fact func(ctx context.Context, c *awsiam.Client, of fix.Condition) ([]string, error)

// facts are how each is read.
var facts = map[[2]string]fact{
	{fix.KindUser, fix.FactID}: func(ctx context.Context, c *awsiam.Client, of fix.Condition) ([]string, error) {
		out, err := c.GetUser(ctx, &awsiam.GetUserInput{UserName: &of.Name})
		if err != nil {
			return nil, err
		}
		return []string{aws.ToString(out.User.UserId)}, nil
	},
	{fix.KindUser, fix.FactAttached}: func(ctx context.Context, c *awsiam.Client, of fix.Condition) (list []string, err error) {
		for p := awsiam.NewListAttachedUserPoliciesPaginator(c, &awsiam.ListAttachedUserPoliciesInput{UserName: &of.Name}); p.HasMorePages(); {
			out, err := p.NextPage(ctx)
			if err != nil {
				return nil, err
			}
			for _, a := range out.AttachedPolicies {
				list = append(list, aws.ToString(a.PolicyArn))
			}
		}
		return list, nil
	},
	{fix.KindUser, fix.FactInline}: func(ctx context.Context, c *awsiam.Client, of fix.Condition) (list []string, err error) {
		for p := awsiam.NewListUserPoliciesPaginator(c, &awsiam.ListUserPoliciesInput{UserName: &of.Name}); p.HasMorePages(); {
			out, err := p.NextPage(ctx)
			if err != nil {
				return nil, err
			}
			for _, name := range out.PolicyNames {
				got, err := c.GetUserPolicy(ctx, &awsiam.GetUserPolicyInput{UserName: &of.Name, PolicyName: &name})
				if err != nil {
					return nil, err
				}
				list = append(list, name+" "+digest(got.PolicyDocument))
			}
		}
		return list, nil
	},
	{fix.KindUser, fix.FactGroups}: groupsOf, {fix.KindUser, fix.FactMember}: groupsOf,
	{fix.KindUser, fix.FactKey}: keysOf, {fix.KindUser, fix.FactNoKey}: keysOf,
	{fix.KindUser, fix.FactKeyIdle}: func(ctx context.Context, c *awsiam.Client, of fix.Condition) ([]string, error) {
		id := fix.KeyID(of)
		out, err := c.GetAccessKeyLastUsed(ctx, &awsiam.GetAccessKeyLastUsedInput{AccessKeyId: &id})
		if err != nil {
			return nil, err
		}
		if out.AccessKeyLastUsed == nil || out.AccessKeyLastUsed.LastUsedDate == nil {
			return []string{id + " never"}, nil
		}
		return []string{id + " " + iam.At(*out.AccessKeyLastUsed.LastUsedDate).String()}, nil
	},
	{fix.KindUser, fix.FactPassword}: func(ctx context.Context, c *awsiam.Client, of fix.Condition) ([]string, error) {
		_, err := c.GetLoginProfile(ctx, &awsiam.GetLoginProfileInput{UserName: &of.Name})
		if codeOf(err) == "NoSuchEntity" {
			return []string{"no"}, nil
		}
		return []string{"yes"}, err
	},
	{fix.KindUser, fix.FactPassIdle}: func(ctx context.Context, c *awsiam.Client, of fix.Condition) ([]string, error) {
		out, err := c.GetUser(ctx, &awsiam.GetUserInput{UserName: &of.Name})
		if err != nil {
			return nil, err
		}
		if out.User.PasswordLastUsed == nil {
			return []string{"never"}, nil
		}
		return []string{iam.At(*out.User.PasswordLastUsed).String()}, nil
	},
	{fix.KindGroup, fix.FactID}: func(ctx context.Context, c *awsiam.Client, of fix.Condition) ([]string, error) {
		out, err := c.GetGroup(ctx, &awsiam.GetGroupInput{GroupName: &of.Name})
		if err != nil {
			return nil, err
		}
		return []string{aws.ToString(out.Group.GroupId)}, nil
	},
	{fix.KindGroup, fix.FactAttached}: func(ctx context.Context, c *awsiam.Client, of fix.Condition) (list []string, err error) {
		for p := awsiam.NewListAttachedGroupPoliciesPaginator(c, &awsiam.ListAttachedGroupPoliciesInput{GroupName: &of.Name}); p.HasMorePages(); {
			out, err := p.NextPage(ctx)
			if err != nil {
				return nil, err
			}
			for _, a := range out.AttachedPolicies {
				list = append(list, aws.ToString(a.PolicyArn))
			}
		}
		return list, nil
	},
	{fix.KindGroup, fix.FactInline}: func(ctx context.Context, c *awsiam.Client, of fix.Condition) (list []string, err error) {
		for p := awsiam.NewListGroupPoliciesPaginator(c, &awsiam.ListGroupPoliciesInput{GroupName: &of.Name}); p.HasMorePages(); {
			out, err := p.NextPage(ctx)
			if err != nil {
				return nil, err
			}
			for _, name := range out.PolicyNames {
				got, err := c.GetGroupPolicy(ctx, &awsiam.GetGroupPolicyInput{GroupName: &of.Name, PolicyName: &name})
				if err != nil {
					return nil, err
				}
				list = append(list, name+" "+digest(got.PolicyDocument))
			}
		}
		return list, nil
	},
	{fix.KindGroup, fix.FactMembers}: func(ctx context.Context, c *awsiam.Client, of fix.Condition) (list []string, err error) {
		for p := awsiam.NewGetGroupPaginator(c, &awsiam.GetGroupInput{GroupName: &of.Name}); p.HasMorePages(); {
			out, err := p.NextPage(ctx)
			if err != nil {
				return nil, err
			}
			for _, u := range out.Users {
				list = append(list, aws.ToString(u.UserName))
			}
		}
		return list, nil
	},
	{fix.KindPolicy, fix.FactID}: func(ctx context.Context, c *awsiam.Client, of fix.Condition) ([]string, error) {
		out, err := c.GetPolicy(ctx, &awsiam.GetPolicyInput{PolicyArn: &of.Name})
		if err != nil {
			return nil, err
		}
		return []string{aws.ToString(out.Policy.PolicyId)}, nil
	},
	{fix.KindPolicy, fix.FactDocument}: func(ctx context.Context, c *awsiam.Client, of fix.Condition) ([]string, error) {
		out, err := c.GetPolicy(ctx, &awsiam.GetPolicyInput{PolicyArn: &of.Name})
		if err != nil {
			return nil, err
		}
		version, err := c.GetPolicyVersion(ctx, &awsiam.GetPolicyVersionInput{PolicyArn: &of.Name, VersionId: out.Policy.DefaultVersionId})
		if err != nil {
			return nil, err
		}
		return []string{digest(version.PolicyVersion.Document)}, nil
	},
	{fix.KindAccount, fix.FactPasswords}: func(ctx context.Context, c *awsiam.Client, _ fix.Condition) ([]string, error) {
		out, err := c.GetAccountPasswordPolicy(ctx, &awsiam.GetAccountPasswordPolicyInput{})
		if err != nil {
			return nil, err
		}
		p := out.PasswordPolicy
		return fix.PasswordFact(iam.PasswordPolicy{MinimumLength: int(aws.ToInt32(p.MinimumPasswordLength)), RequireSymbols: p.RequireSymbols, RequireNumbers: p.RequireNumbers,
			RequireUppercase: p.RequireUppercaseCharacters, RequireLowercase: p.RequireLowercaseCharacters, AllowUsersToChange: p.AllowUsersToChangePassword,
			MaxAge: int(aws.ToInt32(p.MaxPasswordAge)), ReusePrevention: int(aws.ToInt32(p.PasswordReusePrevention)), HardExpiry: aws.ToBool(p.HardExpiry)}), nil
	},
}

func groupsOf(ctx context.Context, c *awsiam.Client, of fix.Condition) (list []string, err error) {
	for p := awsiam.NewListGroupsForUserPaginator(c, &awsiam.ListGroupsForUserInput{UserName: &of.Name}); p.HasMorePages(); {
		out, err := p.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, g := range out.Groups {
			list = append(list, aws.ToString(g.GroupName))
		}
	}
	return list, nil
}

func keysOf(ctx context.Context, c *awsiam.Client, of fix.Condition) (list []string, err error) {
	for p := awsiam.NewListAccessKeysPaginator(c, &awsiam.ListAccessKeysInput{UserName: &of.Name}); p.HasMorePages(); {
		out, err := p.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, k := range out.AccessKeyMetadata {
			list = append(list, aws.ToString(k.AccessKeyId)+" "+string(k.Status))
		}
	}
	return list, nil
}

// digest is that of a document as the SDK hands it out, percent-encoded.
func digest(document *string) string {
	text, err := url.PathUnescape(aws.ToString(document))
	if err != nil {
		text = aws.ToString(document)
	}
	return fix.Digest(text)
}
