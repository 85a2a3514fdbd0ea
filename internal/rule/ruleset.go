package rule

import (
	"bytes"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// A Foreign is a rule of somebody else's ruleset, as it was exported.
type Foreign struct {
	ID            string         `json:"ruleId"`
	Number        jsontext.Value `json:"id"` // the id in other exports; text, or a number of the database's
	Name          string         `json:"name"`
	Severity      string         `json:"severity"`
	Logic         string         `json:"logic"`
	Description   string         `json:"description"`
	Remediation   string         `json:"remediation"`
	ComplianceTag string         `json:"complianceTag"`
	// Rules are those of a ruleset in a list of rulesets.
	Rules []Foreign `json:"rules"`
	// Computed says that a program makes the logic, so that it is not known.
	Computed bool `json:"-"`
}

// ReadRuleset reads a CloudGuard ruleset: exported as JSON in either of its
// shapes, a list of rules or an object with the list under "rules"; as one rule
// a line (.jsonl); or written for Terraform (.tf).
func ReadRuleset(path string, text []byte) ([]Foreign, error) {
	switch strings.ToLower(filepath.Ext(path)) {
	case ".tf":
		return readTerraform(path, text)
	case ".jsonl":
		return readLines(text)
	}
	list, err := readExport(text)
	if err != nil {
		return nil, err
	}
	var out []Foreign
	for _, f := range list {
		if f.Rules != nil && f.Logic == "" {
			out = append(out, f.Rules...)
		} else {
			out = append(out, f)
		}
	}
	for i := range out {
		out[i].identify()
	}
	return out, nil
}

// identify takes the other export's id where there is none.
func (f *Foreign) identify() {
	var id string
	if f.ID == "" && f.Number.Kind() == '"' && json.Unmarshal(f.Number, &id) == nil {
		f.ID = id
	}
}

func readLines(text []byte) (out []Foreign, err error) {
	for n, line := range bytes.Split(text, []byte("\n")) {
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		var f Foreign
		if err := foreign(line, &f); err != nil {
			return nil, fmt.Errorf("line %d: %w", n+1, err)
		}
		f.identify()
		out = append(out, f)
	}
	return out, nil
}

func readExport(text []byte) ([]Foreign, error) {
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
