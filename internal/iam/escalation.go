package iam

import (
	"strings"

	"github.com/rollcall-iam/rollcall/internal/iam/policy"
)

// An Escalation is a way by which a user can give themselves more than they
// were granted.
type Escalation struct {
	Method      string   // the actions it takes, such as iam:PassRole to ec2 and ec2:RunInstances
	Policies    []string // the policies that allow one of them
	Conditional bool     // an action it takes is allowed under a condition only
}

// String is the method with the policies.
func (e *Escalation) String() string {
	s := e.Method + " by " + strings.Join(e.Policies, ", ")
	if e.Conditional {
		s += " under a condition"
	}
	return s
}

// Escalations returns the ways by which a user can come to more than they were
// granted, less what plain denials and the boundary take away, or why that
// cannot be told.
func (v *View) Escalations(u *Subject) ([]Escalation, *Gap) {
	if u.Root {
		return nil, nil
	}
	grants, gap := v.Grants(u)
	if gap != nil {
		return nil, gap
	}
	var any stepSet
	for i := range grants {
		if grants[i].Document == nil {
			return nil, grants[i].Gap
		}
		any |= v.risksOf(grants[i].Document).allowed
	}
	if any == 0 { // as for nearly everybody
		return nil, nil
	}
	c := &climber{View: v, user: u.User, grants: grants}
	c.boundary, gap = v.boundary(u.User)
	c.mayBeBounded = c.boundary != nil || gap != nil
	out := c.escalations()
	if gap != nil && len(out) > 0 { // the boundary may close the ways there are
		return nil, gap
	}
	return out, nil
}

// A climber is a user of whom the ways to more are sought.
type climber struct {
	*View
	user     *User
	grants   []Grant
	boundary *policy.Document // nil for none
	found    [64]strength     // by step, where it was asked for
	asked    stepSet

	mayBeBounded bool // there is a boundary, or there may be
}

// strength is how well something is allowed.
type strength uint8

const (
	notAllowed strength = iota
	conditionally
	plainly
)

func (c *climber) escalations() (out []Escalation) {
	for _, m := range methods {
		if best, weakest := c.take(m); weakest != notAllowed {
			out = append(out, c.escalation(best, weakest))
		}
	}
	return out
}

// take chooses the step of each choice that is allowed best, and says how well
// the worst of them is.
func (c *climber) take(m [][]int) (taken []int, weakest strength) {
	weakest = plainly
	for _, choice := range m {
		best := choice[0]
		for _, s := range choice {
			if c.way(s) > c.way(best) {
				best = s
			}
		}
		if weakest = min(weakest, c.way(best)); weakest == notAllowed {
			return nil, notAllowed
		}
		taken = append(taken, best)
	}
	return taken, weakest
}

func (c *climber) escalation(taken []int, weakest strength) Escalation {
	var set stepSet
	names := make([]string, len(taken))
	for i, s := range taken {
		set |= 1 << s
		names[i] = steps[s].name
	}
	return Escalation{Method: strings.Join(names, " and "), Conditional: weakest == conditionally, Policies: c.policies(set)}
}

// policies names those that allow one of some steps.
func (c *climber) policies(taken stepSet) (out []string) {
	for i := range c.grants {
		for _, r := range c.risksOf(c.grants[i].Document).statements {
			if r.Allow && r.set&taken != 0 && c.allowsSome(r, r.set&taken) {
				out = append(out, c.grants[i].String())
				break
			}
		}
	}
	return out
}

func (c *climber) allowsSome(r risk, taken stepSet) bool {
	for i := range steps {
		if taken&(1<<i) == 0 {
			continue
		}
		for _, t := range c.targets(steps[i].on) {
			if c.covers(r.Statement, t) {
				return true
			}
		}
	}
	return false
}

// way is how well a step is allowed on something that leads further.
func (c *climber) way(step int) strength {
	if c.asked&(1<<step) == 0 {
		c.asked |= 1 << step
		for _, t := range c.targets(steps[step].on) {
			c.found[step] = max(c.found[step], c.on(step, t))
		}
	}
	return c.found[step]
}

