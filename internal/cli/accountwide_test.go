package cli

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/rollcall-iam/rollcall/internal/assess"
	"github.com/rollcall-iam/rollcall/internal/awstest"
)

// A wide test is one answer of AWS about the account, and what the rule says.
type wide struct {
	name   string
	set    func(*awstest.StandIn)
	status assess.Status
	says   string // in the message of the verdict
	exit   int
}

// judgeWide scans by one rule that is about the account alone.
func judgeWide(t *testing.T, rule string, tests []wide) {
	t.Helper()
	inFolder(t)
	for _, tt := range tests {
		s := awstest.NewStandIn(t)
		s.Setenv(t, "testing", "testing")
		tt.set(s.StandIn)
		r := rollcall(t, "scan", "--only", rule, "--format", "json", "--include-passed")
		a := assessment(t, r)
		if len(a.Findings) != 1 || r.status != tt.exit {
			t.Errorf("%s: exit %d, %s, %+v", tt.name, r.status, r.stderr, a.Findings)
			continue
		}
		if f := a.Findings[0]; f.Status != tt.status || !strings.Contains(f.Message, tt.says) {
			t.Errorf("%s: %s, %q, want %s, %q", tt.name, f.Status, f.Message, tt.status, tt.says)
		}
		saved := rollcall(t, "scan", "--last", "--only", rule, "--format", "json", "--include-passed")
		if b := assessment(t, saved); len(b.Findings) != 1 || b.Findings[0].Message != a.Findings[0].Message {
			t.Errorf("%s, saved: %+v", tt.name, b.Findings)
		}
	}
}

// leastPolicy says whether the permissions stand in the least policy of a
// rule, and not in that of the rules that are on by default.
func leastPolicy(t *testing.T, rule string, permissions ...string) {
	t.Helper()
	with, without := rollcall(t, "collect", "--print-policy", "--only", rule).stdout, rollcall(t, "collect", "--print-policy").stdout
	for _, p := range permissions {
		if quoted := `"` + p + `"`; !strings.Contains(with, quoted) || strings.Contains(without, quoted) {
			t.Errorf("the least policy of %s, and %s: %s", rule, p, with)
		}
	}
}

// What AWS answers instead of a list of features means something, too.
func TestCentralRoot(t *testing.T) {
	outside := func(code string) func(*awstest.StandIn) {
		return func(a *awstest.StandIn) { a.Outside = code }
	}
	judgeWide(t, "central-root", []wide{
		{"on", func(a *awstest.StandIn) { a.Features = []string{"RootSessions", "RootCredentialsManagement"} }, assess.Pass, "", exitOK},
		{"off", func(a *awstest.StandIn) { a.Features = []string{"RootSessions"} }, assess.Fail, "on: RootSessions", exitOK},
		{"nothing on", func(*awstest.StandIn) {}, assess.Fail, "on: none", exitOK},
		{"IAM may not", outside("ServiceAccessNotEnabledException"), assess.Fail, "on: none", exitOK},
		{"billing alone", outside("OrganizationNotInAllFeaturesModeException"), assess.Fail, "on: none", exitOK},
		{"no organization", outside("OrganizationNotFoundException"), assess.NotApplicable, "", exitOK},
		{"a member", outside("AccountNotManagementOrDelegatedAdministratorException"), assess.Unknown, "scan that account", exitOK},
		{"denied", func(a *awstest.StandIn) { a.Denied = map[string]bool{"iam:ListOrganizationsFeatures": true} }, assess.Unknown, "needs iam:ListOrganizationsFeatures", exitPartial},
		{"another error", outside("SomethingElse"), assess.Unknown, "SomethingElse", exitPartial},
	})
	leastPolicy(t, "central-root", "iam:ListOrganizationsFeatures")
}

