package movein

import (
	"cmp"
	"fmt"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/rollcall-iam/rollcall/internal/rule"
)

// A scoutMeaning is a rule of ours that a rule file means, and the settings
// that its arguments are. Without a rule it is the one with the file's name
// among its aliases.
type scoutMeaning struct {
	when     string // what the first argument must be; "" for anything
	rule     string
	settings []scoutSetting
}

// A scoutSetting takes its value from the argument at arg, or has it fixed.
type scoutSetting struct {
	name  string
	arg   int
	unit  string
	fixed any
}

func days(name string, arg int) []scoutSetting {
	return []scoutSetting{{name: name, arg: arg, unit: "d"}}
}

func fixed(name string, value any) []scoutSetting { return []scoutSetting{{name: name, fixed: value}} }

// anyOf is how ScoutSuite asks for groups: being in one of them is enough.
var anyOf = []scoutSetting{{name: "groups", unit: "words"}, {name: "need", fixed: 1}}

// scoutMeanings are the rule files whose name alone does not say it all.
var scoutMeanings = map[string][]scoutMeaning{
	"iam-user-no-key-rotation": {{"Active", "key-rotation", days("age", 1)}, {"Inactive", "inactive-key", days("age", 1)}},
	"iam-unused-credentials-not-disabled": {
		{"", "unused-key", days("idle", 0)}, {"", "unused-password", days("idle", 0)},
	},
	"iam-password-policy-expiration-threshold": {{"", "password-expiry", []scoutSetting{{name: "days"}}}},
	"iam-password-policy-minimum-length":       {{"", "password-length", []scoutSetting{{name: "length"}}}},
	// AWS takes 1095 days at most: any expiry will do.
	"iam-password-policy-no-expiration":  {{"", "password-expiry", fixed("days", 1095)}},
	"iam-password-policy-reuse-enabled":  {{"", "password-reuse", fixed("remembered", 1)}},
	"iam-root-account-used-recently":     {{"", "root-used", fixed("since", "90d")}},
	"iam-user-with-multiple-access-keys": {{"", "several-active-keys", fixed("most", 1)}},
	"iam-user-not-in-common-group":       {{"", "common-group", anyOf}},
	"iam-user-not-in-category-group":     {{"", "category-group", anyOf}},
}

// scoutApart are the rule files that a rule of ours goes by the name of and
// does not answer.
var scoutApart = map[string]string{
	"iam-service-user-with-password": "it goes by groups, our service-user-with-password by a pattern of names: give it one under settings",
}

// scoutWords say of rule files that ours answers in another way what differs.
var scoutWords = map[string]string{
	"iam-user-with-policies": "ours asks for inline and attached policies alike: it finds more",
	"iam-user-unused-access-key-initial-setup": "ours goes by keys made within a minute of the user, used or not; " +
		"active keys never used, for which ScoutSuite looks, are found by our unused-key when they are old enough",
}

// scoutSeverity are ours for the two levels.
var scoutSeverity = map[string]rule.Severity{"danger": rule.High, "warning": rule.Medium}

// A scoutInstance is a rule file as a ruleset uses it; a file may be used
// several times.
type scoutInstance struct {
	Enabled    *bool                    `json:"enabled"`
	Level      string                   `json:"level"`
	Args       []any                    `json:"args"`
	Conditions jsontext.Value           `json:"conditions"`
	Versions   map[string]scoutInstance `json:"versions"`
}

// scoutRuleset reads {"rules": {"iam-….json": [{…}]}}.
func (m *Move) scoutRuleset(top map[string]jsontext.Value) (known bool, err error) {
	if top["rules"].Kind() != '{' {
		return false, nil
	}
	var rules map[string][]scoutInstance
	if err := decode(top["rules"], &rules); err != nil {
		return false, fmt.Errorf("rules of a ScoutSuite ruleset: %w", err)
	}
	for _, file := range slices.Sorted(maps.Keys(rules)) {
		name := strings.TrimSuffix(path.Base(file), ".json")
		if !strings.HasPrefix(name, "iam-") {
			m.Others++
			continue
		}
		for _, i := range rules[file] {
			for _, one := range i.versions() {
				m.scoutInstance(name, one)
			}
		}
	}
	return true, nil
}

