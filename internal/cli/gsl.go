package cli

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rollcall-iam/rollcall/internal/assess"
	"github.com/rollcall-iam/rollcall/internal/bounded"
	"github.com/rollcall-iam/rollcall/internal/entity"
	"github.com/rollcall-iam/rollcall/internal/gsl"
	"github.com/rollcall-iam/rollcall/internal/gsl/syntax"
	"github.com/rollcall-iam/rollcall/internal/noun"
	"github.com/rollcall-iam/rollcall/internal/rule"
)

func newGSL(env *Env) *cobra.Command {
	return group("gsl", "Check, format and explain rules", "gsl check, gsl fmt and gsl explain",
		newGSLCheck(env), newGSLFmt(env), newGSLExplain(env))
}

// A text is one rule with the place it comes from.
type text struct {
	place    string
	line     int // of the place, where the rule begins; 1 when the place is the rule
	rule     string
	settings map[string]gsl.Value
	seconds  map[string]bool
	imported bool // its rule.yaml says so
	// move finds an error's place in the file; nil where the rule is its place.
	move func(*syntax.Error) *syntax.Error
	// words checks what a rule's findings say; nil where there is nothing else.
	words func() error
}

// render is an error, or a warning, with its place.
func (t *text) render(e *syntax.Error) string {
	if t.move != nil {
		e = t.move(e)
	}
	return plain(e.RenderAt(t.place, t.line))
}

// texts reads rules: one a line from text and standard input, a rule.yaml, a
// folder of rule folders, or a ruleset as JSON or Terraform.
func texts(env *Env, paths []string) ([]text, error) {
	if len(paths) == 0 {
		paths = []string{"-"}
	}
	var out []text
	for _, path := range paths {
		more, err := textsOf(env, path)
		if err != nil {
			return nil, usage(err)
		}
		out = append(out, more...)
	}
	return out, nil
}

