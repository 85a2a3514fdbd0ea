package apply

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsiam "github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/rollcall-iam/rollcall/internal/fix"
	"github.com/rollcall-iam/rollcall/internal/iam"
	"github.com/rollcall-iam/rollcall/internal/iam/policy"
	"github.com/rollcall-iam/rollcall/internal/source/live"
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
var facts = func() map[[2]string]fact {
	for source, names := range fix.ItemFacts() {
		for _, name := range names {
			accountFacts[[2]string{fix.KindUser, name}] = itemReaders[source]
		}
	}
	return accountFacts
}()

// itemReaders list a user's credentials, each as ID STATUS.
var itemReaders = map[iam.SourceName]fact{iam.AccessKeyList: keysOf, iam.SSHKeyList: sshKeys, iam.CertificateList: certificates,
	iam.ServiceCredentialList: serviceCredentials, iam.MFADeviceList: devices}

var accountFacts = map[[2]string]fact{
	{fix.KindUser, fix.FactID}:           userID,
	{fix.KindUser, fix.FactAttached}:     userAttached,
	{fix.KindUser, fix.FactInline}:       userInline,
	{fix.KindUser, fix.FactGroups}:       groupsOf,
	{fix.KindUser, fix.FactMember}:       groupsOf,
	{fix.KindUser, fix.FactBoundary}:     boundary,
	{fix.KindUser, fix.FactTags}:         tags,
	{fix.KindUser, fix.FactKeyIdle}:      keyLastUsed,
	{fix.KindUser, fix.FactPassword}:     password,
	{fix.KindUser, fix.FactPassIdle}:     passwordLastUsed,
	{fix.KindGroup, fix.FactID}:          groupID,
	{fix.KindGroup, fix.FactAttached}:    groupAttached,
	{fix.KindGroup, fix.FactInline}:      groupInline,
	{fix.KindGroup, fix.FactMembers}:     members,
	{fix.KindPolicy, fix.FactID}:         policyID,
	{fix.KindPolicy, fix.FactDocument}:   policyDocument,
	{fix.KindAccount, fix.FactPasswords}: passwordPolicy,
}

// A paginator is one of the SDK's.
type paginator[O any] interface {
	HasMorePages() bool
	NextPage(context.Context, ...func(*awsiam.Options)) (O, error)
}

// all is what every page of a list has.
func all[O any](ctx context.Context, p paginator[O], elements func(O) []string) (list []string, err error) {
	for p.HasMorePages() {
		out, err := p.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		list = append(list, elements(out)...)
	}
	return list, nil
}

func each[T any](list []T, text func(*T) string) []string {
	out := make([]string, len(list))
	for i := range list {
		out[i] = text(&list[i])
	}
	return out
}

func arn(p *types.AttachedPolicy) string { return aws.ToString(p.PolicyArn) }

// digests are inline policies by name, each with its document's digest.
func digests(names []string, document func(name string) (*string, error)) ([]string, error) {
	out := make([]string, len(names))
	for i, name := range names {
		text, err := document(name)
		if err != nil {
			return nil, err
		}
		out[i] = name + " " + digest(text)
	}
	return out, nil
}

// lastUse is when something was last used, or never.
func lastUse(at *time.Time) string {
	if at == nil {
		return "never"
	}
	return iam.At(*at).String()
}

func user(ctx context.Context, c *awsiam.Client, name string) (*types.User, error) {
	out, err := c.GetUser(ctx, &awsiam.GetUserInput{UserName: &name})
	if err != nil {
		return nil, err
	}
	return out.User, nil
}

func userID(ctx context.Context, c *awsiam.Client, of fix.Condition) ([]string, error) {
	u, err := user(ctx, c, of.Name)
	if err != nil {
		return nil, err
	}
	return []string{aws.ToString(u.UserId)}, nil
}

func userAttached(ctx context.Context, c *awsiam.Client, of fix.Condition) ([]string, error) {
	return all(ctx, awsiam.NewListAttachedUserPoliciesPaginator(c, &awsiam.ListAttachedUserPoliciesInput{UserName: &of.Name}),
		func(out *awsiam.ListAttachedUserPoliciesOutput) []string { return each(out.AttachedPolicies, arn) })
}