// on is how well a step is allowed on one target.
func (c *climber) on(step int, t policy.Pattern) strength {
	var best strength
	for i := range c.grants {
		allowed, denied := c.says(c.grants[i].Document, step, t)
		if denied {
			return notAllowed
		}
		best = max(best, allowed)
	}
	if c.boundary == nil || best == notAllowed {
		return best
	}
	through, denied := c.says(c.boundary, step, t)
	if denied {
		return notAllowed
	}
	return min(best, through)
}

// says is what a document allows of a step on a target, and whether it denies
// it whatever the circumstances.
func (c *climber) says(d *policy.Document, step int, t policy.Pattern) (allowed strength, denied bool) {
	for _, r := range c.risksOf(d).statements {
		if r.set&(1<<step) == 0 || !c.covers(r.Statement, t) {
			continue
		}
		if !r.Allow {
			return notAllowed, true
		}
		allowed = max(allowed, steps[step].under(r.Conditions))
	}
	return allowed, false
}

// covers reports whether a statement applies to a target: an allow to some of
// what a target with wildcards stands for, a denial to all of it.
func (c *climber) covers(s *policy.Statement, t policy.Pattern) bool {
	hits := func(p policy.Pattern) bool {
		return p.Any() || p.MatchAs(c.user.Name, t.Text()) || p.Covers(t)
	}
	for _, p := range s.NotResources {
		if hits(p) || !s.Allow && p.Overlaps(t) {
			return false
		}
	}
	for _, p := range s.Resources {
		if hits(p) {
			return true
		}
	}
	return s.NotResources != nil
}

// targets are what a step leads further on: the user, their groups and
// policies, every role, and the groups that are worth joining.
func (c *climber) targets(on target) []policy.Pattern {
	var out []policy.Pattern
	add := func(arn string) { out = append(out, policy.ParsePattern(arn, false)) }
	switch on {
	case anything:
		add("*")
	case everyRole:
		add(c.Account.ARN("role/*"))
	case themselves:
		add(c.user.ARN)
	case bounded:
		if c.mayBeBounded {
			add(c.user.ARN)
		}
	case theirGroups:
		for _, name := range c.user.Grants.Groups {
			if g, ok := c.Group(name); ok {
				add(g.ARN)
			}
		}
	case theirPolicies:
		for i := range c.grants {
			if g := &c.grants[i]; !g.Inline() && !policy.IsAWSManaged(g.ARN) {
				add(g.ARN)
			}
		}
	case worthJoining:
		return c.worthJoining()
	}
	return out
}

// worthJoining are all groups, and those that make administrators.
func (v *View) worthJoining() []policy.Pattern {
	if v.joined == nil {
		v.joined = []policy.Pattern{policy.ParsePattern(v.Account.ARN("group/*"), false)}
		for i := range v.Groups {
			if level, _ := v.GroupAdminLevel(&v.Groups[i]); level != policy.AdminNone {
				v.joined = append(v.joined, policy.ParsePattern(v.Groups[i].ARN, false))
			}
		}
	}
	return v.joined
}

// risks are a document's statements that concern steps, and all the steps that
// it allows on anything.
type risks struct {
	statements []risk
	allowed    stepSet
}

type risk struct {
	*policy.Statement
	set stepSet
}

// risksOf keeps what of a document concerns steps; mostly nothing.
func (v *View) risksOf(d *policy.Document) risks {
	if r, ok := v.risks[d]; ok {
		return r
	}
	var out risks
	for i := range d.Statements() {
		s := &d.Statements()[i]
		if !s.Allow && len(s.Conditions) > 0 { // it does not always deny
			continue
		}
		r := risk{Statement: s}
		for k := range steps {
			if s.AppliesTo(steps[k].action) && (!s.Allow || steps[k].under(s.Conditions) != notAllowed) {
				r.set |= 1 << k
			}
		}
		if r.set != 0 {
			out.statements = append(out.statements, r)
		}
		if s.Allow {
			out.allowed |= r.set
		}
	}
	v.risks[d] = out
	return out
}
