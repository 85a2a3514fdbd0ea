package syntax

// Walk calls f on an expression and all below it, outer first. A nil
// expression is nothing.
func Walk(e Expr, f func(Expr)) {
	if e == nil {
		return
	}
	f(e)
	for _, x := range children(e) {
		Walk(x, f)
	}
}

func children(e Expr) []Expr {
	switch e := e.(type) {
	case *Logical:
		return []Expr{e.X, e.Y}
	case *Not:
		return []Expr{e.X}
	case *Compare:
		return []Expr{e.X, e.Y}
	case *Regex:
		return []Expr{e.X}
	case *In:
		return append([]Expr{e.X}, e.List...)
	case *Call:
		return append([]Expr{e.X}, e.Args...)
	case *Negate:
		return []Expr{e.X}
	case *ListOp:
		return []Expr{e.X, e.Body}
	case *Paren:
		return []Expr{e.X}
	}
	return nil
}