func userInline(ctx context.Context, c *awsiam.Client, of fix.Condition) ([]string, error) {
	names, err := all(ctx, awsiam.NewListUserPoliciesPaginator(c, &awsiam.ListUserPoliciesInput{UserName: &of.Name}),
		func(out *awsiam.ListUserPoliciesOutput) []string { return out.PolicyNames })
	if err != nil {
		return nil, err
	}
	return digests(names, func(name string) (*string, error) {
		out, err := c.GetUserPolicy(ctx, &awsiam.GetUserPolicyInput{UserName: &of.Name, PolicyName: &name})
		if err != nil {
			return nil, err
		}
		return out.PolicyDocument, nil
	})
}

func groupsOf(ctx context.Context, c *awsiam.Client, of fix.Condition) ([]string, error) {
	return all(ctx, awsiam.NewListGroupsForUserPaginator(c, &awsiam.ListGroupsForUserInput{UserName: &of.Name}),
		func(out *awsiam.ListGroupsForUserOutput) []string {
			return each(out.Groups, func(g *types.Group) string { return aws.ToString(g.GroupName) })
		})
}

func keysOf(ctx context.Context, c *awsiam.Client, of fix.Condition) ([]string, error) {
	return all(ctx, awsiam.NewListAccessKeysPaginator(c, &awsiam.ListAccessKeysInput{UserName: &of.Name}),
		func(out *awsiam.ListAccessKeysOutput) []string {
			return each(out.AccessKeyMetadata, func(k *types.AccessKeyMetadata) string { return item(k.AccessKeyId, k.Status) })
		})
}

// item is a credential as conditions have it.
func item(id *string, status types.StatusType) string { return aws.ToString(id) + " " + string(status) }

func sshKeys(ctx context.Context, c *awsiam.Client, of fix.Condition) ([]string, error) {
	return all(ctx, awsiam.NewListSSHPublicKeysPaginator(c, &awsiam.ListSSHPublicKeysInput{UserName: &of.Name}),
		func(out *awsiam.ListSSHPublicKeysOutput) []string {
			return each(out.SSHPublicKeys, func(k *types.SSHPublicKeyMetadata) string { return item(k.SSHPublicKeyId, k.Status) })
		})
}

func certificates(ctx context.Context, c *awsiam.Client, of fix.Condition) ([]string, error) {
	return all(ctx, awsiam.NewListSigningCertificatesPaginator(c, &awsiam.ListSigningCertificatesInput{UserName: &of.Name}),
		func(out *awsiam.ListSigningCertificatesOutput) []string {
			return each(out.Certificates, func(k *types.SigningCertificate) string { return item(k.CertificateId, k.Status) })
		})
}

func serviceCredentials(ctx context.Context, c *awsiam.Client, of fix.Condition) ([]string, error) {
	out, err := c.ListServiceSpecificCredentials(ctx, &awsiam.ListServiceSpecificCredentialsInput{UserName: &of.Name})
	if err != nil {
		return nil, err
	}
	return each(out.ServiceSpecificCredentials, func(k *types.ServiceSpecificCredentialMetadata) string {
		return item(k.ServiceSpecificCredentialId, k.Status)
	}), nil
}

func devices(ctx context.Context, c *awsiam.Client, of fix.Condition) ([]string, error) {
	return all(ctx, awsiam.NewListMFADevicesPaginator(c, &awsiam.ListMFADevicesInput{UserName: &of.Name}),
		func(out *awsiam.ListMFADevicesOutput) []string {
			return each(out.MFADevices, func(d *types.MFADevice) string { return item(d.SerialNumber, types.StatusTypeActive) })
		})
}

func boundary(ctx context.Context, c *awsiam.Client, of fix.Condition) ([]string, error) {
	u, err := user(ctx, c, of.Name)
	if err != nil || u.PermissionsBoundary == nil {
		return nil, err
	}
	return []string{aws.ToString(u.PermissionsBoundary.PermissionsBoundaryArn)}, nil
}

func tags(ctx context.Context, c *awsiam.Client, of fix.Condition) ([]string, error) {
	u, err := user(ctx, c, of.Name)
	if err != nil {
		return nil, err
	}
	return each(u.Tags, func(t *types.Tag) string { return aws.ToString(t.Key) + "=" + aws.ToString(t.Value) }), nil
}

func keyLastUsed(ctx context.Context, c *awsiam.Client, of fix.Condition) ([]string, error) {
	id := of.ID()
	out, err := c.GetAccessKeyLastUsed(ctx, &awsiam.GetAccessKeyLastUsedInput{AccessKeyId: &id})
	if err != nil {
		return nil, err
	}
	var at *time.Time
	if out.AccessKeyLastUsed != nil {
		at = out.AccessKeyLastUsed.LastUsedDate
	}
	return []string{id + " " + lastUse(at)}, nil
}

