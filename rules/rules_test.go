package rules_test

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/rollcall-iam/rollcall/internal/entity"
	"github.com/rollcall-iam/rollcall/internal/gsl"
	"github.com/rollcall-iam/rollcall/internal/rule"
	"github.com/rollcall-iam/rollcall/internal/ruletest"
	"github.com/rollcall-iam/rollcall/rules"
)

func catalogue(t *testing.T) *rule.Set {
	t.Helper()
	set, err := rule.LoadAll(rules.FS)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// Every folder is a rule with text and cases, and every case is as it says:
// at least one user passes, one fails and one is unknown.
func TestCases(t *testing.T) {
	set := catalogue(t)
	for _, r := range set.Rules {
		t.Run(r.ID, func(t *testing.T) {
			cases, err := ruletest.Load(os.DirFS("."), r.ID)
			if err != nil {
				t.Fatal(err)
			}
			seen := map[string]bool{}
			for _, c := range cases {
				got, err := c.Run(set, r.ID)
				if err != nil {
					t.Errorf("%s: %v", c.Name, err)
					continue
				}
				want := &ruletest.Result{Verdicts: c.Want, Passes: c.Passes, Spared: c.Spared}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("%s (-want +got):\n%s", c.Name, diff)
				}
				for _, v := range got.Verdicts {
					status, _, _ := strings.Cut(v, " ")
					seen[status] = true
				}
				seen["pass"] = seen["pass"] || len(got.Passes) > 0
			}
			for _, status := range []string{"pass", "fail", "unknown"} {
				if !seen[status] {
					t.Errorf("no case gives %s", status)
				}
			}
		})
	}
}

// What rule.yaml promises about root is what its GSL does.
func TestRootIsStated(t *testing.T) {
	for _, r := range catalogue(t).Rules {
		onUsers := r.Tree.Target.Text == entity.IamUser
		excluded := strings.Contains(r.GSL, "where not isRoot")
		switch {
		case !onUsers && r.Root != "":
			t.Errorf("%s: root is for rules on IamUser", r.ID)
		case onUsers && excluded != (r.Root == rule.RootNotCovered):
			t.Errorf("%s: root is %q, but the rule excludes it: %v", r.ID, r.Root, excluded)
		}
	}
}

// shared are the ids of checks elsewhere that are several rules here.
var shared = map[string]bool{
	// A credential that is not used, whether password or key.
	"IAM-003": true, "IAM.8": true, "IAM.22": true, "AWS-0144": true, "AWS-0166": true, "iam-user-unused-credentials-check": true,
	"iam-unused-credentials-not-disabled": true, "iam_user_unused_credentials_45": true, "iam_user_unused_credentials_90": true,
	// ScoutSuite's argument says whether active keys or inactive ones are meant.
	"iam-user-no-key-rotation": true,
	// The password policy as a whole.
	"IAM.7": true, "IAM.10": true, "iam-password-policy": true,
	// Inline policies, of users and of groups.
	"iam-no-inline-policy-check": true, "iam_group_user_role_no_inline_policies": true,
}

// No id or alias means two things, but for an alias that is meant to.
func TestNamesAreUnique(t *testing.T) {
	seen := map[string]string{}
	for _, r := range catalogue(t).Rules {
		for _, name := range append([]string{r.ID}, r.Aliases...) {
			key := strings.ToLower(name)
			if other, ok := seen[key]; ok && !shared[name] {
				t.Errorf("%s is the name of %s and of %s", name, other, r.ID)
			}
			seen[key] = r.ID
		}
	}
}

// The rules compile strictly against the schema, with their defaults.
func TestCompile(t *testing.T) {
	for _, r := range catalogue(t).Rules {
		values, err := r.Settle(nil)
		if err != nil {
			t.Errorf("%s: %v", r.ID, err)
		}
		if _, _, err := gsl.Compile(entity.Schema, r.Tree, gsl.Options{Settings: r.Placeholders(values)}); err != nil {
			t.Errorf("%s: %v", r.ID, err)
		}
	}
}

var sections = []string{"## Why", "## Audit", "### Console", "### CLI", "## Fix", "### Console, as administrator",
	"### Console, as the user", "### CLI", "### CloudFormation (JSON)", "### CloudFormation (YAML)", "### Terraform"}

var fence = regexp.MustCompile("(?ms)^```([a-z]+)\n(.*?)^```$")

// Every README has the same sections, and its examples parse.
func TestReadmes(t *testing.T) {
	for _, r := range catalogue(t).Rules {
		t.Run(r.ID, func(t *testing.T) {
			if !strings.HasPrefix(r.Readme, "# "+r.Title+"\n") {
				t.Errorf("does not begin with the title %q", r.Title)
			}
			var got []string
			for _, line := range strings.Split(r.Readme, "\n") {
				if strings.HasPrefix(line, "## ") || strings.HasPrefix(line, "### ") {
					got = append(got, line)
				}
			}
			got = slices.DeleteFunc(got, func(s string) bool { return s == "## Settings" || s == "## Good to know" })
			if diff := cmp.Diff(sections, got); diff != "" {
				t.Errorf("sections (-want +got):\n%s", diff)
			}
			for _, m := range fence.FindAllStringSubmatch(r.Readme, -1) {
				if err := parses(t, m[1], m[2]); err != "" {
					t.Errorf("this %s does not parse: %s\n%s", m[1], err, m[2])
				}
			}
		})
	}
}

