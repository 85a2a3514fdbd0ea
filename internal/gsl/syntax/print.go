package syntax

import "strings"

// Print writes a rule in its canonical form, on one line.
func Print(r *Rule) string {
	var b printer
	b.rule(r)
	return b.String()
}

// PrintExpr writes an expression in its canonical form.
func PrintExpr(e Expr) string {
	var b printer
	b.expr(e)
	return b.String()
}

type printer struct{ strings.Builder }

func (b *printer) rule(r *Rule) {
	if r.List {
		b.write("List<", r.Target.Text, ">")
	} else {
		b.write(r.Target.Text)
	}
	if r.Where != nil {
		b.write(" where ")
		b.expr(r.Where)
	}
	if !r.Should {
		return
	}
	b.write(" should ")
	if r.Not {
		b.write("not ")
	}
	if r.Have {
		b.write("have ")
	}
	b.expr(r.Cond)
	if r.Exclude != nil {
		b.write(" exclude ")
		b.expr(r.Exclude)
	}
}

func (b *printer) write(parts ...string) {
	for _, s := range parts {
		b.WriteString(s)
	}
}

func (b *printer) expr(e Expr) {
	switch e := e.(type) {
	case *Logical:
		b.expr(e.X)
		b.write(" ", e.Op, " ")
		b.expr(e.Y)
	case *Not:
		b.write("not ")
		b.expr(e.X)
	case *Compare:
		b.expr(e.X)
		b.write(" ", e.Op, " ")
		b.expr(e.Y)
	case *Regex:
		b.expr(e.X)
		if e.Setting != nil {
			b.write(" regexMatch ")
			b.expr(e.Setting)
			return
		}
		b.write(" regexMatch /", e.Pattern, "/", e.Flags)
	case *In:
		b.expr(e.X)
		b.write(" in (")
		b.list(e.List)
		b.write(")")
	case *ListOp:
		b.expr(e.X)
		b.write(" ", e.Op.Text, " [ ")
		b.expr(e.Body)
		b.write(" ]")
	case *Paren:
		b.write("(")
		b.expr(e.X)
		b.write(")")
	default:
		b.operand(e)
	}
}

func (b *printer) operand(e Expr) {
	switch e := e.(type) {
	case *String:
		b.write("'", e.Value, "'")
	case *Number:
		b.write(e.Text)
	case *Bool:
		b.write(map[bool]string{true: "true", false: "false"}[e.Value])
	case *Element:
		b.write("$")
	case *Negate:
		b.write("-")
		b.expr(e.X)
	case *Path:
		b.write(strings.Repeat("~", e.Up))
		for i, s := range e.Segs {
			if i > 0 {
				b.write(".")
			}
			b.write(s.Text)
		}
	case *Call:
		if e.X != nil {
			b.expr(e.X)
			b.write(" ")
		}
		b.write(strings.Repeat("~", e.Up), e.Name.Text, "(")
		b.list(e.Args)
		b.write(")")
	}
}

func (b *printer) list(list []Expr) {
	for i, e := range list {
		if i > 0 {
			b.write(", ")
		}
		b.expr(e)
	}
}
