package awstest_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	awsiam "github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/rollcall-iam/rollcall/internal/awstest"
)

// holding starts a stand-in with a user mia and the group that she may be in.
func holding(t *testing.T) (*awstest.Server, *awstest.Builder) {
	t.Helper()
	s := awstest.NewStandIn(t)
	b := s.Build(t)
	b.User("mia", "/")
	b.GroupIn("Crew", "/")
	return s, b
}

// Each thing that a user has hinders deletion by itself.
func TestDeleteConflict(t *testing.T) {
	for name, give := range map[string]func(*awstest.Builder){
		"password":    func(b *awstest.Builder) { b.Password("mia") },
		"key":         func(b *awstest.Builder) { b.Key("mia") },
		"certificate": func(b *awstest.Builder) { b.Certificate("mia") },
		"SSH key":     func(b *awstest.Builder) { b.SSHKey("mia") },
		"service":     func(b *awstest.Builder) { b.ServiceCredential("mia", "codecommit.amazonaws.com") },
		"device":      func(b *awstest.Builder) { b.MFA("mia") },
		"inline":      func(b *awstest.Builder) { b.Inline("mia", "own", document) },
		"attached":    func(b *awstest.Builder) { b.Attach("mia", denyAll) },
		"group":       func(b *awstest.Builder) { b.Group("Own", "", "mia") },
	} {
		t.Run(name, func(t *testing.T) {
			s, b := holding(t)
			give(b)
			run(t, s, []step{{"delete", call((*awsiam.Client).DeleteUser, &awsiam.DeleteUserInput{UserName: p("mia")}), conflict, true}})
		})
	}
}

func TestDeleteConflictOfGroups(t *testing.T) {
	for name, give := range map[string]func(*awstest.Builder){
		"inline":   func(b *awstest.Builder) { b.Group("Own", document) },
		"attached": func(b *awstest.Builder) { b.GroupIn("Own", "/"); b.AttachGroup("Own", denyAll) },
		"member":   func(b *awstest.Builder) { b.Group("Own", "", "mia") },
	} {
		t.Run(name, func(t *testing.T) {
			s, b := holding(t)
			give(b)
			run(t, s, []step{{"delete", call((*awsiam.Client).DeleteGroup, &awsiam.DeleteGroupInput{GroupName: p("own")}), conflict, true}})
		})
	}
}

// sized is a document of so many characters that count, and some that do not.
func sized(n int) string {
	start, end := `{"Version":"2012-10-17","Id":"`, `"}`
	return " \n" + start + strings.Repeat("x", n-len(start)-len(end)) + end + "\t"
}

