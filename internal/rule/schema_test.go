package rule_test

import (
	"encoding/json"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/rollcall-iam/rollcall/internal/rule"
	"github.com/rollcall-iam/rollcall/rules"
)

// The schema takes what the program takes, and refuses what it refuses.
func TestSchemaAgrees(t *testing.T) {
	set, err := rule.LoadAll(rules.FS)
	if err != nil {
		t.Fatal(err)
	}
	schema := compile(t, set.JSONSchema())
	for text, good := range map[string]bool{
		"{}": true,
		"safelist: [{user: a, owner: b, reason: c, ticket: d, expires: 2027-01-31}, {glob: 'x*', account: '111122223333'}, {account: '111122223333'}]": true,
		"safelist: []": true,
		"settings: {key-rotation: {age: 90d}, IAM-058: {}, common-group: {groups: [A, B], need: all}, self-managed-credentials: {actions: ['iam:ListAccessKeys']}}": true,
		"settings: {common-group: {groups: A, need: 1}, individual-users: {mode: forbid}, password-length: {length: 16}, user-name: {pattern: '^[a-z]+$'}}":         true,
		"settings: {IAM-003: {idle: 30d}}":                                                true,
		"rules: {IAM-071: {severity: high}, password-expiry: {enabled: true, reason: x}}": true,
		"exceptions: [{rule: IAM-013, tag: 'kiosk=yes', owner: x}]":                       true,
		"safelst: []":                                         false,
		"safelist: [{}]":                                      false,
		"safelist: [{owner: me}]":                             false,
		"safelist: [{user: a, glob: b}]":                      false,
		"safelist: [{user: a, until: b}]":                     false,
		"safelist: [{user: a, expires: soon}]":                false,
		"safelist: [{account: '12'}]":                         false,
		"settings: {key-rotation: {ages: 90d}}":               false,
		"settings: {key-rotation: {age: old}}":                false,
		"settings: {nothing: {}}":                             false,
		"settings: {individual-users: {mode: maybe}}":         false,
		"settings: {password-length: {length: -1}}":           false,
		"settings: {self-managed-credentials: {actions: []}}": false,
		"rules: {IAM-071: {severity: bad}}":                   false,
		"rules: {IAM-071: {enabled: maybe}}":                  false,
		"exceptions: [{user: a}]":                             false,
		"exceptions: [{rule: IAM-013}]":                       false,
	} {
		c, err := rule.ParseConfig("test", []byte(text))
		if err == nil {
			_, err = set.Select(c, rule.Selector{})
		}
		if (err == nil) != good {
			t.Errorf("the program on %s: %v", text, err)
		}
		var doc any
		if err := yaml.Unmarshal([]byte(text), &doc); err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(plain(t, doc)); (err == nil) != good {
			t.Errorf("the schema on %s: %v", text, err)
		}
	}
}

func compile(t *testing.T, doc any) *jsonschema.Schema {
	t.Helper()
	c := jsonschema.NewCompiler()
	if err := c.AddResource("schema.json", plain(t, doc)); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// plain is a value as encoding/json reads it.
func plain(t *testing.T, v any) (out any) {
	t.Helper()
	text, err := json.Marshal(v)
	if err == nil {
		err = json.Unmarshal(text, &out)
	}
	if err != nil {
		t.Fatal(err)
	}
	return out
}
