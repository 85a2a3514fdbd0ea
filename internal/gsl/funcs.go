package gsl

import (
	"math"
	"strings"
	"time"

	"github.com/rollcall-iam/rollcall/internal/gsl/syntax"
	"github.com/rollcall-iam/rollcall/internal/noun"
)

// A function is one row of the function table, from which the manual is made.
type function struct {
	name      string
	signature string
	doc       string
	min, max  int  // arguments
	method    bool // stands after a value
	build     func(c *compiler, e *syntax.Call, x *node, args []*node) *node
}

var functions []function

func init() {
	functions = []function{
		{"isEmpty", "isEmpty()", "nothing there: null, '', an empty list or object", 0, 0, true, buildIsEmpty},
		{"length", "length()", "elements of a list, characters of a string; 0 for null", 0, 0, true, buildLength},
		{"before", "before(n, 'unit')", "the date is before n units from now; n is negative for the past", 2, 2, true, buildBefore},
		{"after", "after(n, 'unit')", "the date is after n units from now", 2, 2, true, buildAfter},
		{"dateDifference", "dateDifference(date, 'unit')", "time between two dates, never negative", 2, 2, true, buildDifference},
		{"split", "split('separator')", "the parts of a string; of a list of strings, all their parts", 1, 1, true, buildSplit},
		{"getValue", "getValue('field')", "a field of the context, by name", 1, 1, false, buildGetValue},
		{"setting", "setting('name')", "the rule's setting, a constant", 1, 1, false, buildSetting},
	}
}

func (c *compiler) call(e *syntax.Call) *node {
	var x *node
	if e.X != nil {
		x = c.compile(e.X)
	}
	args := make([]*node, len(e.Args))
	for i, a := range e.Args {
		args[i] = c.compile(a)
	}
	f := c.function(e)
	if f == nil {
		return c.null(e)
	}
	if len(args) < f.min || len(args) > f.max {
		c.fail(e.Name.Span, "", "%s has %s, expected %s", f.name, noun.Count(len(args), "argument"), f.signature)
		return c.null(e)
	}
	if d := c.depth() - e.Up; f.method && x == nil { // length() alone is of the element
		if d < 0 {
			c.fail(e.Span, "", "there is no context %d above here", e.Up)
			return c.null(e)
		}
		x = c.context(&syntax.Element{Span: e.Span}, d)
	}
	if !f.method && x != nil {
		c.fail(e.Name.Span, "", "%s does not stand after a value: write %s", f.name, f.signature)
		return c.null(e)
	}
	return f.build(c, e, x, args)
}

func (c *compiler) function(e *syntax.Call) *function {
	names := make([]string, len(functions))
	for i := range functions {
		names[i] = functions[i].name
		if functions[i].name == e.Name.Text {
			return &functions[i]
		}
	}
	hint := c.suggest(e.Name.Text, names)
	if hint == "" {
		hint = "there are " + strings.Join(names, ", ")
	}
	c.fail(e.Name.Span, hint, "unknown function %q", e.Name.Text)
	return nil
}

// about explains a node by the operand it is about.
func about(n, x *node) *node {
	n.explain = func(m *Machine, ex *Explanation, _ Tri) { ex.operand(m, x, x.val(m)) }
	return n
}

func buildIsEmpty(_ *compiler, e *syntax.Call, x *node, _ []*node) *node {
	n := &node{expr: e, cond: func(m *Machine) Tri { return x.val(m).empty() }}
	if x.count != nil {
		n.cond = func(m *Machine) Tri { return -x.cond(m) }
	}
	n.asValue()
	return about(n, x)
}

func buildLength(_ *compiler, e *syntax.Call, x *node, _ []*node) *node {
	n := &node{expr: e, kind: NumberKind, val: func(m *Machine) Value { return x.val(m).length() }}
	n.least = func(m *Machine) float64 {
		if v := x.val(m); v.kind == ListKind { // what is there is there, whatever more there is
			return float64(v.ref.(List).Len())
		}
		return 0
	}
	if x.count != nil {
		n.least = func(m *Machine) float64 {
			k, _ := x.count(m)
			return float64(k)
		}
		n.val = func(m *Machine) Value {
			k, gap := x.count(m)
			if gap != nil {
				return Unknown(gap)
			}
			return Number(float64(k))
		}
	}
	n.asCondition()
	return about(n, x)
}

