package cli

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/rollcall-iam/rollcall/examples"
	"github.com/rollcall-iam/rollcall/internal/awstest"
	"github.com/rollcall-iam/rollcall/internal/rule"
	"github.com/rollcall-iam/rollcall/rules"
)

var fences = regexp.MustCompile("(?ms)^ *```([a-z]+)\n(.*?)^ *```$")

// documented are the lines, or the blocks, in one language of the docs.
func documented(t *testing.T, file, language string) []string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, m := range fences.FindAllStringSubmatch(string(text), -1) {
		if m[1] == language {
			out = append(out, m[2])
		}
	}
	if len(out) == 0 {
		t.Fatalf("%s shows no %s", file, language)
	}
	return out
}

// Every command of the README runs: rollcall and aws against the stand-in and
// the sample account's files, make by the name of its target.
func TestReadmeCommands(t *testing.T) {
	foreign, err := filepath.Glob("testdata/foreign/*")
	if err != nil || len(foreign) == 0 {
		t.Fatal(err)
	}
	runDocumented(t, "../../README.md", foreign...)
}

// So does every command of the engine's page, on rules of ours.
func TestEngineCommands(t *testing.T) {
	var corpus strings.Builder
	set, err := rule.LoadAll(os.DirFS("../ruletest/testdata/published"))
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range set.Rules {
		line, err := json.Marshal(map[string]string{"id": "X." + r.ID, "logic": r.GSL})
		if err != nil {
			t.Fatal(err)
		}
		corpus.Write(append(line, '\n'))
	}
	corpus.WriteString(`{"name": "not ours", "logic": "S3Bucket should have encryption"}` + "\n")
	path := filepath.Join(t.TempDir(), "corpus.jsonl")
	if err := os.WriteFile(path, []byte(corpus.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	runDocumented(t, "../gsl/README.md", path)
	want := fmt.Sprintf("%d parsed, %d compiled\n%d rules, 2 warnings, 0 errors\n", len(set.Rules)+1, len(set.Rules), len(set.Rules)+1)
	if r := rollcall(t, "gsl", "check", "--imported", "corpus.jsonl"); r.stdout != want {
		t.Errorf("the corpus counts %q, want %q: %s", r.stdout, want, r.stderr)
	}
}

// runDocumented runs the commands that a page shows, in a folder with the
// sample account and some files more.
func runDocumented(t *testing.T, page string, more ...string) {
	t.Helper()
	aws := awstest.Need(t, "aws", "pip install awscli")
	blocks := documented(t, page, "sh")
	makefile, err := os.ReadFile("../../Makefile")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, path := range more {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, filepath.Base(path)), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(dir)
	t.Setenv("XDG_STATE_HOME", filepath.Join(dir, "state"))
	t.Setenv("PATH", filepath.Dir(aws)+":"+os.Getenv("PATH"))
	s := awstest.NewStandIn(t)
	s.Setenv(t, "testing", "testing")
	s.Build(t).User("alice", "/")
	for name, as := range map[string]string{"account.json": "details.json", "credential-report.json": "report.json"} {
		b, err := examples.FS.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(as, b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, line := range strings.Split(strings.Join(blocks, "\n"), "\n") {
		line, _, _ = strings.Cut(line, " #")
		switch program, rest, _ := strings.Cut(strings.TrimSpace(line), " "); program {
		case "":
		case "make":
			if !strings.Contains(string(makefile), "\n"+strings.Fields(rest)[0]+":") {
				t.Errorf("%s: no such target", line)
			}
		case "aws":
			if out, err := exec.Command("bash", "-c", "sleep() { :; }; set -e; "+line).CombinedOutput(); err != nil {
				t.Errorf("%s: %v\n%s", line, err, out)
			}
		case "rollcall":
			if r := rollcall(t, words(rest)...); r.status != exitOK && r.status != exitFindings {
				t.Errorf("%s: exit %d\n%s", line, r.status, r.stderr)
			}
		default:
			t.Errorf("%s: who runs this?", line)
		}
	}
}

// words splits a command line at spaces outside double quotes.
func words(line string) (out []string) {
	for i, part := range strings.Split(line, `"`) {
		if i%2 == 1 {
			out = append(out, part)
		} else {
			out = append(out, strings.Fields(part)...)
		}
	}
	return out
}

// Every rollcall.yaml in the docs is one.
func TestDocumentedConfigurations(t *testing.T) {
	set, err := rule.LoadAll(rules.FS)
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{"../../README.md", "../../docs/design.md"} {
		for _, text := range documented(t, file, "yaml") {
			c, err := rule.ParseConfig(file, []byte(text))
			if err == nil {
				_, err = set.Select(c, rule.Selector{})
			}
			if err != nil {
				t.Error(err)
			}
		}
	}
}

// The rule that CONTRIBUTING walks through is a rule.
func TestContributing(t *testing.T) {
	dir := t.TempDir()
	text := documented(t, "../../CONTRIBUTING.md", "yaml")[0]
	text = strings.ReplaceAll(text, "\n   ", "\n")
	if err := os.MkdirAll(filepath.Join(dir, "needs-owner"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "needs-owner", "rule.yaml"), []byte(strings.TrimPrefix(text, "   ")), 0o600); err != nil {
		t.Fatal(err)
	}
	r := rollcall(t, "rules", "show", "needs-owner", "--rules", dir)
	if r.status != exitOK {
		t.Errorf("exit %d: %s", r.status, r.stderr)
	}
}
