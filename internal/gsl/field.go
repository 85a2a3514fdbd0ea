package gsl

import "github.com/rollcall-iam/rollcall/internal/gsl/syntax"

// fieldNode reads a schema field; the first of a path straight from its context.
func fieldNode(e syntax.Expr, of *node, f *Field, first bool, d int) *node {
	get := f.Get
	n := &node{expr: e, kind: f.Kind, elem: f.Elem}
	if f.Kind == ListKind && f.Elem == nil && of.elem != nil && of.elem.Name != groupName {
		n.elem = scalars
	}
	switch {
	case first && d == 0: // the entity is always an object
		n.val = func(m *Machine) Value { return get(m.ctx[0].ref) }
	case first:
		n.val = func(m *Machine) Value { return fieldOf(&m.ctx[d], get) }
	default:
		val := of.val
		n.val = func(m *Machine) Value {
			v := val(m)
			return fieldOf(&v, get)
		}
	}
	if f.Test != nil && first {
		n.testField(f.Test, d)
	}
	return n
}

// testField gives a boolean field of a context its short way.
func (n *node) testField(test func(any) Tri, d int) {
	n.test = func(m *Machine) (Tri, bool) {
		if v := &m.ctx[d]; v.kind == ObjectKind {
			return test(v.ref), true
		}
		return Maybe, false
	}
	if d == 0 {
		n.ofEntity = test
	}
	val := n.val
	n.cond = func(m *Machine) Tri {
		if v := &m.ctx[d]; v.kind == ObjectKind {
			return test(v.ref)
		}
		return val(m).truth()
	}
}

// fieldOf reads a field of what may be no object.
func fieldOf(v *Value, get func(any) Value) Value {
	switch v.kind {
	case ObjectKind:
		return get(v.ref)
	case UnknownKind:
		return *v
	}
	return Null
}

// dynamicNode looks a name up in an object that the schema does not describe.
func dynamicNode(e syntax.Expr, of *node, name string) *node {
	val := of.val
	return &node{expr: e, val: func(m *Machine) Value {
		v := val(m)
		if d, ok := v.ref.(Dynamic); ok && v.kind == ObjectKind {
			return d.Field(name)
		}
		if v.kind == UnknownKind {
			return v
		}
		return Null
	}}
}
