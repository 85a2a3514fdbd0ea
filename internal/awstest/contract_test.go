package awstest_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/rollcall-iam/rollcall/internal/awstest"
	"github.com/rollcall-iam/rollcall/internal/iam"
	"github.com/rollcall-iam/rollcall/internal/iam/policy"
	"github.com/rollcall-iam/rollcall/internal/source/file"
	"github.com/rollcall-iam/rollcall/internal/source/live"
)

// A way reads the account of the server that the environment points to.
type way struct {
	name string
	read func(t *testing.T) *iam.Snapshot
}

// commands are what the aws CLI is asked for, by the file it is kept in.
var commands = map[string][]string{
	"details.json": {"iam", "get-account-authorization-details"},
	"report.json":  {"iam", "get-credential-report"},
	"users.json":   {"iam", "list-users"},
	"summary.json": {"iam", "get-account-summary"},
	"aliases.json": {"iam", "list-account-aliases"},
	"devices.json": {"iam", "list-virtual-mfa-devices"},
	"caller.json":  {"sts", "get-caller-identity"},
}

func readLive(t *testing.T) *iam.Snapshot {
	r, err := live.Open(context.Background(), live.Options{ManagedDocuments: true})
	if err != nil {
		t.Fatal(err)
	}
	s, err := r.Read(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func readCLI(t *testing.T) *iam.Snapshot {
	aws := awstest.Need(t, "aws", "pip install awscli")
	dir := t.TempDir()
	for name, args := range commands {
		out, err := exec.Command(aws, append(args, "--output", "json")...).Output()
		if err != nil {
			var e *exec.ExitError
			_ = errors.As(err, &e)
			t.Fatalf("aws %v: %v\n%s", args, err, e.Stderr)
		}
		if err := os.WriteFile(filepath.Join(dir, name), out, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return readFiles(t, dir)
}

func readSaved(t *testing.T) *iam.Snapshot {
	path := filepath.Join(t.TempDir(), "saved.json.zst")
	if err := file.Save(path, readLive(t)); err != nil {
		t.Fatal(err)
	}
	return readFiles(t, path)
}

func readFiles(t *testing.T, path string) *iam.Snapshot {
	t.Helper()
	set, err := file.Find([]string{path})
	if err != nil {
		t.Fatal(err)
	}
	if len(set.Accounts) != 1 || len(set.Skipped) != 0 {
		t.Fatalf("%d accounts, skipped %v", len(set.Accounts), set.Skipped)
	}
	l, err := set.Accounts[0].Read()
	if err != nil {
		t.Fatal(err)
	}
	return l.Snapshot
}

// same compares snapshots but for when and how they were read. A password
// policy that is not there is absent live, and unknown from files.
var same = cmp.Options{
	cmpopts.IgnoreFields(iam.Snapshot{}, "Sources", "CollectedAt", "Warnings", "PasswordPolicy"),
	cmpopts.EquateEmpty(),
	cmp.Comparer(func(a, b *policy.Document) bool {
		return a == b || a != nil && b != nil && a.Canonical() == b.Canonical() && a.Root().JSON() == b.Root().JSON()
	}),
}

// The contract of sources: the same account gives the same snapshot, live,
// from what the aws CLI printed, and from a saved file.
func TestContract(t *testing.T) {
	ways := []way{{"aws CLI files", readCLI}, {"saved snapshot", readSaved}}
	for name, start := range map[string]func(testing.TB) *awstest.Server{"moto": awstest.Moto, "stand-in": awstest.NewStandIn} {
		t.Run(name, func(t *testing.T) {
			s := start(t)
			s.Setenv(t, "testing", "testing")
			populate(s.Build(t))
			want := readLive(t)
			if len(want.Users) != 5 || want.Account.ID != awstest.AccountID {
				t.Fatalf("live gives %d users of %q", len(want.Users), want.Account.ID)
			}
			for _, w := range ways {
				t.Run(w.name, func(t *testing.T) {
					if diff := cmp.Diff(want, w.read(t), same); diff != "" {
						t.Errorf("(-live +%s)\n%s", w.name, diff)
					}
				})
			}
		})
	}
}

// populate makes an account with everything that reading knows, and documents
// that are hard to carry.
func populate(b *awstest.Builder) {
	b.User("alice", "/staff/dev/")
	b.User("bob", "/")
	b.User("c+m=x,y.@_-", "/")
	b.User("dora", "/")
	document := `{"Version":"2012-10-17","Statement":[{"Sid":"a","Effect":"Allow","Action":["s3:Get*"],"Resource":"arn:aws:s3:::b/100%25/${aws:username}+\u00e9\"<&>"}]}`
	b.Group("Staff", document, "alice", "bob")
	b.AttachGroup("Staff", "arn:aws:iam::aws:policy/ReadOnlyAccess")
	b.Attach("alice", b.Policy("Own", document))
	b.Inline("bob", "in line", document)
	b.Password("alice")
	b.MFA("alice")
	b.Key("bob")
	b.Key("bob")
	b.Key("c+m=x,y.@_-")
}
