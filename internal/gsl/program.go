package gsl

import "github.com/rollcall-iam/rollcall/internal/gsl/syntax"

// maxContext is how deep lists may be opened inside lists.
const maxContext = 12

// A Machine runs programs, one at a time. Now is the clock, in seconds since
// 1970. The zero Machine is ready but for its clock.
type Machine struct {
	Now     int64
	ctx     [maxContext]Value // the entity, then an element for each open list
	scratch Values            // of explanations

	explained Explanation // that of the last Explain
}

// An Outcome is what a rule says of one entity.
type Outcome uint8

// The outcomes.
const (
	NotApplicable Outcome = iota // where is false, or exclude takes it
	Pass                         // also Match for a query
	Fail                         //
	Undecided                    // a fact that decides is unknown
)

// A Program is a compiled rule. It may be run by many Machines at once.
type Program struct {
	Rule   *syntax.Rule
	Entity string
	List   bool // the rule is on List<Entity>
	// Sources are where the fields that the rule reads come from, with those of
	// the conditions and operands that were compiled for it.
	Sources []string
	// Fields are those of the entity itself that the rule reads by name.
	Fields  []string
	typ     *Type
	where   *node
	cond    *node // nil for a query
	exclude *node
}

// Query reports whether the rule lists entities rather than judging them.
func (p *Program) Query() bool { return p.cond == nil }

// Eval judges an entity, given as Object takes it.
func (p *Program) Eval(m *Machine, obj any) Outcome {
	m.ctx[0] = Object(obj)
	where := p.where.truth(m)
	if where == False || p.exclude != nil && p.exclude.cond(m) == True {
		return NotApplicable
	}
	good := True
	if p.cond != nil {
		good = p.valid(m)
	}
	switch {
	case good == True && (where == True || p.cond != nil):
		return Pass
	case where == Maybe, good == Maybe, p.exclude != nil && p.exclude.cond(m) == Maybe:
		return Undecided
	}
	return Fail
}

func (p *Program) valid(m *Machine) Tri {
	if p.Rule.Not {
		return -p.cond.cond(m)
	}
	return p.cond.cond(m)
}

// truth of no condition is true.
func (n *node) truth(m *Machine) Tri {
	if n == nil {
		return True
	}
	return n.cond(m)
}

// A Condition is a compiled expression that stands alone, such as the words
// "when" of a message.
type Condition struct{ n *node }

// Holds reports whether the condition is true of an entity; unknown is not.
func (c *Condition) Holds(m *Machine, obj any) bool {
	m.ctx[0] = Object(obj)
	return c.n.cond(m) == True
}

// An Operand is a compiled expression that stands alone for its value.
type Operand struct{ n *node }

// Eval reads the value for an entity.
func (o *Operand) Eval(m *Machine, obj any) Value {
	m.ctx[0] = Object(obj)
	return o.n.val(m)
}

// A node is a compiled expression. Every node answers both as a value and as
// a condition.
type node struct {
	expr syntax.Expr
	text string // of a field, as written
	val  func(*Machine) Value
	cond func(*Machine) Tri
	kind Kind  // of val where the schema tells, else NullKind
	elem *Type // of the object, or of the list's objects
	// constant is set where val gives the same for every entity.
	constant bool
	// fixed is set where cond is the same for every entity.
	fixed *Tri
	// count is set for a filtered list, to save making it.
	count func(*Machine) (n int, gap any)
	// test is set for a boolean field that has a short way; not ok where there
	// is no object to have it.
	test func(*Machine) (t Tri, ok bool)
	// ofEntity is test where the field is the entity's own.
	ofEntity func(obj any) Tri
	// least is set for a length: where val is unknown, what it is at least.
	least func(*Machine) float64
	// explain adds to x what decided the node's truth, which is t.
	explain func(m *Machine, x *Explanation, t Tri)
}
