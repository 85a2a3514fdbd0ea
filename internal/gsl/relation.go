package gsl

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/rollcall-iam/rollcall/internal/gsl/syntax"
)

// compare compiles X op Y. A constant side is converted once to the kind of
// the other.
func (c *compiler) compare(e *syntax.Compare) *node {
	a := c.compile(e.X)
	c.value = true
	b := c.compile(e.Y)
	c.value = false
	c.lintCompare(e, a, b)
	n := &node{expr: e}
	if e.Op == "like" {
		n.cond = likeCond(a, b)
	} else {
		n.cond = compareCond(e.Op, a, b)
	}
	if a.constant && b.constant { // such as a setting and a word
		n.fix(n.cond(nil))
	}
	n.explain = func(m *Machine, x *Explanation, _ Tri) {
		x.operand(m, a, a.val(m))
		x.operand(m, b, b.val(m))
	}
	n.asValue()
	return n
}

func compareCond(op string, a, b *node) func(*Machine) Tri {
	if a.constant && !b.constant && (op == "=" || op == "!=") {
		a, b = b, a
	}
	av, bv := a.val, b.val
	if b.constant {
		if cond := constantCond(op, a, converted(b.val(nil), a.kind)); cond != nil {
			return cond
		}
	}
	switch op {
	case "=":
		return func(m *Machine) Tri { return equal(av(m), bv(m)) }
	case "!=":
		return func(m *Machine) Tri { return -equal(av(m), bv(m)) }
	}
	return func(m *Machine) Tri { return ordered(op, av(m), bv(m)) }
}

// converted gives a constant the kind of the field it is compared with.
func converted(v Value, kind Kind) Value {
	switch {
	case kind == BoolKind && v.kind == StringKind && strings.EqualFold(v.str, "true"):
		return Bool(true)
	case kind == BoolKind && v.kind == StringKind && strings.EqualFold(v.str, "false"):
		return Bool(false)
	case kind == NumberKind && v.kind == StringKind:
		if f, ok := v.number(); ok {
			return Number(f)
		}
	}
	return v
}

// constantCond is the short way for the comparisons that most rules make: a
// boolean, number or date field with a constant.
func constantCond(op string, a *node, v Value) func(*Machine) Tri {
	val, want := a.val, v.num
	numeric := v.kind == NumberKind && (a.kind == NumberKind || a.kind == DateKind)
	if numeric && a.least != nil {
		return lengthCond(op, a, want)
	}
	if numeric && op != "=" && op != "!=" {
		test := orders[op]
		return func(m *Machine) Tri {
			x := val(m)
			switch x.kind {
			case NumberKind, DateKind:
				return TriOf(test(x.num, want))
			case UnknownKind:
				return Maybe
			}
			return False
		}
	}
	if (numeric || v.kind == BoolKind && a.kind == BoolKind) && (op == "=" || op == "!=") {
		sign := True
		if op == "!=" {
			sign = False
		}
		slow := func(m *Machine) Tri {
			x := val(m)
			switch x.kind {
			case BoolKind, NumberKind, DateKind:
				return sign * TriOf(x.num == want)
			case UnknownKind:
				return Maybe
			}
			return -sign
		}
		if a.test != nil {
			return testCond(a.test, sign*TriOf(want != 0), slow)
		}
		return slow
	}
	return nil
}

// testCond compares a boolean that has a short way.
func testCond(test func(*Machine) (Tri, bool), sign Tri, slow func(*Machine) Tri) func(*Machine) Tri {
	return func(m *Machine) Tri {
		if t, ok := test(m); ok {
			return sign * t
		}
		return slow(m)
	}
}

// lengthCond compares a length with a number. Where a list may have more
// elements than are known, those that are may decide.
func lengthCond(op string, a *node, want float64) func(*Machine) Tri {
	val, least := a.val, a.least
	test, more := orders[op], op == ">" || op == ">=" || op == "!="
	switch op {
	case "=":
		test = func(a, b float64) bool { return a == b }
	case "!=":
		test = func(a, b float64) bool { return a != b }
	}
	return func(m *Machine) Tri {
		v := val(m)
		if v.kind != UnknownKind {
			return TriOf(test(v.num, want))
		}
		n := least(m)
		switch enough := n > want || n == want && (op == ">=" || op == "<"); {
		case !enough:
			return Maybe
		case more:
			return True
		}
		return False
	}
}

