package assess

import (
	"github.com/rollcall-iam/rollcall/internal/framework"
	"github.com/rollcall-iam/rollcall/internal/rule"
)

// A ControlStatus is what is known of a control.
type ControlStatus string

// The statuses of a control. One is met where nobody is known to break its
// rules, exceptions aside, and nothing is unknown.
const (
	Met         ControlStatus = "met"
	NotMet      ControlStatus = "not met"
	Undecided   ControlStatus = "unknown"
	Manual      ControlStatus = "manual"
	OutsideTool ControlStatus = "out of scope"
)

// A Framework is the judgement of one framework. Controls that are unknown or
// manual are neither met nor evaluated.
type Framework struct {
	ID        string    `json:"id"`
	Title     string    `json:"title"`
	Scope     string    `json:"scope"`
	Met       int       `json:"met"`
	Evaluated int       `json:"evaluated"` // met or not met
	Unknown   int       `json:"unknown"`
	Manual    int       `json:"manual"`
	Outside   int       `json:"outOfScope"`
	Controls  []Control `json:"controls"`
}

// A Control is the judgement of one control.
type Control struct {
	ID     string        `json:"id"`
	Title  string        `json:"title"`
	Status ControlStatus `json:"status"`
	Note   string        `json:"note,omitempty"`  // what to look at, or why nothing is judged
	Basis  string        `json:"basis,omitempty"` // ours, where no published mapping has it
	Rules  []ControlRule `json:"rules"`
	// Fingerprints are of the account's findings that the control rests on, and
	// Findings those of rules with settings of the control's own.
	Fingerprints []string  `json:"fingerprints"`
	Findings     []Finding `json:"findings"`
}

// A ControlRule is a rule as a control uses it.
type ControlRule struct {
	ID            string         `json:"id"`
	Settings      map[string]any `json:"settings,omitempty"` // that the control asks for
	Pass          int            `json:"pass"`
	Fail          int            `json:"fail"`
	Excepted      int            `json:"excepted"`
	NotApplicable int            `json:"notApplicable"`
	Unknown       int            `json:"unknown"`
	Note          string         `json:"note,omitempty"`    // why it was not judged
	Missing       []Gap          `json:"missing,omitempty"` // what leaves it unknown
}

// outcomes are the verdicts of rules by what they are used as.
type outcomes map[*rule.Chosen]*Account

// judged looks a rule's verdicts up: a variant's in an account of its own.
func (t *trial) judged(c *rule.Chosen, variants outcomes) (row *Rule, findings []Finding, own bool) {
	a, own := t.where(c, variants)
	for i := range a.Rules {
		if a.Rules[i].ID == c.ID {
			row = &a.Rules[i]
		}
	}
	for i := range a.Findings {
		if f := &a.Findings[i]; f.Rule == c.ID && (f.Status == Fail || f.Status == Unknown || f.Status == Excepted) {
			findings = append(findings, *f)
		}
	}
	return row, findings, own
}

func (t *trial) where(c *rule.Chosen, variants outcomes) (a *Account, own bool) {
	if a, own = variants[c]; own {
		return a, true
	}
	return t.out, false
}

// missing is what leaves a rule unknown as a whole.
func (t *trial) missing(c *rule.Chosen, variants outcomes) []Gap {
	a, _ := t.where(c, variants)
	for _, m := range a.Unknown {
		if m.Rule == c.ID {
			return m.Missing
		}
	}
	return nil
}

// frameworks judges every control of the run's frameworks.
func (t *trial) frameworks() error {
	variants := outcomes{}
	for _, c := range t.judge.variants {
		scratch := *t
		scratch.out = &Account{ID: t.out.ID}
		if err := scratch.rule(c); err != nil {
			return err
		}
		variants[c.Chosen] = scratch.out
	}
	asked := t.judge.asked
	for _, f := range t.judge.frameworks {
		out := Framework{ID: f.ID, Title: f.Title, Scope: f.Scope}
		for i := range f.Controls {
			c := &f.Controls[i]
			control := t.control(c, asked[:len(c.Rules)], variants)
			asked = asked[len(c.Rules):]
			t.cite(f.ID+" "+c.ID, control.Fingerprints)
			out.add(control)
		}
		t.out.Frameworks = append(t.out.Frameworks, out)
	}
	return nil
}

// control judges one control by the rules it asked for.
func (t *trial) control(c *framework.Control, asked []rule.Asked, variants outcomes) Control {
	out := Control{ID: c.ID, Title: c.Title, Status: Met, Basis: c.Basis, Rules: []ControlRule{}, Fingerprints: []string{}, Findings: []Finding{}}
	switch {
	case c.Manual != "":
		out.Status, out.Note = Manual, c.Manual
	case c.Out != "":
		out.Status, out.Note = OutsideTool, c.Out
	}
	for i, use := range c.Rules {
		r := ControlRule{ID: use.Rule, Settings: use.Settings, Note: asked[i].Off}
		if asked[i].Chosen != nil {
			row, findings, own := t.judged(asked[i].Chosen, variants)
			r.Pass, r.Fail, r.Excepted, r.NotApplicable, r.Unknown = row.Pass, row.Fail, row.Excepted, row.NotApplicable, row.Unknown
			r.Note, r.Missing = row.Note, t.missing(asked[i].Chosen, variants)
			out.cover(findings, own)
		}
		out.weigh(r)
		out.Rules = append(out.Rules, r)
	}
	if c.Rest != "" && out.Status == Met {
		out.Status, out.Note = Undecided, c.Rest
	}
	return out
}

// cover notes the findings that the control rests on.
func (c *Control) cover(findings []Finding, own bool) {
	for _, f := range findings {
		if own {
			c.Findings = append(c.Findings, f)
		} else {
			c.Fingerprints = append(c.Fingerprints, f.Fingerprint)
		}
	}
}

// weigh lets one rule count: a fail outweighs what is unknown, and a rule that
// was not judged is unknown.
func (c *Control) weigh(r ControlRule) {
	switch {
	case r.Fail > 0:
		c.Status = NotMet
	case (r.Unknown > 0 || r.Note != "") && c.Status == Met:
		c.Status = Undecided
	}
}

func (f *Framework) add(c Control) {
	f.Controls = append(f.Controls, c)
	switch c.Status {
	case Met:
		f.Met++
		f.Evaluated++
	case NotMet:
		f.Evaluated++
	case Undecided:
		f.Unknown++
	case Manual:
		f.Manual++
	case OutsideTool:
		f.Outside++
	}
}

// cite notes a control with the findings it rests on.
func (t *trial) cite(control string, fingerprints []string) {
	wanted := map[string]bool{}
	for _, f := range fingerprints {
		wanted[f] = true
	}
	for i := range t.out.Findings {
		if f := &t.out.Findings[i]; wanted[f.Fingerprint] {
			f.Controls = append(f.Controls, control)
		}
	}
}
