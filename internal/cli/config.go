package cli

import (
	"os"
	"path/filepath"

	"github.com/rollcall-iam/rollcall/internal/rule"
	"github.com/rollcall-iam/rollcall/rules"
)

// catalogue is the built-in rules and those of --rules.
func (r *ruleFlags) catalogue() (*rule.Set, error) {
	set, err := rule.LoadAll(rules.FS)
	if err != nil || r.dir == "" {
		return set, err
	}
	more, err := rule.LoadAll(os.DirFS(r.dir))
	if err != nil {
		return nil, usagef("--rules %q: %w", r.dir, err)
	}
	if len(more.Rules) == 0 {
		return nil, usagef("--rules %q: no rule there: a rule is a folder with a rule.yaml", r.dir)
	}
	if err := set.Add(more); err != nil {
		return nil, usagef("--rules %q: %w", r.dir, err)
	}
	return set, nil
}

// configuration reads the file of -c, or the one found. Nil is none.
func (r *ruleFlags) configuration(env *Env) (*rule.Config, error) {
	path := r.config
	if path == "" {
		path = findConfig(env)
	}
	if path == "" {
		return nil, nil
	}
	c, err := rule.ReadConfig(path)
	if err != nil {
		return nil, usage(err)
	}
	return c, nil
}

// configName is the name of a configuration file.
const configName = "rollcall.yaml"

// findConfig looks in the working directory and above, then in the user's
// configuration folder.
func findConfig(env *Env) string {
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
	if path := filepath.Join(xdg(env, "XDG_CONFIG_HOME", ".config"), configName); isFile(path) {
		return path
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

// selection applies the configuration and flags to the catalogue.
func (r *ruleFlags) selection(env *Env) (*rule.Selection, error) {
	set, err := r.catalogue()
	if err != nil {
		return nil, err
	}
	c, err := r.configuration(env)
	if err != nil {
		return nil, err
	}
	s, err := set.Select(c, r.only, r.skip)
	if err != nil {
		return nil, usage(err)
	}
	return s, nil
}
