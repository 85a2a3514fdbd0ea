package report

import (
	"encoding/csv"
	"io"
	"strings"

	"github.com/rollcall-iam/rollcall/internal/assess"
	"github.com/rollcall-iam/rollcall/internal/clean"
	"github.com/rollcall-iam/rollcall/internal/noun"
)

// csvWriter writes one finding a row. No cell can become a formula.
type csvWriter struct {
	w      *csv.Writer
	headed bool
}

func newCSV(w io.Writer, _ Options) Writer { return &csvWriter{w: csv.NewWriter(w)} }

var csvHeader = []string{"account", "alias", "rule", "severity", "status", "resource_type", "resource", "arn", "message", "parts", "fingerprint", "change"}

func (c *csvWriter) head(columns []string) {
	if !c.headed {
		c.headed = true
		_ = c.w.Write(columns) // errors stay until Flush
	}
}

func (c *csvWriter) Account(a *assess.Account) error {
	if len(a.Frameworks) > 0 {
		c.head(matrixHeader)
		c.matrix(a)
		c.w.Flush()
		return c.w.Error()
	}
	c.head(csvHeader)
	for _, f := range a.Findings {
		var parts []string
		for _, p := range f.Parts {
			parts = append(parts, p.Text)
		}
		c.row(a.ID, a.Alias, f.Rule, f.Severity, string(f.Status), f.Resource.Type, f.Resource.Name, f.Resource.ARN, f.Message, strings.Join(parts, "; "), f.Fingerprint, string(f.Change))
	}
	for _, m := range a.Unknown {
		c.row(a.ID, a.Alias, m.Rule, "", string(assess.Unknown), "", "", "", noun.Count(m.Count, "verdict")+" unknown: "+why(m), "", "", "")
	}
	if a.Baseline != nil {
		for _, d := range a.Baseline.Gone {
			f := &d.Finding
			c.row(a.ID, a.Alias, f.Rule, f.Severity, "", f.Resource.Type, f.Resource.Name, f.Resource.ARN, strings.Trim(f.Message+"; "+d.Why, "; "), "", f.Fingerprint, string(d.Change))
		}
	}
	c.w.Flush()
	return c.w.Error()
}

func (c *csvWriter) Close(assess.Footer) error {
	c.head(csvHeader)
	c.w.Flush()
	return c.w.Error()
}

func (c *csvWriter) row(cells ...string) {
	for i, s := range cells {
		cells[i] = noFormula(clean.Text(s))
	}
	_ = c.w.Write(cells) // errors stay until Flush
}

// noFormula puts a quote before what a spreadsheet would run.
func noFormula(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}
