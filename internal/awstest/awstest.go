// Package awstest is an AWS to test against: the real moto_server where it is
// to be had, and a small stand-in of our own for what moto cannot do: pages,
// throttling, a slow credential report with a root row. Both are held to the
// same suite. It is for tests alone.
package awstest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/account"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
)

// A Server answers as AWS does, at a local address.
type Server struct {
	URL     string
	StandIn *StandIn // nil for moto
}

// Need returns the path of a program that a test cannot do without. Where
// CI=true a missing one fails the test; elsewhere it is said and skipped.
func Need(t testing.TB, program, get string) string {
	t.Helper()
	path, err := exec.LookPath(program)
	if err == nil {
		return path
	}
	message := fmt.Sprintf("%s is not on PATH, so this is not tested: %s", program, get)
	if os.Getenv("CI") == "true" {
		t.Fatal(message)
	}
	t.Skip(message)
	return ""
}

// Moto starts moto_server for the length of a test.
func Moto(t testing.TB) *Server {
	t.Helper()
	path := Need(t, "moto_server", "pip install 'moto[server]'")
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(l.Addr().String())
	_ = l.Close()
	cmd := exec.Command(path, "-H", "127.0.0.1", "-p", port)
	cmd.Env = append(os.Environ(), "MOTO_IAM_LOAD_MANAGED_POLICIES=true")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	s := &Server{URL: "http://127.0.0.1:" + port}
	s.await(t)
	return s
}

func (s *Server) await(t testing.TB) {
	t.Helper()
	for range 300 {
		resp, err := http.Get(s.URL + "/moto-api/")
		if err == nil {
			_ = resp.Body.Close()
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatal("moto_server did not answer within 30 seconds")
}

// RequireAuth switches moto's authorisation on or off.
func (s *Server) RequireAuth(t testing.TB, on bool) {
	t.Helper()
	count := "1000000"
	if on {
		count = "0"
	}
	resp, err := http.Post(s.URL+"/moto-api/reset-auth", "text/plain", strings.NewReader(count))
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		t.Fatalf("reset-auth answered %s", resp.Status)
	}
}

// Setenv points the AWS SDK and CLI of this process at the server.
func (s *Server) Setenv(t testing.TB, keyID, secret string) {
	t.Helper()
	for name, value := range map[string]string{
		"AWS_ENDPOINT_URL": s.URL, "AWS_ACCESS_KEY_ID": keyID, "AWS_SECRET_ACCESS_KEY": secret,
		"AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-east-1", "AWS_EC2_METADATA_DISABLED": "true",
		"AWS_CONFIG_FILE": os.DevNull, "AWS_SHARED_CREDENTIALS_FILE": os.DevNull, "AWS_PAGER": "",
	} {
		t.Setenv(name, value)
	}
	for _, name := range []string{"AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN", "AWS_CA_BUNDLE"} {
		t.Setenv(name, "") // so that it is put back
		_ = os.Unsetenv(name)
	}
}

// Client is the SDK's, as an administrator.
func (s *Server) Client() *iam.Client {
	return iam.New(iam.Options{Region: "us-east-1", BaseEndpoint: aws.String(s.URL),
		Credentials: credentials.NewStaticCredentialsProvider("testing", "testing", "")})
}

// A Builder makes an account by the API and fails the test on any error.
type Builder struct {
	t   testing.TB
	iam *iam.Client

	account *account.Client
}

// Build begins an account on the server.
func (s *Server) Build(t testing.TB) *Builder { return &Builder{t, s.Client(), s.accountClient()} }

func must[T any](b *Builder, out T, err error) T {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
	return out
}

var ctx = context.Background()

// User makes a user in a path.
func (b *Builder) User(name, path string) {
	_, err := b.iam.CreateUser(ctx, &iam.CreateUserInput{UserName: &name, Path: &path})
	var exists *types.EntityAlreadyExistsException
	if errors.As(err, &exists) { // a slow moto is asked twice
		return
	}
	must(b, 0, err)
}

// Group makes a group with one inline policy and users in it.
func (b *Builder) Group(name, document string, users ...string) {
	_, err := b.iam.CreateGroup(ctx, &iam.CreateGroupInput{GroupName: &name})
	must(b, 0, err)
	if document != "" {
		_, err = b.iam.PutGroupPolicy(ctx, &iam.PutGroupPolicyInput{GroupName: &name, PolicyName: aws.String("granted"), PolicyDocument: &document})
		must(b, 0, err)
	}
	for _, u := range users {
		_, err = b.iam.AddUserToGroup(ctx, &iam.AddUserToGroupInput{GroupName: &name, UserName: &u})
		must(b, 0, err)
	}
}

// AttachGroup attaches a managed policy to a group.
func (b *Builder) AttachGroup(group, arn string) {
	_, err := b.iam.AttachGroupPolicy(ctx, &iam.AttachGroupPolicyInput{GroupName: &group, PolicyArn: &arn})
	must(b, 0, err)
}

// Inline puts an inline policy on a user.
func (b *Builder) Inline(user, name, document string) {
	_, err := b.iam.PutUserPolicy(ctx, &iam.PutUserPolicyInput{UserName: &user, PolicyName: &name, PolicyDocument: &document})
	must(b, 0, err)
}

// Attach attaches a managed policy to a user.
func (b *Builder) Attach(user, arn string) {
	_, err := b.iam.AttachUserPolicy(ctx, &iam.AttachUserPolicyInput{UserName: &user, PolicyArn: &arn})
	must(b, 0, err)
}

// Policy makes a customer policy and returns its ARN.
func (b *Builder) Policy(name, document string) string {
	out, err := b.iam.CreatePolicy(ctx, &iam.CreatePolicyInput{PolicyName: &name, PolicyDocument: &document})
	return *must(b, out, err).Policy.Arn
}

// Key makes an access key and returns its id and secret.
func (b *Builder) Key(user string) (id, secret string) {
	out, err := b.iam.CreateAccessKey(ctx, &iam.CreateAccessKeyInput{UserName: &user})
	key := must(b, out, err).AccessKey
	return *key.AccessKeyId, *key.SecretAccessKey
}

// Password gives a user a console password.
func (b *Builder) Password(user string) {
	_, err := b.iam.CreateLoginProfile(ctx, &iam.CreateLoginProfileInput{UserName: &user, Password: aws.String("Zx9!-only-for-tests")})
	must(b, 0, err)
}

// MFA gives a user a virtual MFA device.
func (b *Builder) MFA(user string) {
	out, err := b.iam.CreateVirtualMFADevice(ctx, &iam.CreateVirtualMFADeviceInput{VirtualMFADeviceName: &user})
	serial := must(b, out, err).VirtualMFADevice.SerialNumber
	_, err = b.iam.EnableMFADevice(ctx, &iam.EnableMFADeviceInput{UserName: &user, SerialNumber: serial,
		AuthenticationCode1: aws.String("123456"), AuthenticationCode2: aws.String("654321")})
	must(b, 0, err)
}
