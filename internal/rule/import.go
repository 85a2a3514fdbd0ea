package rule

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/goccy/go-yaml"

	"github.com/rollcall-iam/rollcall/internal/gsl/syntax"
)

// An Import is a rule of somebody else's as a rule folder of ours.
type Import struct {
	Definition
	Readme   string
	Tree     *syntax.Rule
	Warnings []*syntax.Error // of parsing
}

var notSlug = regexp.MustCompile(`[^a-z0-9]+`)

// Why a rule cannot be imported before it is read.
var (
	errComputed = errors.New("Terraform computes its logic: write it out, or export the ruleset as JSON")
	errNoLogic  = errors.New("it has no logic")
)

// Folder makes a rule folder of an exported rule: its id, severity, tags and
// the text of its logic are kept. nth serves rules without id or name.
func (f Foreign) Folder(nth int) (*Import, error) {
	switch {
	case f.Computed:
		return nil, errComputed
	case strings.TrimSpace(f.Logic) == "":
		return nil, errNoLogic
	}
	tree, warnings, err := syntax.ParseImported(strings.TrimSpace(f.Logic))
	if err != nil {
		return nil, err
	}
	d := Definition{ID: f.slug(nth), Title: strings.TrimSpace(f.Name), Severity: f.severity(), Category: "imported", GSL: strings.TrimSpace(f.Logic),
		Aliases: []string{}, Imported: true, Compliance: f.tags()}
	if d.Title == "" {
		d.Title = d.ID
	}
	if f.ID != "" {
		d.Aliases = append(d.Aliases, f.ID)
	}
	return &Import{Definition: d, Tree: tree, Warnings: warnings, Readme: f.readme(d.Title)}, nil
}

func (f Foreign) readme(title string) string {
	out := "# " + title + "\n"
	if s := strings.TrimSpace(f.Description); s != "" {
		out += "\n" + s + "\n"
	}
	if s := strings.TrimSpace(f.Remediation); s != "" {
		out += "\n## Fix\n\n" + s + "\n"
	}
	return out
}

// YAML is the folder's rule.yaml.
func (i *Import) YAML() ([]byte, error) {
	return yaml.Marshal(yaml.MapSlice{
		{Key: "id", Value: i.ID}, {Key: "title", Value: i.Title}, {Key: "severity", Value: i.Severity.String()}, {Key: "category", Value: i.Category},
		{Key: "aliases", Value: i.Aliases}, {Key: "imported", Value: true}, {Key: "compliance", Value: i.Compliance}, {Key: "gsl", Value: i.GSL},
	})
}

func (f Foreign) slug(nth int) string {
	for _, name := range []string{f.ID, f.Name} {
		if s := strings.Trim(notSlug.ReplaceAllString(strings.ToLower(name), "-"), "-"); s != "" {
			if s[0] < 'a' {
				s = "rule-" + s
			}
			return strings.Trim(s[:min(len(s), 80)], "-")
		}
	}
	return fmt.Sprintf("rule-%d", nth)
}

// severity is ours that comes nearest; one that is not known counts as medium.
func (f Foreign) severity() Severity {
	if strings.EqualFold(f.Severity, informational) {
		return Low
	}
	if s, err := ParseSeverity(f.Severity); err == nil {
		return s
	}
	return Medium
}

// informational is CloudGuard's severity below low.
const informational = "informational"

// SeverityKnown reports whether the severity is one that CloudGuard has.
func (f Foreign) SeverityKnown() bool {
	_, err := ParseSeverity(f.Severity)
	return err == nil || strings.EqualFold(f.Severity, informational)
}

func (f Foreign) tags() []string {
	out := []string{}
	for _, t := range strings.Split(f.ComplianceTag, "|") {
		if t = strings.TrimSpace(t); t != "" {
			out = append(out, t)
		}
	}
	return out
}