func buildBefore(c *compiler, e *syntax.Call, x *node, args []*node) *node {
	return c.relative(e, x, args, func(date, limit float64) bool { return date < limit })
}

func buildAfter(c *compiler, e *syntax.Call, x *node, args []*node) *node {
	return c.relative(e, x, args, func(date, limit float64) bool { return date > limit })
}

// relative compares a date with now plus n units. Null is neither before nor
// after anything.
func (c *compiler) relative(e *syntax.Call, x *node, args []*node, test func(date, limit float64) bool) *node {
	c.lintDate(e, x)
	if swapped(args) {
		c.fail(e.Args[0].Range(), "", "the number stands first: %s", e.Name.Text+"(-90, 'days')")
		return c.null(e)
	}
	u, ok := c.unit(e.Args[1], args[1])
	if name := c.seconds(e.Args[0]); ok && name != "" && u.seconds != 1 {
		c.fail(e.Args[1].Range(), "write 'seconds'", "the setting %q is a length of time, which counts in seconds", name)
	}
	if !args[0].constant {
		c.fail(e.Args[0].Range(), "", "the first argument of %s must be a number", e.Name.Text)
		return c.null(e)
	}
	if args[0].val(nil).kind == NullKind { // a setting that is not configured
		return c.null(e)
	}
	count, isNumber := args[0].val(nil).number()
	if !isNumber {
		c.fail(e.Args[0].Range(), "", "the first argument of %s must be a number", e.Name.Text)
	}
	if !ok || !isNumber {
		return c.null(e)
	}
	n := &node{expr: e, cond: func(m *Machine) Tri {
		v := x.val(m)
		if v.kind == UnknownKind {
			return Maybe
		}
		date, ok := v.number()
		return TriOf(ok && test(date, u.from(m.Now, count)))
	}}
	n.asValue()
	return about(n, x)
}

// swapped reports whether the unit stands where the number belongs.
func swapped(args []*node) bool {
	if !args[0].constant || !args[1].constant {
		return false
	}
	_, number := args[0].val(nil).number()
	return args[0].val(nil).kind == StringKind && !number && args[1].val(nil).kind == NumberKind
}

// seconds is the name of the setting that an argument is, if that is a length
// of time.
func (c *compiler) seconds(e syntax.Expr) string {
	if n, ok := e.(*syntax.Negate); ok {
		e = n.X
	}
	call, ok := e.(*syntax.Call)
	if !ok || call.Name.Text != "setting" || len(call.Args) != 1 {
		return ""
	}
	if name, ok := call.Args[0].(*syntax.String); ok && c.options.Seconds[name.Value] {
		return name.Value
	}
	return ""
}

// A unit of time: seconds, or calendar months.
type unit struct{ seconds, months float64 }

var units = map[string]unit{
	"second": {seconds: 1}, "minute": {seconds: 60}, "hour": {seconds: 3600}, "day": {seconds: 86400},
	"week": {seconds: 7 * 86400}, "month": {months: 1}, "year": {months: 12},
}

// meanMonth is the length of a month where two dates are subtracted.
const meanMonth = 365.2425 / 12 * 86400

func (u unit) from(now int64, count float64) float64 {
	if u.months == 0 {
		return float64(now) + count*u.seconds
	}
	return float64(addMonths(time.Unix(now, 0).UTC(), int(count*u.months)).Unix())
}

// addMonths keeps the day, or takes the month's last where it has no such day.
func addMonths(t time.Time, n int) time.Time {
	out := t.AddDate(0, n, 0)
	if out.Day() != t.Day() {
		out = out.AddDate(0, 0, -out.Day())
	}
	return out
}

func (u unit) length() float64 { return u.seconds + u.months*meanMonth }

