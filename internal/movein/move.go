package movein

import (
	"bytes"
	"fmt"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/rollcall-iam/rollcall/internal/match"
	"github.com/rollcall-iam/rollcall/internal/rule"
)

// A Move collects what files of other tools say, in our words.
type Move struct {
	set      *rule.Set
	files    []string
	file     string // the one being read
	claims   []claim
	approved []approval
	waived   []waiver
	// Lost is what has no counterpart, and Kept what is taken though entries say
	// it differently, or ours means a little else.
	Lost, Kept []string
	Others     int // entries about other services
}

// A claim is what an entry of a file says of a rule.
type claim struct {
	rule     *rule.Rule
	by, file string
	on       *bool // nil where the entry does not say
	severity rule.Severity
	settings []setting
	// together are the ids that must all be off before the rule is; empty where
	// this entry is enough.
	together []string
}

type setting struct {
	name  string
	value any // as YAML has it
}

// An approval is an entry of the safelist, a waiver an exception; by says who
// made it.
type approval struct {
	match.Pattern
	by []string
}

type waiver struct {
	rule *rule.Rule
	match.Pattern
	reason string
	by     []string
	id     string // the entry's, for those that speak of one rule under several ids
	file   string
}

// New begins a move to the rules of a set.
func New(set *rule.Set) *Move { return &Move{set: set} }

// errNone is for a file of another kind.
const errNone = "none of what can be imported: a Cloud Conformity profile (ruleSettings, included or scanRules), " +
	"a ScoutSuite ruleset (rules by file name) or exceptions file, a Scout2 ruleset (findings-iam.NAME.json) or a Prowler mutelist (Mutelist)"

// Read takes in a file; name is for messages.
func (m *Move) Read(name string, text []byte) error {
	text = bytes.TrimSpace(bytes.TrimPrefix(text, []byte("\ufeff")))
	m.file = name
	known, err := m.read(text)
	switch {
	case err != nil:
		return fmt.Errorf("reading %q: %w", name, err)
	case !known:
		return fmt.Errorf("reading %q: it is %s", name, errNone)
	}
	m.files = append(m.files, name)
	return nil
}

// read hands a file to the first tool that knows its own.
func (m *Move) read(text []byte) (known bool, err error) {
	if list, ok := exceptionsOf(text); ok {
		return true, m.scoutExceptions(list)
	}
	if !bytes.HasPrefix(text, []byte("{")) {
		return m.prowler(text)
	}
	top := map[string]jsontext.Value{}
	if err := decode(text, &top); err != nil {
		return false, err
	}
	for _, tool := range []func(map[string]jsontext.Value) (bool, error){m.conformity, m.scoutRuleset, m.scout2, m.scoutPlainExceptions} {
		if known, err := tool(top); known || err != nil {
			return known, err
		}
	}
	if top["rules"].Kind() == '[' {
		return false, fmt.Errorf("it has a list of rules, as a CloudGuard ruleset does, which rollcall rules import takes; this is %s", errNone)
	}
	return m.prowler(text)
}

// decode reads JSON as other tools write it.
func decode(text []byte, v any) error {
	return json.Unmarshal(text, v, jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
}

// lose notes what has no counterpart.
func (m *Move) lose(entry, format string, args ...any) {
	m.Lost = append(m.Lost, fmt.Sprintf("%s: %s: %s", m.file, entry, fmt.Sprintf(format, args...)))
}

// say adds a claim, without the settings that the rule would refuse.
func (m *Move) say(c claim) {
	c.file = m.file
	good := c.settings[:0:0]
	for _, s := range c.settings {
		if _, err := c.rule.Settle(map[string]any{s.name: s.value}); err != nil {
			m.lose(c.by, "%v", err)
			continue
		}
		good = append(good, s)
	}
	c.settings = good
	m.claims = append(m.claims, c)
}

// waive adds an exception, unless it could not be used.
func (m *Move) waive(w waiver) {
	if _, err := w.Compile(); err != nil {
		m.lose(w.id, "%v", err)
		return
	}
	w.file = m.file
	w.by = []string{w.id + " in " + m.file}
	m.waived = append(m.waived, w)
}

func (m *Move) approve(p match.Pattern, by string) {
	if _, err := p.Compile(); err != nil {
		m.lose(by, "%v", err)
		return
	}
	m.approved = append(m.approved, approval{p, []string{by + " in " + m.file}})
}

// named are the rules that an id of another tool means, none where we have none.
func (m *Move) named(id string) []*rule.Rule {
	rules, err := m.set.Named(id)
	if err != nil {
		return nil
	}
	return rules
}
