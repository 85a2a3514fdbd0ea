package gsl

import (
	"slices"
	"strings"

	"github.com/rollcall-iam/rollcall/internal/gsl/syntax"
	"github.com/rollcall-iam/rollcall/internal/noun"
)

// An Explanation is what decided a verdict.
type Explanation struct {
	Evidence []Evidence
	Parts    []Value // the elements of lists that decided
	Gaps     []any   // why facts that decide are unknown, as given to Unknown

	expression, result string // of the condition that is being explained
}

// Evidence is a field that decided, and its value for people.
type Evidence struct {
	Field, Value string
	Elements     int    // of a list, all of those that decided
	Expression   string // the smallest condition that the field decided
	Result       string // what that came to: true, false or unknown
}

// Reasons are the evidence in sentences, one for each expression, such as
// "inlinePolicies isEmpty() is false: 2 elements: dev, ops".
func Reasons(list []Evidence) []string {
	var out []string
	for i := 0; i < len(list); {
		e := list[i]
		next := i + 1
		for next < len(list) && list[next].Expression == e.Expression {
			next++
		}
		out = append(out, reason(list[i:next]))
		i = next
	}
	return out
}

// reason leaves out a field's name where the expression begins with it and is
// about nothing else.
func reason(same []Evidence) string {
	e := same[0]
	s := e.Expression + " is " + e.Result
	if e.Expression == e.Field && e.Value == e.Result {
		return s
	}
	s += ": "
	if len(same) == 1 && strings.HasPrefix(e.Expression, e.Field) {
		return s + e.value()
	}
	for i, e := range same {
		if i > 0 {
			s += "; "
		}
		s += e.Field + ": " + e.value()
	}
	return s
}

func (e Evidence) value() string {
	if e.Elements == 0 {
		return e.Value
	}
	return noun.Count(e.Elements, "element") + ": " + e.Value
}

// deciding makes the node's explanation name the node as what was decided.
func (n *node) deciding() *node {
	explain, text := n.explain, syntax.PrintExpr(n.expr)
	n.explain = func(m *Machine, x *Explanation, t Tri) {
		x.expression, x.result = text, t.String()
		explain(m, x, t)
	}
	return n
}

// Explain says what decided the outcome that Eval gave for the entity. It
// walks the rule once more, which is why Eval does not. What it returns is good
// until the machine explains again.
func (p *Program) Explain(m *Machine, obj any, outcome Outcome) Explanation {
	x := &m.explained
	*x = Explanation{Evidence: x.Evidence[:0], Parts: x.Parts[:0], Gaps: x.Gaps[:0]}
	m.ctx[0] = Object(obj)
	if p.where != nil && outcome != Fail {
		if where := p.where.cond(m); outcome == NotApplicable || where == Maybe || p.cond == nil {
			p.where.explain(m, x, where)
		}
	}
	if p.cond != nil && outcome != NotApplicable {
		p.cond.explain(m, x, p.cond.cond(m))
	}
	if p.exclude != nil && outcome != Fail {
		p.exclude.explain(m, x, p.exclude.cond(m))
	}
	return *x
}

// operand adds the fields that a side of a relation reads.
func (x *Explanation) operand(m *Machine, n *node, v Value) {
	x.gap(v)
	if n.constant {
		return
	}
	x.field(m, n, v)
}

func (x *Explanation) gap(v Value) {
	gap := any(nil)
	switch v.kind {
	case UnknownKind:
		gap = v.ref
	case ListKind:
		gap = v.ref.(List).Gap()
	}
	if gap == nil {
		return
	}
	x.addGaps([]any{gap})
}

// addGaps notes each gap once. Gaps must be comparable.
func (x *Explanation) addGaps(gaps []any) {
	for _, gap := range gaps {
		if _, none := gap.(unsaid); !none && !slices.Contains(x.Gaps, gap) {
			x.Gaps = append(x.Gaps, gap)
		}
	}
}

// contents adds the gaps of a list's elements and an object's fields.
func (x *Explanation) contents(v Value, elem *Type) { x.inside(v, elem, maxJSON) }

func (x *Explanation) inside(v Value, elem *Type, depth int) {
	x.gap(v)
	switch {
	case v.kind == ListKind:
		l := v.ref.(List)
		for i := range l.Len() {
			x.inside(l.At(i), elem, depth)
		}
	case v.kind == ObjectKind && elem != nil && depth > 0:
		if _, dynamic := v.ref.(Dynamic); dynamic {
			return
		}
		for _, f := range elem.Fields {
			x.inside(f.Get(v.ref), f.Elem, depth-1)
		}
	}
}

// field adds one field with its value, once; a call is shown by its explain.
func (x *Explanation) field(m *Machine, n *node, v Value) {
	switch n.expr.(type) {
	case *syntax.Path, *syntax.Element:
		x.add(n.text, v)
		x.parts(v)
	default:
		n.explain(m, x, n.cond(m))
	}
}

func (x *Explanation) add(field string, v Value) {
	e := Evidence{Field: field, Value: v.String(), Expression: x.expression, Result: x.result}
	if v.kind == ListKind {
		e.Elements = v.ref.(List).Len()
	}
	if !slices.Contains(x.Evidence, e) {
		x.Evidence = append(x.Evidence, e)
	}
}

// parts takes the objects of a list as parts.
func (x *Explanation) parts(v Value) {
	if v.kind == ListKind {
		x.elements(v.ref.(List))
	}
}

func (x *Explanation) elements(l List) {
	for i := range l.Len() {
		if e := l.At(i); e.kind == ObjectKind {
			x.Parts = append(x.Parts, e)
		}
	}
}

// explain adds the elements that decided: those that match where a match
// decides, all of them where none did, and the gaps where that is unknown.
func (l *lister) explain(m *Machine, x *Explanation, result Tri) {
	v := l.list.val(m)
	if v.kind != ListKind {
		x.operand(m, l.list, v)
		if v.kind == ObjectKind && l.at(m, v) == Maybe {
			l.body.explain(m, x, Maybe)
		}
		return
	}
	want := True
	if l.op == "contain-all" {
		want = False
	}
	items := v.ref.(List)
	deciding := m.scratch[:0]
	m.scratch = nil // an explanation inside makes its own
	for i := range items.Len() {
		e := items.At(i)
		switch truth := l.at(m, e); {
		case truth == want:
			deciding = append(deciding, e)
		case truth == Maybe && result == Maybe:
			var inner Explanation
			l.body.explain(m, &inner, Maybe)
			x.addGaps(inner.Gaps)
		}
	}
	if result == Maybe {
		x.gap(v)
	}
	m.scratch = deciding
	if len(deciding) == 0 {
		x.add(l.field, v)
		return
	}
	x.add(l.field, ListOf(&deciding))
	x.elements(&deciding)
}
