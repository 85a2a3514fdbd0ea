package live

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsiam "github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/rollcall-iam/rollcall/internal/iam"
	"github.com/rollcall-iam/rollcall/internal/iam/policy"
)

// pages reads a listing to its end. Where it breaks off after the first page,
// what came is kept and the source says so.
func pages(src *iam.Source, next func(marker *string) (*string, error)) error {
	var marker *string
	for n := 0; ; n++ {
		m, err := next(marker)
		if err != nil {
			if n > 0 {
				src.State, src.Note = outcome(err)
				src.Cut, src.Note = true, fmt.Sprintf("the listing broke off after page %d. %s", n, src.Note)
			}
			return err
		}
		if m == nil {
			return nil
		}
		marker = m
	}
}

// more is the marker of the next page, nil at the end.
func more(truncated bool, marker *string) *string {
	if !truncated || aws.ToString(marker) == "" {
		return nil
	}
	return marker
}

func (r *Reader) details(ctx context.Context, src *iam.Source) error {
	filter := []types.EntityType{types.EntityTypeUser, types.EntityTypeGroup, types.EntityTypeRole, types.EntityTypeLocalManagedPolicy}
	if r.needs(iam.ManagedDocuments) {
		filter = append(filter, types.EntityTypeAWSManagedPolicy)
	}
	return pages(src, func(marker *string) (*string, error) {
		out, err := r.iam.GetAccountAuthorizationDetails(ctx, &awsiam.GetAccountAuthorizationDetailsInput{
			Filter: filter, MaxItems: aws.Int32(pageSize), Marker: marker})
		if err != nil {
			return nil, err
		}
		return more(out.IsTruncated, out.Marker), r.addDetails(out)
	})
}

func (r *Reader) addDetails(out *awsiam.GetAccountAuthorizationDetailsOutput) error {
	c := converter{docs: &r.parts.docs}
	if r.parts.Groups == nil {
		r.parts.Groups = []iam.Group{}
	}
	if r.parts.Roles == nil {
		r.parts.Roles = []iam.Role{}
	}
	for _, u := range out.UserDetailList {
		r.parts.Details = append(r.parts.Details, iam.User{Name: aws.ToString(u.UserName), Path: aws.ToString(u.Path), ARN: aws.ToString(u.Arn),
			ID: aws.ToString(u.UserId), Created: moment(u.CreateDate), Grants: &iam.Grants{Inline: c.inline(u.UserPolicyList),
				Attached: attached(u.AttachedManagedPolicies), Groups: u.GroupList, Boundary: boundary(u.PermissionsBoundary), Tags: tags(u.Tags)}})
	}
	for _, g := range out.GroupDetailList {
		r.parts.Groups = append(r.parts.Groups, iam.Group{Name: aws.ToString(g.GroupName), Path: aws.ToString(g.Path), ARN: aws.ToString(g.Arn),
			ID: aws.ToString(g.GroupId), Created: moment(g.CreateDate), Inline: c.inline(g.GroupPolicyList), Attached: attached(g.AttachedManagedPolicies)})
	}
	for _, o := range out.RoleDetailList {
		r.parts.Roles = append(r.parts.Roles, iam.Role{Name: aws.ToString(o.RoleName), Path: aws.ToString(o.Path), ARN: aws.ToString(o.Arn),
			ID: aws.ToString(o.RoleId), Created: moment(o.CreateDate), Trust: c.document(o.AssumeRolePolicyDocument), Inline: c.inline(o.RolePolicyList),
			Attached: attached(o.AttachedManagedPolicies), Boundary: boundary(o.PermissionsBoundary), Tags: tags(o.Tags), LastUsed: lastUsed(o.RoleLastUsed)})
	}
	for _, p := range out.Policies {
		r.parts.Policies = append(r.parts.Policies, c.policy(p))
	}
	return c.err
}