var orders = map[string]func(a, b float64) bool{
	"<":  func(a, b float64) bool { return a < b },
	">":  func(a, b float64) bool { return a > b },
	"<=": func(a, b float64) bool { return a <= b },
	">=": func(a, b float64) bool { return a >= b },
}

// equal is loose as CloudGuard is: 'true' equals true, '7' equals 7. Null
// equals nothing, not even null.
func equal(a, b Value) Tri {
	if a.kind == UnknownKind || b.kind == UnknownKind {
		return Maybe
	}
	if a.kind == StringKind && b.kind == StringKind {
		return TriOf(a.str == b.str)
	}
	if a.kind == NullKind || b.kind == NullKind {
		return False
	}
	if a.kind == BoolKind || b.kind == BoolKind {
		return equalBool(a, b)
	}
	x, ok1 := a.number()
	y, ok2 := b.number()
	return TriOf(ok1 && ok2 && x == y)
}

func equalBool(a, b Value) Tri {
	if a.kind != BoolKind {
		a, b = b, a
	}
	switch b = converted(b, BoolKind); b.kind {
	case BoolKind:
		return TriOf(a.num == b.num)
	}
	return False
}

func ordered(op string, a, b Value) Tri {
	if a.kind == UnknownKind || b.kind == UnknownKind {
		return Maybe
	}
	if x, ok := a.number(); ok {
		if y, ok := b.number(); ok {
			return TriOf(orders[op](x, y))
		}
	}
	if a.kind == StringKind && b.kind == StringKind {
		return TriOf(orders[op](float64(strings.Compare(a.str, b.str)), 0))
	}
	return False
}

func likeCond(a, b *node) func(*Machine) Tri {
	return func(m *Machine) Tri {
		x, pattern := a.val(m), b.val(m)
		if x.kind == UnknownKind || pattern.kind == UnknownKind {
			return Maybe
		}
		if x.kind != StringKind || pattern.kind != StringKind {
			return False
		}
		return TriOf(like(pattern.str, x.str))
	}
}

// like is SQL's LIKE with % alone, without letter case.
func like(pattern, s string) bool {
	p, i, star, mark := 0, 0, -1, 0
	for i < len(s) {
		if p < len(pattern) && pattern[p] == '%' {
			star, mark = p, i
			p++
			continue
		}
		if p < len(pattern) {
			if r1, n1 := utf8.DecodeRuneInString(pattern[p:]); r1 != 0 {
				r2, n2 := utf8.DecodeRuneInString(s[i:])
				if r1 == r2 || strings.EqualFold(string(r1), string(r2)) {
					p, i = p+n1, i+n2
					continue
				}
			}
		}
		if star < 0 {
			return false
		}
		_, n := utf8.DecodeRuneInString(s[mark:])
		mark += n
		p, i = star+1, mark
	}
	return strings.Trim(pattern[p:], "%") == ""
}

func (c *compiler) regex(e *syntax.Regex) *node {
	a := c.compile(e.X)
	c.readsWhole(a.elem, maxJSON)
	n := &node{expr: e}
	pattern := e.Pattern
	if e.Setting != nil {
		v := c.compile(e.Setting)
		if !v.constant {
			c.fail(e.At, "", "regexMatch takes a regular expression, or a setting that is one")
			return c.null(e)
		}
		if pattern = v.val(nil).str; v.val(nil).kind != StringKind {
			return c.null(e) // it is not configured
		}
	}
	re, err := compileRegex(pattern, e.Flags)
	if err != "" {
		c.fail(e.At, "", "%s", err)
		return c.null(e)
	}
	n.cond = func(m *Machine) Tri {
		v := a.val(m)
		switch v.kind {
		case UnknownKind:
			return Maybe
		case StringKind:
			return TriOf(re.MatchString(v.str))
		case ListKind, ObjectKind:
			text, known := jsonText(v, a.elem)
			if !known {
				return Maybe
			}
			return TriOf(re.MatchString(text))
		}
		return False
	}
	n.explain = func(m *Machine, x *Explanation, _ Tri) {
		v := a.val(m)
		x.operand(m, a, v)
		x.contents(v, a.elem)
	}
	n.asValue()
	return n
}

