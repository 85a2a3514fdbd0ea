package fix

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
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
	return p, nil
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
