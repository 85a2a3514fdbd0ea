package cli

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/rollcall-iam/rollcall/internal/awstest"
	"github.com/rollcall-iam/rollcall/internal/outfile"
)

// asProgram makes this test's own binary be the program.
const asProgram = "ROLLCALL_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		os.Exit(Main(context.Background(), System(), os.Args[1:]))
	}
	// Processes wait for the rate of calls that IAM bears, not for the processor.
	flag.Parse()
	if err := flag.Set("test.parallel", "24"); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}

const mostApproved = "safelist: [{user: alice, owner: hr}, {user: bob, owner: hr}, {user: carol, owner: hr}, {user: robot, owner: hr}, {user: 'root,not', owner: hr}]\n"

// A box is an account of its own, with a folder in which the program runs on it
// as a process of its own, so that several may run side by side.
type box struct {
	*awstest.Server
	t   *testing.T
	dir string
}

// everything is an account with every kind of item that plans touch, of which
// paula has one each.
func everything(t *testing.T) *box {
	t.Helper()
	x := &box{awstest.NewStandIn(t), t, t.TempDir()}
	build(t, x.Server)
	b := x.Build(t)
	b.User("paula", "/staff/")
	b.Tag("paula", "team", "night")
	b.Boundary("paula", b.Policy("Limit", readS3))
	b.Password("paula")
	b.MFA("paula")
	b.Key("paula")
	b.Key("paula")
	b.SSHKey("paula")
	b.Certificate("paula")
	b.ServiceCredential("paula", "codecommit.amazonaws.com")
	b.Inline("paula", "own", getS3)
	b.Attach("paula", admin)
	b.Group("Night", "", "paula")
	b.Group("Nobody", getS3)
	b.AttachGroup("Nobody", admin)
	if err := os.WriteFile(filepath.Join(x.dir, "rollcall.yaml"), []byte(mostApproved), 0o600); err != nil {
		t.Fatal(err)
	}
	return x
}

func (x *box) command(args ...string) *exec.Cmd {
	cmd := exec.Command(os.Args[0], args...)
	cmd.Dir = x.dir
	cmd.Env = append(os.Environ(), asProgram+"=1", "HOME="+x.dir, "XDG_STATE_HOME="+x.dir, "XDG_CONFIG_HOME="+x.dir, "AWS_ENDPOINT_URL="+x.URL,
		"AWS_ACCESS_KEY_ID=testing", "AWS_SECRET_ACCESS_KEY=testing", "AWS_SESSION_TOKEN=", "AWS_PROFILE=", "AWS_REGION=us-east-1",
		"AWS_EC2_METADATA_DISABLED=true", "AWS_CONFIG_FILE="+os.DevNull, "AWS_SHARED_CREDENTIALS_FILE="+os.DevNull)
	return cmd
}

func (x *box) run(args ...string) run {
	x.t.Helper()
	var out, errs bytes.Buffer
	cmd := x.command(args...)
	cmd.Stdout, cmd.Stderr = &out, &errs
	var exited *exec.ExitError
	if err := cmd.Run(); err != nil && !errors.As(err, &exited) {
		x.t.Fatal(err)
	}
	return run{cmd.ProcessState.ExitCode(), out.String(), errs.String()}
}

func (x *box) plan(args ...string) {
	x.t.Helper()
	if r := x.run(append([]string{"fix", "plan", "-q", "-o", "plan.json"}, args...)...); r.status != exitOK {
		x.t.Fatalf("exit %d: %s", r.status, r.stderr)
	}
}

func (x *box) scan() []string {
	x.t.Helper()
	return findings(assessment(x.t, x.run("scan", "--deep", "--format", "json", "--allow-partial")))
}

var applying = []string{"fix", "apply", "plan.json", "--confirm", awstest.AccountID, "--allow-irreversible", "--settle", "0s"}

// killedAt runs the plan in a process that dies once AWS has done so many writes,
// before it hears of the last.
func (x *box) killedAt(writes int) {
	x.t.Helper()
	cmd := x.command(applying...)
	before := x.StandIn.Writes()
	var killed atomic.Bool
	x.StandIn.After = func(write int) {
		if write-before == writes {
			killed.Store(true)
			_ = cmd.Process.Kill()
		}
	}
	out, err := cmd.CombinedOutput()
	x.StandIn.After = nil
	if err == nil || !killed.Load() {
		x.t.Fatalf("not killed: %v\n%s", err, out)
	}
}

// again goes on with the run, or takes it back.
func (x *box) again(verb string) run {
	x.t.Helper()
	id := newestRun(x.run("fix", "list"))
	args := []string{"fix", verb, id, "--confirm", awstest.AccountID, "--settle", "0s"}
	if verb == "resume" {
		args = append(args, "--allow-irreversible")
	}
	return x.run(args...)
}

// everyWrite kills a run after each of its writes, goes on or back then, and
// compares how the account is found with what it should be.
func everyWrite(t *testing.T, verb string, want func(before, after []string) []string, plan ...string) {
	x := everything(t)
	before := x.scan()
	x.plan(plan...)
	first := x.StandIn.Writes()
	if r := x.run(applying...); r.status != exitOK {
		t.Fatalf("exit %d: %s", r.status, r.stderr)
	}
	expected, writes := want(before, x.scan()), x.StandIn.Writes()-first
	if writes < 10 {
		t.Errorf("only %d writes", writes)
	}
	for n := 1; n <= writes; n++ {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			t.Parallel()
			x := everything(t)
			x.plan(plan...)
			x.killedAt(n)
			if r := x.again(verb); r.status != exitOK || strings.Contains(r.stderr, "not as before") {
				t.Fatalf("%s: exit %d: %s", verb, r.status, r.stderr)
			}
			if got := x.scan(); !slices.Equal(got, expected) {
				t.Errorf("%s: found\n%s\nwant\n%s", verb, strings.Join(got, "\n"), strings.Join(expected, "\n"))
			}
		})
	}
}

