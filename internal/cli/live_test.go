package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rollcall-iam/rollcall/internal/assess"
	"github.com/rollcall-iam/rollcall/internal/awstest"
	"github.com/rollcall-iam/rollcall/internal/iam"
)

// servers are what every test of live reading runs against.
var servers = []struct {
	name  string
	start func(testing.TB) *awstest.Server
}{{"moto", awstest.Moto}, {"stand-in", awstest.NewStandIn}}

const (
	selfService = `{"Version":"2012-10-17","Statement":[
		{"Effect":"Allow","Action":["iam:*AccessKey*","iam:*Password","iam:*MFADevice*","iam:UpdateLoginProfile"],
		 "Resource":["arn:aws:iam::123456789012:user/${aws:username}","arn:aws:iam::123456789012:user/*/${aws:username}"]},
		{"Effect":"Allow","Action":["iam:CreateVirtualMFADevice","iam:DeleteVirtualMFADevice"],"Resource":"arn:aws:iam::123456789012:mfa/${aws:username}"}]}`
	readS3 = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:Get*","s3:List*"],"Resource":"*"}]}`
	getS3  = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}`
	admin  = "arn:aws:iam::aws:policy/AdministratorAccess"
)

// build makes the account that the tests scan.
func build(t *testing.T, s *awstest.Server) {
	b := s.Build(t)
	for _, name := range []string{"alice", "bob", "carol", "root,not"} {
		b.User(name, "/staff/")
	}
	b.User("robot", "/")
	b.Group("AllUsers", selfService, "alice", "bob", "carol", "root,not")
	b.Group("Admins", "", "bob")
	b.AttachGroup("Admins", admin)
	b.AttachGroup("AllUsers", b.Policy("ReadS3", readS3))
	b.Attach("bob", admin)
	b.Inline("carol", "one bucket + 100%", getS3)
	b.Password("alice")
	b.MFA("alice")
	b.Password("carol")
	b.Key("carol")
	b.Key("robot")
}

// want are the findings of that account, common-group and safelist as configured.
var wantFindings = []string{
	"common-group robot", "credentials-of-others bob", "headless-user robot", "key-at-setup carol", "redundant-grant bob", "redundant-grant carol",
	"self-managed-credentials robot", "unapproved-user robot", "user-direct-policies bob", "user-direct-policies carol",
}

const config = `safelist: [{path: /staff/, owner: hr}]
settings:
  common-group: {groups: [allusers]}