// Which contacts are set is told; who they are is kept nowhere.
func TestAlternateContacts(t *testing.T) {
	set := func(kinds ...string) func(*awstest.StandIn) {
		return func(a *awstest.StandIn) { a.SetContacts(kinds...) }
	}
	judgeWide(t, "alternate-contacts", []wide{
		{"set", set("SECURITY"), assess.Pass, "", exitOK},
		{"another set", set("BILLING", "OPERATIONS"), assess.Fail, "security contact", exitOK},
		{"denied", func(a *awstest.StandIn) { a.Denied = map[string]bool{"account:GetAlternateContact": true} }, assess.Unknown, "needs account:GetAlternateContact", exitPartial},
		{"failing", func(a *awstest.StandIn) { a.Broken = map[string]int{"GetAlternateContact": 100} }, assess.Unknown, "ServiceFailure", exitPartial},
		{"failing for the first", func(a *awstest.StandIn) {
			a.Broken = map[string]int{"GetAlternateContact": 3}
			a.SetContacts("BILLING")
		}, assess.Unknown, "ServiceFailure", exitPartial},
		{"failing at first", func(a *awstest.StandIn) { a.Broken = map[string]int{"GetAlternateContact": 2} }, assess.Fail, "security contact", exitOK},
	})
	leastPolicy(t, "alternate-contacts", "account:GetAlternateContact")

	s := awstest.NewStandIn(t)
	s.Setenv(t, "testing", "testing")
	s.StandIn.SetContacts("SECURITY")
	r := rollcall(t, "collect", "-o", "kept.json", "--only", "alternate-contacts")
	text, err := os.ReadFile("kept.json")
	if err != nil || r.status != exitOK || strings.Contains(string(text), awstest.ContactSecret) || !strings.Contains(string(text), `"security":true`) {
		t.Errorf("exit %d, %v: %s", r.status, err, text)
	}
}

// Each enabled region is asked; one that does not answer is unknown, and takes
// nothing from what the others tell.
func TestAccessAnalyzer(t *testing.T) {
	good := map[string][]string{"us-east-1": {"ACCOUNT ACTIVE"}, "eu-west-1": {"ACCOUNT_UNUSED_ACCESS ACTIVE", "ORGANIZATION ACTIVE"}}
	missing := map[string][]string{"us-east-1": {"ACCOUNT ACTIVE"}, "us-west-2": {}, "eu-west-1": {"ACCOUNT CREATING"}}
	on := func(analyzers map[string][]string, more ...func(*awstest.StandIn)) func(*awstest.StandIn) {
		return func(a *awstest.StandIn) {
			a.Analyzers = analyzers
			for _, set := range more {
				set(a)
			}
		}
	}
	deny := func(action string) func(*awstest.StandIn) {
		return func(a *awstest.StandIn) { a.Denied = map[string]bool{action: true} }
	}
	shut := func(region string) func(*awstest.StandIn) {
		return func(a *awstest.StandIn) { a.Closed = map[string]bool{region: true} }
	}
	judgeWide(t, "access-analyzer", []wide{
		{"everywhere", on(good), assess.Pass, "", exitOK},
		{"in pages of one", on(good, func(a *awstest.StandIn) { a.PageSize = 1 }), assess.Pass, "", exitOK},
		{"in one of three", on(missing), assess.Fail, "in: eu-west-1; us-west-2", exitOK},
		{"a closed region", on(good, shut("eu-west-1")), assess.Unknown, "in 1 of 2 regions: eu-west-1, needs access-analyzer:ListAnalyzers", exitPartial},
		{"a closed region and one without", on(missing, shut("eu-west-1")), assess.Fail, "in: us-west-2", exitPartial},
		{"no regions denied", on(good, deny("account:ListRegions")), assess.Unknown, "needs account:ListRegions", exitPartial},
		{"no analyzers", on(good, deny("access-analyzer:ListAnalyzers")), assess.Unknown, "needs access-analyzer:ListAnalyzers", exitPartial},
		{"failing", on(good, func(a *awstest.StandIn) { a.Broken = map[string]int{"ListAnalyzers": 100} }), assess.Unknown, "in 2 of 2 regions", exitPartial},
		{"nothing enabled", on(nil), assess.Unknown, "no enabled region", exitPartial},
	})
	leastPolicy(t, "access-analyzer", "account:ListRegions", "access-analyzer:ListAnalyzers")
}

// What one rule needs is not read for another.
func TestAccountWideReads(t *testing.T) {
	inFolder(t)
	s := awstest.NewStandIn(t)
	s.Setenv(t, "testing", "testing")
	s.StandIn.Analyzers = map[string][]string{"us-east-1": {"ACCOUNT ACTIVE"}}
	actions := []string{"ListOrganizationsFeatures", "GetAlternateContact", "ListRegions", "ListAnalyzers"}
	for only, want := range map[string]string{"root-mfa": "[0 0 0 0]", "central-root": "[1 0 0 0]", "alternate-contacts": "[0 3 0 0]", "access-analyzer": "[0 0 1 1]"} {
		before := make([]int, len(actions))
		for i, a := range actions {
			before[i] = s.StandIn.Calls(a)
		}
		rollcall(t, "scan", "--only", only)
		for i, a := range actions {
			before[i] = s.StandIn.Calls(a) - before[i]
		}
		if got := fmt.Sprint(before); got != want {
			t.Errorf("%s: calls %s, want %s", only, got, want)
		}
	}
}
