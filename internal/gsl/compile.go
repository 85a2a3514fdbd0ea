package gsl

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/rollcall-iam/rollcall/internal/gsl/syntax"
	"github.com/rollcall-iam/rollcall/internal/spell"
)

// Options say how to compile.
type Options struct {
	// Settings are the values of setting('name').
	Settings map[string]Value
	// Seconds are the settings that are lengths of time, in seconds.
	Seconds map[string]bool
	// Lenient makes a field that the schema lacks null, with a warning, as
	// rules from elsewhere expect.
	Lenient bool
}

// Errors are all the problems of one rule.
type Errors []*syntax.Error

func (e Errors) Error() string {
	lines := make([]string, len(e))
	for i, err := range e {
		lines[i] = err.Error()
	}
	return strings.Join(lines, "\n")
}

// ErrorsOf returns the errors that err tells of a rule, whether from parsing or
// compiling; none for errors about something else.
func ErrorsOf(err error) Errors {
	var all Errors
	var one *syntax.Error
	if !errors.As(err, &all) && errors.As(err, &one) {
		all = Errors{one}
	}
	return all
}

// Compile checks a rule against a schema and makes it executable. Warnings
// come with a program, Errors without.
func Compile(s Schema, r *syntax.Rule, o Options) (p *Program, warnings []*syntax.Error, err error) {
	c := &compiler{text: r.Text, options: o}
	t := s.Entity(r.Target.Text)
	if t == nil {
		c.fail(r.Target.Span, c.suggest(r.Target.Text, s.Entities()), "unknown entity %q", r.Target.Text)
		return nil, nil, c.errors
	}
	p = &Program{Rule: r, Entity: t.Name, List: r.List, typ: t}
	if r.List {
		p.typ = listType(t)
	}
	c.stack = []*Type{p.typ}
	p.where, p.cond, p.exclude = c.optional(r.Where), c.optional(r.Cond), c.optional(r.Exclude)
	p.Sources, p.Fields = c.sources, c.fields
	if len(c.errors) > 0 {
		return nil, c.warnings, c.errors
	}
	return p, c.warnings, nil
}

// Condition compiles a condition on what the program is about.
func (p *Program) Condition(text string, o Options) (*Condition, error) {
	n, err := p.compileAlone(text, o)
	return &Condition{n}, err
}

// Operand compiles a value of what the program is about.
func (p *Program) Operand(text string, o Options) (*Operand, error) {
	n, err := p.compileAlone(text, o)
	return &Operand{n}, err
}

func (p *Program) compileAlone(text string, o Options) (*node, error) {
	e, err := syntax.ParseExpr(text)
	if err != nil {
		return nil, err
	}
	c := &compiler{text: text, options: o, stack: []*Type{p.typ}, sources: p.Sources}
	n := c.compile(e)
	p.Sources = c.sources
	if len(c.errors) > 0 {
		return nil, c.errors
	}
	return n, nil
}

// listType is the type of the one object that List<X> is about.
func listType(elem *Type) *Type {
	return &Type{Name: "List<" + elem.Name + ">", Fields: []Field{{
		Name: "items", Kind: ListKind, Elem: elem, Get: func(obj any) Value { return ListOf(obj.(List)) },
	}}}
}

// A compiler turns one rule's tree into nodes. It goes on after an error, so
// that all are reported. stack holds the types of the open contexts, the
// entity's first; nil where the schema does not know the type.
type compiler struct {
	text     string
	options  Options
	stack    []*Type
	errors   Errors
	warnings []*syntax.Error
	sources  []string
	fields   []string
	value    bool // what is compiled is what something is compared with
	inside   bool // of a condition that no logical operator makes
}

func (c *compiler) fail(at syntax.Span, hint, format string, args ...any) {
	c.errors = append(c.errors, &syntax.Error{Text: c.text, Span: at, Message: fmt.Sprintf(format, args...), Hint: hint})
}

func (c *compiler) warn(at syntax.Span, hint, format string, args ...any) {
	c.warnings = append(c.warnings, &syntax.Error{Text: c.text, Span: at, Message: fmt.Sprintf(format, args...), Hint: hint})
}

func (c *compiler) suggest(word string, candidates []string) string {
	if s := spell.Nearest(word, candidates); s != "" {
		return fmt.Sprintf("did you mean %s?", s)
	}
	return ""
}

func (c *compiler) depth() int { return len(c.stack) - 1 }

func (c *compiler) optional(e syntax.Expr) *node {
	if e == nil {
		return nil
	}
	return c.compile(e)
}