`

// judged are the rules of which every finding on that account is named.
const judged = "common-group,credentials-of-others,headless-user,individual-users,key-at-setup,quarantined-user,redundant-grant,self-managed-credentials,unapproved-user,user-direct-policies"

// A run is one execution of the program.
type run struct {
	status         int
	stdout, stderr string
}

func rollcall(t *testing.T, args ...string) run {
	t.Helper()
	return rollcallUntil(context.Background(), t, args...)
}

// rollcallUntil is interrupted when the context is cancelled.
func rollcallUntil(ctx context.Context, t *testing.T, args ...string) run {
	t.Helper()
	var out, errs bytes.Buffer
	env := &Env{Stdin: strings.NewReader(""), Stdout: &out, Stderr: &errs, Getenv: os.Getenv, Now: time.Now,
		Terminal: func(any) (int, bool) { return 0, false }}
	status := Main(ctx, env, args)
	return run{status, out.String(), errs.String()}
}

// assessment is the JSON of a run.
func assessment(t *testing.T, r run) assess.Account {
	t.Helper()
	var out struct {
		Schema   string
		Accounts []assess.Account
	}
	if err := json.Unmarshal([]byte(r.stdout), &out); err != nil || len(out.Accounts) != 1 || out.Schema != assess.Schema {
		t.Fatalf("not one account's assessment (%v), exit %d: %s\n%s", err, r.status, r.stderr, r.stdout)
	}
	return out.Accounts[0]
}

// inFolder gives a test its own working and state folders, with the configuration.
func inFolder(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	t.Chdir(dir)
	t.Setenv("XDG_STATE_HOME", filepath.Join(dir, "state"))
	t.Setenv("XDG_CONFIG_HOME", filepath.Join(dir, "config"))
	if err := os.WriteFile("rollcall.yaml", []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

func findings(a assess.Account) (out []string) {
	for _, f := range a.Findings {
		if f.Status == assess.Fail {
			out = append(out, f.Rule+" "+f.Resource.Name)
		}
	}
	slices.Sort(out)
	return out
}

func TestScanLive(t *testing.T) {
	for _, server := range servers {
		t.Run(server.name, func(t *testing.T) {
			dir := inFolder(t)
			s := server.start(t)
			s.Setenv(t, "testing", "testing")
			build(t, s)
			r := rollcall(t, "scan", "--only", judged, "--format", "json", "--save", "saved.json.zst")
			a := assessment(t, r)
			if r.status != exitOK || r.stderr != "" {
				t.Errorf("exit %d, %s", r.status, r.stderr)
			}
			if got := findings(a); !slices.Equal(got, wantFindings) {
				t.Errorf("found\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(wantFindings, "\n"))
			}
			// Offline and with nothing to reach, the saved snapshot gives the same.
			s.Setenv(t, "", "")
			t.Setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
			for _, args := range [][]string{{"saved.json.zst"}, {"--last"}} {
				again := rollcall(t, append([]string{"scan", "--only", judged, "--format", "json"}, args...)...)
				if again.stdout != r.stdout || again.status != exitOK {
					t.Errorf("%v: exit %d, %s; another result than live", args, again.status, again.stderr)
				}
			}
			if left, _ := filepath.Glob(filepath.Join(dir, ".*")); len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
		})
	}
}

// verdicts maps rule and resource to status, every verdict spelled out.
func verdicts(a assess.Account) map[string]assess.Status {
	out := map[string]assess.Status{}
	for _, f := range a.Findings {
		out[f.Rule+" "+f.Resource.Name] = f.Status
	}
	return out
}

// readActions are the permissions that a scan uses.
func readActions() []string {
	out := []string{"sts:GetCallerIdentity"}
	for _, name := range iam.SourceNames {
		if action := name.Permission(); action != "" && !name.IsExtra() && !slices.Contains(out, action) {
			out = append(out, action)
		}
	}
	return out
}

// One permission missing at a time: no verdict turns from pass to fail or
// back, and rules that lose a fact name the permission.
func TestMissingPermission(t *testing.T) {
	for _, server := range servers {
		t.Run(server.name, func(t *testing.T) {
			inFolder(t)
			s := server.start(t)
			s.Setenv(t, "testing", "testing")
			build(t, s)
			lacking := denier(t, s)
			lacking("")
			full := verdicts(assessment(t, rollcall(t, "scan", "--format", "json", "--include-passed")))
			for _, action := range readActions() {
				lacking(action)
				r := rollcall(t, "scan", "--format", "json", "--include-passed")
				// AWS, and moto with it, answers GetCallerIdentity to everybody.
				if asked := action != "sts:GetCallerIdentity" || s.StandIn != nil; asked && r.status != exitPartial {
					t.Errorf("without %s: exit %d, %s", action, r.status, r.stderr)
				}
				a := assessment(t, r)
				compareVerdicts(t, action, full, verdicts(a))
				rules := map[string]bool{}
				for _, f := range a.Findings {
					if _, judged := full[f.Rule+" "+f.Resource.Name]; f.Status != assess.Unknown || !judged {
						continue
					}
					rules[f.Rule] = true
					if full[f.Rule+" "+f.Resource.Name] != assess.Unknown && !strings.Contains(f.Message, action) {
						t.Errorf("without %s: %s is unknown for want of %q", action, f.Rule, f.Message)
					}
				}
				if decides := map[string]int{"iam:GetAccountAuthorizationDetails": 6, "iam:GetCredentialReport": 2}[action]; len(rules) < decides {
					t.Errorf("without %s: only %v are unknown", action, rules)
				}
			}
		})
	}
}

func compareVerdicts(t *testing.T, action string, full, now map[string]assess.Status) {
	t.Helper()
	for key, was := range full {
		is, there := now[key]
		if was == assess.NotApplicable && is == assess.Pass { // whether the rule applies is unknown, and it holds anyway
			continue
		}
		if there && is != was && is != assess.Unknown {
			t.Errorf("without %s: %s turned from %s to %s", action, key, was, is)
		}
	}
	for key, is := range now {
		if _, there := full[key]; !there && is != assess.Unknown {
			t.Errorf("without %s: %s is %s, and was not judged before", action, key, is)
		}
	}
}

// denier returns what denies one action, "" for none, to whoever scans.
func denier(t *testing.T, s *awstest.Server) func(action string) {
	if s.StandIn != nil {
		return func(action string) { s.StandIn.Denied = map[string]bool{action: action != ""} }
	}
	b := s.Build(t)
	b.User("auditor", "/staff/")
	b.Group("Audit", "", "auditor")
	id, secret := b.Key("auditor")
	n := 0
	return func(action string) {
		s.RequireAuth(t, false)
		n++
		actions := slices.DeleteFunc(readActions(), func(a string) bool { return a == action })
		list, _ := json.Marshal(actions)
		b.Inline("auditor", "may", fmt.Sprintf(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":%s,"Resource":"*"}]}`, list))
		s.Setenv(t, id, secret)
		s.RequireAuth(t, true)
	}
}

