package rule

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/rollcall-iam/rollcall/internal/gsl/syntax"
	"github.com/rollcall-iam/rollcall/internal/spell"
)

// A Set is a catalogue of rules.
type Set struct{ Rules []*Rule }

// Folders lists the rule folders of a tree: those with a rule.yaml.
func Folders(fsys fs.FS) ([]string, error) {
	dirs, err := fs.ReadDir(fsys, ".")
	if err != nil {
		return nil, err
	}
	var out []string
	for _, d := range dirs {
		if _, err := fs.Stat(fsys, d.Name()+"/"+FileName); err == nil {
			out = append(out, d.Name())
		}
	}
	return out, nil
}

// LoadAll reads every rule folder of a tree. The error tells of all that
// cannot be used.
func LoadAll(fsys fs.FS) (*Set, error) {
	dirs, err := Folders(fsys)
	if err != nil {
		return nil, err
	}
	return LoadThese(fsys, dirs)
}

// LoadThese is LoadAll for some of the folders.
func LoadThese(fsys fs.FS, dirs []string) (*Set, error) {
	set := &Set{}
	var wrong []error
	for _, dir := range dirs {
		r, err := Load(fsys, dir)
		if err != nil {
			wrong = append(wrong, err)
			continue
		}
		set.Rules = append(set.Rules, r)
	}
	return set, errors.Join(wrong...)
}

// Add puts more rules to the set; an id may be there only once.
func (set *Set) Add(more *Set) error {
	for _, r := range more.Rules {
		for _, old := range set.Rules {
			if old.ID == r.ID {
				return fmt.Errorf("rule %q is there already", r.ID)
			}
		}
		set.Rules = append(set.Rules, r)
	}
	return nil
}

// is reports whether the rule goes by this id or alias, whatever its case.
func (r *Rule) is(name string) bool {
	return strings.EqualFold(r.ID, name) || slices.ContainsFunc(r.Aliases, func(a string) bool { return strings.EqualFold(a, name) })
}

// Named returns the rules that go by an id or alias: one, or several that
// share an alias.
func (set *Set) Named(name string) ([]*Rule, error) {
	var out []*Rule
	for _, r := range set.Rules {
		if strings.EqualFold(r.ID, name) {
			return []*Rule{r}, nil
		}
		if r.is(name) {
			out = append(out, r)
		}
	}
	if out != nil {
		return out, nil
	}
	var names []string
	for _, r := range set.Rules {
		names = append(append(names, r.ID), r.Aliases...)
	}
	if near := spell.Nearest(name, names); near != "" {
		return nil, fmt.Errorf("unknown rule %q (did you mean %s?)", name, near)
	}
	return nil, fmt.Errorf("unknown rule %q (rollcall rules list shows them)", name)
}

// Query is a rule made of GSL alone, with nothing said about it.
func Query(tree *syntax.Rule) *Chosen {
	r := &Rule{Tree: tree, Definition: Definition{ID: "query", Title: syntax.Print(tree), Severity: Low, Aliases: []string{}}}
	return &Chosen{Rule: r, Severity: Low, Lenient: true, Key: r.Title}
}