func password(ctx context.Context, c *awsiam.Client, of fix.Condition) ([]string, error) {
	_, err := c.GetLoginProfile(ctx, &awsiam.GetLoginProfileInput{UserName: &of.Name})
	if codeOf(err) == "NoSuchEntity" {
		return []string{"no"}, nil
	}
	return []string{"yes"}, err
}

func passwordLastUsed(ctx context.Context, c *awsiam.Client, of fix.Condition) ([]string, error) {
	u, err := user(ctx, c, of.Name)
	if err != nil {
		return nil, err
	}
	return []string{lastUse(u.PasswordLastUsed)}, nil
}

func groupID(ctx context.Context, c *awsiam.Client, of fix.Condition) ([]string, error) {
	out, err := c.GetGroup(ctx, &awsiam.GetGroupInput{GroupName: &of.Name})
	if err != nil {
		return nil, err
	}
	return []string{aws.ToString(out.Group.GroupId)}, nil
}

func groupAttached(ctx context.Context, c *awsiam.Client, of fix.Condition) ([]string, error) {
	return all(ctx, awsiam.NewListAttachedGroupPoliciesPaginator(c, &awsiam.ListAttachedGroupPoliciesInput{GroupName: &of.Name}),
		func(out *awsiam.ListAttachedGroupPoliciesOutput) []string { return each(out.AttachedPolicies, arn) })
}

func groupInline(ctx context.Context, c *awsiam.Client, of fix.Condition) ([]string, error) {
	names, err := all(ctx, awsiam.NewListGroupPoliciesPaginator(c, &awsiam.ListGroupPoliciesInput{GroupName: &of.Name}),
		func(out *awsiam.ListGroupPoliciesOutput) []string { return out.PolicyNames })
	if err != nil {
		return nil, err
	}
	return digests(names, func(name string) (*string, error) {
		out, err := c.GetGroupPolicy(ctx, &awsiam.GetGroupPolicyInput{GroupName: &of.Name, PolicyName: &name})
		if err != nil {
			return nil, err
		}
		return out.PolicyDocument, nil
	})
}

func members(ctx context.Context, c *awsiam.Client, of fix.Condition) ([]string, error) {
	return all(ctx, awsiam.NewGetGroupPaginator(c, &awsiam.GetGroupInput{GroupName: &of.Name}),
		func(out *awsiam.GetGroupOutput) []string {
			return each(out.Users, func(u *types.User) string { return aws.ToString(u.UserName) })
		})
}

func managed(ctx context.Context, c *awsiam.Client, arn string) (*types.Policy, error) {
	out, err := c.GetPolicy(ctx, &awsiam.GetPolicyInput{PolicyArn: &arn})
	if err != nil {
		return nil, err
	}
	return out.Policy, nil
}

func policyID(ctx context.Context, c *awsiam.Client, of fix.Condition) ([]string, error) {
	p, err := managed(ctx, c, of.Name)
	if err != nil {
		return nil, err
	}
	return []string{aws.ToString(p.PolicyId)}, nil
}

func policyDocument(ctx context.Context, c *awsiam.Client, of fix.Condition) ([]string, error) {
	p, err := managed(ctx, c, of.Name)
	if err != nil {
		return nil, err
	}
	out, err := c.GetPolicyVersion(ctx, &awsiam.GetPolicyVersionInput{PolicyArn: &of.Name, VersionId: p.DefaultVersionId})
	if err != nil {
		return nil, err
	}
	return []string{digest(out.PolicyVersion.Document)}, nil
}

func passwordPolicy(ctx context.Context, c *awsiam.Client, _ fix.Condition) ([]string, error) {
	out, err := c.GetAccountPasswordPolicy(ctx, &awsiam.GetAccountPasswordPolicyInput{})
	if err != nil {
		return nil, err
	}
	return fix.PasswordFact(live.PasswordPolicy(out.PasswordPolicy)), nil
}

// digest is that of a document as AWS encodes it.
func digest(document *string) string {
	text, err := policy.Decode(aws.ToString(document))
	if err != nil {
		return fix.Digest(aws.ToString(document))
	}
	return fix.Digest(string(text))
}