// counting is a proxy that counts calls.
func counting(t *testing.T, s *awstest.Server) (address string, calls *atomic.Int64) {
	t.Helper()
	target, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	calls = &atomic.Int64{}
	proxy := httputil.NewSingleHostReverseProxy(target)
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		calls.Add(1)
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(front.Close)
	return front.URL, calls
}

// A thousand users take no more than twenty calls.
func TestCalls(t *testing.T) {
	for _, server := range servers {
		t.Run(server.name, func(t *testing.T) {
			inFolder(t)
			s := server.start(t)
			s.Setenv(t, "testing", "testing")
			b := s.Build(t)
			for i := range 1000 {
				b.User(fmt.Sprintf("user-%04d", i), "/")
			}
			front, calls := counting(t, s)
			a := assessment(t, rollcall(t, "scan", "--format", "json", "--endpoint-url", front))
			if a.Users != 1000 || calls.Load() > 20 {
				t.Errorf("%d users took %d calls", a.Users, calls.Load())
			}
			t.Logf("%d users in %d calls", a.Users, calls.Load())
		})
	}
}

// What the real IAM does and moto does not: pages, throttling, failing
// services, a report that takes its time.
// What takes a call for each user is read where a rule needs it, for whom it
// concerns, and not once more after a denial.
func TestExtraReads(t *testing.T) {
	inFolder(t)
	s := awstest.NewStandIn(t)
	s.Setenv(t, "testing", "testing")
	b := s.Build(t)
	for i := range 50 {
		b.User(fmt.Sprintf("user-%02d", i), "/")
	}
	b.Key("user-07")
	b.SSHKey("user-11")
	b.ServiceCredential("user-12", "bedrock.amazonaws.com")
	b.ServerCertificate("site")
	for _, tt := range []struct {
		query, action string
		calls         int
		found         []string
	}{
		{"IamUser should not have sshKeys", "ListSSHPublicKeys", 50, []string{"query user-11"}},
		{"IamUser should not have accessKeys contain [ id like 'AKIA%' ]", "ListAccessKeys", 1, []string{"query user-07"}},
		{"IamUser should not have serviceCredentials contain [ service = 'bedrock.amazonaws.com' and isActive ]", "ListServiceSpecificCredentials", 1, []string{"query user-12"}},
		{"IamUser should not have passwordResetRequired", "GetLoginProfile", 0, nil},
		{"IamUser where not isRoot should have mfaDevices isEmpty()", "ListMFADevices", 0, nil},
		{"IamServerCertificate should not have expiration before(120, 'days')", "ListServerCertificates", 1, []string{"query site"}},
	} {
		before := s.StandIn.Calls(tt.action)
		r := rollcall(t, "query", tt.query, "--format", "json")
		if got := findings(assessment(t, r)); !slices.Equal(got, tt.found) || r.status != exitOK {
			t.Errorf("%s: %v, exit %d, %s", tt.query, got, r.status, r.stderr)
		}
		if got := s.StandIn.Calls(tt.action) - before; got != tt.calls {
			t.Errorf("%s: %d calls of %s, want %d", tt.query, got, tt.action, tt.calls)
		}
		s.StandIn.Denied = map[string]bool{"iam:" + tt.action: true}
		before = s.StandIn.Calls(tt.action)
		r = rollcall(t, "query", tt.query)
		if got := s.StandIn.Calls(tt.action) - before; tt.calls > 0 && (r.status != exitPartial || got > 2*4 || !strings.Contains(r.stdout, "iam:"+tt.action)) {
			t.Errorf("%s, denied: exit %d after %d calls\n%s", tt.query, r.status, got, r.stdout)
		}
		s.StandIn.Denied = nil
	}
	if n := s.StandIn.Calls("ListSSHPublicKeys"); n > 60 {
		t.Errorf("%d calls of ListSSHPublicKeys: other queries made them too", n)
	}
	r := rollcall(t, "collect", "--print-policy", "--deep")
	if !strings.Contains(r.stdout, "iam:ListSSHPublicKeys") || strings.Contains(rollcall(t, "collect", "--print-policy").stdout, "iam:ListSSHPublicKeys") {
		t.Errorf("the least policy: %s", r.stdout)
	}
}

