package apply

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsiam "github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/rollcall-iam/rollcall/internal/fix"
)

// Live is the account of some credentials.
type Live struct {
	iam *awsiam.Client
	sts *sts.Client
}

// NewLive makes an account of a configuration, as source/live has it.
func NewLive(cfg aws.Config) *Live {
	return &Live{iam: awsiam.NewFromConfig(cfg), sts: sts.NewFromConfig(cfg)}
}

// Caller is who the credentials are of: the account's number and an ARN.
func (l *Live) Caller(ctx context.Context) (account, arn string, err error) {
	out, err := l.sts.GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return "", "", err
	}
	return aws.ToString(out.Account), aws.ToString(out.Arn), nil
}

// Do makes a call of a plan.
func (l *Live) Do(ctx context.Context, c fix.Call) error {
	do, known := actions[c.Action]
	if !known {
		return fmt.Errorf("%s is a call that this program does not make", c.Action)
	}
	return do(ctx, l.iam, args(c.Args))
}

// args are a call's arguments; what is not given is nil.
type args map[string]string

func (a args) text(name string) *string {
	if v, ok := a[name]; ok {
		return &v
	}
	return nil
}

func (a args) number(name string) *int32 {
	var n int32
	if _, err := fmt.Sscan(a[name], &n); err != nil {
		return nil
	}
	return &n
}

func (a args) yes(name string) bool { return a[name] == "true" }

// tags are those of a JSON list.
func (a args) tags(name string) (out []types.Tag) {
	_ = json.Unmarshal([]byte(a[name]), &out) // fix.Read has checked it
	return out
}

type action func(ctx context.Context, c *awsiam.Client, a args) error

// calling makes an action of a method of the SDK and of how its input is filled.
func calling[I, O any](method func(*awsiam.Client, context.Context, *I, ...func(*awsiam.Options)) (*O, error), fill func(in *I, a args)) action {
	return func(ctx context.Context, c *awsiam.Client, a args) error {
		in := new(I)
		fill(in, a)
		_, err := method(c, ctx, in)
		return err
	}
}

