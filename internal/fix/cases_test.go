package fix_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/rollcall-iam/rollcall/internal/assess"
	"github.com/rollcall-iam/rollcall/internal/fix"
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
			id := filepath.Base(dir)
			s, a, err := c.Assess(set, id)
			if err != nil {
				t.Fatalf("%s: %v", c.Name, err)
			}
			a.Findings = slices.DeleteFunc(a.Findings, func(f assess.Finding) bool { return f.Status != assess.Fail })
			plan, err := fix.New(fix.Input{Snapshot: s, Findings: a.Findings, Options: fix.Options{Settings: defaults(t, set, id)}})
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

// defaults are a rule's settings where nobody says otherwise.
func defaults(t *testing.T, set *rule.Set, id string) map[string]rule.Values {
	t.Helper()
	rules, err := set.Named(id)
	if err != nil {
		t.Fatal(err)
	}
	values, err := rules[0].Settle(nil)
	if err != nil {
		t.Fatal(err)
	}
	return map[string]rule.Values{id: values}
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
