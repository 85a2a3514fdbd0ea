package syntax

// A Rule is a whole rule. Without Should it is a query that lists what Where
// selects.
type Rule struct {
	Text    string
	Target  Name
	List    bool // List<Target>: one object whose items are all of the kind
	Where   Expr // nil for all
	Should  bool
	Not     bool // should not: the condition must be false
	Have    bool // as written; it means nothing
	Cond    Expr // nil without Should
	Exclude Expr // nil for none
}

// A Name is a word with its place.
type Name struct {
	Span Span
	Text string
}

// An Expr is a condition or an operand.
type Expr interface {
	// Range is where the expression stands in the text.
	Range() Span
}

// The expressions.
type (
	// Logical is X and Y, or X or Y.
	Logical struct {
		Op   string // "and" or "or"
		X, Y Expr
	}
	// Not is not X.
	Not struct {
		Span Span
		X    Expr
	}
	// Compare is X Op Y, with Op one of = != < > <= >= like.
	Compare struct {
		Op   string
		X, Y Expr
	}
	// Regex is X regexMatch /Pattern/Flags.
	Regex struct {
		Span           Span
		X              Expr
		Pattern, Flags string
		At             Span // of the pattern
		Setting        Expr // a call of setting that gives the pattern instead; nil for none
	}
	// In is X in (List...), or X in (Y) where Y gives a list.
	In struct {
		Span Span
		X    Expr
		List []Expr
	}
	// String is '...'.
	String struct {
		Span  Span
		Value string
	}
	// Number is a number with its spelling.
	Number struct {
		Span  Span
		Value float64
		Text  string
	}
	// Bool is true or false.
	Bool struct {
		Span  Span
		Value bool
	}
	// Path is a.b.c, looked up Up contexts above the current one.
	Path struct {
		Span Span
		Up   int
		Segs []Name
	}
	// Element is $, the current element of a list.
	Element struct{ Span Span }
	// Call is X Name(Args), or Name(Args) where X is nil.
	Call struct {
		Span Span
		X    Expr
		Up   int
		Name Name
		Args []Expr
	}
	// Negate is -X, with X a call.
	Negate struct {
		Span Span
		X    Expr
	}
	// ListOp is X Op [Body].
	ListOp struct {
		Span Span
		X    Expr
		Op   Name // with, contain, contain-any, contain-all, contain-none, groupBy
		Body Expr
	}
	// Paren is (X).
	Paren struct {
		Span Span
		X    Expr
	}
)

// Range of a logical expression is both sides.
func (e *Logical) Range() Span { return Span{e.X.Range().Start, e.Y.Range().End} }

// Range of a comparison is both sides.
func (e *Compare) Range() Span { return Span{e.X.Range().Start, e.Y.Range().End} }

// Range is the expression's span.
func (e *Not) Range() Span { return e.Span }

// Range is the expression's span.
func (e *Regex) Range() Span { return e.Span }

// Range is the expression's span.
func (e *In) Range() Span { return e.Span }

// Range is the expression's span.
func (e *String) Range() Span { return e.Span }

// Range is the expression's span.
func (e *Number) Range() Span { return e.Span }

// Range is the expression's span.
func (e *Bool) Range() Span { return e.Span }

// Range is the expression's span.
func (e *Path) Range() Span { return e.Span }

// Range is the expression's span.
func (e *Element) Range() Span { return e.Span }

// Range is the expression's span.
func (e *Call) Range() Span { return e.Span }

// Range is the expression's span.
func (e *Negate) Range() Span { return e.Span }

// Range is the expression's span.
func (e *ListOp) Range() Span { return e.Span }

// Range is the expression's span.
func (e *Paren) Range() Span { return e.Span }