func TestHabitsOfAWS(t *testing.T) {
	inFolder(t)
	s := awstest.NewStandIn(t)
	s.Setenv(t, "testing", "testing")
	build(t, s)
	scan := func(more ...string) run {
		return rollcall(t, append([]string{"scan", "--format", "json", "--include-passed"}, more...)...)
	}
	want := verdicts(assessment(t, scan()))
	for name, habit := range map[string]func(*awstest.StandIn){
		"pages of two":               func(a *awstest.StandIn) { a.PageSize = 2 },
		"every third call throttled": func(a *awstest.StandIn) { a.Throttle = 3; a.PageSize = 3 },
		"two failures each": func(a *awstest.StandIn) {
			a.Broken = map[string]int{"ListUsers": 2, "GetAccountAuthorizationDetails": 2}
		},
	} {
		t.Run(name, func(t *testing.T) {
			a := s.StandIn
			habit(a)
			r := scan()
			a.PageSize, a.Throttle, a.Broken = 0, 0, nil
			got := verdicts(assessment(t, r))
			if r.status != exitOK || fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("exit %d, %s\nsources %+v\ngot  %v\nwant %v", r.status, r.stderr, assessment(t, r).Sources, got, want)
			}
		})
	}
	t.Run("a service that goes on failing", func(t *testing.T) {
		s.StandIn.Broken = map[string]int{"GetCredentialReport": 100}
		before := s.StandIn.Calls("GetCredentialReport")
		r := scan()
		s.StandIn.Broken = nil
		tries := s.StandIn.Calls("GetCredentialReport") - before
		if r.status != exitPartial || tries != 3 {
			t.Errorf("exit %d after %d tries", r.status, tries)
		}
	})
	t.Run("a listing that breaks off", func(t *testing.T) {
		s.StandIn.PageSize = 2
		s.StandIn.Broken = map[string]int{}
		r := rollcallBreaking(t, s)
		s.StandIn.PageSize = 0
		a := assessment(t, r)
		if unknown := slices.ContainsFunc(a.Findings, func(f *assess.Finding) bool { return f.Status == assess.Unknown }); r.status != exitPartial || !unknown {
			t.Errorf("exit %d, and nothing is unknown: %+v", r.status, a.Findings)
		}
		compareVerdicts(t, "the second page", want, verdicts(a))
	})
}

// rollcallBreaking scans through a proxy that denies every page but the first.
func rollcallBreaking(t *testing.T, s *awstest.Server) run {
	t.Helper()
	target, _ := url.Parse(s.URL)
	proxy := httputil.NewSingleHostReverseProxy(target)
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body := new(bytes.Buffer)
		_, _ = body.ReadFrom(r.Body)
		if strings.Contains(body.String(), "Marker=") {
			w.WriteHeader(http.StatusForbidden)
			fmt.Fprint(w, "<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>")
			return
		}
		r.Body = http.NoBody
		r2 := r.Clone(r.Context())
		r2.Body = nopCloser{body}
		proxy.ServeHTTP(w, r2)
	}))
	defer front.Close()
	return rollcall(t, "scan", "--format", "json", "--include-passed", "--endpoint-url", front.URL)
}

