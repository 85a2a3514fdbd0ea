package cli

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/rollcall-iam/rollcall/internal/match"
	"github.com/rollcall-iam/rollcall/internal/rule"
)

func isRegex(s string) error { _, err := regexp.Compile(s); return err }

// config is a configuration that says what was answered.
func (a *answers) config(set *rule.Set) (*rule.Config, error) {
	c := &rule.Config{Settings: map[string]map[string]any{}, Rules: map[string]rule.Switch{}}
	if len(a.groups) > 0 {
		c.Settings["common-group"] = map[string]any{"groups": listOf(a.groups)}
		if a.need != "" {
			c.Settings["common-group"]["need"] = number(a.need)
		}
	}
	if a.mode != "" && a.mode != "require" {
		c.Settings["individual-users"] = map[string]any{"mode": a.mode}
	}
	for _, s := range []struct {
		rule, name string
		value      any
	}{{"category-group", "groups", listOf(a.kinds)}, {"required-tags", "keys", listOf(a.tags)},
		{"user-name", "pattern", a.userName}, {"service-user-with-password", "pattern", a.programs}} {
		if list, ok := s.value.([]any); ok && list == nil || s.value == "" {
			continue
		}
		c.Settings[s.rule] = map[string]any{s.name: s.value}
	}
	if err := a.switches(set, c); err != nil {
		return nil, err
	}
	return c, a.safelist(c)
}

// number is a word as YAML has it: a number where it is one.
func number(s string) any {
	if n, err := strconv.Atoi(s); err == nil {
		return n
	}
	return s
}

// listOf is a list as the configuration's reader gives it.
func listOf(list []string) (out []any) {
	for _, s := range list {
		out = append(out, s)
	}
	return out
}

func (a *answers) switches(set *rule.Set, c *rule.Config) error {
	for on, names := range map[bool][]string{true: a.on, false: a.off} {
		for _, name := range names {
			rules, err := set.Named(name)
			if err != nil {
				return usage(err)
			}
			for _, r := range rules {
				if old, said := c.Rules[r.ID]; said && *old.Enabled != on {
					return usagef("%s is asked for with --on and with --off", r.ID)
				}
				c.Rules[r.ID] = rule.Switch{Enabled: &on}
			}
		}
	}
	if a.level != "" {
		severity, err := rule.ParseSeverity(a.level)
		if err != nil {
			return usagef("--group-level: %w", err)
		}
		sw := c.Rules["common-group"]
		sw.Severity = severity
		c.Rules["common-group"] = sw
	}
	return nil
}

// safelist approves those who were named, or those who exist now.
func (a *answers) safelist(c *rule.Config) error {
	if len(a.approve) == 1 && a.approve[0] == "none" {
		return nil // not even an empty one: by that everybody would be unapproved
	}
	list := []rule.Entry{}
	for _, name := range a.users {
		list = append(list, rule.Entry{Pattern: match.Pattern{User: name}, Owner: a.owner, Reason: "there on " + a.since})
	}
	for _, p := range a.approve {
		if p == "current" {
			continue
		}
		pattern, err := match.Parse(p)
		if err != nil {
			return usagef("--approve: %w", err)
		}
		if !slices.ContainsFunc(list, func(e rule.Entry) bool {
			return e.Pattern == pattern || pattern.User != "" && strings.EqualFold(e.User, pattern.User)
		}) {
			list = append(list, rule.Entry{Pattern: pattern, Owner: a.owner})
		}
	}
	c.Safelist = &list
	return nil
}
