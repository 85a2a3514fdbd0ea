package fix

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Read reads a plan's JSON. What does not belong into a plan is an error, for
// somebody may have changed it by hand.
func Read(text []byte) (*Plan, error) {
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	p := &Plan{}
	if err := dec.Decode(p); err != nil {
		return nil, fmt.Errorf("at byte %d: %w", dec.InputOffset(), err)
	}
	if p.Schema != Schema {
		return nil, fmt.Errorf("it is of the form %q, and this program reads %s", p.Schema, Schema)
	}
	if err := checkAll("the start", p.Start); err != nil {
		return nil, err
	}
	for i, s := range p.Steps {
		if err := checkAll(fmt.Sprintf("step %d", i+1), s.Needs, s.Leaves); err != nil {
			return nil, err
		}
		if s.Undo != nil && calls[s.Undo.Action] == nil {
			return nil, fmt.Errorf("step %d is undone by %q, which no plan does", i+1, s.Undo.Action)
		}
		if s.Number != i+1 {
			return nil, fmt.Errorf("step %d has the number %d", i+1, s.Number)
		}
		if _, known := calls[s.Call.Action]; !known {
			return nil, fmt.Errorf("step %d calls %q, which no plan does", s.Number, s.Call.Action)
		}
	}
	return p, checkTexts(p)
}

// arguments are those that calls of plans have.
var arguments = append([]string{argUser, argGroup, argPolicy, argARN, argDocument, argKey, argStatus, argPath, argSerial, argBoundary, argTags, argReset,
	argLength, argMaxAge, argRemember, "CertificateId", "SSHPublicKeyId", "ServiceSpecificCredentialId", "SSHPublicKeyBody", "CertificateBody"}, switches...)

// checkTexts refuses arguments that no call has, and texts that the aws CLI would not
// take as they are: it reads the file, or the page, that a value such as
// file:///etc/passwd names. Nothing in IAM has such a name.
func checkTexts(p *Plan) error {
	if err := checkRests("the start", p.Start); err != nil {
		return err
	}
	for _, s := range p.Steps {
		for _, call := range []*Call{&s.Call, s.Undo} {
			if call == nil {
				continue
			}
			for name, value := range call.Args {
				if !slices.Contains(arguments, name) {
					return fmt.Errorf("step %d has the argument %q, which no plan has", s.Number, name)
				}
				if fetched(value) {
					return fmt.Errorf("step %d has the value %q, which the aws CLI would read from where it says: nothing in IAM is called so", s.Number, value)
				}
			}
		}
		if err := checkRests(fmt.Sprintf("step %d", s.Number), s.Needs, s.Leaves); err != nil {
			return err
		}
	}
	return nil
}

// checkRests is checkTexts for conditions.
func checkRests(where string, lists ...[]Condition) error {
	for _, list := range lists {
		for _, c := range list {
			if i := slices.IndexFunc(c.Is, fetched); i >= 0 {
				return fmt.Errorf("%s rests on %q, which the aws CLI would read from where it says: nothing in IAM is called so", where, c.Is[i])
			}
			if fetched(c.Name) {
				return fmt.Errorf("%s rests on %q, which the aws CLI would read from where it says: nothing in IAM is called so", where, c.Name)
			}
		}
	}
	return nil
}

// fetched reports whether the aws CLI reads a value from a file or a page.
func fetched(value string) bool {
	return slices.ContainsFunc([]string{"file://", "fileb://", "http://", "https://"}, func(prefix string) bool { return strings.HasPrefix(value, prefix) })
}

// ofOne reports a fact that is about one thing, which a condition must name.
func ofOne(fact string) bool {
	kind := kindOf(fact)
	return kind != nil && fact != kind.all || slices.Contains([]string{FactKeyIdle, FactPassIdle, FactPassword, FactDocument}, fact)
}

// checkAll refuses conditions that no plan has.
func checkAll(where string, lists ...[]Condition) error {
	for _, c := range slices.Concat(lists...) {
		_, known := reads[[2]string{c.Kind, c.Fact}]
		switch {
		case !known:
			return fmt.Errorf("%s asks for %q of a %s, which no plan does", where, c.Fact, c.Kind)
		case len(c.Is) != 1 && ofOne(c.Fact):
			return fmt.Errorf("%s asks for %s of %s %q and does not say which", where, c.Fact, c.Kind, c.Name)
		}
	}
	return nil
}