// compileRegex returns what is wrong as text for people.
func compileRegex(pattern, flags string) (*regexp.Regexp, string) {
	for _, f := range flags {
		if f != 'i' {
			return nil, "unknown flag " + string(f) + " of a regular expression; there is only i"
		}
	}
	if flags != "" {
		pattern = "(?" + flags + ")" + pattern
	}
	re, err := regexp.Compile(pattern)
	if err == nil {
		return re, ""
	}
	for _, look := range []string{"(?=", "(?!", "(?<=", "(?<!"} {
		if strings.Contains(pattern, look) {
			return nil, "a lookaround (" + look + "...) cannot be used: regular expressions are RE2's, which have none"
		}
	}
	return nil, strings.TrimPrefix(err.Error(), "error parsing regexp: ")
}

// in compiles X in (a, b) and X in (list).
func (c *compiler) in(e *syntax.In) *node {
	a := c.compile(e.X)
	list := make([]*node, len(e.List))
	c.lintIn(e, a)
	for i, x := range e.List {
		list[i] = c.compile(x)
	}
	if set := constantStrings(list); set != nil {
		return c.inSet(e, a, set)
	}
	n := &node{expr: e, cond: func(m *Machine) Tri {
		x, found := a.val(m), False
		for _, item := range list {
			found = max(found, member(x, item.val(m)))
			if found == True {
				break
			}
		}
		return found
	}}
	n.explain = func(m *Machine, x *Explanation, _ Tri) {
		x.operand(m, a, a.val(m))
		for _, item := range list {
			v := item.val(m)
			x.operand(m, item, v)
			x.contents(v, nil)
		}
	}
	n.asValue()
	return n
}

// member is x = v, or x equal to an element of the list v.
func member(x, v Value) Tri {
	if v.kind != ListKind {
		return equal(x, v)
	}
	l, found := v.ref.(List), False
	if l.Gap() != nil {
		found = Maybe
	}
	for i := range l.Len() {
		found = max(found, equal(x, l.At(i)))
	}
	return found
}

// constantStrings are the strings of a list that has nothing else, nil where
// it has.
func constantStrings(list []*node) map[string]bool {
	set := map[string]bool{}
	add := func(v Value) bool {
		set[v.str] = true
		return v.kind == StringKind
	}
	for _, item := range list {
		if !item.constant {
			return nil
		}
		v := item.val(nil)
		if v.kind != ListKind {
			if !add(v) {
				return nil
			}
			continue
		}
		for i := range v.ref.(List).Len() {
			if !add(v.ref.(List).At(i)) {
				return nil
			}
		}
	}
	return set
}

// lookup tells whether a string is in the set: of few, by comparing them.
func lookup(set map[string]bool) func(string) bool {
	const few = 4
	if len(set) > few {
		return func(s string) bool { return set[s] }
	}
	list := slices.Collect(maps.Keys(set))
	return func(s string) bool { return slices.Contains(list, s) }
}

// inSet is X in (constant strings).
func (c *compiler) inSet(e *syntax.In, a *node, set map[string]bool) *node {
	has := lookup(set)
	n := &node{expr: e, cond: func(m *Machine) Tri {
		v := a.val(m)
		switch v.kind {
		case StringKind:
			return TriOf(has(v.str))
		case UnknownKind:
			return Maybe
		}
		found := False
		for s := range set {
			found = max(found, equal(v, String(s)))
		}
		return found
	}}
	n.explain = func(m *Machine, x *Explanation, _ Tri) { x.operand(m, a, a.val(m)) }
	n.asValue()
	return n
}
