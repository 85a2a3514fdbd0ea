package entity

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/rollcall-iam/rollcall/internal/gsl"
	"github.com/rollcall-iam/rollcall/internal/gsl/syntax"
)

var update = flag.Bool("update", false, "rewrite docs/gsl.md")

// docs/gsl.md lists what the tables say.
func TestManual(t *testing.T) {
	manual, err := os.ReadFile("testdata/manual.md")
	if err != nil {
		t.Fatal(err)
	}
	checkExamples(t, string(manual))
	var b strings.Builder
	b.WriteString(string(manual) + "## Functions\n\n| function | what it gives |\n|---|---|\n")
	for _, f := range gsl.Functions() {
		fmt.Fprintf(&b, "| `%s` | %s |\n", f.Signature, f.Doc)
	}
	b.WriteString("\nUnits of time are seconds, minutes, hours, days, weeks, months and years.\n\n## Entities\n\nFields marked * are Rollcall's own.\n")
	seen := map[*gsl.Type]bool{}
	var queue []*gsl.Type
	for _, name := range Schema.Entities() {
		queue = append(queue, Schema.Entity(name))
	}
	for ; len(queue) > 0; queue = queue[1:] {
		typ := queue[0]
		if seen[typ] {
			continue
		}
		seen[typ] = true
		fmt.Fprintf(&b, "\n### %s\n\n", typ.Name)
		if typ.Doc != "" {
			fmt.Fprintf(&b, "%s%s.\n\n", strings.ToUpper(typ.Doc[:1]), typ.Doc[1:])
		}
		b.WriteString("| field | type | read from | meaning |\n|---|---|---|---|\n")
		for _, f := range typ.Fields {
			kind := f.Kind.String()
			if f.Elem != nil {
				kind += " of " + f.Elem.Name
				queue = append(queue, f.Elem)
			}
			mark := ""
			if f.Ours {
				mark = " *"
			}
			fmt.Fprintf(&b, "| `%s`%s | %s | %s | %s |\n", f.Name, mark, kind, f.Source, f.Doc)
		}
	}
	const path = "../../docs/gsl.md"
	if *update {
		if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil || string(got) != b.String() {
		t.Errorf("%s is out of date (%v): go test ./internal/entity -update", path, err)
	}
}

// checkExamples compiles the rules that the manual shows: indented lines, of
// which those indented further go on with the one before.
func checkExamples(t *testing.T, manual string) {
	t.Helper()
	var rules []string
	for _, line := range strings.Split(manual, "\n") {
		switch text := strings.TrimSpace(line); {
		case strings.HasPrefix(line, "      ") && len(rules) > 0:
			rules[len(rules)-1] += " " + text
		case strings.HasPrefix(line, "    "):
			rules = append(rules, text)
		}
	}
	if len(rules) < 4 {
		t.Fatalf("the manual shows %d rules", len(rules))
	}
	for _, text := range rules {
		r, err := syntax.Parse(text)
		if err == nil {
			var warnings []*syntax.Error
			_, warnings, err = gsl.Compile(Schema, r, gsl.Options{})
			if len(warnings) > 0 {
				err = warnings[0]
			}
		}
		if err != nil {
			t.Errorf("%s\n%v", text, err)
		}
	}
}