func textsOf(env *Env, path string) ([]text, error) {
	if path == "-" {
		return lines(env.Stdin, "stdin")
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	switch {
	case info.IsDir():
		return folder(path)
	case filepath.Base(path) == rule.FileName:
		return folder(filepath.Dir(path))
	case slices.Contains([]string{".json", ".jsonl", ".tf"}, strings.ToLower(filepath.Ext(path))):
		return ruleset(path)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	return lines(f, path)
}

// lines are rules one a line; empty lines and those that begin with # are not.
func lines(r io.Reader, name string) ([]text, error) {
	var out []text
	s := bufio.NewScanner(r)
	s.Buffer(nil, 1<<20)
	for n := 1; s.Scan(); n++ {
		if line := strings.TrimSpace(s.Text()); line != "" && !strings.HasPrefix(line, "#") {
			out = append(out, text{place: name, line: n, rule: line})
		}
	}
	if err := s.Err(); err != nil {
		return nil, fmt.Errorf("reading %q: %w", name, err)
	}
	return out, nil
}

func ruleset(path string) ([]text, error) {
	b, err := bounded.File(path, "ruleset", largestFile)
	if err != nil {
		return nil, err
	}
	list, err := rule.ReadRuleset(path, b)
	if err != nil {
		return nil, fmt.Errorf("reading %q: %w", path, err)
	}
	out := make([]text, len(list))
	for i, r := range list {
		name := r.ID
		if name == "" {
			name = fmt.Sprintf("rule %d", i+1)
		}
		out[i] = text{line: 1, place: path + " (" + name + ")", rule: r.Logic}
	}
	return out, nil
}

// folder are the rules of rule folders; what is wrong with their GSL is for
// the check to say.
func folder(path string) ([]text, error) {
	f, err := findRules(path)
	if err != nil {
		return nil, err
	}
	var out []text
	for _, name := range f.names {
		r, err := rule.Read(f.fs, name)
		if err != nil {
			return nil, fmt.Errorf("in %q: %w", f.root, err)
		}
		values, err := r.Settle(nil)
		if err != nil {
			return nil, fmt.Errorf("in %q: %s: %w", f.root, name, err)
		}
		words := func() error {
			loaded, err := rule.Load(f.fs, name)
			if err == nil {
				_, err = assess.NewJudge(&rule.Selection{Rules: []*rule.Chosen{{Rule: loaded, Values: values, Lenient: loaded.Imported}}}, false)
			}
			return err
		}
		out = append(out, text{line: 1, words: words, place: filepath.Join(f.root, name, rule.FileName), rule: strings.TrimSpace(r.GSL),
			settings: r.Placeholders(values), seconds: r.Seconds(), move: r.InFile, imported: r.Imported})
	}
	return out, nil
}

func newGSLCheck(env *Env) *cobra.Command {
	imported := false
	c := &cobra.Command{
		Use:   "check [--imported] [FILE...|-]",
		Short: "Check rules",
		Long: `Check reads rules, one a line, from files or standard input; or rule.yaml files,
folders of rules, or a CloudGuard ruleset, exported as JSON or
written for Terraform. It says what is wrong
with each, and where.

With --imported only a syntax error counts: what Rollcall cannot evaluate, and a
bracket too many at the end, are warnings.`,
		Example: "  rollcall gsl check rules\n  rollcall gsl check --imported ruleset.json\n" + exitHelp,
		RunE: func(_ *cobra.Command, args []string) error {
			list, err := texts(env, args)
			if err != nil {
				return err
			}
			k := &checker{env: env, imported: imported}
			for _, t := range list {
				k.check(t)
			}
			if imported {
				fmt.Fprintf(env.Stdout, "%d parsed, %d compiled\n", k.parsed, k.compiled)
			}
			fmt.Fprintf(env.Stdout, "%s, %s, %s\n", noun.Count(len(list), "rule"), noun.Count(k.warnings, "warning"), noun.Count(k.errors, "error"))
			if k.errors > 0 {
				return &exit{status: exitUsage}
			}
			return nil
		},
	}
	c.Flags().BoolVar(&imported, "imported", false, "the rules were written elsewhere")
	return c
}

// wrongRule is the error of a rule given on the command line, shown with its
// place; other errors stay as they are.
func wrongRule(err error) error {
	if wrong := gsl.ErrorsOf(err); wrong != nil {
		return usage(errors.New(wrong[0].Render("")))
	}
	return err
}

// A checker checks rules and counts what it finds.
type checker struct {
	env              *Env
	imported         bool
	warnings, errors int
	parsed, compiled int
}

func (k *checker) check(t text) {
	imported := k.imported || t.imported
	parse := func(s string) (*syntax.Rule, []*syntax.Error, error) { r, err := syntax.Parse(s); return r, nil, err }
	if imported {
		parse = syntax.ParseImported
	}
	r, warnings, err := parse(t.rule)
	k.warn(t, warnings)
	if err != nil {
		k.fail(t, err)
		return
	}
	k.parsed++
	_, warnings, err = gsl.Compile(entity.Schema, r, gsl.Options{Settings: t.settings, Seconds: t.seconds, Lenient: imported})
	k.warn(t, warnings)
	if err == nil {
		k.compiled++
	}
	if k.imported {
		k.warn(t, gsl.ErrorsOf(err))
		return
	}
	k.fail(t, err)
	if err == nil && t.words != nil {
		if err := t.words(); err != nil {
			k.errors++
			fmt.Fprintln(k.env.Stderr, plain(t.place+": "+err.Error()))
		}
	}
}

func (k *checker) warn(t text, list []*syntax.Error) {
	for _, w := range list {
		k.warnings++
		fmt.Fprintln(k.env.Stderr, "warning: "+t.render(w))
	}
}

func (k *checker) fail(t text, err error) {
	for _, e := range gsl.ErrorsOf(err) {
		k.errors++
		fmt.Fprintln(k.env.Stderr, t.render(e))
	}
}

func newGSLFmt(env *Env) *cobra.Command {
	return &cobra.Command{
		Use:     "fmt [FILE...|-]",
		Short:   "Print rules in their canonical form, one a line",
		Example: "  echo \"IamUser should have mfaActive='true'\" | rollcall gsl fmt\n" + exitHelp,
		RunE: func(_ *cobra.Command, args []string) error {
			list, err := texts(env, args)
			if err != nil {
				return err
			}
			failed := false
			for _, t := range list {
				r, err := syntax.Parse(t.rule)
				if wrong := gsl.ErrorsOf(err); wrong != nil {
					failed = true
					fmt.Fprintln(env.Stderr, t.render(wrong[0]))
					continue
				}
				if _, err := fmt.Fprintln(env.Stdout, syntax.Print(r)); err != nil {
					return err
				}
			}
			if failed {
				return &exit{status: exitUsage}
			}
			return nil
		},
	}
}