// versions are the instances that an instance stands for: each version has
// what it says, else what the instance does.
func (i scoutInstance) versions() (out []scoutInstance) {
	for _, name := range slices.Sorted(maps.Keys(i.Versions)) {
		v := i.Versions[name]
		v.Enabled, v.Level = cmp.Or(v.Enabled, i.Enabled), cmp.Or(v.Level, i.Level)
		if v.Args == nil {
			v.Args = i.Args
		}
		out = append(out, v)
	}
	if out == nil {
		out = []scoutInstance{i}
	}
	return out
}

func (m *Move) scoutInstance(name string, i scoutInstance) {
	by := name
	if args := flat(i.Args); len(args) > 0 {
		by += " (" + strings.Join(args, ", ") + ")"
	}
	off := i.Enabled != nil && !*i.Enabled
	if !off && scoutApart[name] != "" {
		m.lose(by, "%s", scoutApart[name])
		return
	}
	claims := m.scoutClaims(name, by, i, off)
	if len(claims) == 0 && !off && scoutApart[name] == "" {
		m.lose(by, "no rule of ours answers it")
	}
	if len(claims) == 0 || scoutApart[name] != "" {
		return
	}
	m.scoutDiffers(name, by, i, off)
	for _, c := range claims {
		m.say(c)
	}
}

// scoutDiffers says where ours asks for something else.
func (m *Move) scoutDiffers(name, by string, i scoutInstance, off bool) {
	severity := scoutSeverity[i.Level]
	switch {
	case off:
	case i.Conditions != nil:
		m.lose(by, "its own conditions have no counterpart")
	case severity == 0 && i.Level != "":
		m.lose(by, "level %q is neither danger nor warning", i.Level)
	case scoutWords[name] != "":
		m.keep("%s: %s: %s", m.file, by, scoutWords[name])
	}
}

// scoutClaims are what an instance says of our rules.
func (m *Move) scoutClaims(name, by string, i scoutInstance, off bool) (out []claim) {
	meanings, ok := scoutMeanings[name]
	if !ok {
		meanings = []scoutMeaning{{rule: name}}
	}
	args := flat(i.Args)
	for _, meaning := range meanings {
		if meaning.when != "" && (len(args) == 0 || args[0] != meaning.when) {
			continue
		}
		for _, r := range m.named(meaning.rule) {
			c := claim{rule: r, by: by, on: i.Enabled}
			if !off {
				c.severity, c.settings = scoutSeverity[i.Level], meaning.values(i.Args)
			}
			out = append(out, c)
		}
	}
	return out
}

func (s scoutMeaning) values(args []any) (out []setting) {
	for _, set := range s.settings {
		switch {
		case set.fixed != nil:
			out = append(out, setting{set.name, set.fixed})
		case set.arg >= len(args):
		case set.unit == "words":
			out = append(out, setting{set.name, groupList(args[set.arg])})
		default:
			out = append(out, setting{set.name, quantity(fmt.Sprint(args[set.arg]), set.unit)})
		}
	}
	return out
}

// quantity is a number of something, as a number where it has no unit.
func quantity(text, unit string) any {
	if n, err := strconv.Atoi(text); err == nil && unit == "" {
		return n
	}
	return text + unit
}

// groupList is one or several names: a word, a list, or _LIST_(one, two).
func groupList(arg any) any {
	words := flat([]any{arg})
	if len(words) == 1 {
		if inner, ok := strings.CutPrefix(words[0], "_LIST_("); ok {
			words = strings.Split(strings.TrimSuffix(inner, ")"), ",")
		}
	}
	out := []any{}
	for _, w := range words {
		if w = strings.TrimSpace(w); w != "" {
			out = append(out, w)
		}
	}
	return out
}

// flat are the words of arguments, which may be lists of words.
func flat(args []any) (out []string) {
	for _, a := range args {
		switch a := a.(type) {
		case []any:
			out = append(out, flat(a)...)
		case nil:
		default:
			out = append(out, fmt.Sprint(a))
		}
	}
	return out
}