func (c *compiler) unit(e syntax.Expr, n *node) (unit, bool) {
	text := ""
	if n.constant {
		text = n.val(nil).str
	}
	u, ok := units[strings.TrimSuffix(strings.ToLower(text), "s")]
	if n.constant && n.val(nil).kind == NullKind { // what is wrong with it was said
		return u, false
	}
	if !ok && !n.constant {
		c.fail(e.Range(), "", "the unit of time stands in quotes, such as 'days'")
	} else if !ok {
		c.fail(e.Range(), "", "unknown unit of time %q, expected 'seconds', 'minutes', 'hours', 'days', 'weeks', 'months' or 'years'", text)
	}
	return u, ok
}

func buildDifference(c *compiler, e *syntax.Call, x *node, args []*node) *node {
	u, ok := c.unit(e.Args[1], args[1])
	if !ok {
		return c.null(e)
	}
	other := args[0]
	c.lintDate(e, x)
	c.lintDate(e, other)
	n := &node{expr: e, kind: NumberKind, val: func(m *Machine) Value {
		a, b := x.val(m), other.val(m)
		if a.kind == UnknownKind {
			return a
		}
		if b.kind == UnknownKind {
			return b
		}
		p, ok1 := a.number()
		q, ok2 := b.number()
		if !ok1 || !ok2 {
			return Null
		}
		return Number(math.Abs(p-q) / u.length())
	}}
	n.asCondition()
	n.explain = func(m *Machine, ex *Explanation, _ Tri) {
		ex.operand(m, x, x.val(m))
		ex.operand(m, other, other.val(m))
	}
	return n
}

func buildSplit(_ *compiler, e *syntax.Call, x *node, args []*node) *node {
	n := &node{expr: e, kind: ListKind, val: func(m *Machine) Value {
		v, sep := x.val(m), args[0].val(m)
		switch {
		case v.kind == UnknownKind:
			return v
		case sep.kind == UnknownKind:
			return sep
		case v.kind == StringKind:
			return Strings(strings.Split(v.str, sep.str))
		case v.kind == ListKind:
			return splitList(v.ref.(List), sep.str)
		}
		return Null
	}}
	n.asCondition()
	n.explain = func(m *Machine, ex *Explanation, _ Tri) {
		v := x.val(m)
		ex.operand(m, x, v)
		ex.contents(v, nil)
		ex.operand(m, args[0], args[0].val(m))
	}
	return n
}

func splitList(l List, sep string) Value {
	var out Values
	for i := range l.Len() {
		e := l.At(i)
		if e.kind == UnknownKind {
			return e
		}
		for _, s := range strings.Split(e.str, sep) {
			out = append(out, String(s))
		}
	}
	return Partial(out, l.Gap())
}

func buildGetValue(c *compiler, e *syntax.Call, _ *node, args []*node) *node {
	if !args[0].constant || args[0].val(nil).kind != StringKind {
		c.fail(e.Args[0].Range(), "", "getValue needs the name of a field in quotes")
		return c.null(e)
	}
	at := e.Args[0].Range()
	return c.path(&syntax.Path{Span: e.Span, Up: e.Up, Segs: []syntax.Name{{Span: at, Text: args[0].val(nil).str}}})
}

func buildSetting(c *compiler, e *syntax.Call, _ *node, args []*node) *node {
	if !args[0].constant {
		c.fail(e.Args[0].Range(), "", "setting needs the name of a setting in quotes")
		return c.null(e)
	}
	name := args[0].val(nil).str
	v, ok := c.options.Settings[name]
	if !ok {
		names := make([]string, 0, len(c.options.Settings))
		for k := range c.options.Settings {
			names = append(names, k)
		}
		c.fail(e.Args[0].Range(), c.suggest(name, names), "the rule has no setting %q", name)
		return c.null(e)
	}
	return c.constant(e, v)
}

// A Function describes a function for the manual.
type Function struct{ Name, Signature, Doc string }

// Functions lists every function.
func Functions() []Function {
	out := make([]Function, len(functions))
	for i, f := range functions {
		out[i] = Function{f.name, f.signature, f.doc}
	}
	return out
}
