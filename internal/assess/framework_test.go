package assess

import (
	"testing"

	"github.com/rollcall-iam/rollcall/internal/framework"
)

// A control is met only where somebody keeps its rules: neither exceptions nor
// rules about nobody make it so.
func TestControlStatus(t *testing.T) {
	for _, tt := range []struct {
		name  string
		of    framework.Control
		rules []ControlRule
		want  ControlStatus
	}{
		{"kept", framework.Control{}, []ControlRule{{Pass: 1}, {NotApplicable: 3}}, Met},
		{"about nobody", framework.Control{}, []ControlRule{{NotApplicable: 3}}, Inapplicable},
		{"broken, and more unknown", framework.Control{}, []ControlRule{{Pass: 9, Unknown: 1}, {Fail: 1}}, NotMet},
		{"unknown", framework.Control{}, []ControlRule{{Pass: 9}, {Unknown: 1, Excepted: 1}}, Undecided},
		{"not judged", framework.Control{}, []ControlRule{{Pass: 9}, {Note: "switched off"}}, Undecided},
		{"excepted", framework.Control{}, []ControlRule{{Pass: 9, Excepted: 1}}, Waived},
		{"kept as far as rules look", framework.Control{Rest: "roles"}, []ControlRule{{Pass: 1}}, Undecided},
		{"broken as far as rules look", framework.Control{Rest: "roles"}, []ControlRule{{Fail: 1}}, NotMet},
		{"for people", framework.Control{Manual: "ask"}, nil, Manual},
		{"for nobody here", framework.Control{Out: "networks"}, nil, OutsideTool},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := Control{Rules: tt.rules}
			if got, _ := c.status(&tt.of); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

// Controls that rest on the same findings have them each for itself: what is changed
// in one, as where names are redacted, is not changed in the other.
func TestControlsShareNothing(t *testing.T) {
	same := &tally{own: true, findings: []*Finding{{Rule: "one", Parts: []Part{{ID: "part"}}, Evidence: []Evidence{{Value: "value"}}}}}
	var first, second Control
	first.rest("f 1", same)
	second.rest("f 2", same)
	first.Findings[0].Parts[0].ID, first.Findings[0].Evidence[0].Value = "changed", "changed"
	if f := second.Findings[0]; f.Parts[0].ID != "part" || f.Evidence[0].Value != "value" {
		t.Errorf("%+v", f)
	}
}