func parses(t *testing.T, language, text string) string {
	t.Helper()
	switch language {
	case "json":
		if !jsontext.Value(text).IsValid() {
			return "not JSON"
		}
	case "yaml":
		return yamlParses(text)
	case "sh":
		cmd := exec.Command("bash", "-n")
		cmd.Stdin = strings.NewReader(text)
		if out, err := cmd.CombinedOutput(); err != nil {
			return string(out)
		}
	case "hcl":
		if _, diags := hclsyntax.ParseConfig([]byte(text), "example.tf", hcl.InitialPos); diags.HasErrors() {
			return diags.Error()
		}
	default:
		return "unknown language"
	}
	return ""
}

// yamlParses checks templates as YAML, and examples of rollcall.yaml as such.
func yamlParses(text string) string {
	if strings.Contains(text, "AWSTemplateFormatVersion") {
		var v any
		if err := yaml.Unmarshal([]byte(text), &v); err != nil {
			return err.Error()
		}
		return ""
	}
	c, err := rule.ParseConfig("example", []byte(text))
	if err == nil {
		var set *rule.Set
		if set, err = rule.LoadAll(rules.FS); err == nil {
			_, err = set.Select(c, rule.Selector{})
		}
	}
	if err != nil {
		return err.Error()
	}
	return ""
}

// A rule is three files and nothing else.
func TestFolders(t *testing.T) {
	for _, r := range catalogue(t).Rules {
		d := r.ID
		entries, _ := os.ReadDir(d)
		var names []string
		for _, e := range entries {
			names = append(names, e.Name())
		}
		if !slices.Equal(names, []string{"README.md", "cases.txtar", "rule.yaml"}) {
			t.Errorf("%s has %v", d, names)
		}
	}
}

var update = flag.Bool("update", false, "rewrite docs/rules.md and docs/coverage.md")

// docs/rules.md is made from the catalogue.
func TestDocs(t *testing.T) {
	var b strings.Builder
	b.WriteString("# Rules\n\nMade from `rules/` by `go test ./rules -update`. `rollcall rules show ID` prints the text of one.\n\n| rule | severity | title | root | also known as |\n|---|---|---|---|---|\n")
	for _, r := range catalogue(t).Rules {
		root := r.Root
		if root == "" {
			root = "(account)"
		}
		fmt.Fprintf(&b, "| [%s](../rules/%s/README.md) | %s | %s | %s | %s |\n", r.ID, r.ID, r.Severity, r.Title, root, strings.Join(r.Aliases, ", "))
	}
	compareOrUpdate(t, "../docs/rules.md", b.String())
}

// docs/coverage.md says of every check that tools of this kind have which rule
// answers it, or why none does.
func TestCoverage(t *testing.T) {
	text, err := os.ReadFile("../docs/checks.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var sections yaml.MapSlice
	if err := yaml.UnmarshalWithOptions(text, &sections, yaml.UseOrderedMap()); err != nil {
		t.Fatal(err)
	}
	by := map[string][]string{}
	for _, r := range catalogue(t).Rules {
		for _, c := range r.Covers {
			by[c] = append(by[c], "["+r.ID+"](../rules/"+r.ID+"/README.md)")
		}
	}
	var b strings.Builder
	b.WriteString("# Coverage\n\nMade from `docs/checks.yaml` and the rules by `go test ./rules -update`.\n")
	for _, s := range sections {
		checks := s.Value.(yaml.MapSlice)
		answered := 0
		table := &strings.Builder{}
		for _, c := range checks {
			name := c.Key.(string)
			why, _ := c.Value.(string)
			partly := strings.HasPrefix(why, "in part: ")
			if (why == "" || partly) != (by[name] != nil) {
				t.Errorf("%s has the rules %v and the reason %q: it must have either, or what the rules leave out", name, by[name], why)
			}
			if s.Key == "events" && why != "needs: events" {
				t.Errorf("%s is among the events and says %q", name, why)
			}
			if by[name] != nil {
				answered++
			}
			fmt.Fprintf(table, "| %s | %s |\n", name, strings.TrimSpace(strings.Join(by[name], ", ")+" "+why))
			delete(by, name)
		}
		fmt.Fprintf(&b, "\n## %s\n\n", sectionTitles[s.Key.(string)])
		if s.Key != "events" {
			fmt.Fprintf(&b, "%d of %d are answered.\n\n", answered, len(checks))
		}
		b.WriteString("| check | rules, or why there is none |\n|---|---|\n" + table.String())
	}
	for name, rules := range by {
		t.Errorf("%v cover %s, which is no check", rules, name)
	}
	compareOrUpdate(t, "../docs/coverage.md", b.String())
}

var sectionTitles = map[string]string{
	"core":     "Users, groups, credentials, root and the account",
	"gaps":     "What nobody else has",
	"events":   "What takes events",
	"adjacent": "Policies and roles for their own sake",
}

// compareOrUpdate holds a page to what it is made from.
func compareOrUpdate(t *testing.T, path, want string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := os.ReadFile(path); err != nil || string(got) != want {
		t.Errorf("%s is out of date (%v): go test ./rules -update", path, err)
	}
}