// compile never returns nil; after an error the node is null. Conditions that
// and, or and not join say themselves what decided them.
func (c *compiler) compile(e syntax.Expr) *node {
	switch e := e.(type) {
	case *syntax.Logical:
		return c.logical(e)
	case *syntax.Not:
		return c.not(e)
	case *syntax.Paren:
		inner := *c.compile(e.X)
		return &inner
	}
	if c.inside { // an operand of the condition that is explained
		return c.single(e)
	}
	c.inside = true
	n := c.single(e)
	c.inside = false
	return n.deciding()
}

// single compiles an expression that no logical operator makes.
func (c *compiler) single(e syntax.Expr) *node {
	switch e := e.(type) {
	case *syntax.Compare:
		return c.compare(e)
	case *syntax.Regex:
		return c.regex(e)
	case *syntax.In:
		return c.in(e)
	case *syntax.ListOp:
		return c.listOp(e)
	case *syntax.Call:
		return c.call(e)
	case *syntax.Negate:
		return c.negate(e)
	case *syntax.Path:
		return c.path(e)
	case *syntax.Element:
		return c.element(e)
	}
	return c.literal(e)
}

func (c *compiler) null(e syntax.Expr) *node { return constant(e, Null) }

func constant(e syntax.Expr, v Value) *node {
	n := &node{expr: e, kind: v.kind, constant: true, val: func(*Machine) Value { return v }}
	n.asCondition()
	return n
}

// literal is a constant; alone in a list's brackets it asks whether the
// element equals it.
func (c *compiler) literal(e syntax.Expr) *node {
	var v Value
	switch e := e.(type) {
	case *syntax.String:
		v = String(e.Value)
	case *syntax.Number:
		v = Number(e.Value)
	case *syntax.Bool:
		v = Bool(e.Value)
	}
	return c.constant(e, v)
}

// constant is a value that stands in the rule.
func (c *compiler) constant(e syntax.Expr, v Value) *node {
	n := constant(e, v)
	if d := c.depth(); d > 0 {
		n.cond = func(m *Machine) Tri { return equal(m.ctx[d], v) }
		n.explain = func(m *Machine, x *Explanation, _ Tri) { x.gap(m.ctx[d]) }
	}
	return n
}

// asCondition makes a value a condition: it is there.
func (n *node) asCondition() {
	if val := n.val; n.cond == nil {
		n.cond = func(m *Machine) Tri { return val(m).truth() }
	}
	n.explain = func(m *Machine, x *Explanation, _ Tri) { x.operand(m, n, n.val(m)) }
}

// asValue makes a condition a value. Why it is unknown is for its explain to
// say.
func (n *node) asValue() {
	n.kind = BoolKind
	n.val = func(m *Machine) Value {
		switch n.cond(m) {
		case True:
			return Bool(true)
		case False:
			return Bool(false)
		}
		return Unknown(unsaid{})
	}
}

// logical compiles a chain of one operator as one node.
func (c *compiler) logical(e *syntax.Logical) *node {
	var sides []*node
	for _, x := range chain(e, e.Op) {
		sides = append(sides, c.compile(x))
	}
	n := &node{expr: e}
	// A side that is the same for every entity decides at once, or never.
	neutral := TriOf(e.Op == "and")
	open := slices.DeleteFunc(slices.Clone(sides), func(s *node) bool { return s.fixed != nil && *s.fixed == neutral })
	switch decided := slices.ContainsFunc(open, func(s *node) bool { return s.fixed != nil && *s.fixed == -neutral }); {
	case decided:
		n.fix(-neutral)
	case len(open) == 0:
		n.fix(neutral)
	case len(open) == 1:
		n.cond = open[0].cond
	case e.Op == "and":
		n.cond = allOf(open)
	default:
		n.cond = someOf(open)
	}
	// The sides that have the whole's truth are those that decided it.
	n.explain = func(m *Machine, x *Explanation, t Tri) {
		for _, s := range sides {
			if s.cond(m) == t {
				s.explain(m, x, t)
			}
		}
	}
	n.asValue()
	return n
}

func allOf(sides []*node) func(*Machine) Tri {
	return func(m *Machine) Tri {
		r := True
		for _, s := range sides {
			if r = min(r, s.cond(m)); r == False {
				break
			}
		}
		return r
	}
}

func someOf(sides []*node) func(*Machine) Tri {
	return func(m *Machine) Tri {
		r := False
		for _, s := range sides {
			if r = max(r, s.cond(m)); r == True {
				break
			}
		}
		return r
	}
}

// fix makes the node a condition that is the same for every entity.
func (n *node) fix(t Tri) {
	n.fixed, n.cond = &t, func(*Machine) Tri { return t }
}