// actions are the calls that plans and their undoing make.
var actions = map[string]action{
	"CreateGroup": calling((*awsiam.Client).CreateGroup, func(in *awsiam.CreateGroupInput, a args) {
		in.GroupName, in.Path = a.text("GroupName"), a.text("Path")
	}),
	"DeleteGroup": calling((*awsiam.Client).DeleteGroup, func(in *awsiam.DeleteGroupInput, a args) {
		in.GroupName = a.text("GroupName")
	}),
	"CreatePolicy": calling((*awsiam.Client).CreatePolicy, func(in *awsiam.CreatePolicyInput, a args) {
		in.PolicyName, in.PolicyDocument = a.text("PolicyName"), a.text("PolicyDocument")
	}),
	"DeletePolicy": calling((*awsiam.Client).DeletePolicy, func(in *awsiam.DeletePolicyInput, a args) {
		in.PolicyArn = a.text("PolicyArn")
	}),
	"AttachGroupPolicy": calling((*awsiam.Client).AttachGroupPolicy, func(in *awsiam.AttachGroupPolicyInput, a args) {
		in.GroupName, in.PolicyArn = a.text("GroupName"), a.text("PolicyArn")
	}),
	"DetachGroupPolicy": calling((*awsiam.Client).DetachGroupPolicy, func(in *awsiam.DetachGroupPolicyInput, a args) {
		in.GroupName, in.PolicyArn = a.text("GroupName"), a.text("PolicyArn")
	}),
	"PutGroupPolicy": calling((*awsiam.Client).PutGroupPolicy, func(in *awsiam.PutGroupPolicyInput, a args) {
		in.GroupName, in.PolicyName, in.PolicyDocument = a.text("GroupName"), a.text("PolicyName"), a.text("PolicyDocument")
	}),
	"DeleteGroupPolicy": calling((*awsiam.Client).DeleteGroupPolicy, func(in *awsiam.DeleteGroupPolicyInput, a args) {
		in.GroupName, in.PolicyName = a.text("GroupName"), a.text("PolicyName")
	}),
	"AttachUserPolicy": calling((*awsiam.Client).AttachUserPolicy, func(in *awsiam.AttachUserPolicyInput, a args) {
		in.UserName, in.PolicyArn = a.text("UserName"), a.text("PolicyArn")
	}),
	"DetachUserPolicy": calling((*awsiam.Client).DetachUserPolicy, func(in *awsiam.DetachUserPolicyInput, a args) {
		in.UserName, in.PolicyArn = a.text("UserName"), a.text("PolicyArn")
	}),
	"PutUserPolicy": calling((*awsiam.Client).PutUserPolicy, func(in *awsiam.PutUserPolicyInput, a args) {
		in.UserName, in.PolicyName, in.PolicyDocument = a.text("UserName"), a.text("PolicyName"), a.text("PolicyDocument")
	}),
	"DeleteUserPolicy": calling((*awsiam.Client).DeleteUserPolicy, func(in *awsiam.DeleteUserPolicyInput, a args) {
		in.UserName, in.PolicyName = a.text("UserName"), a.text("PolicyName")
	}),
	"AddUserToGroup": calling((*awsiam.Client).AddUserToGroup, func(in *awsiam.AddUserToGroupInput, a args) {
		in.GroupName, in.UserName = a.text("GroupName"), a.text("UserName")
	}),
	"RemoveUserFromGroup": calling((*awsiam.Client).RemoveUserFromGroup, func(in *awsiam.RemoveUserFromGroupInput, a args) {
		in.GroupName, in.UserName = a.text("GroupName"), a.text("UserName")
	}),
	"UpdateAccessKey": calling((*awsiam.Client).UpdateAccessKey, func(in *awsiam.UpdateAccessKeyInput, a args) {
		in.UserName, in.AccessKeyId, in.Status = a.text("UserName"), a.text("AccessKeyId"), types.StatusType(a["Status"])
	}),
	"DeleteAccessKey": calling((*awsiam.Client).DeleteAccessKey, func(in *awsiam.DeleteAccessKeyInput, a args) {
		in.UserName, in.AccessKeyId = a.text("UserName"), a.text("AccessKeyId")
	}),
	"DeleteLoginProfile": calling((*awsiam.Client).DeleteLoginProfile, func(in *awsiam.DeleteLoginProfileInput, a args) {
		in.UserName = a.text("UserName")
	}),
	"CreateUser": calling((*awsiam.Client).CreateUser, func(in *awsiam.CreateUserInput, a args) {
		in.UserName, in.Path, in.PermissionsBoundary, in.Tags = a.text("UserName"), a.text("Path"), a.text("PermissionsBoundary"), a.tags("Tags")
	}),
	"CreateLoginProfile": calling((*awsiam.Client).CreateLoginProfile, func(in *awsiam.CreateLoginProfileInput, a args) {
		in.UserName, in.Password, in.PasswordResetRequired = a.text("UserName"), a.text("Password"), a.yes("PasswordResetRequired")
	}),
	"UpdateLoginProfile": calling((*awsiam.Client).UpdateLoginProfile, func(in *awsiam.UpdateLoginProfileInput, a args) {
		in.UserName, in.Password, in.PasswordResetRequired = a.text("UserName"), a.text("Password"), aws.Bool(a.yes("PasswordResetRequired"))
	}),
	"DeleteUser": calling((*awsiam.Client).DeleteUser, func(in *awsiam.DeleteUserInput, a args) {
		in.UserName = a.text("UserName")
	}),
	"UpdateSSHPublicKey": calling((*awsiam.Client).UpdateSSHPublicKey, func(in *awsiam.UpdateSSHPublicKeyInput, a args) {
		in.UserName, in.SSHPublicKeyId, in.Status = a.text("UserName"), a.text("SSHPublicKeyId"), types.StatusType(a["Status"])
	}),
	"DeleteSSHPublicKey": calling((*awsiam.Client).DeleteSSHPublicKey, func(in *awsiam.DeleteSSHPublicKeyInput, a args) {
		in.UserName, in.SSHPublicKeyId = a.text("UserName"), a.text("SSHPublicKeyId")
	}),
	"UploadSSHPublicKey": calling((*awsiam.Client).UploadSSHPublicKey, func(in *awsiam.UploadSSHPublicKeyInput, a args) {
		in.UserName, in.SSHPublicKeyBody = a.text("UserName"), a.text("SSHPublicKeyBody")
	}),
	"UpdateSigningCertificate": calling((*awsiam.Client).UpdateSigningCertificate, func(in *awsiam.UpdateSigningCertificateInput, a args) {
		in.UserName, in.CertificateId, in.Status = a.text("UserName"), a.text("CertificateId"), types.StatusType(a["Status"])
	}),
	"DeleteSigningCertificate": calling((*awsiam.Client).DeleteSigningCertificate, func(in *awsiam.DeleteSigningCertificateInput, a args) {
		in.UserName, in.CertificateId = a.text("UserName"), a.text("CertificateId")
	}),
	"UploadSigningCertificate": calling((*awsiam.Client).UploadSigningCertificate, func(in *awsiam.UploadSigningCertificateInput, a args) {
		in.UserName, in.CertificateBody = a.text("UserName"), a.text("CertificateBody")
	}),
	"UpdateServiceSpecificCredential": calling((*awsiam.Client).UpdateServiceSpecificCredential, func(in *awsiam.UpdateServiceSpecificCredentialInput, a args) {
		in.UserName, in.ServiceSpecificCredentialId, in.Status = a.text("UserName"), a.text("ServiceSpecificCredentialId"), types.StatusType(a["Status"])
	}),
	"DeleteServiceSpecificCredential": calling((*awsiam.Client).DeleteServiceSpecificCredential, func(in *awsiam.DeleteServiceSpecificCredentialInput, a args) {
		in.UserName, in.ServiceSpecificCredentialId = a.text("UserName"), a.text("ServiceSpecificCredentialId")
	}),
	"DeactivateMFADevice": calling((*awsiam.Client).DeactivateMFADevice, func(in *awsiam.DeactivateMFADeviceInput, a args) {
		in.UserName, in.SerialNumber = a.text("UserName"), a.text("SerialNumber")
	}),
	"DeleteVirtualMFADevice": calling((*awsiam.Client).DeleteVirtualMFADevice, func(in *awsiam.DeleteVirtualMFADeviceInput, a args) {
		in.SerialNumber = a.text("SerialNumber")
	}),
	"PutUserPermissionsBoundary": calling((*awsiam.Client).PutUserPermissionsBoundary, func(in *awsiam.PutUserPermissionsBoundaryInput, a args) {
		in.UserName, in.PermissionsBoundary = a.text("UserName"), a.text("PermissionsBoundary")
	}),
	"DeleteUserPermissionsBoundary": calling((*awsiam.Client).DeleteUserPermissionsBoundary, func(in *awsiam.DeleteUserPermissionsBoundaryInput, a args) {
		in.UserName = a.text("UserName")
	}),
	"UpdateAccountPasswordPolicy": calling((*awsiam.Client).UpdateAccountPasswordPolicy, func(in *awsiam.UpdateAccountPasswordPolicyInput, a args) {
		in.MinimumPasswordLength = a.number("MinimumPasswordLength")
		in.MaxPasswordAge = a.number("MaxPasswordAge")
		in.PasswordReusePrevention = a.number("PasswordReusePrevention")
		in.RequireSymbols = a.yes("RequireSymbols")
		in.RequireNumbers = a.yes("RequireNumbers")
		in.HardExpiry = aws.Bool(a.yes("HardExpiry"))
		in.RequireUppercaseCharacters = a.yes("RequireUppercaseCharacters")
		in.RequireLowercaseCharacters = a.yes("RequireLowercaseCharacters")
		in.AllowUsersToChangePassword = a.yes("AllowUsersToChangePassword")
	}),
	"DeleteAccountPasswordPolicy": calling((*awsiam.Client).DeleteAccountPasswordPolicy, func(*awsiam.DeleteAccountPasswordPolicyInput, args) {}),
}

// Knows are the calls that can be made, and the facts that can be read, each by
// its kind.
func Knows() (calls []string, readable [][2]string) {
	return slices.Collect(maps.Keys(actions)), slices.Collect(maps.Keys(facts))
}
