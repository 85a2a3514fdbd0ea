package gsl

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rollcall-iam/rollcall/internal/gsl/syntax"
)

// What follows warns of conditions that cannot mean what they say, because of
// the kinds that the schema gives fields. They compile: CloudGuard takes them
// as false.

// articles are kinds as they are called in a sentence.
var articles = map[Kind]string{BoolKind: "a boolean", NumberKind: "a number", DateKind: "a date", StringKind: "a string", ListKind: "a list", ObjectKind: "an object"}

// is reports whether the node is known to be one of the kinds.
func (n *node) is(kinds ...Kind) bool {
	return slices.Contains(kinds, n.kind)
}

// lintCompare warns of comparisons that never hold.
func (c *compiler) lintCompare(e *syntax.Compare, a, b *node) {
	if a.constant && !b.constant {
		a, b = b, a
	}
	at, field := e.Range(), syntax.PrintExpr(a.expr)
	switch {
	case a.constant:
	case a.is(ListKind) && b.is(NumberKind):
		c.warn(at, fmt.Sprintf("write %s length() %s %s", field, e.Op, syntax.PrintExpr(b.expr)), "%s is a list, which %s never holds for", field, e.Op)
	case a.is(ListKind):
		c.warn(at, fmt.Sprintf("write %s contain [ $ %s %s ]", field, e.Op, syntax.PrintExpr(b.expr)), "%s is a list, which %s never holds for", field, e.Op)
	case a.is(ObjectKind):
		c.warn(at, "name one of its fields", "%s is an object, which %s never holds for", field, e.Op)
	case e.Op == "like" && a.is(BoolKind, NumberKind, DateKind):
		c.warn(at, "", "%s is %s, which is not like any text", field, articles[a.kind])
	case literal(b.expr) && e.Op == "like":
		c.lintPattern(e, b.val(nil).str)
	case literal(b.expr):
		c.lintLiteral(e, a, b)
	}
}

// lintPattern warns of a star where like has a percent sign.
func (c *compiler) lintPattern(e *syntax.Compare, pattern string) {
	if strings.Contains(pattern, "*") && !strings.Contains(pattern, "%") {
		c.warn(e.Y.Range(), "write '"+strings.ReplaceAll(pattern, "*", "%")+"'", "like takes %% for any text, and * for itself")
	}
}

// literal reports whether the expression is a constant as written; what a
// setting may come to is not known here.
func literal(e syntax.Expr) bool {
	switch e.(type) {
	case *syntax.String, *syntax.Number, *syntax.Bool:
		return true
	}
	return false
}

// lintLiteral warns of constants of another kind than the field's.
func (c *compiler) lintLiteral(e *syntax.Compare, a, b *node) {
	field, v := syntax.PrintExpr(a.expr), b.val(nil)
	_, numeric := v.number()
	switch wrote := syntax.PrintExpr(b.expr); {
	case a.kind == BoolKind && converted(v, BoolKind).kind != BoolKind:
		c.warn(e.Range(), "write true or false", "%s is a boolean, and %s is none", field, wrote)
	case a.kind == DateKind && !numeric:
		c.warn(e.Range(), "write before(-90, 'days') or after(-90, 'days'); a number is seconds since 1970", "%s is a date, and %s is none", field, wrote)
	case a.kind == NumberKind && !numeric:
		c.warn(e.Range(), "", "%s is a number, and %s is none", field, wrote)
	}
}

// lintIn warns of a list that is sought in a list.
func (c *compiler) lintIn(e *syntax.In, a *node) {
	if a.is(ListKind) {
		field := syntax.PrintExpr(a.expr)
		c.warn(e.X.Range(), fmt.Sprintf("write %s contain [ $ in (...) ]", field), "%s is a list, which is in no other", field)
	}
}

// lintList warns of brackets after what is no list.
func (c *compiler) lintList(e *syntax.ListOp, list *node) {
	if list.is(BoolKind, NumberKind, DateKind, StringKind) || list.is(ObjectKind) && e.Op.Text != "with" {
		c.warn(e.Op.Span, "", "%s is %s, and %s is for lists", syntax.PrintExpr(e.X), articles[list.kind], e.Op.Text)
	}
}

// lintDate warns of what is no date where one belongs.
func (c *compiler) lintDate(e *syntax.Call, x *node) {
	if !x.constant && x.is(BoolKind, StringKind, ListKind, ObjectKind) {
		c.warn(x.expr.Range(), "", "%s is %s, and %s is for dates", syntax.PrintExpr(x.expr), articles[x.kind], e.Name.Text)
	}
}

// lintStep warns of a path that goes through a list.
func (c *compiler) lintStep(e *syntax.Path, i int, of *node) {
	if of.kind != ListKind {
		return
	}
	list := syntax.Path{Up: e.Up, Segs: e.Segs[:i]}
	field := syntax.PrintExpr(&list)
	if t := of.elem; t != nil && t.Field("key") != nil && t.Field("value") != nil {
		c.warn(e.Segs[i].Span, fmt.Sprintf("write %s contain [ key = '%s' and value = ... ]", field, e.Segs[i].Text), "%s is a list, and has no field %q", field, e.Segs[i].Text)
		return
	}
	c.warn(e.Segs[i].Span, fmt.Sprintf("write %s contain [ %s ... ]", field, e.Segs[i].Text), "%s is a list, and has no field %q", field, e.Segs[i].Text)
}

// meant suggests what a word without quotes stands for.
func meant(word string) string {
	switch strings.ToLower(word) {
	case "yes", "on":
		return "write true"
	case "no", "off":
		return "write false"
	case "null", "none", "nil":
		return "write isEmpty() after the field"
	case "never":
		return "never is before every date: write before(-9999, 'days')"
	}
	return "text has single quotes: '" + word + "'"
}

// elsewhere suggests the context that does have a field.
func (c *compiler) elsewhere(e *syntax.Path, name string) string {
	for up := 1; up <= c.depth()-e.Up; up++ {
		if t := c.stack[c.depth()-e.Up-up]; t != nil && t.Field(name) != nil {
			return fmt.Sprintf("it is a field of %s: write %s%s", t.Name, strings.Repeat("~", e.Up+up), name)
		}
	}
	return ""
}
