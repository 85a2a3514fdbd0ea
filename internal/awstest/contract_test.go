package awstest_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
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
	"details": {"iam", "get-account-authorization-details"},
	"report":  {"iam", "get-credential-report"},
	"users":   {"iam", "list-users"},
	"summary": {"iam", "get-account-summary"},
	"aliases": {"iam", "list-account-aliases"},
	"devices": {"iam", "list-virtual-mfa-devices"},
	"caller":  {"sts", "get-caller-identity"},
}

func readLive(t *testing.T) *iam.Snapshot { return readNeeding(t, iam.ManagedDocuments) }

// readNeeding reads extra sources too.
func readNeeding(t *testing.T, names ...iam.SourceName) *iam.Snapshot {
	t.Helper()
	r, err := live.Open(context.Background(), live.Options{Needs: func(n iam.SourceName) bool { return slices.Contains(names, n) }})
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
	dir, keep := cliFiles(t)
	for name, args := range commands {
		keep(name, args...)
	}
	return readFiles(t, dir)
}

// cliFiles makes a folder for what the aws CLI prints, and keep, which asks it.
func cliFiles(t *testing.T) (dir string, keep func(name string, args ...string)) {
	aws := awstest.Need(t, "aws", "pip install awscli")
	dir = t.TempDir()
	return dir, func(name string, args ...string) {
		t.Helper()
		var stderr strings.Builder
		c := exec.Command(aws, append(args, "--output", "json")...)
		c.Stderr = &stderr
		out, err := c.Output()
		if err != nil {
			t.Fatalf("aws %v: %v\n%s", args, err, &stderr)
		}
		if err := os.WriteFile(filepath.Join(dir, name+".json"), out, 0o600); err != nil {
			t.Fatal(err)
		}
	}
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

// Extra sources are read alike where AWS's answer names the user; who has
// nothing is known to have nothing live, and unknown from files.
func TestContractExtra(t *testing.T) {
	for name, start := range map[string]func(testing.TB) *awstest.Server{"moto": awstest.Moto, "stand-in": awstest.NewStandIn} {
		t.Run(name, func(t *testing.T) {
			s := start(t)
			s.Setenv(t, "testing", "testing")
			b := s.Build(t)
			populate(b)
			b.SSHKey("dora")
			b.ServerCertificate("site")
			b.Contact("SECURITY")
			names := slices.Clone(iam.Extra)
			if s.StandIn != nil {
				b.ServiceCredential("dora", "codecommit.amazonaws.com")
				s.StandIn.Features = []string{"RootCredentialsManagement"}
				s.StandIn.Analyzers = map[string][]string{"us-east-1": {"ACCOUNT ACTIVE", "ACCOUNT_UNUSED_ACCESS ACTIVE"}, "eu-west-1": {}}
			} else { // moto answers 500 to everything about service-specific credentials, and knows nothing of the others
				names = slices.DeleteFunc(names, func(n iam.SourceName) bool {
					return slices.Contains([]iam.SourceName{iam.ServiceCredentialList, iam.OrganizationFeatures, iam.RegionList, iam.AnalyzerList}, n)
				})
			}
			got := readNeeding(t, append(names, iam.ManagedDocuments)...)
			checkExtra(t, got, s.StandIn != nil)
			checkAccountWide(t, got, s.StandIn != nil)
			t.Run("saved", func(t *testing.T) {
				path := filepath.Join(t.TempDir(), "saved.json")
				if err := file.Save(path, got); err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(got, readFiles(t, path), same, cmpopts.IgnoreTypes(iam.Source{})); diff != "" {
					t.Errorf("(-live +saved)\n%s", diff)
				}
			})
			t.Run("aws CLI files", func(t *testing.T) { sameByCLI(t, got) })
			t.Run("aws CLI files of the account", func(t *testing.T) { sameAccountWide(t, got) })
		})
	}
}

func checkExtra(t *testing.T, s *iam.Snapshot, services bool) {
	t.Helper()
	for _, u := range s.Users {
		if u.Root {
			if u.SSHKeys != nil || u.AccessKeys != nil {
				t.Error("root's own credentials are listed")
			}
			continue
		}
		keys, ssh, devices := map[string]int{"bob": 2, "c+m=x,y.@_-": 1}, map[string]int{"dora": 1}, map[string]int{"alice": 1}
		if u.SSHKeys == nil || len(*u.SSHKeys) != ssh[u.Name] {
			t.Errorf("%s: SSH keys %v", u.Name, u.SSHKeys)
		}
		if want, concerned := keys[u.Name]; concerned != (u.AccessKeys != nil) || concerned && len(*u.AccessKeys) != want {
			t.Errorf("%s: access keys %v", u.Name, u.AccessKeys)
		}
		if want, concerned := devices[u.Name]; concerned != (u.MFADevices != nil) || concerned && (len(*u.MFADevices) != want || (*u.MFADevices)[0].Kind() != iam.VirtualKind) {
			t.Errorf("%s: MFA devices %v", u.Name, u.MFADevices)
		}
		if (u.Name == "alice") != (u.Login.State == iam.Known) {
			t.Errorf("%s: login profile %v", u.Name, u.Login)
		}
		if services && (u.ServiceCredentials == nil || (len(*u.ServiceCredentials) == 1) != (u.Name == "dora")) {
			t.Errorf("%s: service-specific credentials %v", u.Name, u.ServiceCredentials)
		}
	}
	if s.Certificates == nil || len(*s.Certificates) != 1 || (*s.Certificates)[0].Name != "site" {
		t.Errorf("server certificates %v", s.Certificates)
	}
}

// sameByCLI compares what the aws CLI prints of each user with what was read.
func sameByCLI(t *testing.T, want *iam.Snapshot) {
	dir, keep := cliFiles(t)
	for name, args := range commands {
		keep(name, args...)
	}
	keep("certificates", "iam", "list-server-certificates")
	for i, u := range want.Users {
		for command, has := range map[string]bool{"list-access-keys": u.AccessKeys != nil, "list-ssh-public-keys": u.SSHKeys != nil && len(*u.SSHKeys) > 0,
			"list-mfa-devices": u.MFADevices != nil, "get-login-profile": u.Login.State == iam.Known} {
			if has {
				keep(fmt.Sprintf("%d-%s", i, command), "iam", command, "--user-name", u.Name)
			}
		}
	}
	got := readFiles(t, dir)
	for i := range want.Users {
		a, b := &want.Users[i], &got.Users[i]
		if a.ServiceCredentials, b.ServiceCredentials = nil, nil; a.Login.State != iam.Known {
			a.Login, b.Login = iam.Fact[iam.Login]{}, iam.Fact[iam.Login]{}
		}
		for _, c := range []*iam.Credentials{&a.Credentials, &b.Credentials} {
			if c.SSHKeys != nil && len(*c.SSHKeys) == 0 { // a file without keys names nobody
				c.SSHKeys = nil
			}
		}
		if diff := cmp.Diff(a.Credentials, b.Credentials); diff != "" {
			t.Errorf("%s (-live +files)\n%s", a.Name, diff)
		}
	}
	if diff := cmp.Diff(want.Certificates, got.Certificates); diff != "" {
		t.Errorf("(-live +files)\n%s", diff)
	}
}
