package awstest_test

import (
	"testing"

	awsiam "github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
)

func attachedARNs(list []types.AttachedPolicy) string {
	return names(list, func(a types.AttachedPolicy) *string { return a.PolicyArn })
}

func policySteps(t *testing.T) []step {
	arn := p("arn:aws:iam::123456789012:policy/apps/Limit")
	create := &awsiam.CreatePolicyInput{PolicyName: p("Limit"), Path: p("/apps/"), PolicyDocument: p(document)}
	remove := call((*awsiam.Client).DeletePolicy, &awsiam.DeletePolicyInput{PolicyArn: arn})
	version := func(id string) func(*awsiam.Client) (string, error) {
		return call((*awsiam.Client).GetPolicyVersion, &awsiam.GetPolicyVersionInput{PolicyArn: arn, VersionId: &id},
			func(o *awsiam.GetPolicyVersionOutput) string { return decoded(t, o.PolicyVersion.Document) })
	}
	current := call((*awsiam.Client).GetPolicy, &awsiam.GetPolicyInput{PolicyArn: arn}, func(o *awsiam.GetPolicyOutput) string { return *o.Policy.DefaultVersionId })
	return []step{
		{"made", call((*awsiam.Client).CreateUser, &awsiam.CreateUserInput{UserName: p("grace")}), "", false},
		{"not yet there", current, noEntity, false},
		{"created", call((*awsiam.Client).CreatePolicy, create, func(o *awsiam.CreatePolicyOutput) string { return *o.Policy.Arn }), *arn, false},
		{"twice", call((*awsiam.Client).CreatePolicy, create), already, false},
		{"in another letter case and path", call((*awsiam.Client).CreatePolicy, &awsiam.CreatePolicyInput{PolicyName: p("LIMIT"), PolicyDocument: p(document)}), already, true},
		{"no document", call((*awsiam.Client).CreatePolicy, &awsiam.CreatePolicyInput{PolicyName: p("Bad"), PolicyDocument: p("{")}), "MalformedPolicyDocument", false},
		{"its version", current, "v1", false},
		{"its document", version("v1"), document, false},
		{"a new version", call((*awsiam.Client).CreatePolicyVersion, &awsiam.CreatePolicyVersionInput{PolicyArn: arn, PolicyDocument: p(another), SetAsDefault: true}), "", false},
		{"now its version", current, "v2", false},
		{"and its document", version("v2"), another, false},
		{"no such version", version("v3"), noEntity, false},
		{"two versions", remove, conflict, true},
		{"the old version gone", call((*awsiam.Client).DeletePolicyVersion, &awsiam.DeletePolicyVersionInput{PolicyArn: arn, VersionId: p("v1")}), "", false},
		{"attached", call((*awsiam.Client).AttachUserPolicy, &awsiam.AttachUserPolicyInput{UserName: p("grace"), PolicyArn: arn}), "", false},
		{"while attached", remove, conflict, true},
		{"detached", call((*awsiam.Client).DetachUserPolicy, &awsiam.DetachUserPolicyInput{UserName: p("grace"), PolicyArn: arn}), "", false},
		{"a boundary", call((*awsiam.Client).PutUserPermissionsBoundary, &awsiam.PutUserPermissionsBoundaryInput{UserName: p("grace"), PermissionsBoundary: arn}), "", true},
		{"while a boundary", remove, conflict, true},
		{"no boundary", call((*awsiam.Client).DeleteUserPermissionsBoundary, &awsiam.DeleteUserPermissionsBoundaryInput{UserName: p("grace")}), "", true},
		{"deleted", remove, "", false},
		{"deleted again", remove, noEntity, false},
		{"AWS's own", call((*awsiam.Client).GetPolicy, &awsiam.GetPolicyInput{PolicyArn: p(denyAll)}, func(o *awsiam.GetPolicyOutput) string { return *o.Policy.PolicyName }), "AWSDenyAll", false},
	}
}