// A quota allows as many as it says, and not one more.
func TestQuotas(t *testing.T) {
	user := p("mia")
	group := p("Crew")
	numbered := func(make func(b *awstest.Builder, c *awsiam.Client, i int) error) func(*testing.T, *awstest.Server, int) error {
		return func(t *testing.T, s *awstest.Server, i int) error { return make(s.Build(t), s.Client(), i) }
	}
	ctx := context.Background()
	for name, tt := range map[string]struct {
		quota string // set to 3; "" for as AWS has it
		most  int
		add   func(t *testing.T, s *awstest.Server, i int) error
	}{
		"groups of a user": {"", 10, numbered(func(b *awstest.Builder, c *awsiam.Client, i int) error {
			b.GroupIn(fmt.Sprint("g", i), "/")
			_, err := c.AddUserToGroup(ctx, &awsiam.AddUserToGroupInput{UserName: user, GroupName: p(fmt.Sprint("g", i))})
			return err
		})},
		"attached to a user": {"", 10, numbered(func(_ *awstest.Builder, c *awsiam.Client, i int) error {
			_, err := c.AttachUserPolicy(ctx, &awsiam.AttachUserPolicyInput{UserName: user, PolicyArn: p(fmt.Sprint(denyAll, i))})
			return err
		})},
		"attached to a group": {"", 10, numbered(func(_ *awstest.Builder, c *awsiam.Client, i int) error {
			_, err := c.AttachGroupPolicy(ctx, &awsiam.AttachGroupPolicyInput{GroupName: group, PolicyArn: p(fmt.Sprint(denyAll, i))})
			return err
		})},
		"inline of a user": {"", 2, numbered(func(_ *awstest.Builder, c *awsiam.Client, i int) error {
			_, err := c.PutUserPolicy(ctx, &awsiam.PutUserPolicyInput{UserName: user, PolicyName: p(fmt.Sprint("p", i)), PolicyDocument: p(sized(1024))})
			return err
		})},
		"inline of a group": {"", 5, numbered(func(_ *awstest.Builder, c *awsiam.Client, i int) error {
			_, err := c.PutGroupPolicy(ctx, &awsiam.PutGroupPolicyInput{GroupName: group, PolicyName: p(fmt.Sprint("p", i)), PolicyDocument: p(sized(1024))})
			return err
		})},
		"size of a policy": {"", 2, numbered(func(_ *awstest.Builder, c *awsiam.Client, i int) error {
			_, err := c.CreatePolicy(ctx, &awsiam.CreatePolicyInput{PolicyName: p(fmt.Sprint("p", i)), PolicyDocument: p(sized(6142 + i))})
			return err
		})},
		"versions of a policy": {"", 5, numbered(func(b *awstest.Builder, c *awsiam.Client, i int) error {
			if i == 1 {
				b.Policy("Limit", document)
				return nil
			}
			_, err := c.CreatePolicyVersion(ctx, &awsiam.CreatePolicyVersionInput{PolicyArn: p("arn:aws:iam::123456789012:policy/Limit"), PolicyDocument: p(document)})
			return err
		})},
		"keys": {"", 2, numbered(func(_ *awstest.Builder, c *awsiam.Client, _ int) error {
			_, err := c.CreateAccessKey(ctx, &awsiam.CreateAccessKeyInput{UserName: user})
			return err
		})},
		"certificates": {"", 2, func(t *testing.T, s *awstest.Server, _ int) error {
			_, err := s.Client().UploadSigningCertificate(ctx, &awsiam.UploadSigningCertificateInput{UserName: user, CertificateBody: p(awstest.NewCertificate(t))})
			return err
		}},
		"SSH keys": {"", 5, numbered(func(_ *awstest.Builder, c *awsiam.Client, i int) error {
			_, err := c.UploadSSHPublicKey(ctx, &awsiam.UploadSSHPublicKeyInput{UserName: user, SSHPublicKeyBody: p(fmt.Sprint(sshKey, i))})
			return err
		})},
		"credentials for a service": {"", 2, numbered(func(_ *awstest.Builder, c *awsiam.Client, _ int) error {
			_, err := c.CreateServiceSpecificCredential(ctx, &awsiam.CreateServiceSpecificCredentialInput{UserName: user, ServiceName: p("codecommit.amazonaws.com")})
			return err
		})},
		"users": {"UsersQuota", 2, numbered(func(_ *awstest.Builder, c *awsiam.Client, i int) error {
			_, err := c.CreateUser(ctx, &awsiam.CreateUserInput{UserName: p(fmt.Sprint("u", i))})
			return err
		})},
		"groups": {"GroupsQuota", 2, numbered(func(_ *awstest.Builder, c *awsiam.Client, i int) error {
			_, err := c.CreateGroup(ctx, &awsiam.CreateGroupInput{GroupName: p(fmt.Sprint("g", i))})
			return err
		})},
		"policies": {"PoliciesQuota", 3, numbered(func(_ *awstest.Builder, c *awsiam.Client, i int) error {
			_, err := c.CreatePolicy(ctx, &awsiam.CreatePolicyInput{PolicyName: p(fmt.Sprint("p", i)), PolicyDocument: p(document)})
			return err
		})},
	} {
		t.Run(name, func(t *testing.T) {
			s, _ := holding(t)
			if tt.quota != "" {
				s.StandIn.Quotas = map[string]int{tt.quota: 3}
			}
			for i := 1; i <= tt.most; i++ {
				if got := outcome("", tt.add(t, s, i)); got != "" {
					t.Fatalf("number %d: %s", i, got)
				}
			}
			if got := outcome("", tt.add(t, s, tt.most+1)); got != limit {
				t.Errorf("number %d: %q", tt.most+1, got)
			}
		})
	}
}

func TestSummary(t *testing.T) {
	s, _ := holding(t)
	s.StandIn.Quotas = map[string]int{"GroupsQuota": 7}
	run(t, s, []step{{"summary", call((*awsiam.Client).GetAccountSummary, &awsiam.GetAccountSummaryInput{}, func(o *awsiam.GetAccountSummaryOutput) string {
		return fmt.Sprint(o.SummaryMap["GroupsQuota"], o.SummaryMap["Groups"], o.SummaryMap["UsersQuota"], o.SummaryMap["GroupPolicySizeQuota"])
	}), "7 1 5000 5120", true}})
}

