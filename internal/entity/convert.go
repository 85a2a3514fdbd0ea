package entity

import (
	"strconv"

	"github.com/rollcall-iam/rollcall/internal/gsl"
	"github.com/rollcall-iam/rollcall/internal/iam"
	"github.com/rollcall-iam/rollcall/internal/iam/policy"
)

// date converts a moment that AWS may say never came. Callers say why a fact
// is unknown.
func date(f iam.Fact[iam.Time]) gsl.Value {
	switch f.State {
	case iam.Known:
		return gsl.Date(int64(f.Value))
	case iam.Absent:
		return gsl.Date(int64(iam.Never))
	}
	return gsl.Unknown(nil)
}

func boolean(f iam.Fact[bool]) gsl.Value {
	if f.State != iam.Known {
		return gsl.Unknown(nil)
	}
	return gsl.Bool(f.Value)
}

func text(f iam.Fact[string]) gsl.Value {
	switch f.State {
	case iam.Known:
		return gsl.String(f.Value)
	case iam.Absent:
		return gsl.String("")
	}
	return gsl.Unknown(nil)
}

func moment(t iam.Time) gsl.Value {
	if t == 0 {
		return gsl.Null
	}
	return gsl.Date(int64(t))
}

// A slice is a List over the elements of a slice, each as an object; it is
// made from a pointer to the slice, without copying.
type slice[T any] []T

func (l *slice[T]) Len() int           { return len(*l) }
func (l *slice[T]) At(i int) gsl.Value { return gsl.Object(&(*l)[i]) }
func (l *slice[T]) Gap() any           { return nil }
func objects[T any](s *[]T) gsl.Value  { return gsl.ListOf((*slice[T])(s)) }

// list is a list that is complete, or known to be incomplete.
func list[T any](items *[]T, gap *iam.Gap) gsl.Value {
	return gsl.Partial((*slice[T])(items), why(gap))
}

// A tree is a piece of a policy document as a dynamic object or list.
type tree policy.Node

// node shows a piece of a policy document.
func node(n *policy.Node) gsl.Value {
	if n == nil {
		return gsl.Null
	}
	switch n.Kind {
	case policy.BoolNode:
		return gsl.Bool(n.Text == "true")
	case policy.NumberNode:
		f, err := strconv.ParseFloat(n.Text, 64)
		if err != nil {
			return gsl.String(n.Text)
		}
		return gsl.Number(f)
	case policy.StringNode:
		return gsl.String(n.Text)
	case policy.ListNode:
		return gsl.ListOf((*treeList)(n))
	case policy.ObjectNode:
		return gsl.Object((*tree)(n))
	}
	return gsl.Null
}

func (t *tree) Field(name string) gsl.Value {
	m, ok := (*policy.Node)(t).Member(name)
	if !ok {
		return gsl.Null
	}
	return node(m)
}

func (t *tree) Empty() bool  { return len(t.List) == 0 }
func (t *tree) JSON() string { return (*policy.Node)(t).JSON() }

type treeList policy.Node

func (t *treeList) Len() int           { return len(t.List) }
func (t *treeList) At(i int) gsl.Value { return node(&t.List[i]) }
func (t *treeList) Gap() any           { return nil }
func (t *treeList) JSON() string       { return (*policy.Node)(t).JSON() }

// document shows a policy document, or why it is not known.
func document(d *policy.Document, gap *iam.Gap) gsl.Value {
	switch {
	case d == nil:
		return gsl.Unknown(gap)
	case d.Err() != nil:
		return gsl.Unknown(&iam.Gap{Source: iam.Details, State: iam.Read, Note: "a policy document cannot be read: " + d.Err().Error()})
	}
	return node(d.Root())
}

// boundary is a permissions boundary, null where there is none.
func boundary(b *iam.Boundary) gsl.Value {
	if b.ARN == "" {
		return gsl.Null
	}
	return gsl.Object(b)
}
