package rule

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// A Foreign is a rule of somebody else's ruleset, as it was exported.
type Foreign struct {
	ID            string `json:"ruleId"`
	Name          string `json:"name"`
	Severity      string `json:"severity"`
	Logic         string `json:"logic"`
	Description   string `json:"description"`
	Remediation   string `json:"remediation"`
	ComplianceTag string `json:"complianceTag"`
}

// ReadRuleset reads a CloudGuard ruleset: exported as JSON in either of its
// shapes, a list of rules or an object with the list under "rules", or written
// for Terraform (.tf).
func ReadRuleset(path string, text []byte) ([]Foreign, error) {
	if strings.EqualFold(filepath.Ext(path), ".tf") {
		return readTerraform(path, text)
	}
	var list []Foreign
	if jsontext.Value(text).Kind() == '[' {
		return list, foreign(text, &list)
	}
	var set struct {
		Rules *[]Foreign `json:"rules"`
	}
	if err := foreign(text, &set); err != nil {
		return nil, err
	}
	if set.Rules == nil {
		return nil, fmt.Errorf("not a ruleset: it has no rules")
	}
	return *set.Rules, nil
}

func foreign(text []byte, v any) error {
	if err := json.Unmarshal(text, v, jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)); err != nil {
		return fmt.Errorf("not a ruleset: %w", err)
	}
	return nil
}
