package gsl

import "github.com/rollcall-iam/rollcall/internal/gsl/syntax"

// listOp compiles X op [body]: the body in a context of its own, whose $ is
// the element and whose ~ is the context outside.
func (c *compiler) listOp(e *syntax.ListOp) *node {
	list := c.compile(e.X)
	c.lintList(e, list)
	if len(c.stack) == maxContext {
		c.fail(e.Span, "", "lists are opened more than %d deep", maxContext-1)
		return c.null(e)
	}
	c.stack = append(c.stack, list.elem)
	l := &lister{op: e.Op.Text, list: list, body: c.compile(e.Body), depth: c.depth(), field: syntax.PrintExpr(e.X)}
	c.stack = c.stack[:len(c.stack)-1]
	n := &node{expr: e, elem: list.elem}
	if l.op == "groupBy" {
		c.readsWhole(l.body.elem, maxJSON)
	}
	n.explain = l.explain
	switch l.op {
	case "with":
		n.kind, n.val, n.cond, n.count = list.kind, l.filter, l.anyOrSelf, l.count
	case "groupBy":
		n.kind, n.elem, n.val = ListKind, groupType(list.elem), l.groups
		n.asCondition()
		n.explain = func(m *Machine, x *Explanation, _ Tri) { l.explainGroups(m, x) }
	default:
		n.cond = map[string]func(*Machine) Tri{
			"contain": l.anyElement, "contain-any": l.anyElement, "contain-all": l.all, "contain-none": l.none}[l.op]
		n.asValue()
	}
	return n
}

// A lister runs a body over the elements of a list.
type lister struct {
	op         string
	list, body *node
	depth      int    // of the body's context
	field      string // the list as written
}

func (l *lister) at(m *Machine, v Value) Tri {
	m.ctx[l.depth] = v
	return l.body.cond(m)
}

// fold is the strongest truth of the body over the elements: with sign True
// the greatest, with False the least turned round. It stops when decided.
func (l *lister) fold(m *Machine, sign Tri) Tri {
	v := l.list.val(m)
	switch v.kind {
	case UnknownKind:
		return Maybe
	case ListKind:
	default:
		return False
	}
	items, found := v.ref.(List), False
	if items.Gap() != nil {
		found = Maybe
	}
	for i := range items.Len() {
		found = max(found, sign*l.at(m, items.At(i)))
		if found == True {
			break
		}
	}
	return found
}

func (l *lister) anyElement(m *Machine) Tri { return l.fold(m, True) }
func (l *lister) none(m *Machine) Tri       { return -l.fold(m, True) }
func (l *lister) all(m *Machine) Tri        { return -l.fold(m, False) }

// anyOrSelf is "with" as a condition: some element matches, or the object does.
func (l *lister) anyOrSelf(m *Machine) Tri {
	if v := l.list.val(m); v.kind == ObjectKind {
		return l.at(m, v)
	}
	return l.anyElement(m)
}

// filter is "with" as a value: the elements that match, or the object itself
// if it does.
func (l *lister) filter(m *Machine) Value {
	v := l.list.val(m)
	switch v.kind {
	case UnknownKind:
		return v
	case ObjectKind:
		switch l.at(m, v) {
		case True:
			return v
		case Maybe:
			return Unknown(l.gap(m, v))
		}
		return Null
	case ListKind:
	default:
		return Null
	}
	var out Values
	items := v.ref.(List)
	gap := items.Gap()
	for i := range items.Len() {
		e := items.At(i)
		switch l.at(m, e) {
		case True:
			out = append(out, e)
		case Maybe:
			gap = l.gap(m, e)
		}
	}
	return Partial(out, gap)
}

// count is the length of filter without making the list; it is not known
// where gap is not nil.
func (l *lister) count(m *Machine) (n int, gap any) {
	v := l.list.val(m)
	if v.kind != ListKind {
		if v.kind == UnknownKind {
			return 0, orUnsaid(v.ref)
		}
		return 0, nil
	}
	items := v.ref.(List)
	gap = items.Gap()
	for i := range items.Len() {
		switch e := items.At(i); l.at(m, e) {
		case True:
			n++
		case Maybe:
			gap = l.gap(m, e)
		}
	}
	return n, gap
}

// gap is why the body is unknown for an element.
func (l *lister) gap(m *Machine, element Value) any {
	var x Explanation
	m.ctx[l.depth] = element
	l.body.explain(m, &x, Maybe)
	if len(x.Gaps) > 0 {
		return x.Gaps[0]
	}
	return unsaid{}
}

// unsaid stands for a gap that nothing says more about.
type unsaid struct{}

func orUnsaid(gap any) any {
	if gap == nil {
		return unsaid{}
	}
	return gap
}

// A group is what groupBy makes: the elements that have one value in common.
type group struct {
	key    Value
	values Values
	gap    any // why there may be more of them
}

const groupName = "Group"

// groupType is the type of the groups of a list.
func groupType(elem *Type) *Type {
	return &Type{Name: groupName, Fields: []Field{
		{Name: "key", Kind: StringKind, Get: func(obj any) Value { return obj.(*group).key }},
		{Name: "values", Kind: ListKind, Elem: elem, Get: func(obj any) Value {
			g := obj.(*group)
			return Partial(g.values, g.gap)
		}},
	}}
}

// groups puts elements together by the JSON of the body's value. An unknown
// one leaves open what belongs together.
func (l *lister) groups(m *Machine) Value {
	v := l.list.val(m)
	if v.kind != ListKind {
		return v
	}
	items := v.ref.(List)
	byKey, out := map[string]*group{}, Values{}
	for i := range items.Len() {
		e := items.At(i)
		m.ctx[l.depth] = e
		by := l.body.val(m)
		key, known := jsonText(by, l.body.elem)
		if !known {
			return Unknown(unsaid{})
		}
		if byKey[key] == nil {
			byKey[key] = &group{key: by, gap: items.Gap()}
			out = append(out, Object(byKey[key]))
		}
		byKey[key].values = append(byKey[key].values, e)
	}
	return Partial(out, items.Gap())
}

// explainGroups shows the list, and why its grouping is unknown.
func (l *lister) explainGroups(m *Machine, x *Explanation) {
	v := l.list.val(m)
	x.operand(m, l.list, v)
	if v.kind != ListKind {
		return
	}
	items := v.ref.(List)
	for i := range items.Len() {
		m.ctx[l.depth] = items.At(i)
		by := l.body.val(m)
		if _, known := jsonText(by, l.body.elem); !known {
			var inner Explanation
			l.body.explain(m, &inner, l.body.cond(m))
			inner.contents(by, l.body.elem)
			x.addGaps(inner.Gaps)
		}
	}
}

// String is the value the group has in common.
func (g *group) String() string { return g.key.String() }
