package movein

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// A scout2Finding is a rule of a Scout2 ruleset of 2015. Whatever stands in the
// file is on.
type scout2Finding struct {
	Entity   string         `json:"entity"`
	Callback string         `json:"callback"`
	Args     jsontext.Value `json:"callback_args"` // a word, or a list
	Level    string         `json:"level"`
}

// scout2 reads findings-iam.NAME.json: findings by name, each with the method
// that looks for it.
func (m *Move) scout2(top map[string]jsontext.Value) (known bool, err error) {
	for _, name := range slices.Sorted(maps.Keys(top)) {
		var f scout2Finding
		if top[name].Kind() != '{' || decode(top[name], &f) != nil || f.Callback == "" {
			continue
		}
		known = true
		m.scout2Finding(name, f)
	}
	return known, nil
}

func (m *Move) scout2Finding(name string, f scout2Finding) {
	id, settings, problem := f.meaning()
	if problem != "" {
		m.lose(name, "%s", problem)
		return
	}
	on := true
	for _, r := range m.named(id) {
		m.say(claim{rule: r, by: name, on: &on, severity: scoutSeverity[f.Level], settings: settings})
	}
}

// meaning is the rule of ours that looks for the same, with its settings.
func (f scout2Finding) meaning() (id string, settings []setting, problem string) {
	args := f.args()
	switch {
	case f.Callback == "checkAccessKeys" && len(args) > 0:
		return f.keyAge(args)
	case f.Callback == "lacksMFA" && f.Entity == "users":
		return "console-user-without-mfa", nil, ""
	case f.Callback == "lacksMFA":
		return "root-mfa", nil, ""
	case f.Callback == "passwordAndKeyEnabled":
		return "key-and-password", nil, ""
	case f.Callback == "hasUserPolicy":
		return "user-direct-policies", nil, ""
	case f.Callback == "hasMoreThan" && slices.Equal(args[min(1, len(args)):], []string{"access_keys", "status", "Active"}):
		return "several-active-keys", []setting{{"most", quantity(args[0], "")}}, ""
	case f.Callback == "belongsToGroup":
		return f.groups(args)
	case f.Callback == "recentlyUsed":
		return "root-used", []setting{{"since", "15d"}}, ""
	case f.Callback == "hasActiveKeys":
		return "root-key", nil, ""
	}
	return "", nil, "no rule of ours answers it"
}

// keyAge has the state of the keys and, perhaps, how many days they are good.
func (f scout2Finding) keyAge(args []string) (string, []setting, string) {
	age := "90"
	if len(args) > 1 {
		age = args[1]
	}
	switch args[0] {
	case "Active":
		return "key-rotation", []setting{{"age", age + "d"}}, ""
	case "Inactive":
		return "inactive-key", []setting{{"age", age + "d"}}, ""
	}
	return "", nil, fmt.Sprintf("keys are Active or Inactive, not %q", args[0])
}

// groups has the names, parted by spaces, and how many of them are needed.
func (f scout2Finding) groups(args []string) (string, []setting, string) {
	if len(args) == 0 || strings.TrimSpace(args[0]) == "" {
		return "", nil, "it names no group, so it was not in use"
	}
	var names []any
	for _, name := range strings.Fields(args[0]) {
		names = append(names, name)
	}
	need := 1
	if len(args) > 1 {
		n, err := strconv.Atoi(args[1])
		if err != nil {
			return "", nil, fmt.Sprintf("%q is not how many groups are needed", args[1])
		}
		need = n
	}
	return "common-group", []setting{{"groups", names}, {"need", need}}, ""
}

func (f scout2Finding) args() []string {
	var list []any
	if decode(f.Args, &list) == nil {
		return flat(list)
	}
	if word := bare(f.Args); word != "" {
		return []string{word}
	}
	return nil
}
