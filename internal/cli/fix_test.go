package cli

import (
	"context"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rollcall-iam/rollcall/internal/awstest"
)

// buildToMove is build with users who must go to groups, one of a name and a
// policy that a shell would run.
func buildToMove(t *testing.T, s *awstest.Server) {
	t.Helper()
	build(t, s)
	b := s.Build(t)
	b.User("it's+me,=", "/staff/")
	b.Inline("it's+me,=", "$(touch hacked)';true", getS3)
	b.User("dora", "/staff/")
	b.Attach("dora", admin)
}

// The script of a plan, run with the aws CLI, ends with nobody's findings but
// those that were not to go, and with none that are new; it can be run again.
func TestFixShell(t *testing.T) {
	awstest.Need(t, "aws", "see https://aws.amazon.com/cli/")
	inFolder(t)
	s := awstest.Moto(t)
	s.Setenv(t, "testing", "testing")
	buildToMove(t, s)
	before := findings(assessment(t, rollcall(t, "scan", "--format", "json")))
	if r := rollcall(t, "fix", "plan", "--rule", "IAM-071", "-q", "-o", "plan.json"); r.status != exitOK {
		t.Fatalf("exit %d: %s", r.status, r.stderr)
	}
	script := rollcall(t, "fix", "show", "plan.json", "--format", "shell")
	if err := os.WriteFile("move.sh", []byte(script.stdout), 0o600); err != nil || script.status != exitOK {
		t.Fatal(err, script.stderr)
	}
	for _, args := range [][]string{{"-n", "move.sh"}, {"move.sh"}, {"move.sh"}} {
		cmd := exec.Command("bash", args...)
		cmd.Env = append(os.Environ(), "SETTLE=0")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("bash %v: %v\n%s\n%s", args, err, out, script.stdout)
		}
	}
	want := slices.DeleteFunc(slices.Clone(before), func(f string) bool {
		return strings.HasPrefix(f, "user-direct-policies ") || strings.HasPrefix(f, "redundant-grant ")
	})
	after := findings(assessment(t, rollcall(t, "scan", "--format", "json")))
	for _, f := range after {
		if !slices.Contains(before, f) || strings.HasPrefix(f, "user-direct-policies ") {
			t.Errorf("found after the script: %s", f)
		}
	}
	for _, f := range want {
		if !slices.Contains(after, f) && !strings.HasPrefix(f, "user-in-group ") && !strings.HasPrefix(f, "common-group ") {
			t.Errorf("gone though the script was not about it: %s", f)
		}
	}
	if _, err := os.Stat("hacked"); err == nil {
		t.Error("a name was run")
	}
}