type nopCloser struct{ *bytes.Buffer }

func (nopCloser) Close() error { return nil }

func TestSlowReport(t *testing.T) {
	inFolder(t)
	s := awstest.NewStandIn(t)
	s.Setenv(t, "testing", "testing")
	build(t, s)
	s.StandIn.ReportWait = 2
	r := rollcall(t, "scan", "--only", judged, "--format", "json")
	if got := findings(assessment(t, r)); r.status != exitOK || !slices.Equal(got, wantFindings) {
		t.Errorf("exit %d, %s\nfound %v", r.status, r.stderr, got)
	}
}

// Nobody to read as, or nothing to read from, is an error; nothing is written.
func TestCannotRead(t *testing.T) {
	inFolder(t)
	s := awstest.NewStandIn(t)
	s.Setenv(t, "", "")
	r := rollcall(t, "scan", "-o", "out.html")
	if r.status != exitError || !strings.Contains(r.stderr, "credentials") {
		t.Errorf("without credentials: exit %d, %s", r.status, r.stderr)
	}
	s.Setenv(t, "testing", "testing")
	r = rollcall(t, "scan", "-o", "out.html", "--endpoint-url", "http://127.0.0.1:1")
	if r.status != exitError || !strings.Contains(r.stderr, "reaching AWS") {
		t.Errorf("without a server: exit %d, %s", r.status, r.stderr)
	}
	if _, err := os.Stat("out.html"); err == nil {
		t.Error("a report was written")
	}
}

// Ctrl-C ends a scan at once and leaves no file behind, whole or half.
func TestInterrupted(t *testing.T) {
	dir := inFolder(t)
	s := awstest.NewStandIn(t)
	s.Setenv(t, "testing", "testing")
	s.StandIn.ReportWait = 1000
	ctx, cancel := context.WithCancel(context.Background())
	time.AfterFunc(300*time.Millisecond, cancel)
	r := rollcallUntil(ctx, t, "scan", "-o", "out.html", "-o", "out.json", "--save", "saved.json")
	if r.status != exitInterrupted || r.stdout != "" {
		t.Errorf("exit %d, printed %q, %s", r.status, r.stdout, r.stderr)
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 || entries[0].Name() != "rollcall.yaml" {
		t.Errorf("left behind: %v (%v)", entries, err)
	}
}

// What takes longer than --timeout is unknown, not an error.
func TestTimeout(t *testing.T) {
	inFolder(t)
	s := awstest.NewStandIn(t)
	s.Setenv(t, "testing", "testing")
	build(t, s)
	s.StandIn.ReportWait = 1000
	r := rollcall(t, "scan", "--format", "json", "--timeout", "1s")
	a := assessment(t, r)
	if r.status != exitPartial || len(a.Unknown) < 2 || a.Unknown[0].Missing[0].Source != "GetCredentialReport" {
		t.Errorf("exit %d, unknown %+v", r.status, a.Unknown)
	}
	if got := findings(a); !slices.Contains(got, "redundant-grant carol") {
		t.Errorf("what was read in time is lost: %v", got)
	}
}

// A role in another account is assumed, with external id and MFA code.
func TestRole(t *testing.T) {
	inFolder(t)
	s := awstest.Moto(t)
	s.Setenv(t, "testing", "testing")
	a := assessment(t, rollcall(t, "scan", "--format", "json", "--role-arn", "arn:aws:iam::111122223333:role/Audit", "--external-id", "x",
		"--mfa-serial", "arn:aws:iam::123456789012:mfa/me", "--mfa-code", "123456"))
	if a.ID != "111122223333" {
		t.Errorf("read account %s", a.ID)
	}
	r := rollcall(t, "scan", "--role-arn", "arn:aws:iam::111122223333:role/Audit", "--mfa-serial", "arn:aws:iam::123456789012:mfa/me")
	if r.status != exitError || !strings.Contains(r.stderr, "give --mfa-code") {
		t.Errorf("without a code and a terminal: exit %d, %s", r.status, r.stderr)
	}
}