// grantSteps are the same for users and groups.
func grantSteps(t *testing.T) []step {
	steps := []step{
		{"a user", call((*awsiam.Client).CreateUser, &awsiam.CreateUserInput{UserName: p("heidi")}), "", false},
		{"a group", call((*awsiam.Client).CreateGroup, &awsiam.CreateGroupInput{GroupName: p("Grants")}), "", false},
	}
	steps = append(steps, inlineSteps("user ",
		func(name, text string) func(*awsiam.Client) (string, error) {
			return call((*awsiam.Client).PutUserPolicy, &awsiam.PutUserPolicyInput{UserName: p("heidi"), PolicyName: &name, PolicyDocument: &text})
		},
		call((*awsiam.Client).GetUserPolicy, &awsiam.GetUserPolicyInput{UserName: p("heidi"), PolicyName: p("own")},
			func(o *awsiam.GetUserPolicyOutput) string { return *o.UserName + " " + decoded(t, o.PolicyDocument) }),
		call((*awsiam.Client).ListUserPolicies, &awsiam.ListUserPoliciesInput{UserName: p("heidi")},
			func(o *awsiam.ListUserPoliciesOutput) string { return names(o.PolicyNames, p[string]) }),
		call((*awsiam.Client).DeleteUserPolicy, &awsiam.DeleteUserPolicyInput{UserName: p("heidi"), PolicyName: p("own")}), "heidi ")...)
	steps = append(steps, inlineSteps("group ",
		func(name, text string) func(*awsiam.Client) (string, error) {
			return call((*awsiam.Client).PutGroupPolicy, &awsiam.PutGroupPolicyInput{GroupName: p("Grants"), PolicyName: &name, PolicyDocument: &text})
		},
		call((*awsiam.Client).GetGroupPolicy, &awsiam.GetGroupPolicyInput{GroupName: p("Grants"), PolicyName: p("own")},
			func(o *awsiam.GetGroupPolicyOutput) string { return *o.GroupName + " " + decoded(t, o.PolicyDocument) }),
		call((*awsiam.Client).ListGroupPolicies, &awsiam.ListGroupPoliciesInput{GroupName: p("Grants")},
			func(o *awsiam.ListGroupPoliciesOutput) string { return names(o.PolicyNames, p[string]) }),
		call((*awsiam.Client).DeleteGroupPolicy, &awsiam.DeleteGroupPolicyInput{GroupName: p("Grants"), PolicyName: p("own")}), "Grants ")...)
	steps = append(steps, attachSteps("user ",
		func(arn string) func(*awsiam.Client) (string, error) {
			return call((*awsiam.Client).AttachUserPolicy, &awsiam.AttachUserPolicyInput{UserName: p("heidi"), PolicyArn: &arn})
		},
		call((*awsiam.Client).ListAttachedUserPolicies, &awsiam.ListAttachedUserPoliciesInput{UserName: p("heidi")},
			func(o *awsiam.ListAttachedUserPoliciesOutput) string { return attachedARNs(o.AttachedPolicies) }),
		call((*awsiam.Client).DetachUserPolicy, &awsiam.DetachUserPolicyInput{UserName: p("heidi"), PolicyArn: p(denyAll)}))...)
	return append(steps, attachSteps("group ",
		func(arn string) func(*awsiam.Client) (string, error) {
			return call((*awsiam.Client).AttachGroupPolicy, &awsiam.AttachGroupPolicyInput{GroupName: p("Grants"), PolicyArn: &arn})
		},
		call((*awsiam.Client).ListAttachedGroupPolicies, &awsiam.ListAttachedGroupPoliciesInput{GroupName: p("Grants")},
			func(o *awsiam.ListAttachedGroupPoliciesOutput) string { return attachedARNs(o.AttachedPolicies) }),
		call((*awsiam.Client).DetachGroupPolicy, &awsiam.DetachGroupPolicyInput{GroupName: p("Grants"), PolicyArn: p(denyAll)}))...)
}

func inlineSteps(of string, put func(name, text string) func(*awsiam.Client) (string, error), get, list, remove func(*awsiam.Client) (string, error), holder string) []step {
	hard := `{"Version":"2012-10-17","Statement":[{"Sid":"a","Effect":"Allow","Action":["s3:Get*"],"Resource":"arn:aws:s3:::b/100+${aws:username}<&>"}]}`
	return []step{
		{of + "has none", list, "[]", false},
		{of + "no such policy", get, noEntity, false},
		{of + "put", put("own", document), "", false},
		{of + "put over", put("own", hard), "", false},
		{of + "put another", put("two", another), "", false},
		{of + "put nonsense", put("two", "{"), "MalformedPolicyDocument", false},
		{of + "list", list, "[own two]", false},
		{of + "get", get, holder + hard, false},
		{of + "delete", remove, "", false},
		{of + "delete again", remove, noEntity, false},
	}
}

func attachSteps(of string, attach func(arn string) func(*awsiam.Client) (string, error), list, detach func(*awsiam.Client) (string, error)) []step {
	return []step{
		{of + "has nothing attached", list, "[]", false},
		{of + "detach nothing", detach, noEntity, false},
		{of + "attach nothing", attach("arn:aws:iam::123456789012:policy/None"), noEntity, false},
		{of + "attach", attach(denyAll), "", false},
		{of + "attach again", attach(denyAll), "", false},
		{of + "attached", list, "[" + denyAll + "]", false},
		{of + "detach", detach, "", false},
		{of + "detach again", detach, noEntity, false},
	}
}
