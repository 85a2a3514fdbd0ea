package report

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/rollcall-iam/rollcall/internal/assess"
	"github.com/rollcall-iam/rollcall/internal/bounded"
	"github.com/rollcall-iam/rollcall/internal/clean"
)

// ErrNoAssessment is that a file is no assessment.
var ErrNoAssessment = errors.New("it is no assessment, such as rollcall scan -o findings.json writes")

// Read reads an assessment in JSON, account by account: use gets each and may
// keep it. It returns what all accounts together show.
func Read(r io.Reader, use func(*assess.Account) error) (assess.Footer, error) {
	in := &reading{dec: jsontext.NewDecoder(r, jsontext.AllowInvalidUTF8(true)), use: use, options: dense()}
	if in.dec.PeekKind() != '{' {
		return in.footer, ErrNoAssessment
	}
	if _, err := in.dec.ReadToken(); err != nil {
		return in.footer, err
	}
	for in.dec.PeekKind() == '"' {
		name, err := in.dec.ReadToken()
		if err != nil {
			return in.footer, err
		}
		if err := in.member(name.String()); err != nil {
			return in.footer, inWords(err)
		}
	}
	if _, err := in.dec.ReadToken(); err != nil {
		return in.footer, err
	}
	if !in.known || !in.listed {
		return in.footer, ErrNoAssessment
	}
	if _, err := in.dec.ReadToken(); !errors.Is(err, io.EOF) {
		return in.footer, errors.New("more follows after the assessment: it is one JSON object a file")
	}
	return in.footer, nil
}

// dense refuses a file whose values are smaller than those that are always
// written, by their bytes at least.
func dense() json.Options {
	var d bounded.Density
	return json.WithUnmarshalers(json.JoinUnmarshalers(
		bounded.Least[assess.Finding](&d, 100), bounded.Least[assess.Rule](&d, 100), bounded.Least[assess.Card](&d, 20), bounded.Least[assess.Fact](&d, 10),
		bounded.Least[assess.Item](&d, 8), bounded.Least[assess.Part](&d, 15), bounded.Least[assess.Evidence](&d, 30), bounded.Least[assess.Source](&d, 15),
		bounded.Least[assess.Missing](&d, 25), bounded.Least[assess.Gap](&d, 15), bounded.Least[assess.Framework](&d, 30), bounded.Least[assess.Control](&d, 20),
		bounded.Least[assess.Difference](&d, 50), bounded.Least[assess.ControlRule](&d, 10), bounded.Least[assess.Entry](&d, 30), bounded.Least[assess.Off](&d, 30)))
}

// inWords is an error of the JSON reader without words of Go.
func inWords(err error) error {
	var semantic *json.SemanticError
	switch {
	case !errors.As(err, &semantic):
		return err
	case errors.Is(semantic.Err, bounded.ErrDense):
		return fmt.Errorf("in %s: %w", semantic.JSONPointer, bounded.ErrDense)
	case semantic.Err != nil && semantic.JSONKind != '0' && semantic.JSONKind != '"':
		return err
	}
	return fmt.Errorf("in %s: found a %s where another kind of value belongs", semantic.JSONPointer, semantic.JSONKind)
}

type reading struct {
	dec     *jsontext.Decoder
	use     func(*assess.Account) error
	options json.Options
	known   bool // it said that it is an assessment
	listed  bool // it had accounts
	footer  assess.Footer
}

func (in *reading) member(name string) error {
	switch name {
	case "schema":
		var schema string
		if err := json.UnmarshalDecode(in.dec, &schema); err != nil {
			return ErrNoAssessment
		}
		if schema != assess.Schema {
			return fmt.Errorf("its schema is %q, and this version reads %s", schema, assess.Schema)
		}
		in.known = true
	case "accounts":
		in.listed = true
		return in.accounts()
	case "staleSafelist":
		return json.UnmarshalDecode(in.dec, &in.footer.StaleSafelist)
	case "staleExceptions":
		return json.UnmarshalDecode(in.dec, &in.footer.StaleExceptions)
	case "notScanned":
		return json.UnmarshalDecode(in.dec, &in.footer.NotScanned)
	case "expired":
		return json.UnmarshalDecode(in.dec, &in.footer.Expired)
	case "entries":
		return json.UnmarshalDecode(in.dec, &in.footer.Entries, in.options)
	case "off":
		return json.UnmarshalDecode(in.dec, &in.footer.Off, in.options)
	default:
		return in.dec.SkipValue()
	}
	return nil
}