// chain takes a and b and c apart.
func chain(e syntax.Expr, op string) []syntax.Expr {
	l, ok := e.(*syntax.Logical)
	if !ok || l.Op != op {
		return []syntax.Expr{e}
	}
	return append(chain(l.X, op), l.Y)
}

func (c *compiler) not(e *syntax.Not) *node {
	a := c.compile(e.X)
	cond := a.cond
	n := &node{expr: e, cond: func(m *Machine) Tri { return -cond(m) }}
	n.explain = func(m *Machine, x *Explanation, t Tri) { a.explain(m, x, -t) }
	if test := a.ofEntity; test != nil { // the where of most rules
		n.cond = func(m *Machine) Tri { return -test(m.ctx[0].ref) }
	}
	n.asValue()
	return n
}

func (c *compiler) negate(e *syntax.Negate) *node {
	a := c.compile(e.X)
	n := &node{expr: e, kind: NumberKind, constant: a.constant, val: func(m *Machine) Value {
		v := a.val(m)
		if v.kind == UnknownKind {
			return v
		}
		if f, ok := v.number(); ok {
			return Number(-f)
		}
		return Null
	}}
	n.asCondition()
	return about(n, a)
}

func (c *compiler) element(e *syntax.Element) *node { return c.context(e, c.depth()) }

// context is the element, or the entity, of an open context.
func (c *compiler) context(e syntax.Expr, d int) *node {
	n := &node{expr: e, text: syntax.PrintExpr(e), elem: c.stack[d], val: func(m *Machine) Value { return m.ctx[d] }}
	if t := c.stack[d]; d > 0 && t != nil && !t.Open {
		n.kind = ObjectKind
	}
	n.asCondition()
	return n
}

// path compiles a.b.c: the first name in its context, the others each in what
// came before.
func (c *compiler) path(e *syntax.Path) *node {
	d := c.depth() - e.Up
	if d < 0 {
		c.fail(e.Span, "", "there is no context %d above here", e.Up)
		return c.null(e)
	}
	n := &node{expr: e, elem: c.stack[d], kind: ObjectKind, val: func(m *Machine) Value { return m.ctx[d] }}
	known := c.stack[d] != nil && !c.stack[d].Open
	if d == 0 && !slices.Contains(c.fields, e.Segs[0].Text) {
		c.fields = append(c.fields, e.Segs[0].Text)
	}
	if c.stack[d] == scalars {
		c.warn(e.Span, "write $, which is the element", "the elements are text, and have no field %q", e.Segs[0].Text)
	}
	for i, seg := range e.Segs {
		if known {
			f := n.elem.Field(seg.Text)
			if f == nil {
				c.unknownField(e, i, n.elem)
				return c.null(e)
			}
			c.reads(f)
			n = fieldNode(e, n, f, i == 0, d)
			known = f.Kind == ObjectKind && f.Elem != nil && !f.Elem.Open
			continue
		}
		c.lintStep(e, i, n)
		n = dynamicNode(e, n, seg.Text)
	}
	n.text = syntax.PrintExpr(e)
	n.asCondition()
	return n
}

// reads notes where a field comes from.
func (c *compiler) reads(f *Field) {
	if !slices.Contains(c.sources, f.Source) {
		c.sources = append(c.sources, f.Source)
	}
}

// readsWhole notes where all that is written out of a value comes from.
func (c *compiler) readsWhole(t *Type, depth int) {
	if t == nil || depth == 0 {
		return
	}
	for i := range t.Fields {
		c.reads(&t.Fields[i])
		c.readsWhole(t.Fields[i].Elem, depth-1)
	}
}

func (c *compiler) unknownField(e *syntax.Path, i int, t *Type) {
	seg, hint := e.Segs[i], ""
	switch near := t.nearest(seg.Text); {
	case i == 0 && c.elsewhere(e, seg.Text) != "":
		hint = c.elsewhere(e, seg.Text)
	case near != "":
		hint = "did you mean " + near + "?"
	case len(e.Segs) == 1 && c.value:
		hint = meant(seg.Text)
	case strings.HasPrefix(t.Name, "List<"):
		hint = "the entities are its items: items contain [ " + seg.Text + " ... ]"
	}
	if c.options.Lenient {
		c.warn(seg.Span, hint, "%s has no field %q: it is null", t.Name, seg.Text)
		return
	}
	c.fail(seg.Span, hint, "%s has no field %q", t.Name, seg.Text)
}

// scalars stands for the type of the elements of lists of strings.
var scalars = &Type{Name: "text", Open: true}
