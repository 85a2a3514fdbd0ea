package fix

import (
	"bytes"
	"encoding/json"
	"fmt"
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
	for i, s := range p.Steps {
		if s.Number != i+1 {
			return nil, fmt.Errorf("step %d has the number %d", i+1, s.Number)
		}
		if _, known := calls[s.Call.Action]; !known {
			return nil, fmt.Errorf("step %d calls %q, which no plan does", s.Number, s.Call.Action)
		}
	}
	return p, nil
}
