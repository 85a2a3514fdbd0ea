package movein

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/rollcall-iam/rollcall/internal/rule"
)

// A conformityRule is the settings of one rule. Exports of the API have all but
// the id in its attributes.
type conformityRule struct {
	ID         string          `json:"id"`
	Type       string          `json:"type"`
	Attributes *conformityRule `json:"attributes"`
	Provider   string          `json:"provider"`
	Enabled    *bool           `json:"enabled"`
	RiskLevel  string          `json:"riskLevel"`
	Exceptions struct {
		Tags        []string `json:"tags"`
		FilterTags  []string `json:"filterTags"`
		Resources   []string `json:"resources"`
		ResourceIDs []string `json:"resourceIds"` // of Vision One
	} `json:"exceptions"`
	ExtraSettings []conformitySetting `json:"extraSettings"`
}

type conformitySetting struct {
	Name   string         `json:"name"`
	Type   string         `json:"type"`
	Value  jsontext.Value `json:"value"`
	Values jsontext.Value `json:"values"`
}

// severities are ours for the five of Conformity.
var conformitySeverity = map[string]rule.Severity{
	"LOW": rule.Low, "MEDIUM": rule.Medium, "HIGH": rule.High, "VERY_HIGH": rule.Critical, "EXTREME": rule.Critical,
}

// conformity reads a profile: the file that people download, what the API
// gives, or what Vision One does.
func (m *Move) conformity(top map[string]jsontext.Value) (known bool, err error) {
	for _, key := range []string{"ruleSettings", "scanRules", "included"} {
		if top[key].Kind() != '[' {
			continue
		}
		var list []conformityRule
		if err := decode(top[key], &list); err != nil {
			return false, fmt.Errorf("%s of a Cloud Conformity profile: %w", key, err)
		}
		for _, r := range list {
			m.conformityRule(r, key == "included")
		}
		known = true
	}
	return known, nil
}

var conformityID = regexp.MustCompile(`^IAM-\d{3}$`)

func (m *Move) conformityRule(r conformityRule, api bool) {
	if api && r.Type != "" && r.Type != "rules" {
		return
	}
	if r.Attributes != nil {
		id := r.ID
		r = *r.Attributes
		r.ID = id
	}
	off := r.Enabled != nil && !*r.Enabled
	switch rules := m.named(r.ID); {
	case r.ID == "":
		m.lose("a rule without id", "nobody can tell which it is")
	case !strings.HasPrefix(strings.ToUpper(r.ID), "IAM-") || r.Provider != "" && r.Provider != "aws":
		m.Others++
	case len(rules) > 0:
		m.conformitySettings(r, rules, off)
	case !off:
		m.lose(r.ID, "no rule of ours answers it")
	}
}

func (m *Move) conformitySettings(r conformityRule, rules []*rule.Rule, off bool) {
	severity, ok := conformitySeverity[r.RiskLevel]
	if !ok && r.RiskLevel != "" {
		m.lose(r.ID, "riskLevel %q is none of LOW, MEDIUM, HIGH, VERY_HIGH and EXTREME", r.RiskLevel)
	}
	settings := m.conformityValues(r, rules)
	for _, to := range rules {
		c := claim{rule: to, by: r.ID, on: r.Enabled, together: conformityIDs(to)}
		if !off {
			c.severity, c.settings = severity, settings
		}
		m.say(c)
		if !off {
			m.conformityExceptions(r, to)
		}
	}
}

// conformityIDs are the ids under which Conformity asks what a rule asks.
func conformityIDs(r *rule.Rule) (ids []string) {
	for _, alias := range r.Aliases {
		if conformityID.MatchString(alias) {
			ids = append(ids, alias)
		}
	}
	return ids
}