// A run that is interrupted says where it stands and what to do next.
func TestFixInterrupted(t *testing.T) {
	inFolder(t)
	s := awstest.Moto(t)
	s.Setenv(t, "testing", "testing")
	buildToMove(t, s)
	if r := rollcall(t, "fix", "plan", "--rule", "IAM-071", "-q", "-o", "plan.json"); r.status != exitOK {
		t.Fatalf("exit %d: %s", r.status, r.stderr)
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var said strings.Builder
	env := &Env{Stdin: strings.NewReader(""), Stdout: io.Discard, Stderr: writerFunc(func(b []byte) (int, error) {
		if strings.Contains(string(b), "waiting 1m0s") {
			cancel()
		}
		return said.Write(b)
	}), Getenv: os.Getenv, Now: time.Now, Terminal: func(any) (int, bool) { return 0, false }}
	status := Main(ctx, env, []string{"fix", "apply", "plan.json", "--confirm", "123456789012", "--settle", "1m"})
	if status != exitInterrupted || !strings.Contains(said.String(), "interrupted: stopped at step ") || strings.Contains(said.String(), "nothing was changed") {
		t.Fatalf("exit %d: %s", status, &said)
	}
	id := newestRun(rollcall(t, "fix", "list"))
	if r := rollcall(t, "fix", "resume", id, "--confirm", "123456789012", "--settle", "0s"); r.status != exitOK {
		t.Errorf("exit %d: %s", r.status, r.stderr)
	}
}

// newestRun is the id of the first run of a list.
func newestRun(list run) string { return strings.Fields(strings.Split(list.stdout, "\n")[1])[0] }

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(b []byte) (int, error) { return f(b) }

// Applied, a plan leaves no finding that it was to end and no new one; undone,
// the account is scanned as before.
func TestFixApply(t *testing.T) {
	inFolder(t)
	s := awstest.Moto(t)
	s.Setenv(t, "testing", "testing")
	buildToMove(t, s)
	scan := func() []string { return findings(assessment(t, rollcall(t, "scan", "--format", "json"))) }
	before := scan()
	if r := rollcall(t, "fix", "plan", "--rule", "IAM-071", "-q", "-o", "plan.json"); r.status != exitOK {
		t.Fatalf("exit %d: %s", r.status, r.stderr)
	}
	for _, refused := range [][]string{{"plan.json"}, {"plan.json", "--confirm", "111122223333"}} {
		if r := rollcall(t, append([]string{"fix", "apply"}, refused...)...); r.status != exitUsage {
			t.Errorf("%v: exit %d: %s", refused, r.status, r.stderr)
		}
	}
	r := rollcall(t, "fix", "apply", "plan.json", "--confirm", "123456789012", "--settle", "0s")
	if r.status != exitOK {
		t.Fatalf("exit %d: %s", r.status, r.stderr)
	}
	for _, f := range scan() {
		if !slices.Contains(before, f) || strings.HasPrefix(f, "user-direct-policies ") {
			t.Errorf("found after the plan: %s", f)
		}
	}
	if again := rollcall(t, "fix", "apply", "plan.json", "--confirm", "123456789012", "--settle", "0s"); again.status != exitError || !strings.Contains(again.stderr, "has changed since the plan was made") {
		t.Errorf("again: exit %d: %s", again.status, again.stderr)
	}
	list := rollcall(t, "fix", "list")
	if !strings.Contains(list.stdout, "applied") || strings.Count(list.stdout, "\n") != 2 {
		t.Fatalf("the list is\n%s", list.stdout)
	}
	id := newestRun(list)
	if resumed := rollcall(t, "fix", "resume", id, "--confirm", "123456789012"); resumed.status == exitOK || !strings.Contains(resumed.stderr, "is applied: there is nothing to go on with") {
		t.Errorf("resumed: exit %d: %s", resumed.status, resumed.stderr)
	}
	if undone := rollcall(t, "fix", "undo", id, "--confirm", "123456789012", "--settle", "0s"); undone.status != exitOK || strings.Contains(undone.stderr, "not as before") {
		t.Fatalf("undone: exit %d: %s", undone.status, undone.stderr)
	}
	if after := scan(); !slices.Equal(before, after) {
		t.Errorf("undone, found\n%s\nwant\n%s", strings.Join(after, "\n"), strings.Join(before, "\n"))
	}
}

// Users are shut out, deleted and made by scripts as by apply; each can be run
// again.
func TestFixShellUsers(t *testing.T) {
	awstest.Need(t, "aws", "see https://aws.amazon.com/cli/")
	for name, args := range map[string][]string{
		"shut out": {"--rule", "IAM-058"}, "deleted": {"--rule", "IAM-058", "--delete"}, "made": {"--create-user", "nina", "--group", "Night", "--tag", "a=b c", "--no-password"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			applied, scripted := everything(t), everything(t)
			applied.plan(args...)
			if r := applied.run(applying...); r.status != exitOK {
				t.Fatalf("exit %d: %s", r.status, r.stderr)
			}
			scripted.plan(args...)
			for range 2 {
				if out, err := scripted.script(); err != nil {
					t.Fatalf("%v\n%s", err, out)
				}
			}
			if got, want := scripted.scan(), applied.scan(); !slices.Equal(got, want) {
				t.Errorf("found\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
		})
	}
}

// script runs the plan as a script.
func (x *box) script() (string, error) {
	cmd := exec.Command("bash", "-s")
	cmd.Dir, cmd.Stdin = x.dir, strings.NewReader(x.run("fix", "show", "plan.json", "--format", "shell").stdout)
	cmd.Env = append(slices.DeleteFunc(x.command().Env, func(v string) bool { return strings.HasPrefix(v, "AWS_PROFILE=") }), "SETTLE=0", "AWS_DEFAULT_REGION=us-east-1")
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// A script that makes passwords does nothing where nobody would see them.
func TestFixShellPassword(t *testing.T) {
	awstest.Need(t, "aws", "see https://aws.amazon.com/cli/")
	x := everything(t)
	x.plan("--create-user", "nina")
	before := x.StandIn.Writes()
	if out, err := x.script(); err == nil || !strings.Contains(out, "on a terminal and nowhere else: nothing was done") || x.StandIn.Writes() > before {
		t.Errorf("%v, %d writes: %s", err, x.StandIn.Writes()-before, out)
	}
}
