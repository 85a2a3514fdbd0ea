package entity

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/rollcall-iam/rollcall/internal/gsl"
)

var update = flag.Bool("update", false, "rewrite docs/gsl.md")

const manual = "# GSL\n\n" + `The language of rules, as CloudGuard has it, with what Rollcall adds. Made from the tables of the
program by ` + "`go test ./internal/entity -update`" + `.

A rule is a target, the entities it is about, and what must hold for each:

    IamUser where passwordEnabled = true should have mfaActive = true
    IamUser should not have managedPolicies contain [ name = 'AdministratorAccess' ]
    List<IamUser> should have items length() > 0

Without ` + "`should`" + ` it lists what matches. ` + "`and`, `or`, `not`" + ` and parentheses combine conditions; ` + "`= != < > <= >=`, `like`" + `
(with % for any text, in any letter case), ` + "`regexMatch /…/i`" + ` and ` + "`in (…)`" + ` compare. ` + "`list contain [ … ]`" + ` asks whether
an element meets the condition, ` + "`contain-all`" + ` whether all do, ` + "`contain-none`" + ` whether none does; ` + "`list with [ … ]`" + ` keeps
those that do. Inside the brackets ` + "`$`" + ` is the element and ` + "`~field`" + ` a field of what is outside. ` + "`exclude`" + ` at the end
leaves entities out.

Dates compare with each other; one that did not happen is "never", before all others. Null is nothing there: it equals
nothing. Unknown is a fact that was not read; a rule is unknown only where it decides.

`

// docs/gsl.md lists what the tables say.
func TestManual(t *testing.T) {
	var b strings.Builder
	b.WriteString(manual + "## Functions\n\n| function | what it gives |\n|---|---|\n")
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
