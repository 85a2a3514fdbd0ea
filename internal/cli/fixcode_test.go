package cli

import (
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/rollcall-iam/rollcall/internal/awstest"
)

// shown is a plan in a format.
func shown(t *testing.T, plan, format string) string {
	t.Helper()
	r := rollcall(t, "fix", "show", plan, "--format", format)
	if r.status != exitOK {
		t.Fatalf("%s: exit %d: %s", format, r.status, r.stderr)
	}
	return r.stdout
}

// A plan done by Terraform, in two configurations, ends as one that is applied.
// The first changes nothing that exists, and the second makes nothing.
func TestFixTerraform(t *testing.T) {
	inFolder(t)
	s := awstest.Moto(t)
	s.Setenv(t, "testing", "testing")
	buildToMove(t, s)
	b := s.Build(t)
	b.Group("Nobody", getS3)
	b.AttachGroup("Nobody", admin)
	scan := func() []string { return findings(assessment(t, rollcall(t, "scan", "--format", "json"))) }
	before := scan()
	if r := rollcall(t, "fix", "plan", "--rule", "IAM-071", "--rule", "empty-group", "--rule", "password-length", "-q", "-o", "plan.json"); r.status != exitOK {
		t.Fatalf("exit %d: %s", r.status, r.stderr)
	}
	tf := s.Terraform(t)
	tf.Configure(shown(t, "plan.json", "terraform"))
	tf.Run("init")
	tf.Run("validate")
	if out := tf.Run("plan"); !strings.Contains(out, " 0 to change, 0 to destroy") {
		t.Errorf("the first configuration:\n%s", out)
	}
	tf.Run("apply", "-auto-approve")
	for _, f := range before {
		if strings.HasPrefix(f, "user-direct-policies ") && !slices.Contains(scan(), f) {
			t.Errorf("the first configuration ended %s", f)
		}
	}
	tf.Configure(shown(t, "plan.json", "terraform-final"))
	tf.Run("validate")
	if out := tf.Run("plan"); !strings.Contains(out, "Plan: 0 to add, 0 to change, ") {
		t.Errorf("the second configuration:\n%s", out)
	}
	tf.Run("apply", "-auto-approve")
	for _, f := range scan() {
		if !slices.Contains(before, f) || strings.HasPrefix(f, "user-direct-policies ") || strings.HasPrefix(f, "empty-group Nobody") || strings.HasPrefix(f, "password-length ") {
			t.Errorf("found after Terraform: %s", f)
		}
	}
}

// Templates of plans pass cfn-lint without remark, in both forms.
func TestFixCloudFormation(t *testing.T) {
	lint := awstest.Need(t, "cfn-lint", "pip install cfn-lint")
	inFolder(t)
	s := awstest.Moto(t)
	s.Setenv(t, "testing", "testing")
	buildToMove(t, s)
	for name, args := range map[string][]string{
		"move": {"--rule", "IAM-071"}, "own": {"--rule", "self-managed-credentials"}, "make": {"--create-user", "nina,omar+x", "--tag", "a=b c", "--tag", "cost:centre=x/1"},
		"manage": {"--rule", "group-inline-policies"},
	} {
		if r := rollcall(t, append([]string{"fix", "plan", "-q", "-o", name + ".json"}, args...)...); r.status != exitOK {
			t.Fatalf("%s: exit %d: %s", name, r.status, r.stderr)
		}
		for format, file := range map[string]string{"cloudformation": name + ".cfn.yaml", "cloudformation-json": name + ".cfn.json"} {
			if err := os.WriteFile(file, []byte(shown(t, name+".json", format)), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	if out, err := exec.Command("sh", "-c", lint+" --non-zero-exit-code informational *.cfn.*").CombinedOutput(); err != nil || len(out) > 0 {
		t.Errorf("cfn-lint: %v\n%s", err, out)
	}
}

// A plan that only takes away is no template, and says what is one.
func TestFixNoTemplate(t *testing.T) {
	inFolder(t)
	s := awstest.NewStandIn(t)
	s.Setenv(t, "testing", "testing")
	s.Build(t).Group("Nobody", "")
	if r := rollcall(t, "fix", "plan", "--rule", "empty-group", "-q", "-o", "plan.json"); r.status != exitOK {
		t.Fatalf("exit %d: %s", r.status, r.stderr)
	}
	if r := rollcall(t, "fix", "show", "plan.json", "--format", "cloudformation"); r.status != exitError || !strings.Contains(r.stderr, "nothing that CloudFormation can make") {
		t.Errorf("exit %d: %s", r.status, r.stderr)
	}
}
