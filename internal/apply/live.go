package apply

import (
	"context"
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

// ID is the number of the account that the credentials are of.
func (l *Live) ID(ctx context.Context) (string, error) {
	out, err := l.sts.GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return "", err
	}
	return aws.ToString(out.Account), nil
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

type action func(ctx context.Context, c *awsiam.Client, a args) error

// actions are the calls that plans and their undoing make.
var actions = map[string]action{
	"CreateGroup": func(ctx context.Context, c *awsiam.Client, a args) error {
		_, err := c.CreateGroup(ctx, &awsiam.CreateGroupInput{GroupName: a.text("GroupName"), Path: a.text("Path")})
		return err
	},
	"DeleteGroup": func(ctx context.Context, c *awsiam.Client, a args) error {
		_, err := c.DeleteGroup(ctx, &awsiam.DeleteGroupInput{GroupName: a.text("GroupName")})
		return err
	},
	"CreatePolicy": func(ctx context.Context, c *awsiam.Client, a args) error {
		_, err := c.CreatePolicy(ctx, &awsiam.CreatePolicyInput{PolicyName: a.text("PolicyName"), PolicyDocument: a.text("PolicyDocument")})
		return err
	},
	"DeletePolicy": func(ctx context.Context, c *awsiam.Client, a args) error {
		_, err := c.DeletePolicy(ctx, &awsiam.DeletePolicyInput{PolicyArn: a.text("PolicyArn")})
		return err
	},
	"AttachGroupPolicy": func(ctx context.Context, c *awsiam.Client, a args) error {
		_, err := c.AttachGroupPolicy(ctx, &awsiam.AttachGroupPolicyInput{GroupName: a.text("GroupName"), PolicyArn: a.text("PolicyArn")})
		return err
	},
	"DetachGroupPolicy": func(ctx context.Context, c *awsiam.Client, a args) error {
		_, err := c.DetachGroupPolicy(ctx, &awsiam.DetachGroupPolicyInput{GroupName: a.text("GroupName"), PolicyArn: a.text("PolicyArn")})
		return err
	},
	"PutGroupPolicy": func(ctx context.Context, c *awsiam.Client, a args) error {
		_, err := c.PutGroupPolicy(ctx, &awsiam.PutGroupPolicyInput{GroupName: a.text("GroupName"), PolicyName: a.text("PolicyName"), PolicyDocument: a.text("PolicyDocument")})
		return err
	},
	"DeleteGroupPolicy": func(ctx context.Context, c *awsiam.Client, a args) error {
		_, err := c.DeleteGroupPolicy(ctx, &awsiam.DeleteGroupPolicyInput{GroupName: a.text("GroupName"), PolicyName: a.text("PolicyName")})
		return err
	},
	"AttachUserPolicy": func(ctx context.Context, c *awsiam.Client, a args) error {
		_, err := c.AttachUserPolicy(ctx, &awsiam.AttachUserPolicyInput{UserName: a.text("UserName"), PolicyArn: a.text("PolicyArn")})
		return err
	},
	"DetachUserPolicy": func(ctx context.Context, c *awsiam.Client, a args) error {
		_, err := c.DetachUserPolicy(ctx, &awsiam.DetachUserPolicyInput{UserName: a.text("UserName"), PolicyArn: a.text("PolicyArn")})
		return err
	},
	"PutUserPolicy": func(ctx context.Context, c *awsiam.Client, a args) error {
		_, err := c.PutUserPolicy(ctx, &awsiam.PutUserPolicyInput{UserName: a.text("UserName"), PolicyName: a.text("PolicyName"), PolicyDocument: a.text("PolicyDocument")})
		return err
	},
	"DeleteUserPolicy": func(ctx context.Context, c *awsiam.Client, a args) error {
		_, err := c.DeleteUserPolicy(ctx, &awsiam.DeleteUserPolicyInput{UserName: a.text("UserName"), PolicyName: a.text("PolicyName")})
		return err
	},
	"AddUserToGroup": func(ctx context.Context, c *awsiam.Client, a args) error {
		_, err := c.AddUserToGroup(ctx, &awsiam.AddUserToGroupInput{GroupName: a.text("GroupName"), UserName: a.text("UserName")})
		return err
	},
	"RemoveUserFromGroup": func(ctx context.Context, c *awsiam.Client, a args) error {
		_, err := c.RemoveUserFromGroup(ctx, &awsiam.RemoveUserFromGroupInput{GroupName: a.text("GroupName"), UserName: a.text("UserName")})
		return err
	},
	"UpdateAccessKey": func(ctx context.Context, c *awsiam.Client, a args) error {
		_, err := c.UpdateAccessKey(ctx, &awsiam.UpdateAccessKeyInput{UserName: a.text("UserName"), AccessKeyId: a.text("AccessKeyId"), Status: types.StatusType(a["Status"])})
		return err
	},
	"DeleteAccessKey": func(ctx context.Context, c *awsiam.Client, a args) error {
		_, err := c.DeleteAccessKey(ctx, &awsiam.DeleteAccessKeyInput{UserName: a.text("UserName"), AccessKeyId: a.text("AccessKeyId")})
		return err
	},
	"DeleteLoginProfile": func(ctx context.Context, c *awsiam.Client, a args) error {
		_, err := c.DeleteLoginProfile(ctx, &awsiam.DeleteLoginProfileInput{UserName: a.text("UserName")})
		return err
	},
	"UpdateAccountPasswordPolicy": func(ctx context.Context, c *awsiam.Client, a args) error {
		_, err := c.UpdateAccountPasswordPolicy(ctx, &awsiam.UpdateAccountPasswordPolicyInput{
			MinimumPasswordLength: a.number("MinimumPasswordLength"), MaxPasswordAge: a.number("MaxPasswordAge"), PasswordReusePrevention: a.number("PasswordReusePrevention"),
			RequireSymbols: a.yes("RequireSymbols"), RequireNumbers: a.yes("RequireNumbers"), HardExpiry: aws.Bool(a.yes("HardExpiry")),
			RequireUppercaseCharacters: a.yes("RequireUppercaseCharacters"), RequireLowercaseCharacters: a.yes("RequireLowercaseCharacters"),
			AllowUsersToChangePassword: a.yes("AllowUsersToChangePassword")})
		return err
	},
	"DeleteAccountPasswordPolicy": func(ctx context.Context, c *awsiam.Client, _ args) error {
		_, err := c.DeleteAccountPasswordPolicy(ctx, &awsiam.DeleteAccountPasswordPolicyInput{})
		return err
	},
}

// Knows are the calls that can be made, and the facts that can be read, each by
// its kind.
func Knows() (calls []string, readable [][2]string) {
	return slices.Collect(maps.Keys(actions)), slices.Collect(maps.Keys(facts))
}