func (r *Reader) users(ctx context.Context, src *iam.Source) error {
	return pages(src, func(marker *string) (*string, error) {
		out, err := r.iam.ListUsers(ctx, &awsiam.ListUsersInput{MaxItems: aws.Int32(pageSize), Marker: marker})
		if err != nil {
			return nil, err
		}
		for _, u := range out.Users {
			r.parts.Listed = append(r.parts.Listed, iam.ListedUser{Name: aws.ToString(u.UserName), Path: aws.ToString(u.Path), ARN: aws.ToString(u.Arn),
				ID: aws.ToString(u.UserId), Created: moment(u.CreateDate), PasswordLastUsed: iam.When(moment(u.PasswordLastUsed))})
		}
		return more(out.IsTruncated, out.Marker), nil
	})
}

func (r *Reader) devices(ctx context.Context, src *iam.Source) error {
	return pages(src, func(marker *string) (*string, error) {
		out, err := r.iam.ListVirtualMFADevices(ctx, &awsiam.ListVirtualMFADevicesInput{
			AssignmentStatus: types.AssignmentStatusTypeAssigned, MaxItems: aws.Int32(pageSize), Marker: marker})
		if err != nil {
			return nil, err
		}
		for _, d := range out.VirtualMFADevices {
			device := iam.Device{VirtualDevice: iam.VirtualDevice{Serial: aws.ToString(d.SerialNumber), Enabled: moment(d.EnableDate)}}
			if d.User != nil { // root's has an ARN and no name
				device.UserARN = aws.ToString(d.User.Arn)
			}
			r.parts.Devices = append(r.parts.Devices, device)
		}
		return more(out.IsTruncated, out.Marker), nil
	})
}

// A converter turns the SDK's types into ours and keeps its first error.
type converter struct {
	docs *policy.Table
	err  error
}

func (c *converter) document(encoded *string) *policy.Document {
	if encoded == nil {
		return nil
	}
	text, err := policy.Decode(*encoded)
	if err != nil {
		if c.err == nil {
			c.err = err
		}
		return nil
	}
	return c.docs.Intern(text)
}

func (c *converter) inline(list []types.PolicyDetail) []iam.InlinePolicy {
	var out []iam.InlinePolicy
	for _, p := range list {
		out = append(out, iam.InlinePolicy{Name: aws.ToString(p.PolicyName), Document: c.document(p.PolicyDocument)})
	}
	return out
}

func (c *converter) policy(p types.ManagedPolicyDetail) iam.ManagedPolicy {
	out := iam.ManagedPolicy{Name: aws.ToString(p.PolicyName), Path: aws.ToString(p.Path), ARN: aws.ToString(p.Arn), ID: aws.ToString(p.PolicyId),
		DefaultVersion: aws.ToString(p.DefaultVersionId), Attachments: int(aws.ToInt32(p.AttachmentCount)), Created: moment(p.CreateDate)}
	if iam.Unused(out.ARN, out.Attachments, int(aws.ToInt32(p.PermissionsBoundaryUsageCount))) {
		return out
	}
	for _, v := range p.PolicyVersionList {
		if v.IsDefaultVersion || aws.ToString(v.VersionId) == out.DefaultVersion {
			out.DefaultVersion, out.Document = aws.ToString(v.VersionId), c.document(v.Document)
			break
		}
	}
	return out
}

func attached(list []types.AttachedPolicy) []iam.PolicyRef {
	var out []iam.PolicyRef
	for _, p := range list {
		out = append(out, iam.PolicyRef{Name: aws.ToString(p.PolicyName), ARN: aws.ToString(p.PolicyArn)})
	}
	return out
}

func boundary(b *types.AttachedPermissionsBoundary) iam.Boundary {
	if b == nil {
		return iam.Boundary{}
	}
	return iam.Boundary{ARN: aws.ToString(b.PermissionsBoundaryArn), Type: string(b.PermissionsBoundaryType)}
}

func tags(list []types.Tag) []iam.Tag {
	var out []iam.Tag
	for _, t := range list {
		out = append(out, iam.Tag{Key: aws.ToString(t.Key), Value: aws.ToString(t.Value)})
	}
	return out
}

func moment(t *time.Time) iam.Time {
	if t == nil {
		return 0
	}
	return iam.At(*t)
}

func lastUsed(u *types.RoleLastUsed) iam.Fact[iam.Time] {
	if u == nil {
		return iam.None[iam.Time]()
	}
	return iam.When(moment(u.LastUsedDate))
}
