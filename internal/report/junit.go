package report

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"github.com/rollcall-iam/rollcall/internal/assess"
	"github.com/rollcall-iam/rollcall/internal/clean"
	"github.com/rollcall-iam/rollcall/internal/noun"
)

// junitWriter writes each account as a suite and each rule as a case, which is
// skipped where it is unknown or judges nobody.
type junitWriter struct {
	w    io.Writer
	open bool
}

func newJUnit(w io.Writer, _ Options) Writer { return &junitWriter{w: w} }

type (
	junitSuite struct {
		XMLName   xml.Name    `xml:"testsuite"`
		Name      string      `xml:"name,attr"`
		Tests     int         `xml:"tests,attr"`
		Failures  int         `xml:"failures,attr"`
		Errors    int         `xml:"errors,attr"`
		Skipped   int         `xml:"skipped,attr"`
		Timestamp string      `xml:"timestamp,attr"`
		Cases     []junitCase `xml:"testcase"`
	}
	junitCase struct {
		Class   string        `xml:"classname,attr"`
		Name    string        `xml:"name,attr"`
		Failure *junitMessage `xml:"failure"`
		Skipped *string       `xml:"skipped"` // why: older schemas know no message of it
		Out     string        `xml:"system-out,omitempty"`
	}
	junitMessage struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr,omitempty"`
		Text    string `xml:",chardata"`
	}
)

func (j *junitWriter) begin() error {
	if j.open {
		return nil
	}
	j.open = true
	_, err := io.WriteString(j.w, xml.Header+"<testsuites name=\"Rollcall\">\n")
	return err
}

func (j *junitWriter) Account(a *assess.Account) error {
	if err := noMatches(a, "junit"); err != nil {
		return err
	}
	if err := j.begin(); err != nil {
		return err
	}
	s := junitSuite{Name: accountName(a), Timestamp: strings.TrimSuffix(a.AssessedAt, "Z")}
	for _, c := range junitCases(a) {
		s.Tests++
		switch {
		case c.Failure != nil:
			s.Failures++
		case c.Skipped != nil:
			s.Skipped++
		}
		s.Cases = append(s.Cases, c)
	}
	enc := xml.NewEncoder(j.w)
	enc.Indent("  ", "  ")
	if err := enc.Encode(s); err != nil {
		return err
	}
	_, err := io.WriteString(j.w, "\n")
	return err
}

// junitCases are the rules, and those that only controls ask for.
func junitCases(a *assess.Account) (out []junitCase) {
	by := map[string][]*assess.Finding{}
	for _, f := range found(a) {
		by[f.Rule] = append(by[f.Rule], f)
	}
	for _, r := range rulesOf(a) {
		out = append(out, junitRule(a, r, by[r.ID]))
	}
	return out
}

func junitRule(a *assess.Account, r *assess.Rule, findings []*assess.Finding) junitCase {
	c := junitCase{Class: "rollcall." + clean.Text(a.ID), Name: r.ID + ": " + clean.Text(r.Title)}
	var failed, waived, unknown []string
	for _, f := range findings {
		line := noted(f) + ": " + clean.Text(f.Message)
		switch f.Status {
		case assess.Fail:
			if f.Change == assess.New {
				line = "new: " + line
			}
			failed = append(failed, line)
		case assess.Excepted:
			waived = append(waived, line)
		case assess.Unknown:
			unknown = append(unknown, line)
		}
	}
	for _, u := range a.Unknown {
		if u.Rule == r.ID {
			unknown = append(unknown, noun.Count(u.Count, "verdict")+": "+why(u))
		}
	}
	switch {
	case len(failed) > 0:
		c.Failure = &junitMessage{fmt.Sprintf("%s: %s", noun.Count(len(failed), "finding"), clean.Text(r.Risk)), r.Severity, strings.Join(failed, "\n")}
	case len(unknown) > 0:
		c.Skipped = new(noun.Count(len(unknown), "reason") + " why it is unknown:\n" + strings.Join(unknown, "\n"))
	case r.Note != "":
		c.Skipped = new("applies to nobody yet: " + clean.Text(r.Note))
	case r.Pass+r.Excepted == 0:
		c.Skipped = new("judged nobody")
	}
	if len(failed) > 0 && len(unknown) > 0 {
		waived = append(waived, unknown...)
	}
	c.Out = strings.Join(waived, "\n")
	return c
}

func (j *junitWriter) Close(assess.Footer) error {
	if err := j.begin(); err != nil {
		return err
	}
	_, err := io.WriteString(j.w, "</testsuites>\n")
	return err
}
