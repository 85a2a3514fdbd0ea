package frameworks_test

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/rollcall-iam/rollcall/frameworks"
	"github.com/rollcall-iam/rollcall/internal/framework"
	"github.com/rollcall-iam/rollcall/internal/rule"
	"github.com/rollcall-iam/rollcall/rules"
)

var update = flag.Bool("update", false, "write the docs anew")

func load(t *testing.T) ([]*framework.Framework, *rule.Set) {
	t.Helper()
	all, err := framework.All(frameworks.FS)
	if err != nil {
		t.Fatal(err)
	}
	set, err := rule.LoadAll(rules.FS)
	if err != nil {
		t.Fatal(err)
	}
	return all, set
}

// Every control names rules that there are, by their ids, with settings that
// they have, and each rule once.
func TestUses(t *testing.T) {
	all, set := load(t)
	for _, f := range all {
		if _, err := set.Select(nil, rule.Selector{Variants: f.Uses()}); err != nil {
			t.Errorf("%s: %v", f.ID, err)
		}
		for _, c := range f.Controls {
			var seen []string
			for _, u := range c.Rules {
				if slices.Contains(seen, u.Rule) {
					t.Errorf("%s, control %s: %s is there twice", f.ID, c.ID, u.Rule)
				}
				seen = append(seen, u.Rule)
			}
		}
	}
}

// Names and aliases mean one framework, whatever their letter case.
func TestNames(t *testing.T) {
	all, _ := load(t)
	for _, f := range all {
		for _, name := range append([]string{f.ID, strings.ToUpper(f.ID)}, f.Aliases...) {
			got, err := framework.Load(frameworks.FS, name)
			if err != nil || got.ID != f.ID {
				t.Errorf("%q is %v, %v, want %s", name, got, err, f.ID)
			}
		}
	}
	for _, name := range []string{"cis-aws-9.0", "", "../embed", "CIS", "cis-aws-5.0.yaml"} {
		if f, err := framework.Load(frameworks.FS, name); err == nil {
			t.Errorf("%q is %s", name, f.ID)
		}
	}
}

// The sections of CIS are whole where the whole section is promised, and their
// numbers go up one by one.
func TestCISNumbers(t *testing.T) {
	all, _ := load(t)
	for _, f := range all {
		if !strings.HasPrefix(f.ID, "cis-aws-") || strings.HasPrefix(f.Scope, "those controls") {
			continue
		}
		last := map[string]int{}
		for _, c := range f.Controls {
			i := strings.LastIndexByte(c.ID, '.')
			section := c.ID[:i]
			if want := last[section] + 1; c.ID != fmt.Sprintf("%s.%d", section, want) && section+".1" != "2.1" {
				t.Errorf("%s: control %s comes where %s.%d belongs", f.ID, c.ID, section, want)
			}
			last[section]++
		}
	}
}

// The page of all frameworks is made from them.
func TestDocs(t *testing.T) {
	all, _ := load(t)
	var b strings.Builder
	b.WriteString("# Frameworks\n\nMade from `frameworks/` by `go test ./frameworks -update`. `rollcall scan --framework ID` judges an account by one;\n" +
		"`rollcall frameworks show ID` lists its controls.\n\n| framework | title | judged | manual | out of scope | ours |\n|---|---|---|---|---|---|\n")
	for _, f := range all {
		counts := map[string]int{}
		for _, c := range f.Controls {
			switch {
			case c.Manual != "":
				counts["manual"]++
			case c.Out != "":
				counts["out"]++
			default:
				counts["judged"]++
			}
			if c.Basis == framework.Ours {
				counts["ours"]++
			}
		}
		fmt.Fprintf(&b, "| %s | %s | %d | %d | %d | %d |\n", f.ID, f.Title, counts["judged"], counts["manual"], counts["out"], counts["ours"])
	}
	b.WriteString("\n\"Ours\" counts the controls whose mapping no public project has: have a compliance reader confirm them.\n")
	const path = "../docs/frameworks.md"
	if *update {
		if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil || string(got) != b.String() {
		t.Errorf("%s is old: go test ./frameworks -update (%v)", path, err)
	}
}
