package rule

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// rulesetResource is the resource of the dome9 provider that holds rules.
const rulesetResource = "dome9_ruleset"

// readTerraform reads the rules blocks of all dome9_ruleset resources in a
// Terraform file. Logic must be written out; of other values that need
// variables the text is kept.
func readTerraform(path string, text []byte) ([]Foreign, error) {
	file, diags := hclsyntax.ParseConfig(text, path, hcl.InitialPos)
	if diags.HasErrors() {
		return nil, fmt.Errorf("not Terraform: %w", firstDiagnostic(diags))
	}
	var out []Foreign
	found := false
	for _, b := range file.Body.(*hclsyntax.Body).Blocks {
		if b.Type != "resource" || len(b.Labels) == 0 || b.Labels[0] != rulesetResource {
			continue
		}
		found = true
		out = append(out, rulesOf(b.Body, text)...)
	}
	if !found {
		return nil, fmt.Errorf("it has no resource %q", rulesetResource)
	}
	return out, nil
}

func firstDiagnostic(diags hcl.Diagnostics) error {
	d := diags[0]
	return fmt.Errorf("%d:%d: %s: %s", d.Subject.Start.Line, d.Subject.Start.Column, strings.ToLower(d.Summary), d.Detail)
}

func rulesOf(body *hclsyntax.Body, text []byte) (out []Foreign) {
	for _, b := range body.Blocks {
		switch {
		case b.Type == "rules":
			values := terraformValues{}
			for name, a := range b.Body.Attributes {
				values.add(name, a.Expr, text)
			}
			out = append(out, values.rule())
		case b.Type == "dynamic" && len(b.Labels) > 0 && b.Labels[0] == "rules":
			out = append(out, Foreign{Name: "(made by a dynamic block)", Computed: true})
		}
	}
	if a := body.Attributes["rules"]; a != nil {
		items, diags := hcl.ExprList(a.Expr)
		if diags.HasErrors() {
			return append(out, Foreign{Name: "(no list that is written out)", Computed: true})
		}
		for _, item := range items {
			out = append(out, members(item, text).rule())
		}
	}
	return out
}

// members are the values of an object that is written out.
func members(e hcl.Expression, text []byte) terraformValues {
	values := terraformValues{}
	pairs, _ := hcl.ExprMap(e) // what is no object has no members
	for _, p := range pairs {
		// A key is a bare word or a string.
		if key, diags := p.Key.Value(nil); !diags.HasErrors() && !key.IsNull() && key.Type() == cty.String {
			values.add(key.AsString(), p.Value, text)
		}
	}
	return values
}

// terraformValues are a rule's arguments by name.
type terraformValues map[string]terraformValue

// A terraformValue is a value as text, or its expression's own text where that
// needs variables.
type terraformValue struct {
	text     string
	computed bool
}

func (t terraformValues) add(name string, e hcl.Expression, text []byte) {
	v, diags := e.Value(nil)
	if diags.HasErrors() || v.IsNull() || v.Type() != cty.String {
		t[name] = terraformValue{strings.Trim(string(e.Range().SliceBytes(text)), `"`), true}
		return
	}
	t[name] = terraformValue{v.AsString(), false}
}

// rule names the values as an exported ruleset does. The provider's default
// severity is Low.
func (t terraformValues) rule() Foreign {
	return Foreign{ID: t["rule_id"].text, Name: t["name"].text, Severity: cmp.Or(t["severity"].text, "Low"), Logic: t["logic"].text, Computed: t["logic"].computed,
		Description: t["description"].text, Remediation: t["remediation"].text, ComplianceTag: t["compliance_tag"].text}
}