func (in *reading) accounts() error {
	if t, err := in.dec.ReadToken(); err != nil || t.Kind() != '[' {
		return errors.Join(err, errors.New("accounts is not a list"))
	}
	for in.dec.PeekKind() != ']' {
		var a assess.Account
		if err := json.UnmarshalDecode(in.dec, &a, in.options); err != nil {
			return err
		}
		if err := checked(&a); err != nil {
			return err
		}
		if err := in.use(&a); err != nil {
			return err
		}
	}
	_, err := in.dec.ReadToken()
	return err
}

// checked refuses what no assessment has, and what formats count on.
func checked(a *assess.Account) error {
	if _, err := time.Parse(time.RFC3339, a.AssessedAt); err != nil {
		return fmt.Errorf("account %q: assessedAt is %q, expected a time such as 2026-11-20T08:00:00Z", a.ID, a.AssessedAt)
	}
	lists := findingLists(a)
	for _, list := range lists {
		if slices.Contains(list, nil) {
			return fmt.Errorf("account %q: a finding is null", a.ID)
		}
	}
	for _, text := range ours(a) {
		if strings.IndexFunc(text, clean.Hidden) >= 0 {
			return fmt.Errorf("account %q: %q holds letters that are not shown, which no assessment has there", a.ID, text)
		}
	}
	prints := map[string]bool{}
	for _, f := range a.Findings {
		if f.Fingerprint != "" && prints[f.Fingerprint] {
			return fmt.Errorf("account %q: two findings have the fingerprint %q", a.ID, f.Fingerprint)
		}
		prints[f.Fingerprint] = true
	}
	rules := ruleByID(a)
	for _, f := range slices.Concat(lists...) {
		if rules[f.Rule] == nil {
			return fmt.Errorf("account %q: a finding is of rule %q, which is not among the rules", a.ID, f.Rule)
		}
		if err := sound(a, f); err != nil {
			return err
		}
	}
	if a.Baseline == nil {
		return nil
	}
	for i := range a.Baseline.Gone {
		if err := sound(a, &a.Baseline.Gone[i].Finding); err != nil {
			return err
		}
	}
	return nil
}

// findingLists are the account's findings, and those of each control that has its
// own.
func findingLists(a *assess.Account) [][]*assess.Finding {
	out := [][]*assess.Finding{a.Findings}
	for _, f := range a.Frameworks {
		for _, c := range f.Controls {
			if len(c.Findings) > 0 {
				out = append(out, c.Findings)
			}
		}
	}
	return out
}

// ours are texts that do not come from the account: reports write them as they
// are.
func ours(a *assess.Account) []string {
	out := []string{a.Clock, a.CollectedAt}
	for _, s := range a.Sources {
		out = append(out, s.Name, s.State, s.At)
	}
	for _, r := range slices.Concat(a.Rules, a.Variants) {
		out = append(out, r.ID, r.Title, r.Risk, r.Action, r.Category, r.Severity, r.Note)
		out = append(out, r.Aliases...)
	}
	for i := range a.Unknown {
		out = append(out, a.Unknown[i].Rule)
	}
	for _, f := range a.Frameworks {
		out = append(out, f.ID, f.Title, f.Scope)
		for _, c := range f.Controls {
			out = append(out, c.ID, c.Title, string(c.Status), c.Note, c.Basis)
			for _, r := range c.Rules {
				out = append(out, r.ID, r.Note, r.Basis)
			}
		}
	}
	for _, f := range a.Findings {
		out = append(out, f.Resource.Type, f.Resource.Note)
	}
	return out
}

// sound is what every finding has.
func sound(a *assess.Account, f *assess.Finding) error {
	switch {
	case severityRank(f.Severity) < 0:
		return fmt.Errorf("account %q: a finding of rule %q has severity %q", a.ID, f.Rule, f.Severity)
	case f.Was != "" && severityRank(f.Was) < 0:
		return fmt.Errorf("account %q: a finding of rule %q was of severity %q", a.ID, f.Rule, f.Was)
	case !slices.Contains(assess.Statuses, f.Status):
		return fmt.Errorf("account %q: a finding of rule %q has status %q", a.ID, f.Rule, f.Status)
	}
	return nil
}
