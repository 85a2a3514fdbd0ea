package fix_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/rollcall-iam/rollcall/internal/assess"
	"github.com/rollcall-iam/rollcall/internal/fix"
	"github.com/rollcall-iam/rollcall/internal/iam"
	"github.com/rollcall-iam/rollcall/internal/match"
	"github.com/rollcall-iam/rollcall/internal/rule"
	"github.com/rollcall-iam/rollcall/internal/ruletest"
)

var update = flag.Bool("update", false, "write the plans anew")

// The plans for the accounts of testdata are those that are written down.
func TestPlans(t *testing.T) {
	folders, err := filepath.Glob("testdata/*/cases.txtar")
	if err != nil || len(folders) == 0 {
		t.Fatal("no cases", err)
	}
	set, err := catalogue()
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range folders {
		dir := filepath.Dir(path)
		cases, err := ruletest.Load(os.DirFS("testdata"), filepath.Base(dir))
		if err != nil {
			t.Fatal(err)
		}
		got := &txtar.Archive{Comment: []byte("Made by go test ./internal/fix -update.\n")}
		for _, c := range cases {
			id, option, _ := strings.Cut(filepath.Base(dir), "+")
			s, a, err := c.Assess(set, id)
			if err != nil {
				t.Fatalf("%s: %v", c.Name, err)
			}
			a.Findings = slices.DeleteFunc(a.Findings, func(f *assess.Finding) bool { return f.Status != assess.Fail })
			plan, err := fix.New(fix.Input{Snapshot: s, Findings: a.Findings, Options: options(t, set, c, id, option)})
			if err != nil {
				t.Fatalf("%s: %v", c.Name, err)
			}
			var text bytes.Buffer
			if err := fix.Text(&text, plan); err != nil {
				t.Fatal(err)
			}
			got.Files = append(got.Files, txtar.File{Name: c.Name, Data: text.Bytes()})
		}
		compare(t, filepath.Join(dir, "plans.txtar"), txtar.Format(got))
	}
}

// options are the settings of a case, and what the name of its folder asks for.
func options(t *testing.T, set *rule.Set, c *ruletest.Case, id, option string) fix.Options {
	t.Helper()
	rules, err := set.Named(id)
	if err != nil {
		t.Fatal(err)
	}
	given, _ := c.Config["settings"].(map[string]any)
	own, _ := given[id].(map[string]any)
	values, err := rules[0].Settle(own)
	if err != nil {
		t.Fatal(err)
	}
	m, err := match.Pattern{Glob: "breakglass-*"}.Compile()
	if err != nil {
		t.Fatal(err)
	}
	o := fix.Options{Settings: map[string]rule.Values{id: values}, BreakGlass: []*match.Matcher{m}}
	switch option {
	case "delete":
		o.Delete = true
		o.Terraform = map[string]string{"planted": "module.people.aws_iam_user.this[\"planted\"]"}
	case "password":
		o.RemovePassword = true
	case "create":
		o.Create = fix.NewUsers{Names: []string{"nina", "omar"}, Groups: []string{"Staff"}, Boundary: "arn:aws:iam::111122223333:policy/Limit", Tags: []iam.Tag{{Key: "team", Value: "a=b"}}}
	}
	return o
}

func compare(t *testing.T, path string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, got, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got); go test ./internal/fix -update writes it anew:\n%s", path, diff)
	}
}

// Every rule of the catalogue has a fixer, or the reason why people must do it.
func TestEveryRuleIsAnswered(t *testing.T) {
	set, err := catalogue()
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, r := range set.Rules {
		known[r.ID] = true
		err := fix.Check(r.ID)
		switch why := fix.ByPeople(r.ID); {
		case err == nil && why != "":
			t.Errorf("%s has a fixer, and a reason to have none: %s", r.ID, why)
		case err != nil && why == "":
			t.Errorf("%s has neither a fixer nor the reason why people must do it", r.ID)
		}
	}
	for _, name := range fix.Answered() {
		if !known[name] {
			t.Errorf("%s is no rule", name)
		}
	}
}

// Every call can be said in words, and every one that plans make is a step in
// the console.
func TestEveryCallIsSaid(t *testing.T) {
	for _, action := range fix.Calls() {
		if (fix.Call{Action: action}).String() == "" {
			t.Errorf("%s has no words", action)
		}
	}
	for _, action := range fix.NotInConsole() {
		t.Errorf("%s is no step in the console", action)
	}
}
