package gsl

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// A Tri is a truth value of Kleene's logic. And is min, or is max, not is -.
type Tri int8

// The truth values. The zero value is Maybe.
const (
	False Tri = -1
	Maybe Tri = 0
	True  Tri = 1
)

// TriOf converts a bool.
func TriOf(b bool) Tri {
	if b {
		return True
	}
	return False
}

func (t Tri) String() string {
	switch t {
	case True:
		return "true"
	case False:
		return "false"
	}
	return "unknown"
}

// A Kind is what a Value is.
type Kind uint8

// The kinds of values.
const (
	NullKind Kind = iota
	UnknownKind
	BoolKind
	NumberKind
	DateKind // seconds since 1970; Never for "it did not happen"
	StringKind
	ListKind
	ObjectKind
)

var kindNames = [...]string{"null", "unknown", "boolean", "number", "date", "string", "list", "object"}

func (k Kind) String() string { return kindNames[k] }

// never is the date CloudGuard writes for an event that did not happen.
const never = -62135596800

// A Value is what an operand comes to.
type Value struct {
	kind Kind
	num  float64 // a bool is 0 or 1
	str  string
	ref  any // List, object, or why the value is unknown
}

// Null is no value.
var Null Value

// Unknown is a fact that was not read; gap says why, for the explanation.
func Unknown(gap any) Value { return Value{kind: UnknownKind, ref: gap} }

// Bool makes a boolean.
func Bool(b bool) Value {
	if b {
		return Value{kind: BoolKind, num: 1}
	}
	return Value{kind: BoolKind}
}

// Number makes a number.
func Number(f float64) Value { return Value{kind: NumberKind, num: f} }

// Date makes a date from seconds since 1970.
func Date(seconds int64) Value { return Value{kind: DateKind, num: float64(seconds)} }

// String makes a string.
func String(s string) Value { return Value{kind: StringKind, str: s} }

// ListOf makes a list.
func ListOf(l List) Value { return Value{kind: ListKind, ref: l} }

// Object makes an object of a schema type; obj is what its fields' Get is
// given. For an object whose fields are looked up by name, obj is a Dynamic.
func Object(obj any) Value { return Value{kind: ObjectKind, ref: obj} }

// Kind is what the value is.
func (v Value) Kind() Kind { return v.kind }

// Object is what Object was given.
func (v Value) Object() any { return v.ref }

// Text is the text of a string, "" for other kinds.
func (v Value) Text() string { return v.str }

// A List is a list whose elements are made on demand.
type List interface {
	Len() int
	At(i int) Value
	// Gap says why there may be more elements than these; nil when they are all.
	Gap() any
}

// A Dynamic is an object whose fields are known only when it is looked at.
type Dynamic interface {
	Field(name string) Value
	Empty() bool
	JSON() string // for regexMatch
}

// Values is a List of values at hand.
type Values []Value

// Len is the number of elements.
func (l Values) Len() int { return len(l) }

// At is the element at i.
func (l Values) At(i int) Value { return l[i] }

// Gap is nil: the list is whole.
func (l Values) Gap() any { return nil }

// Texts is a List of strings at hand; it is made from a pointer to a slice,
// without copying.
type Texts []string

// Len is the number of elements.
func (l *Texts) Len() int { return len(*l) }

// At is the element at i.
func (l *Texts) At(i int) Value { return String((*l)[i]) }

// Gap is nil: the list is whole.
func (l *Texts) Gap() any { return nil }

// Strings makes a list of strings.
func Strings(list []string) Value { return ListOf((*Texts)(&list)) }

// partial is a list that may miss elements.
type partial struct {
	List
	gap any
}

func (p partial) Gap() any { return p.gap }

// Partial makes a list of one that may not have all elements, with why; nil for
// a list that is whole.
func Partial(list List, gap any) Value {
	if gap == nil {
		return ListOf(list)
	}
	return ListOf(partial{list, gap})
}

// truth is the value as a condition: something that is there.
func (v Value) truth() Tri {
	switch v.kind {
	case UnknownKind:
		return Maybe
	case BoolKind, NumberKind, DateKind:
		return TriOf(v.num != 0)
	case StringKind:
		return TriOf(v.str != "")
	case ListKind, ObjectKind:
		return -v.empty()
	}
	return False
}

// empty is isEmpty().
func (v Value) empty() Tri {
	switch v.kind {
	case UnknownKind:
		return Maybe
	case NullKind:
		return True
	case StringKind:
		return TriOf(v.str == "")
	case ListKind:
		l := v.ref.(List)
		switch {
		case l.Len() > 0:
			return False
		case l.Gap() != nil:
			return Maybe
		}
		return True
	case ObjectKind:
		d, ok := v.ref.(Dynamic)
		return TriOf(ok && d.Empty())
	}
	return False
}

// length is length(): a number, or unknown.
func (v Value) length() Value {
	switch v.kind {
	case UnknownKind:
		return v
	case StringKind:
		return Number(float64(utf8.RuneCountInString(v.str)))
	case ListKind:
		l := v.ref.(List)
		if gap := l.Gap(); gap != nil {
			return Unknown(gap)
		}
		return Number(float64(l.Len()))
	}
	return Number(0)
}

// number is the value as a number, a numeric string included.
func (v Value) number() (float64, bool) {
	switch v.kind {
	case NumberKind, DateKind:
		return v.num, true
	case StringKind:
		s := strings.TrimSpace(v.str)
		if s == "" || strings.Trim(s, "+-.0123456789eE") != "" { // no inf, no 0x1, no 1_000
			return 0, false
		}
		f, err := strconv.ParseFloat(s, 64)
		return f, err == nil
	}
	return 0, false
}

// String is the value for people: dates in ISO or "never", lists with their
// length and first elements.
func (v Value) String() string {
	switch v.kind {
	case UnknownKind:
		return "unknown"
	case BoolKind:
		return strconv.FormatBool(v.num != 0)
	case NumberKind:
		return strconv.FormatFloat(v.num, 'f', -1, 64)
	case DateKind:
		if v.num == never {
			return "never"
		}
		return time.Unix(int64(v.num), 0).UTC().Format(time.RFC3339)
	case StringKind:
		return v.str
	case ListKind:
		return listText(v.ref.(List))
	case ObjectKind:
		return objectText(v.ref)
	}
	return "none"
}

// shown is how many elements of a list are written out.
const shown = 10

func listText(l List) string {
	n := l.Len()
	switch {
	case n == 1:
		return l.At(0).String()
	case n == 0 && l.Gap() != nil:
		return "unknown"
	case n == 0:
		return "none"
	}
	b := make([]byte, 0, 256) // on the stack
	for i := range min(n, shown) {
		if i > 0 {
			b = append(b, ", "...)
		}
		b = append(b, l.At(i).String()...)
	}
	if n > shown {
		b = fmt.Appendf(b, " and %d more", n-shown)
	}
	return string(b)
}

func objectText(obj any) string {
	switch o := obj.(type) {
	case interface{ String() string }:
		return o.String()
	case Dynamic:
		return o.JSON()
	}
	return "object"
}

// Num is a number's value, 1 or 0 for a boolean, 0 for other kinds.
func (v Value) Num() float64 { return v.num }
