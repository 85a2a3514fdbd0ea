package rule

import (
	"cmp"
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// rulesetResource is the resource of the dome9 provider that holds rules.
const rulesetResource = "dome9_ruleset"

// readTerraform reads the rules blocks of all dome9_ruleset resources in a
// Terraform file. Values must be written out: of an expression that needs
// variables the text is kept, and as a rule's logic it does not parse.
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
		more, err := rulesOf(b.Body, text)
		if err != nil {
			return nil, fmt.Errorf("%s %q: %w", rulesetResource, strings.Join(b.Labels[1:], "."), err)
		}
		out = append(out, more...)
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

func rulesOf(body *hclsyntax.Body, text []byte) (out []Foreign, err error) {
	for _, b := range body.Blocks {
		switch {
		case b.Type == "rules":
			values := map[string]string{}
			for name, a := range b.Body.Attributes {
				values[name] = written(a.Expr, text)
			}
			out = append(out, fromTerraform(values))
		case b.Type == "dynamic" && len(b.Labels) > 0 && b.Labels[0] == "rules":
			return nil, errors.New("its rules are made by a dynamic block: write them out, or export the ruleset as JSON")
		}
	}
	if a := body.Attributes["rules"]; a != nil {
		items, diags := hcl.ExprList(a.Expr)
		if diags.HasErrors() {
			return nil, errors.New("its rules are no list that is written out")
		}
		for _, item := range items {
			out = append(out, fromTerraform(members(item, text)))
		}
	}
	return out, nil
}

// members are the values of an object that is written out.
func members(e hcl.Expression, text []byte) map[string]string {
	values := map[string]string{}
	pairs, _ := hcl.ExprMap(e) // what is no object has no members
	for _, p := range pairs {
		values[hcl.ExprAsKeyword(p.Key)] = written(p.Value, text)
	}
	return values
}

// written is a value as text, or the expression's own text.
func written(e hcl.Expression, text []byte) string {
	v, diags := e.Value(nil)
	if diags.HasErrors() || v.IsNull() || v.Type() != cty.String {
		return strings.Trim(string(e.Range().SliceBytes(text)), `"`)
	}
	return v.AsString()
}

// fromTerraform names the values as an exported ruleset does. The provider's
// default severity is Low.
func fromTerraform(v map[string]string) Foreign {
	return Foreign{ID: v["rule_id"], Name: v["name"], Severity: cmp.Or(v["severity"], "Low"), Logic: v["logic"],
		Description: v["description"], Remediation: v["remediation"], ComplianceTag: v["compliance_tag"]}
}
