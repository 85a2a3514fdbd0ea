package movein

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/rollcall-iam/rollcall/internal/match"
	"github.com/rollcall-iam/rollcall/internal/rule"
)

// A threshold is the setting of ours that a rule's number is for.
type threshold struct {
	setting string
	unit    string // d for days
}

// conformityThresholds are the rules that have a number to set. The names of
// their settings are not public: a rule's one number is taken. Where the number
// is part of what the rule is, our rule says which the alias asks for.
var conformityThresholds = map[string]threshold{
	"IAM-001": {"age", "d"}, "IAM-002": {"age", "d"}, "IAM-038": {"age", "d"},
	"IAM-003": {"idle", "d"}, "IAM-028": {"idle", "d"}, "IAM-029": {"idle", "d"},
	"IAM-005": {"length", ""}, "IAM-011": {"days", ""}, "IAM-012": {"remembered", ""},
	"IAM-018": {"within", "d"}, "IAM-019": {"within", "d"}, "IAM-020": {"within", "d"}, "IAM-021": {"within", "d"},
	"IAM-026": {"age", "d"}, "IAM-027": {"age", "d"}, "IAM-044": {"age", "d"},
	"IAM-035": {"since", "d"},
	"IAM-039": {"within", "d"}, "IAM-040": {"within", "d"}, "IAM-041": {"within", "d"},
}

func (t threshold) value(n int) any {
	if t.unit != "" {
		return strconv.Itoa(n) + t.unit
	}
	return n
}

// conformityValues are the settings of a rule in our words. Lists of users are
// taken in as they are met.
func (m *Move) conformityValues(r conformityRule, rules []*rule.Rule) []setting {
	t, has := conformityThresholds[r.ID]
	var numbers []conformitySetting
	for _, s := range r.ExtraSettings {
		switch words := s.words(); {
		case len(words) == 0:
		case has && s.number():
			numbers = append(numbers, s)
		case r.ID == "IAM-058" && strings.HasPrefix(s.Type, "multiple-"):
			m.conformitySafelist(r, words)
		case r.ID == "IAM-037" && strings.HasPrefix(s.Type, "multiple-"):
			m.conformityEditors(r, rules, words)
		default:
			m.loseSetting(r, s)
		}
	}
	switch {
	case len(numbers) == 1:
		n, err := strconv.Atoi(numbers[0].words()[0])
		if err == nil && n > 0 {
			return []setting{{t.setting, t.value(n)}}
		}
		m.loseSetting(r, numbers[0])
	case len(numbers) > 1: // which is which is not public
		for _, s := range numbers {
			m.loseSetting(r, s)
		}
	}
	return askedBy(r.ID, rules)
}

// askedBy are the settings that an id stands for, by the rules it names.
func askedBy(id string, rules []*rule.Rule) (out []setting) {
	for _, r := range rules {
		asked := r.AskedBy(id)
		for _, name := range slices.Sorted(maps.Keys(asked)) {
			out = append(out, setting{name, asked[name]})
		}
	}
	return out
}

func (m *Move) loseSetting(r conformityRule, s conformitySetting) {
	m.lose(r.ID, "setting %q (%s: %s) has no counterpart", s.Name, s.Type, strings.Join(s.words(), ", "))
}

// number reports whether the setting is a count or a number of days; ttl is
// how long an event is shown.
func (s conformitySetting) number() bool {
	_, err := strconv.Atoi(strings.Join(s.words(), " "))
	return err == nil && strings.HasPrefix(s.Type, "single-")
}

// words are the setting's value or values; each may be inside an object, where
// it may be switched off.
func (s conformitySetting) words() (out []string) {
	var list []jsontext.Value
	if s.Values.Kind() != '[' || decode(s.Values, &list) != nil {
		list = []jsontext.Value{s.Value}
	}
	for _, v := range list {
		var boxed struct {
			Value   jsontext.Value `json:"value"`
			Enabled *bool          `json:"enabled"`
		}
		if v.Kind() == '{' && decode(v, &boxed) == nil {
			if boxed.Enabled != nil && !*boxed.Enabled {
				continue
			}
			v = boxed.Value
		}
		if word := bare(v); word != "" {
			out = append(out, word)
		}
	}
	return out
}

// bare is a string or number of JSON as a word, "" for anything else.
func bare(v jsontext.Value) string {
	var word string
	switch v.Kind() {
	case '"':
		if decode(v, &word) != nil {
			return ""
		}
	case '0':
		word = string(v)
	}
	return strings.TrimSpace(word)
}

// conformitySafelist approves users, whom Conformity knows by name.
func (m *Move) conformitySafelist(r conformityRule, names []string) {
	for _, name := range names {
		if strings.ContainsAny(name, "*?") {
			m.lose(r.ID, "user %q: Conformity has no wildcards, and no name has such a letter; write glob: %q if that is meant", name, name)
			continue
		}
		m.approve(match.Pattern{User: name}, r.ID)
	}
}

// conformityEditors are who may change policies, by ARN: an exception each, for
// a name would hold in every account.
func (m *Move) conformityEditors(r conformityRule, rules []*rule.Rule, arns []string) {
	for _, arn := range arns {
		if strings.ContainsAny(arn, "*?") || !strings.HasPrefix(arn, "arn:") {
			m.lose(r.ID, "%q is no ARN of a user", arn)
			continue
		}
		for _, to := range rules {
			m.waive(waiver{rule: to, Pattern: match.Pattern{ARN: arn}, id: r.ID, reason: fmt.Sprintf("may change policies, by %s", r.ID)})
		}
	}
}
