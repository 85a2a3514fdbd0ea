package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rollcall-iam/rollcall/internal/bounded"
	"github.com/rollcall-iam/rollcall/internal/entity"
	"github.com/rollcall-iam/rollcall/internal/gsl"
	"github.com/rollcall-iam/rollcall/internal/gsl/syntax"
	"github.com/rollcall-iam/rollcall/internal/noun"
	"github.com/rollcall-iam/rollcall/internal/rule"
	"github.com/rollcall-iam/rollcall/rules"
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
		Args:    oneArg("rules import needs one ruleset, as JSON or Terraform (.tf)"),
		RunE: func(_ *cobra.Command, args []string) error {
			if dir == "" {
				return usagef("rules import needs a folder: give -o imported")
			}
			b, err := bounded.File(args[0], "ruleset", largestFile)
			if err != nil {
				return err
			}
			list, err := rule.ReadRuleset(args[0], b)
			if err != nil {
				return fmt.Errorf("reading %q: %w", args[0], err)
			}
			m, err := newImporter(env, dir)
			if err != nil {
				return err
			}
			return m.all(list)
		},
	}
	c.Flags().StringVarP(&dir, "output", "o", "", "folder for the rule folders")
	return c
}

// An importer writes rule folders, all of them or, where one would replace a
// rule that was not imported, none.
type importer struct {
	env     *Env
	dir     string
	taken   map[string]bool // ids that are given, those of our own rules among them
	folders []*rule.Import
}

func newImporter(env *Env, dir string) (*importer, error) {
	set, err := rule.LoadAll(rules.FS)
	if err != nil {
		return nil, err
	}
	m := &importer{env: env, dir: dir, taken: map[string]bool{}}
	for _, r := range set.Rules {
		m.taken[r.ID] = true
	}
	return m, nil
}

func (m *importer) all(list []rule.Foreign) error {
	for i, f := range list {
		m.one(f, i+1)
	}
	if len(m.folders) == 0 {
		return errors.New("no rule could be imported")
	}
	stale, err := m.existing()
	if err != nil {
		return err
	}
	for _, folder := range m.folders {
		if err := m.write(folder); err != nil {
			return err
		}
	}
	if len(stale) > 0 {
		fmt.Fprintf(m.env.Stderr, "rollcall: rules of an earlier import stay in %s: %s\n", plain(m.dir), plain(strings.Join(stale, ", ")))
	}
	fmt.Fprintf(m.env.Stdout, "%s imported into %s, %d left out\n", noun.Count(len(m.folders), "rule"), m.dir, len(list)-len(m.folders))
	return nil
}

// existing lists the rules that an earlier import left and this one does not
// write. A rule of somebody's own in the way is an error.
func (m *importer) existing() (stale []string, err error) {
	there, err := rule.Folders(os.DirFS(m.dir))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	for _, name := range there {
		old, broken := rule.Read(os.DirFS(m.dir), name)
		mine := broken != nil || !old.Imported
		switch replaced := slices.ContainsFunc(m.folders, func(f *rule.Import) bool { return f.ID == name }); {
		case replaced && mine:
			return nil, fmt.Errorf("%q is a rule that was not imported: give another folder with -o", filepath.Join(m.dir, name))
		case !replaced && !mine:
			stale = append(stale, name)
		}
	}
	return stale, err
}

func (m *importer) one(f rule.Foreign, nth int) {
	folder, err := f.Folder(nth)
	var more []*syntax.Error
	if err == nil {
		_, more, err = gsl.Compile(entity.Schema, folder.Tree, gsl.Options{Lenient: true})
	}
	if err != nil {
		m.leftOut(f, nth, err)
		return
	}
	for _, w := range append(folder.Warnings, more...) {
		fmt.Fprintf(m.env.Stderr, "rollcall: warning: %s\n", plain(w.Render(folder.ID)))
	}
	if f.Severity != "" && !f.SeverityKnown() {
		fmt.Fprintf(m.env.Stderr, "rollcall: warning: %s: severity %q is none of ours: it counts as %s\n", folder.ID, plain(f.Severity), folder.Severity)
	}
	id := folder.ID
	for n := 2; m.taken[folder.ID]; n++ {
		folder.ID = fmt.Sprintf("%s-%d", id, n)
	}
	m.taken[folder.ID] = true
	m.folders = append(m.folders, folder)
}

// leftOut says what is wrong with a rule.
func (m *importer) leftOut(f rule.Foreign, nth int, err error) {
	name := f.ID
	if name == "" {
		name = strings.TrimSpace(fmt.Sprintf("rule %d %s", nth, f.Name))
	}
	if wrong := gsl.ErrorsOf(err); wrong != nil {
		err = wrong[0]
	}
	fmt.Fprintf(m.env.Stderr, "rollcall: left out %s: %s\n", plain(name), plain(err.Error()))
}

func (m *importer) write(folder *rule.Import) error {
	text, err := folder.YAML()
	if err != nil {
		return err
	}
	return writeFolder(filepath.Join(m.dir, folder.ID), map[string]string{rule.FileName: string(text), "README.md": folder.Readme})
}
