package report

import (
	"errors"
	"fmt"
	"io"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/rollcall-iam/rollcall/internal/assess"
)

// ErrNoAssessment is that a file is no assessment.
var ErrNoAssessment = errors.New("it is no assessment, such as rollcall scan -o findings.json writes")

// Read reads an assessment in JSON, account by account: use gets each and may
// keep it. It returns what all accounts together show.
func Read(r io.Reader, use func(*assess.Account) error) (assess.Footer, error) {
	in := &reading{dec: jsontext.NewDecoder(r, jsontext.AllowInvalidUTF8(true)), use: use}
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
	_, err := in.dec.ReadToken()
	switch {
	case err != nil:
		return in.footer, err
	case !in.known:
		return in.footer, ErrNoAssessment
	}
	return in.footer, nil
}

// inWords is an error of the JSON reader without words of Go.
func inWords(err error) error {
	var semantic *json.SemanticError
	if !errors.As(err, &semantic) || semantic.Err != nil {
		return err
	}
	return fmt.Errorf("in %s: found a %s where another kind of value belongs", semantic.JSONPointer, semantic.JSONKind)
}

type reading struct {
	dec    *jsontext.Decoder
	use    func(*assess.Account) error
	known  bool // it said that it is an assessment
	footer assess.Footer
}

func (in *reading) member(name string) error {
	switch name {
	case "schema":
		var schema string
		if err := json.UnmarshalDecode(in.dec, &schema); err != nil || schema != assess.Schema {
			return ErrNoAssessment
		}
		in.known = true
	case "accounts":
		if !in.known {
			return ErrNoAssessment
		}
		return in.accounts()
	case "staleSafelist":
		return json.UnmarshalDecode(in.dec, &in.footer.StaleSafelist)
	case "staleExceptions":
		return json.UnmarshalDecode(in.dec, &in.footer.StaleExceptions)
	case "expired":
		return json.UnmarshalDecode(in.dec, &in.footer.Expired)
	case "off":
		return json.UnmarshalDecode(in.dec, &in.footer.Off)
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
		if err := json.UnmarshalDecode(in.dec, &a); err != nil {
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
	rules := map[string]bool{}
	for i := range a.Rules {
		rules[a.Rules[i].ID] = true
	}
	for i := range a.Findings {
		f := &a.Findings[i]
		switch {
		case !rules[f.Rule]:
			return fmt.Errorf("account %q: a finding is of rule %q, which is not among the rules", a.ID, f.Rule)
		case severityRank(f.Severity) < 0:
			return fmt.Errorf("account %q: a finding of rule %q has severity %q", a.ID, f.Rule, f.Severity)
		}
	}
	return nil
}
