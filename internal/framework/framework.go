package framework

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"github.com/rollcall-iam/rollcall/internal/rule"
	"github.com/rollcall-iam/rollcall/internal/spell"
)

// A Framework is one version of a standard, as far as it is about users.
type Framework struct {
	ID        string    `yaml:"id" json:"id"`
	Title     string    `yaml:"title" json:"title"`
	Publisher string    `yaml:"publisher" json:"publisher"`
	Aliases   []string  `yaml:"aliases" json:"aliases,omitempty"` // as other tools call it
	Scope     string    `yaml:"scope" json:"scope"`               // which of the standard's controls are here
	Controls  []Control `yaml:"controls" json:"controls"`
}

// A Control is judged by rules, or says why it is not.
type Control struct {
	ID     string `yaml:"id" json:"id"`
	Title  string `yaml:"title" json:"title"` // in our own words; may be empty
	Rules  []Use  `yaml:"rules" json:"rules,omitempty"`
	Rest   string `yaml:"rest" json:"rest,omitempty"`      // what the rules do not look at: without it nothing is met
	Manual string `yaml:"manual" json:"manual,omitempty"`  // what people must look at
	Out    string `yaml:"out" json:"outOfScope,omitempty"` // why it is not for this tool
	Basis  string `yaml:"basis" json:"basis,omitempty"`    // Ours, or empty where published mappings have it
}

// Ours is the basis of a mapping that nobody has published.
const Ours = "ours"

// A Use is a rule, with the settings that a control asks for.
type Use struct {
	Rule     string         `yaml:"rule" json:"rule"`
	Settings map[string]any `yaml:"settings" json:"settings,omitempty"`
	Basis    string         `yaml:"basis" json:"basis,omitempty"` // as the control's, where that is not the same for all its rules
}

// String is the rule with its settings.
func (u Use) String() string {
	if len(u.Settings) == 0 {
		return u.Rule
	}
	return u.Rule + " (" + u.Asked() + ")"
}

// Asked are the settings in one line.
func (u Use) Asked() string {
	var out []string
	for _, k := range slices.Sorted(maps.Keys(u.Settings)) {
		out = append(out, fmt.Sprintf("%s %v", k, u.Settings[k]))
	}
	return strings.Join(out, ", ")
}

// UnmarshalYAML reads a rule's id, or a mapping.
func (u *Use) UnmarshalYAML(n ast.Node) error {
	if s, ok := n.(ast.ScalarNode); ok {
		u.Rule = s.GetToken().Value
		return nil
	}
	type plain Use
	return rule.DecodeNode(n, (*plain)(u))
}

// Load reads a framework by its id or an alias, whatever the letter case.
func Load(fsys fs.FS, name string) (*Framework, error) {
	if f, err := read(fsys, strings.ToLower(name)); err == nil || !errors.Is(err, fs.ErrNotExist) {
		return f, err
	}
	all, err := All(fsys)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, f := range all {
		if slices.ContainsFunc(f.Aliases, func(a string) bool { return strings.EqualFold(a, name) }) {
			return f, nil
		}
		names = append(append(names, f.ID), f.Aliases...)
	}
	if near := spell.Nearest(name, names); near != "" {
		return nil, fmt.Errorf("unknown framework %q (did you mean %s?)", name, near)
	}
	return nil, fmt.Errorf("unknown framework %q (rollcall frameworks list shows them)", name)
}

// All reads every framework, by id.
func All(fsys fs.FS) ([]*Framework, error) {
	files, err := fs.Glob(fsys, "*.yaml")
	if err != nil {
		return nil, err
	}
	var out []*Framework
	for _, file := range files {
		f, err := read(fsys, strings.TrimSuffix(file, ".yaml"))
		if err != nil {
			return nil, err
		}
		out = append(out, f)
	}
	return out, nil
}

func read(fsys fs.FS, id string) (*Framework, error) {
	if !fs.ValidPath(id) || strings.Contains(id, "/") {
		return nil, fs.ErrNotExist
	}
	path := id + ".yaml"
	text, err := fs.ReadFile(fsys, path)
	if err != nil {
		return nil, err
	}
	f := &Framework{}
	if err := rule.Unmarshal(path, text, f); err != nil {
		return nil, err
	}
	if err := f.check(id); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return f, nil
}

// check refuses what cannot be judged as it is written.
func (f *Framework) check(id string) error {
	switch {
	case f.ID != id:
		return fmt.Errorf("its id is %q", f.ID)
	case f.Title == "" || f.Scope == "" || len(f.Controls) == 0:
		return errors.New("title, scope and controls are needed")
	}
	seen := map[string]bool{}
	for _, c := range f.Controls {
		if err := c.check(); err != nil {
			return fmt.Errorf("control %q: %w", c.ID, err)
		}
		if seen[c.ID] {
			return fmt.Errorf("control %q is there twice", c.ID)
		}
		seen[c.ID] = true
	}
	return nil
}

func (c *Control) check() error {
	ways := 0
	for _, there := range []bool{len(c.Rules) > 0, c.Manual != "", c.Out != ""} {
		if there {
			ways++
		}
	}
	switch {
	case c.ID == "":
		return errors.New("it has no id")
	case ways != 1:
		return errors.New("expected one of rules, manual and out")
	case c.Rest != "" && len(c.Rules) == 0:
		return errors.New("rest is for what its rules leave out")
	}
	for _, basis := range append([]string{c.Basis}, c.bases()...) {
		if basis != "" && basis != Ours {
			return fmt.Errorf("basis is %q, expected ours or nothing", basis)
		}
	}
	return nil
}

func (c *Control) bases() (out []string) {
	for _, u := range c.Rules {
		out = append(out, u.Basis)
	}
	return out
}

// Uses are the rules of all controls with their settings, in order, each with
// the place where it stands.
func (f *Framework) Uses() (out []rule.Variant) {
	for _, c := range f.Controls {
		for _, u := range c.Rules {
			out = append(out, rule.Variant{Rule: u.Rule, Settings: u.Settings})
		}
	}
	return out
}

// Serving are the controls that a rule serves, as people cite them.
func (f *Framework) Serving(id string) (out []string) {
	for _, c := range f.Controls {
		if slices.ContainsFunc(c.Rules, func(u Use) bool { return u.Rule == id }) {
			out = append(out, c.ID)
		}
	}
	return out
}
