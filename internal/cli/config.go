package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/rollcall-iam/rollcall/frameworks"
	"github.com/rollcall-iam/rollcall/internal/framework"
	"github.com/rollcall-iam/rollcall/internal/heap"
	"github.com/rollcall-iam/rollcall/internal/rule"
	"github.com/rollcall-iam/rollcall/rules"
)

// catalogue is the built-in rules and those of --rules.
func (r *ruleFlags) catalogue() (*rule.Set, error) {
	set, err := rule.LoadAll(rules.FS)
	if err != nil || r.dir == "" {
		return set, err
	}
	f, err := findRules(r.dir)
	if err != nil {
		return nil, usagef("--rules: %w", err)
	}
	more, err := rule.LoadThese(f.fs, f.names)
	if err != nil {
		return nil, usagef("--rules %q: %w", r.dir, err)
	}
	if err := set.Add(more); err != nil {
		return nil, usagef("--rules %q: %w", r.dir, err)
	}
	return set, nil
}

// ruleFolders are rule folders on disk.
type ruleFolders struct {
	root  string // what holds them
	fs    fs.FS
	names []string
}

// findRules lists the rule folders in dir; it may be a rule's own folder.
func findRules(dir string) (*ruleFolders, error) {
	info, err := os.Stat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("there is no folder %q", dir)
	case err != nil:
		return nil, err
	case !info.IsDir():
		return nil, fmt.Errorf("%q is a file: give the folder of a rule, or the one that holds such folders", dir)
	}
	if isFile(filepath.Join(dir, rule.FileName)) {
		abs, err := filepath.Abs(dir)
		if err != nil {
			return nil, err
		}
		up := filepath.Dir(abs)
		return &ruleFolders{up, os.DirFS(up), []string{filepath.Base(abs)}}, nil
	}
	f := &ruleFolders{root: dir, fs: os.DirFS(dir)}
	if f.names, err = rule.Folders(f.fs); err == nil && len(f.names) == 0 {
		err = fmt.Errorf("there is no rule in %q: a rule is a folder with a %s, such as %s", dir, rule.FileName, filepath.Join(dir, "needs-owner", rule.FileName))
	}
	return f, err
}

// configuration reads the file of -c, or the one found, over the user's own.
// Nil is none.
func (r *ruleFlags) configuration(env *Env) (*rule.Config, error) {
	path := r.config
	if path == "" {
		path = findConfig()
	}
	if own := userConfig(env); path == "" && isFile(own) {
		path = own
	}
	if path == "" {
		return nil, nil
	}
	c, err := rule.ReadConfig(path)
	if err != nil {
		return nil, usage(err)
	}
	err = putOverOwn(env, c)
	r.read = c.Files()
	return c, err
}

// putOverOwn puts a configuration over the user's own, where there is one.
func putOverOwn(env *Env, c *rule.Config) error {
	own := userConfig(env)
	if !isFile(own) || own == c.Path() {
		return nil
	}
	base, err := rule.ReadConfig(own)
	if err != nil {
		return usage(err)
	}
	c.Over(base)
	return nil
}

// configName is the name of a configuration file.
const configName = "rollcall.yaml"

// userConfig is where a user may keep a configuration for everything they do.
func userConfig(env *Env) string {
	return filepath.Join(xdg(env, "XDG_CONFIG_HOME", ".config"), configName)
}

// findConfig looks in the working directory and above; "" for none.
func findConfig() string {
	dir, err := os.Getwd()
	for err == nil {
		if path := filepath.Join(dir, configName); isFile(path) {
			return path
		}
		up := filepath.Dir(dir)
		if up == dir {
			break
		}
		dir = up
	}
	return ""
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

// xdg is Rollcall's folder below one of the XDG base directories.
func xdg(env *Env, variable, fallback string) string {
	base := env.Getenv(variable)
	if !filepath.IsAbs(base) {
		base = filepath.Join(env.Getenv("HOME"), fallback)
	}
	return filepath.Join(base, "rollcall")
}

// chooser is selection for who may choose more than once.
func (r *ruleFlags) chooser(env *Env) chooser {
	return func() (*rule.Selection, error) { return r.selection(env) }
}

// selection applies the configuration and flags to the catalogue. Who chooses rules
// reads accounts next.
func (r *ruleFlags) selection(env *Env) (*rule.Selection, error) {
	heap.Ready()
	set, err := r.catalogue()
	if err != nil {
		return nil, err
	}
	c, err := r.configuration(env)
	if err != nil {
		return nil, err
	}
	r.frameworks = nil
	by := rule.Selector{Only: r.only, Skip: r.skip, Deep: r.deep, Baseline: r.compared}
	for _, name := range r.names {
		f, err := framework.Load(frameworks.FS, name)
		if err != nil {
			return nil, usagef("--framework: %w", err)
		}
		if slices.ContainsFunc(r.frameworks, func(old *framework.Framework) bool { return old.ID == f.ID }) {
			continue
		}
		r.frameworks = append(r.frameworks, f)
		by.Variants = append(by.Variants, f.Uses()...)
	}
	s, err := set.Select(c, by)
	if err != nil {
		return nil, usage(err)
	}
	return s, nil
}
