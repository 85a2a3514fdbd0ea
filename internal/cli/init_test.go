package cli

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// dialogue runs init at a terminal with these answers.
func dialogue(t *testing.T, answers []string, args ...string) (status int, asked, written string) {
	t.Helper()
	out := filepath.Join(t.TempDir(), "rollcall.yaml")
	var stderr bytes.Buffer
	env := &Env{Stdin: strings.NewReader(strings.Join(answers, "\n") + "\n"), Stdout: &bytes.Buffer{}, Stderr: &stderr,
		Getenv: func(string) string { return "" }, Now: time.Now,
		Terminal: func(stream any) (int, bool) { _, in := stream.(*strings.Reader); return 80, in }}
	status = Main(context.Background(), env, append([]string{"init", "-o", out}, args...))
	text, _ := os.ReadFile(out)
	return status, stderr.String(), string(text)
}

// The dialogue of old: names are confirmed, wrong answers are asked for again.
func TestInitDialogue(t *testing.T) {
	status, asked, written := dialogue(t, []string{
		"maybe", "n", // go through all rules
		"yes", "AllUsers", "n", "AllStaff  Ops", "y", "3", "1", "yes", "worst", "high", // groups
		"",                                  // individual users
		"n", "n", "y", "((", "^[a-z]+$", "", // tags, names
		"n",
		"name", "who:x", "alice ci-* tag:team=build", "y", "me",
	})
	if status != exitOK {
		t.Fatalf("status %d\n%s", status, asked)
	}
	for _, want := range []string{
		`"maybe" is not an answer here: write y or n`,
		"Would you like to ensure that all IAM users belong to a given IAM group?",
		`You entered "AllUsers". Is that correct?`,
		`"3" is not a number from 1 to 2`, `"worst" is not one of medium, low, high, critical`, "missing closing )", `unknown prefix "who:"`,
	} {
		if !strings.Contains(asked, want) {
			t.Errorf("%q was not said:\n%s", want, asked)
		}
	}
	const want = `# Made by rollcall init. rollcall config show --all shows what can be set.
safelist:
  - {user: alice, owner: me}
  - {glob: ci-*, owner: me}
  - {tag: team=build, owner: me}
settings:
  common-group: {groups: [AllStaff, Ops], need: 1}
  user-name: {pattern: "^[a-z]+$"}
rules:
  common-group: {severity: high}
`
	if written != want {
		t.Errorf("got\n%s\nwant\n%s", written, want)
	}
}

// Every question has a flag: what flags answer is not asked.
func TestInitFlags(t *testing.T) {
	status, asked, written := dialogue(t, nil, "--group", "AllStaff", "--individual-users", "forbid", "--category-group", "Dev", "--required-tag", "owner",
		"--user-name", "a+", "--service-users", "^ci-", "--on", "password-expiry", "--off", "IAM-071", "--approve", "none")
	if status != exitOK || strings.Contains(asked, "?") {
		t.Fatalf("status %d\n%s", status, asked)
	}
	for _, want := range []string{"common-group: {groups: [AllStaff]}", "individual-users: {mode: forbid}", "password-expiry: {enabled: true}", "user-direct-policies: {enabled: false}"} {
		if !strings.Contains(written, want) {
			t.Errorf("%q is missing:\n%s", want, written)
		}
	}
	if strings.Contains(written, "safelist") {
		t.Errorf("nobody is approved, so no safelist:\n%s", written)
	}
}

// An interrupted dialogue writes nothing.
func TestInitEnds(t *testing.T) {
	status, asked, written := dialogue(t, []string{"n", "y", "AllUsers"})
	if status != exitError || written != "" || !strings.Contains(asked, errNoAnswer.Error()) {
		t.Errorf("status %d, written %q\n%s", status, written, asked)
	}
}

// Ctrl-C at a prompt ends the run at once.
func TestInitInterrupted(t *testing.T) {
	out := filepath.Join(t.TempDir(), "rollcall.yaml")
	r, w := io.Pipe()
	defer w.Close()
	env := &Env{Stdin: r, Stdout: &bytes.Buffer{}, Stderr: &bytes.Buffer{}, Getenv: func(string) string { return "" }, Now: time.Now,
		Terminal: func(any) (int, bool) { return 80, true }}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if status := Main(ctx, env, []string{"init", "-o", out}); status != exitInterrupted {
		t.Errorf("status %d", status)
	}
	if _, err := os.Stat(out); err == nil {
		t.Error("a file was written")
	}
}

// Each rule may be asked for, but those that need more to know.
func TestInitEveryRule(t *testing.T) {
	answers := []string{}
	for range 70 {
		answers = append(answers, "n")
	}
	_, asked, _ := dialogue(t, answers, "--every-rule", "--no-group", "--approve", "none")
	for _, want := range []string{"Report this (high): ", "Report this (low): "} {
		if !strings.Contains(asked, want) {
			t.Errorf("%q was not asked:\n%s", want, asked)
		}
	}
	if strings.Contains(asked, "common group") {
		t.Error("a rule that needs groups was asked for on its own")
	}
}

// A tag's value may have spaces: what is in quotes is one word, so that nobody
// is approved whom nobody named.
func TestSplit(t *testing.T) {
	for _, tt := range []struct {
		in, wrong string
		want      []string
	}{
		{`a  b`, "", []string{"a", "b"}},
		{`"tag:team=build squad" bob`, "", []string{"tag:team=build squad", "bob"}},
		{`tag:team="build squad"`, "", []string{"tag:team=build squad"}},
		{`Staff AllUsers staff`, "", []string{"Staff", "AllUsers"}},
		{`"a b`, "a quote is not closed", nil},
		{` "" `, "", nil},
	} {
		got, err := split(tt.in)
		if !slices.Equal(got, tt.want) || tt.wrong != "" && (err == nil || err.Error() != tt.wrong) {
			t.Errorf("%s: got %q, %v, want %q, %q", tt.in, got, err, tt.want, tt.wrong)
		}
	}
}
