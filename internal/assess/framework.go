package assess

import (
	"slices"

	"github.com/rollcall-iam/rollcall/internal/framework"
	"github.com/rollcall-iam/rollcall/internal/rule"
)

// A ControlStatus is what is known of a control.
type ControlStatus string

// The statuses of a control. One is met where somebody keeps its rules, nobody
// breaks them and nothing is unknown. It is excepted where only exceptions
// stand against that, and not applicable where its rules are about nobody.
const (
	Met          ControlStatus = "met"
	NotMet       ControlStatus = "not met"
	Waived       ControlStatus = "excepted"
	Undecided    ControlStatus = "unknown"
	Inapplicable ControlStatus = "not applicable"
	Manual       ControlStatus = "manual"
	OutsideTool  ControlStatus = "out of scope"
)

// A Framework is the judgement of one framework. Only controls that are met or
// not met are evaluated.
type Framework struct {
	ID           string    `json:"id"`
	Title        string    `json:"title"`
	Scope        string    `json:"scope"`
	Met          int       `json:"met"`
	Evaluated    int       `json:"evaluated"` // met or not met
	Waived       int       `json:"excepted"`
	Unknown      int       `json:"unknown"`
	Inapplicable int       `json:"notApplicable"`
	Manual       int       `json:"manual"`
	Outside      int       `json:"outOfScope"`
	Controls     []Control `json:"controls"`
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
	Fingerprints []string   `json:"fingerprints"`
	Findings     []*Finding `json:"findings"`
}

// A ControlRule is a rule as a control uses it.
type ControlRule struct {
	ID            string         `json:"id"`
	Settings      map[string]any `json:"settings,omitempty"` // that the control asks for
	Basis         string         `json:"basis,omitempty"`    // ours, where no published mapping has the rule here
	Pass          int            `json:"pass"`
	Fail          int            `json:"fail"`
	Excepted      int            `json:"excepted"`
	NotApplicable int            `json:"notApplicable"`
	Unknown       int            `json:"unknown"`
	Note          string         `json:"note,omitempty"`    // why it was not judged
	Missing       []Gap          `json:"missing,omitempty"` // what leaves it unknown
}

// A tally is what became of a rule, as controls see it.
type tally struct {
	row      *Rule
	findings []*Finding // those that a control rests on
	missing  []Gap      // what leaves the rule unknown as a whole
	own      bool       // with settings of the control's own: its findings stand nowhere else
}

type tallies map[*rule.Chosen]*tally

// add takes in an account that was judged by these rules, in their order.
func (t tallies) add(a *Account, own bool, rules ...*compiled) {
	byID := map[string]*tally{}
	for i, c := range rules {
		byID[c.ID] = &tally{row: &a.Rules[i], own: own}
		t[c.Chosen] = byID[c.ID]
	}
	for _, f := range a.Findings {
		if f.Status == Fail || f.Status == Unknown || f.Status == Excepted {
			byID[f.Rule].findings = append(byID[f.Rule].findings, f)
		}
	}
	for _, m := range a.Unknown {
		byID[m.Rule].missing = m.Missing
	}
}

// tallies are those of the run's rules and of the variants that controls ask
// for, each variant in an account of its own.
func (t *trial) tallies() (tallies, error) {
	out := tallies{}
	out.add(t.out, false, t.judge.rules...)
	for _, c := range t.judge.variants {
		scratch := *t
		scratch.out = &Account{ID: t.out.ID}
		if err := scratch.rules(c); err != nil {
			return nil, err
		}
		out.add(scratch.out, true, c)
		t.out.Variants = append(t.out.Variants, scratch.out.Rules...)
	}
	return out, nil
}

// frameworks judges every control of the run's frameworks.
func (t *trial) frameworks() error {
	if len(t.judge.frameworks) == 0 {
		return nil
	}
	all, err := t.tallies()
	if err != nil {
		return err
	}
	asked := t.judge.asked
	for _, f := range t.judge.frameworks {
		out := Framework{ID: f.ID, Title: f.Title, Scope: f.Scope}
		for i := range f.Controls {
			c := &f.Controls[i]
			out.add(all.control(f.ID, c, asked[:len(c.Rules)]))
			asked = asked[len(c.Rules):]
		}
		t.out.Frameworks = append(t.out.Frameworks, out)
	}
	return nil
}

// control judges one control of a framework by the rules it asked for.
func (t tallies) control(of string, c *framework.Control, asked []rule.Asked) Control {
	out := Control{ID: c.ID, Title: c.Title, Basis: c.Basis, Rules: []ControlRule{}, Fingerprints: []string{}, Findings: []*Finding{}}
	for i, use := range c.Rules {
		r := ControlRule{ID: use.Rule, Settings: use.Settings, Basis: use.Basis, Note: asked[i].Off}
		if asked[i].Chosen != nil {
			x := t[asked[i].Chosen]
			r.Pass, r.Fail, r.Excepted, r.NotApplicable, r.Unknown = x.row.Pass, x.row.Fail, x.row.Excepted, x.row.NotApplicable, x.row.Unknown
			r.Note, r.Missing = x.row.Note, slices.Clone(x.missing) // each control's own, as they are changed where they are redacted
			out.rest(of+" "+c.ID, x)
		}
		out.Rules = append(out.Rules, r)
	}
	out.Status, out.Note = out.status(c)
	return out
}

// rest notes the findings that the control rests on, and the control with
// those of the account.
func (c *Control) rest(name string, on *tally) {
	for _, f := range on.findings {
		if on.own {
			own := *f
			own.Parts, own.Evidence = slices.Clone(f.Parts), slices.Clone(f.Evidence)
			c.Findings = append(c.Findings, &own)
			continue
		}
		c.Fingerprints = append(c.Fingerprints, f.Fingerprint)
		if !slices.Contains(f.Controls, name) {
			f.Controls = append(f.Controls, name)
		}
	}
}

// status is what its rules make of a control, and what to look at besides. A
// rule that was not judged is unknown.
func (c *Control) status(of *framework.Control) (ControlStatus, string) {
	switch {
	case of.Manual != "":
		return Manual, of.Manual
	case of.Out != "":
		return OutsideTool, of.Out
	}
	var sum ControlRule
	for _, r := range c.Rules {
		sum.Pass, sum.Fail, sum.Excepted, sum.Unknown = sum.Pass+r.Pass, sum.Fail+r.Fail, sum.Excepted+r.Excepted, sum.Unknown+r.Unknown
		if r.Note != "" {
			sum.Unknown++
		}
	}
	switch {
	case sum.Fail > 0:
		return NotMet, ""
	case sum.Unknown > 0:
		return Undecided, ""
	case sum.Excepted > 0:
		return Waived, ""
	case of.Rest != "":
		return Undecided, of.Rest
	case sum.Pass > 0:
		return Met, ""
	}
	return Inapplicable, ""
}

func (f *Framework) add(c Control) {
	f.Controls = append(f.Controls, c)
	switch c.Status {
	case Met:
		f.Met++
		f.Evaluated++
	case NotMet:
		f.Evaluated++
	case Waived:
		f.Waived++
	case Undecided:
		f.Unknown++
	case Inapplicable:
		f.Inapplicable++
	case Manual:
		f.Manual++
	case OutsideTool:
		f.Outside++
	}
}
