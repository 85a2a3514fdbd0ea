package rule_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/rollcall-iam/rollcall/internal/rule"
	"github.com/rollcall-iam/rollcall/rules"
)

// Of several files the stronger counts, and within one a rule's own id.
func TestLayers(t *testing.T) {
	set, err := rule.LoadAll(rules.FS)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ name, base, own, want string }{
		{"defaults", "", "", "idle=3888000 medium on"},
		{"the base", "settings: {unused-key: {idle: 10s}}", "", "idle=10 medium on"},
		{"the stronger file", "settings: {unused-key: {idle: 10s}}", "settings: {unused-key: {idle: 20s}}", "idle=20 medium on"},
		{"an alias in the stronger file", "settings: {unused-key: {idle: 10s}}", "settings: {IAM-003: {idle: 20s}}", "idle=20 medium on"},
		{"an id before an alias", "", "settings: {unused-key: {idle: 10s}, IAM-003: {idle: 20s}}", "idle=10 medium on"},
		{"an alias that sorts before", "", "settings: {IAM-003: {idle: 20s}, unused-key: {idle: 10s}}", "idle=10 medium on"},
		{"severities", "rules: {unused-key: {severity: low}}", "rules: {IAM-003: {severity: high}}", "idle=3888000 high on"},
		{"severity by id and alias", "", "rules: {IAM-003: {severity: high}, unused-key: {severity: low}}", "idle=3888000 low on"},
		{"off and on again", "rules: {unused-key: {enabled: false}}", "rules: {IAM-003: {enabled: true}}", "idle=3888000 medium on"},
		{"switches by id and alias", "", "rules: {UNUSED-KEY: {enabled: false}, accessKeysLastUsed: {enabled: true}, iam_user_accesskey_unused: {enabled: true}}", "off"},
		{"off", "rules: {unused-key: {severity: high}}", "rules: {unused-key: {enabled: false}}", "off"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			for name, text := range map[string]string{"base.yaml": tt.base, "own.yaml": "extends: base.yaml\n" + tt.own} {
				if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			c, err := rule.ReadConfig(filepath.Join(dir, "own.yaml"))
			if err != nil {
				t.Fatal(err)
			}
			s, err := set.Select(c, rule.Selector{})
			if err != nil {
				t.Fatal(err)
			}
			got := "off"
			for _, r := range s.Rules {
				if r.ID == "unused-key" {
					got = fmt.Sprintf("%s %s on", r.Values, r.Severity)
				}
			}
			if got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

// A variant is the rule itself where its settings are the configured ones, the
// same rule where two ask for the same, and not judged where somebody switched
// the rule off.
func TestVariants(t *testing.T) {
	set, err := rule.LoadAll(rules.FS)
	if err != nil {
		t.Fatal(err)
	}
	c, err := rule.ParseConfig("c", []byte("rules: {root-mfa: {enabled: false, reason: later}}"))
	if err != nil {
		t.Fatal(err)
	}
	ask := func(id, idle string) rule.Variant {
		return rule.Variant{Rule: id, Settings: map[string]any{"idle": idle}}
	}
	s, err := set.Select(c, rule.Selector{Variants: []rule.Variant{ask("unused-key", "45d"), ask("unused-key", "90d"), ask("unused-key", "90d"), {Rule: "root-mfa"}, {Rule: "password-expiry"}}})
	if err != nil {
		t.Fatal(err)
	}
	var on []string
	for _, r := range s.Rules {
		on = append(on, r.ID)
	}
	if got := fmt.Sprint(on); got != "[password-expiry unused-key]" {
		t.Errorf("the rules are %s", got)
	}
	v := s.Variants
	if v[0].Chosen != s.Rules[1] || v[1].Key == "" || v[2].Chosen != v[1].Chosen {
		t.Errorf("variants are %v, %v, %v", v[0], v[1], v[2])
	}
	if v[3].Chosen != nil || v[3].Off != "switched off in c: later" {
		t.Errorf("a rule that is off is %v", v[3])
	}
	if _, err := set.Select(nil, rule.Selector{Variants: []rule.Variant{{Rule: "nothing"}}}); err == nil {
		t.Error("an unknown rule can be asked for")
	}
}
