package rule

import (
	"fmt"

	"github.com/goccy/go-yaml/ast"

	"github.com/rollcall-iam/rollcall/internal/iam"
	"github.com/rollcall-iam/rollcall/internal/match"
)

// An Exception waives a rule for some resources, with who answers for it.
type Exception struct {
	Rule          string `yaml:"rule"` // an id or alias; an alias of several rules means all of them
	match.Pattern `yaml:",inline"`
	Owner         string `yaml:"owner"`
	Reason        string `yaml:"reason"`
	Ticket        string `yaml:"ticket"`
	Expires       Date   `yaml:"expires"`
}

// UnmarshalYAML reads an exception, whose names may look like numbers.
func (e *Exception) UnmarshalYAML(n ast.Node) error {
	type plain Exception
	return DecodeNode(worded(n), (*plain)(e))
}

// String is the exception as people know it.
func (e *Exception) String() string { return e.Rule + " for " + e.Pattern.String() }

// A Waiver is an exception ready to be used, on any rule it is for.
type Waiver struct {
	Exception
	matcher *match.Matcher
	Standing
}

// readExceptions checks the exceptions of all files and gives each to its rules.
func (s *selecting) readExceptions() error {
	s.waivers = map[string][]*Waiver{}
	for _, c := range s.layers {
		for i, e := range c.Exceptions {
			rules, m, err := s.set.exception(e)
			if err != nil {
				return c.at(fmt.Sprintf("$.exceptions[%d]", i), fmt.Errorf("exception %d: %w", i+1, err))
			}
			w := &Waiver{Exception: e, matcher: m}
			s.out.Waivers = append(s.out.Waivers, w)
			for _, r := range rules {
				s.waivers[r.ID] = append(s.waivers[r.ID], w)
			}
		}
	}
	return nil
}

// exception finds the rules that an exception is for, and whom it covers.
func (set *Set) exception(e Exception) ([]*Rule, *match.Matcher, error) {
	rules, err := set.Named(e.Rule)
	if err != nil {
		return nil, nil, err
	}
	m, err := e.Compile()
	return rules, m, err
}

// Matched is what exceptions are compared with: a user, or another resource in
// a user's shape, which no pattern for a user's name means.
type Matched struct {
	*iam.User
	IsUser bool
}

// Anybody stands for resources that are not known.
var Anybody = Matched{}

// covers reports whether the exception is for a resource.
func (w *Waiver) covers(m Matched) iam.Fact[bool] {
	switch {
	case m.User == nil:
		return iam.Fact[bool]{}
	case !m.IsUser && w.User != "":
		return iam.Is(false)
	}
	return w.matcher.Match(m.User)
}

// Waive says of a resource that breaks the rule which exception covers it at a
// time, and which did until it expired; nil for none. unknown is set where
// whether an exception covers it depends on a fact that was not read.
func (c *Chosen) Waive(m Matched, now iam.Time) (by, expired *Waiver, unknown bool) {
	for _, w := range c.Waivers {
		switch hit := w.covers(m); {
		case hit.State != iam.Known:
			w.unsure, unknown = true, unknown || !w.Expires.Over(now)
		case !hit.Value:
		case w.Expires.Over(now):
			w.matched, w.expired, expired = true, true, w
		default:
			w.matched, by = true, w
		}
	}
	return by, expired, unknown && by == nil
}

// Unsure notes a resource of which it is not known whether it breaks the rule:
// an exception that may be for it may have its use.
func (c *Chosen) Unsure(m Matched) {
	for _, w := range c.Waivers {
		if w.covers(m) != iam.Is(false) {
			w.unsure = true
		}
	}
}