// Nothing that is made again has the id that it had.
func TestNewIDs(t *testing.T) {
	s, b := holding(t)
	seen := map[string]bool{}
	fresh := func(id *string) string {
		defer func() { seen[*id] = true }()
		return fmt.Sprint(!seen[*id])
	}
	for range 2 {
		b.User("noah", "/")
		id, _ := b.Key("noah")
		run(t, s, []step{
			{"user", call((*awsiam.Client).GetUser, &awsiam.GetUserInput{UserName: p("noah")}, func(o *awsiam.GetUserOutput) string { return fresh(o.User.UserId) }), "true", true},
			{"key", func(*awsiam.Client) (string, error) { return fresh(&id), nil }, "true", true},
			{"key off", call((*awsiam.Client).DeleteAccessKey, &awsiam.DeleteAccessKeyInput{UserName: p("noah"), AccessKeyId: &id}), "", true},
			{"user off", call((*awsiam.Client).DeleteUser, &awsiam.DeleteUserInput{UserName: p("noah")}), "", true},
			{"group", call((*awsiam.Client).GetGroup, &awsiam.GetGroupInput{GroupName: p("Crew")}, func(o *awsiam.GetGroupOutput) string { return fresh(o.Group.GroupId) }), "true", true},
			{"group off", call((*awsiam.Client).DeleteGroup, &awsiam.DeleteGroupInput{GroupName: p("Crew")}), "", true},
			{"group on", call((*awsiam.Client).CreateGroup, &awsiam.CreateGroupInput{GroupName: p("Crew")}), "", true},
		})
	}
}

// After hears of every write, and may keep its answer from the caller.
func TestAfter(t *testing.T) {
	s, _ := holding(t)
	var heard []int
	s.StandIn.After = func(writes int) {
		if heard = append(heard, writes); len(heard) == 1 {
			panic(http.ErrAbortHandler)
		}
	}
	run(t, s, []step{
		{"done, but not heard of, and so asked twice", call((*awsiam.Client).CreateGroup, &awsiam.CreateGroupInput{GroupName: p("Once")}), already, true},
		{"a read", call((*awsiam.Client).GetGroup, &awsiam.GetGroupInput{GroupName: p("Once")}), "", true},
		{"a failure", call((*awsiam.Client).DeleteGroup, &awsiam.DeleteGroupInput{GroupName: p("None")}), noEntity, true},
	})
	if fmt.Sprint(heard) != "[3 4 5]" || s.StandIn.Writes() != 5 {
		t.Errorf("heard %v of %d", heard, s.StandIn.Writes())
	}
}

func TestServiceCredentials(t *testing.T) {
	s, b := holding(t)
	b.User("olga", "/")
	b.ServiceCredential("mia", "codecommit.amazonaws.com")
	b.ServiceCredential("olga", "cassandra.amazonaws.com")
	var id string
	list := func(in *awsiam.ListServiceSpecificCredentialsInput) func(*awsiam.Client) (string, error) {
		return call((*awsiam.Client).ListServiceSpecificCredentials, in, func(o *awsiam.ListServiceSpecificCredentialsOutput) string {
			return names(o.ServiceSpecificCredentials, func(c types.ServiceSpecificCredentialMetadata) *string {
				id = *c.ServiceSpecificCredentialId
				return p(*c.UserName + " " + string(c.Status))
			})
		})
	}
	hers := &awsiam.ListServiceSpecificCredentialsInput{UserName: p("mia")}
	run(t, s, []step{
		{"all", list(&awsiam.ListServiceSpecificCredentialsInput{AllUsers: p(true)}), "[mia Active olga Active]", true},
		{"hers", list(hers), "[mia Active]", true},
		{"shut off", func(c *awsiam.Client) (string, error) {
			return call((*awsiam.Client).UpdateServiceSpecificCredential, &awsiam.UpdateServiceSpecificCredentialInput{UserName: p("mia"), ServiceSpecificCredentialId: &id, Status: types.StatusTypeInactive})(c)
		}, "", true},
		{"inactive", list(hers), "[mia Inactive]", true},
		{"deleted", func(c *awsiam.Client) (string, error) {
			return call((*awsiam.Client).DeleteServiceSpecificCredential, &awsiam.DeleteServiceSpecificCredentialInput{UserName: p("mia"), ServiceSpecificCredentialId: &id})(c)
		}, "", true},
		{"none", list(hers), "[]", true},
	})
}
