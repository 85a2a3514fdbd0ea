package cli

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rollcall-iam/rollcall/internal/entity"
	"github.com/rollcall-iam/rollcall/internal/gsl"
	"github.com/rollcall-iam/rollcall/internal/gsl/syntax"
	"github.com/rollcall-iam/rollcall/internal/outfile"
	"github.com/rollcall-iam/rollcall/internal/report"
	"github.com/rollcall-iam/rollcall/internal/rule"
)

func newRulesImport(env *Env) *cobra.Command {
	dir := ""
	c := &cobra.Command{
		Use:   "import FILE -o DIR",
		Short: "Turn a CloudGuard ruleset into rule folders",
		Long: `Import writes a rule folder for each rule of a CloudGuard ruleset, exported as
JSON or written for Terraform (resource dome9_ruleset in a .tf file), that Rollcall
can evaluate, and says which it cannot. Ids, severities, compliance tags and the
text of the logic are kept. The rules run with scan --rules DIR.`,
		Example: "  rollcall rules import ruleset.json -o imported\n  rollcall rules import ruleset.tf -o imported\n  rollcall scan --rules imported\n" + exitHelp,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usagef("rules import needs one ruleset, as JSON or Terraform (.tf)")
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error {
			if dir == "" {
				return usagef("rules import needs a folder: give -o imported")
			}
			b, err := os.ReadFile(args[0])
			if err != nil {
				return err
			}
			list, err := rule.ReadRuleset(args[0], b)
			if err != nil {
				return fmt.Errorf("reading %q: %w", args[0], err)
			}
			return (&importer{env: env, dir: dir, taken: map[string]int{}}).all(list)
		},
	}
	c.Flags().StringVarP(&dir, "output", "o", "", "folder for the rule folders")
	return c
}

// An importer writes rule folders and counts them.
type importer struct {
	env     *Env
	dir     string
	taken   map[string]int // ids given so far
	written int
}

func (m *importer) all(list []rule.Foreign) error {
	for i, f := range list {
		if err := m.one(f, i+1); err != nil {
			return err
		}
	}
	fmt.Fprintf(m.env.Stdout, "%s imported into %s, %d left out\n", report.Count(m.written, "rule"), m.dir, len(list)-m.written)
	return nil
}

func (m *importer) one(f rule.Foreign, nth int) error {
	folder, err := f.Folder(nth)
	var more []*syntax.Error
	if err == nil {
		_, more, err = gsl.Compile(entity.Schema, folder.Tree, gsl.Options{Lenient: true})
	}
	if err != nil {
		return m.leftOut(f, nth, err)
	}
	for _, w := range append(folder.Warnings, more...) {
		fmt.Fprintf(m.env.Stderr, "rollcall: warning: %s\n", plain(w.Render(folder.ID)))
	}
	if f.Severity != "" && !f.SeverityKnown() {
		fmt.Fprintf(m.env.Stderr, "rollcall: warning: %s: severity %q is none of ours: it counts as %s\n", folder.ID, plain(f.Severity), folder.Severity)
	}
	if m.taken[folder.ID]++; m.taken[folder.ID] > 1 {
		folder.ID = fmt.Sprintf("%s-%d", folder.ID, m.taken[folder.ID])
	}
	m.written++
	return m.write(folder)
}

// leftOut says what is wrong with a rule; other errors end the import.
func (m *importer) leftOut(f rule.Foreign, nth int, err error) error {
	wrong := gsl.ErrorsOf(err)
	if wrong == nil {
		return err
	}
	name := f.ID
	if name == "" {
		name = strings.TrimSpace(fmt.Sprintf("rule %d %s", nth, f.Name))
	}
	fmt.Fprintf(m.env.Stderr, "rollcall: left out %s: %s\n", plain(name), plain(wrong[0].Error()))
	return nil
}

func (m *importer) write(folder *rule.Import) error {
	to := filepath.Join(m.dir, folder.ID)
	if err := os.MkdirAll(to, 0o755); err != nil {
		return err
	}
	text, err := folder.YAML()
	if err != nil {
		return err
	}
	for name, content := range map[string][]byte{"rule.yaml": text, "README.md": []byte(folder.Readme)} {
		put := func(w io.Writer) error { _, err := w.Write(content); return err }
		if err := outfile.Write(filepath.Join(to, name), put); err != nil {
			return err
		}
	}
	return nil
}
