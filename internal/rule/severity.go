package rule

import (
	"fmt"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// A Severity is how bad a finding is.
type Severity uint8

// The severities, from least to worst.
const (
	Low Severity = iota + 1
	Medium
	High
	Critical
)

var severityNames = []string{"", "low", "medium", "high", "critical"}

func (s Severity) String() string { return severityNames[s] }

// ParseSeverity reads a severity by name.
func ParseSeverity(name string) (Severity, error) {
	i := slices.Index(severityNames, strings.ToLower(name))
	if i < 1 {
		return 0, fmt.Errorf("unknown severity %q, expected low, medium, high or critical", name)
	}
	return Severity(i), nil
}

// UnmarshalYAML reads a severity by name.
func (s *Severity) UnmarshalYAML(n ast.Node) error {
	text, err := scalar(n)
	if err != nil {
		return err
	}
	if *s, err = ParseSeverity(text); err != nil {
		return wrongScalar(n, "%v", err)
	}
	return nil
}

// MarshalText writes the name.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }
