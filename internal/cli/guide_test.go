package cli

import (
	"bytes"
	"context"
	"flag"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rollcall-iam/rollcall/examples"
	"github.com/rollcall-iam/rollcall/internal/awstest"
)

var update = flag.Bool("update", false, "write the outputs in docs/migrate.md anew")

const guide = "../../docs/migrate.md"

// The guide's commands print what it says they print, one after the other, on
// the sample account.
func TestGuide(t *testing.T) {
	text, err := os.ReadFile(guide)
	if err != nil {
		t.Fatal(err)
	}
	details, err := examples.FS.ReadFile("account.json")
	if err != nil {
		t.Fatal(err)
	}
	path, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	t.Chdir(dir)
	t.Setenv("XDG_STATE_HOME", dir)
	t.Setenv("XDG_CONFIG_HOME", dir)
	s := awstest.NewStandIn(t)
	s.StandIn.Load(t, details, "111122223333")
	s.Setenv(t, "testing", "testing")
	got := guideBlocks.ReplaceAllStringFunc(string(text), func(block string) string {
		m := guideBlocks.FindStringSubmatch(block)
		if m[1] == "yaml" {
			if err := os.WriteFile("names.yaml", []byte(m[2]), 0o600); err != nil {
				t.Fatal(err)
			}
			return block
		}
		out := guided(t, m[2])
		if m[3] == "" {
			return block
		}
		return "```sh\n" + m[2] + "```\n\n```text\n" + out + "```"
	})
	t.Chdir(path)
	if *update {
		if err := os.WriteFile(guide, []byte(got), 0o644); err != nil { //nolint:gosec // a page for all
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(string(text), got); diff != "" && !*update {
		t.Errorf("%s (-said +printed); go test ./internal/cli -run TestGuide -update writes it anew:\n%s", guide, diff)
	}
}

// guideBlocks are commands, with what they print where that is shown, and files.
var guideBlocks = regexp.MustCompile("(?ms)^```(sh|yaml)\n(.*?)^```(\n\n```text\n.*?^```)?")

// guided runs commands at the time of the guide, and returns what they print.
func guided(t *testing.T, lines string) string {
	t.Helper()
	var out bytes.Buffer
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	env := &Env{Stdin: strings.NewReader(""), Stdout: &out, Stderr: &out, Getenv: os.Getenv, Now: func() time.Time { return now },
		Terminal: func(any) (int, bool) { return 0, false }}
	for line := range strings.Lines(lines) {
		args := words(strings.TrimPrefix(strings.TrimSpace(line), "rollcall "))
		if len(args) > 1 && (args[1] == "apply" || args[1] == "undo") {
			args = append(args, "--settle", "0s")
		}
		if status := Main(context.Background(), env, args); status != exitOK {
			t.Errorf("%s: exit %d\n%s", line, status, &out)
		}
	}
	return moments.ReplaceAllString(strings.ReplaceAll(out.String(), "waiting 0s", "waiting 1m0s"), now.Format(time.RFC3339))
}

// moments are when something was read.
var moments = regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ`)