func theSame(before, _ []string) []string  { return before }
func asPlanned(_, after []string) []string { return after }

// Whenever the process is killed, resume ends in the planned state.
func TestFixKilledDeleting(t *testing.T) {
	t.Parallel()
	everyWrite(t, "resume", asPlanned, "--rule", "IAM-058", "--delete", "--rule", "IAM-071", "--rule", "empty-group", "--rule", "key-at-setup", "--rule", "password-length")
}

func TestFixKilledShuttingOut(t *testing.T) {
	t.Parallel()
	everyWrite(t, "resume", asPlanned, "--rule", "IAM-058", "--rule", "IAM-071", "--rule", "group-inline-policies", "--rule", "password-length")
}

// And undo in the original one, where all of it can come back.
func TestFixKilledUndone(t *testing.T) {
	t.Parallel()
	everyWrite(t, "undo", theSame, "--rule", "IAM-058", "--rule", "IAM-071", "--rule", "empty-group", "--rule", "password-length")
}

// A deleted user comes back as far as anybody can bring one back.
func TestFixDeleted(t *testing.T) {
	t.Parallel()
	x := everything(t)
	x.plan("--rule", "IAM-058", "--delete")
	if r := x.run("fix", "apply", "plan.json", "--confirm", awstest.AccountID); r.status != exitUsage || !strings.Contains(r.stderr, "cannot be undone: give --allow-irreversible") {
		t.Errorf("exit %d: %s", r.status, r.stderr)
	}
	if r := x.run(applying...); r.status != exitOK {
		t.Fatalf("exit %d: %s", r.status, r.stderr)
	}
	for _, f := range x.scan() {
		if strings.HasSuffix(f, " paula") {
			t.Errorf("found after the deletion: %s", f)
		}
	}
	r := x.again("undo")
	for _, want := range []string{"new-identity: delete user paula", "irreversible: delete the password of paula", "irreversible: delete access key ", "undone"} {
		if !strings.Contains(r.stderr, want) {
			t.Errorf("undo does not say %q: exit %d: %s", want, r.status, r.stderr)
		}
	}
	if !slices.Contains(x.scan(), "user-direct-policies paula") {
		t.Error("paula has not got back what she had")
	}
}

// AWS may not see for a while what it was told: plans wait for it, forward and
// back.
func TestFixLag(t *testing.T) {
	t.Parallel()
	plan := []string{"--rule", "IAM-058", "--rule", "IAM-071", "--rule", "empty-group", "--rule", "group-inline-policies", "--rule", "password-length"}
	x, prompt := everything(t), everything(t)
	before := x.scan()
	for _, x := range []*box{x, prompt} {
		x.plan(plan...)
	}
	x.StandIn.Lag = 3
	for _, x := range []*box{x, prompt} {
		if r := x.run(append(slices.Clone(applying[:len(applying)-1]), "2s")...); r.status != exitOK {
			t.Fatalf("exit %d: %s", r.status, r.stderr)
		}
	}
	x.StandIn.Lag = 0
	if got, want := x.scan(), prompt.scan(); !slices.Equal(got, want) {
		t.Errorf("found\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	x.StandIn.Lag = 3
	if r := x.run("fix", "undo", newestRun(x.run("fix", "list")), "--confirm", awstest.AccountID, "--settle", "2s"); r.status != exitOK || strings.Contains(r.stderr, "not as before") {
		t.Fatalf("exit %d: %s", r.status, r.stderr)
	}
	x.StandIn.Lag = 0
	if after := x.scan(); !slices.Equal(after, before) {
		t.Errorf("undone, found\n%s\nwant\n%s", strings.Join(after, "\n"), strings.Join(before, "\n"))
	}
}

// Nobody shuts out the user whose credentials are at work.
func TestFixCaller(t *testing.T) {
	t.Parallel()
	x := everything(t)
	x.StandIn.CallerARN = "arn:aws:iam::" + awstest.AccountID + ":user/staff/Paula"
	x.plan("--rule", "IAM-058")
	if r := x.run(applying...); r.status != exitError || !strings.Contains(r.stderr, "the plan shuts out paula, whose credentials these are") {
		t.Errorf("exit %d: %s", r.status, r.stderr)
	}
}

// While one run changes an account no other of this machine does, wherever its
// journal is.
func TestFixLocked(t *testing.T) {
	t.Parallel()
	x := everything(t)
	x.plan("--rule", "empty-group")
	unlock, taken, err := outfile.TryLock(filepath.Join(x.dir, "rollcall", "locks"), awstest.AccountID+".lock")
	if err != nil || taken {
		t.Fatal(taken, err)
	}
	args := append(slices.Clone(applying), "--journal", filepath.Join(x.dir, "elsewhere"))
	if r := x.run(args...); r.status != exitError || !strings.Contains(r.stderr, "another run is changing account 123456789012") {
		t.Errorf("exit %d: %s", r.status, r.stderr)
	}
	unlock()
	if r := x.run(args...); r.status != exitOK {
		t.Errorf("exit %d: %s", r.status, r.stderr)
	}
}
