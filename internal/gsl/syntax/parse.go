package syntax

import (
	"fmt"
	"strconv"
	"strings"
)

// maxDepth and maxLength bound what is read, so that no text can exhaust the
// stack. The longest published rule has 3 kB.
const (
	maxDepth  = 200
	maxLength = 64 << 10
)

// Parse reads one rule, with any surrounding space. The error is an *Error.
func Parse(text string) (*Rule, error) {
	p := &parser{scan: scanner{text: text}}
	r, err := p.whole(p.rule)
	if err != nil {
		return nil, err
	}
	return r.(*Rule), nil
}

// ParseImported is Parse for rules written elsewhere: a ")" or "]" too many at
// the end, which some published rules have, is left out with a warning.
func ParseImported(text string) (r *Rule, warnings []*Error, err error) {
	p := &parser{scan: scanner{text: text}, tolerant: true}
	whole, err := p.whole(p.rule)
	if err != nil {
		return nil, nil, err
	}
	return whole.(*Rule), p.warnings, nil
}

// ParseExpr reads one condition or operand, as it stands after "should" or
// inside brackets. The error is an *Error.
func ParseExpr(text string) (Expr, error) {
	p := &parser{scan: scanner{text: text}}
	e, err := p.whole(func() any { return p.expr() })
	if err != nil {
		return nil, err
	}
	return e.(Expr), nil
}

type parser struct {
	scan  scanner
	tok   token
	last  int    // where the token before tok ended
	after string // the value of the token before tok
	doing string // what is being read, for messages
	depth int

	tolerant bool // of brackets too many at the end
	warnings []*Error
}

// whole runs a production over all of the text. Productions stop by panicking
// with an *Error, which keeps each of them a transcript of the grammar.
func (p *parser) whole(production func() any) (result any, err error) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case *Error:
			result, err = nil, r
		default:
			panic(r)
		}
	}()
	if len(p.scan.text) > maxLength {
		p.fail(Span{maxLength, maxLength}, "", "the rule is longer than %d bytes", maxLength)
	}
	p.advance()
	result = production()
	for p.tolerant && (p.is(")") || p.is("]")) {
		p.warnings = append(p.warnings, &Error{Text: p.scan.text, Span: p.tok.span, Message: fmt.Sprintf("%q closes nothing and is left out", p.tok.value)})
		p.advance()
	}
	switch {
	case p.is(")"), p.is("]"):
		p.fail(p.tok.span, "", "%q closes nothing", p.tok.value)
	case p.tok.kind != eof:
		p.unexpected("the end of the rule")
	}
	return result, nil
}

func (p *parser) advance() {
	p.after = p.tok.value
	p.last = p.tok.span.End
	p.tok = p.scan.next()
}

func (p *parser) fail(at Span, hint, format string, args ...any) {
	panic(&Error{Text: p.scan.text, Span: at, Message: fmt.Sprintf(format, args...), Hint: hint})
}

// unexpected fails at the current token, saying what was read and what would
// have been right.
func (p *parser) unexpected(want string) {
	while := ""
	if p.doing != "" {
		while = " while reading " + p.doing
	}
	p.fail(p.tok.span, p.hint(), "unexpected %s%s, expected %s", p.describe(), while, want)
}

func (p *parser) describe() string {
	t := p.tok
	switch {
	case t.kind == eof:
		return "end of the rule"
	case t.kind == bad && strings.HasPrefix(t.value, "'"):
		return "string without its closing quote"
	case t.kind == bad && strings.HasPrefix(t.value, "/"):
		return "regular expression without its closing slash"
	case t.kind == str:
		return fmt.Sprintf("string '%s'", t.value)
	case t.kind == regex:
		return fmt.Sprintf("regular expression /%s/", t.value)
	}
	return strconv.Quote(t.value)
}

// is reports whether the current token is an operator or bracket.
func (p *parser) is(value string) bool {
	return p.tok.kind == punct && p.tok.value == value
}

// word reports whether the current token is a keyword, in any case.
func (p *parser) word(w string) bool {
	return p.tok.kind == name && strings.EqualFold(p.tok.value, w)
}

// accept consumes a keyword if it is there.
func (p *parser) accept(w string) bool {
	if p.word(w) {
		p.advance()
		return true
	}
	return false
}

func (p *parser) expect(value, what string) {
	if !p.is(value) {
		p.unexpected(what)
	}
	p.advance()
}

// rule = target [ "should" ["not"] ["have"] expr [ "exclude" expr ] ]
func (p *parser) rule() any {
	p.doing = "the target"
	r := &Rule{Text: p.scan.text}
	p.target(r)
	if p.accept("where") {
		p.doing = "the condition after where"
		r.Where = p.expr()
	}
	if p.tok.kind == eof || p.tolerant && (p.is(")") || p.is("]")) {
		return r
	}
	if !p.accept("should") {
		want := `"should"`
		if r.Where == nil {
			want = `"where" or "should"`
		}
		p.unexpected(want + " or the end of the rule")
	}
	r.Should = true
	r.Not = p.accept("not")
	r.Have = p.accept("have")
	p.doing = "the condition after should"
	r.Cond = p.expr()
	if p.accept("exclude") {
		p.doing = "the condition after exclude"
		r.Exclude = p.expr()
	}
	return r
}

// target = ( NAME | "List" "<" NAME ">" ) [ "where" expr ]
func (p *parser) target(r *Rule) {
	if p.tok.kind != name || reserved(p.tok.value) || p.word("true") || p.word("false") {
		p.unexpected("the name of an entity, such as IamUser")
	}
	r.Target = p.name()
	if r.Target.Text == "List" && p.is("<") {
		p.advance()
		r.List = true
		if p.tok.kind != name {
			p.unexpected("the name of an entity")
		}
		r.Target = p.name()
		p.expect(">", `">"`)
	}
}

func (p *parser) name() Name {
	n := Name{p.tok.span, p.tok.value}
	p.advance()
	return n
}

// expr = conj { "or" conj }
func (p *parser) expr() Expr {
	if p.depth++; p.depth > maxDepth {
		p.fail(p.tok.span, "", "the rule is nested more than %d deep", maxDepth)
	}
	x := p.conj()
	for p.accept("or") {
		x = &Logical{"or", x, p.conj()}
	}
	p.depth--
	return x
}

// conj = unary { "and" unary }
func (p *parser) conj() Expr {
	x := p.unary()
	for p.accept("and") {
		x = &Logical{"and", x, p.unary()}
	}
	return x
}

// unary = "not" unary | relation
func (p *parser) unary() Expr {
	if !p.word("not") {
		return p.relation()
	}
	if p.depth++; p.depth > maxDepth {
		p.fail(p.tok.span, "", "the rule is nested more than %d deep", maxDepth)
	}
	start := p.tok.span.Start
	p.advance()
	x := p.unary()
	p.depth--
	return &Not{Span{start, p.last}, x}
}

var comparisons = map[string]bool{"=": true, "!=": true, "<": true, ">": true, "<=": true, ">=": true}

// relation = operand [ cmp operand | "like" operand | "regexMatch" (REGEX | setting) | "in" list ]
func (p *parser) relation() Expr {
	x := p.operand()
	start := x.Range().Start
	switch {
	case p.tok.kind == punct && comparisons[p.tok.value]:
		op := p.tok.value
		p.advance()
		return &Compare{op, x, p.operand()}
	case p.accept("like"):
		return &Compare{"like", x, p.operand()}
	case p.accept("regexMatch"):
		return p.regexMatch(x, start)
	case p.accept("in"):
		return p.in(x, start)
	}
	return x
}

func (p *parser) regexMatch(x Expr, start int) Expr {
	if p.word("setting") {
		s := p.path()
		return &Regex{Span: Span{start, p.last}, X: x, At: s.Range(), Setting: s}
	}
	if p.tok.kind != regex {
		p.unexpected("a regular expression between slashes, such as /^ci-/")
	}
	t := p.tok
	p.advance()
	return &Regex{Span: Span{start, t.span.End}, X: x, Pattern: t.value, Flags: t.flags, At: t.span}
}

func (p *parser) in(x Expr, start int) Expr {
	e := &In{X: x}
	if !p.is("(") {
		e.List = []Expr{p.operand()}
	} else {
		p.advance()
		e.List = p.arguments("the list after in")
	}
	e.Span = Span{start, p.last}
	return e
}

// arguments reads operands up to the closing parenthesis; at least one for a list.
func (p *parser) arguments(doing string) []Expr {
	saved := p.doing
	p.doing = doing
	var out []Expr
	for {
		out = append(out, p.operand())
		if !p.is(",") {
			break
		}
		p.advance()
	}
	p.expect(")", `"," or ")"`)
	p.doing = saved
	return out
}

var listOps = map[string]string{}

func init() {
	for _, op := range []string{"with", "contain", "contain-any", "contain-all", "contain-none", "groupBy"} {
		listOps[strings.ToLower(op)] = op
	}
}

// operand = primary { postfix }
func (p *parser) operand() Expr {
	x := p.primary()
	for p.tok.kind == name {
		op, isList := listOps[strings.ToLower(p.tok.value)]
		if !isList && (reserved(p.tok.value) || p.relationWord()) {
			break
		}
		n := p.name()
		if isList {
			n.Text = op
			x = p.listOp(x, n)
			continue
		}
		if !p.is("(") {
			p.fail(n.Span, misplaced(n.Text), "unexpected %q after %q, expected an operator or a function", n.Text, clip(p.scan.text, x.Range().Start, x.Range().End))
		}
		p.advance()
		x = &Call{X: x, Name: n, Args: p.callArguments(n)}
		x.(*Call).Span = Span{x.(*Call).X.Range().Start, p.last}
	}
	return x
}

func (p *parser) relationWord() bool { return p.word("like") || p.word("in") || p.word("regexMatch") }

func (p *parser) callArguments(n Name) []Expr {
	if p.is(")") {
		p.advance()
		return nil
	}
	return p.arguments("the arguments of " + n.Text)
}

func (p *parser) listOp(x Expr, op Name) Expr {
	saved := p.doing
	p.doing = "the condition after " + op.Text
	p.expect("[", `"["`)
	body := p.expr()
	p.expect("]", `"and", "or" or "]"`)
	p.doing = saved
	return &ListOp{Span{x.Range().Start, p.last}, x, op, body}
}

// primary reads a literal, a parenthesis, $ or a path or call.
func (p *parser) primary() Expr {
	t := p.tok
	switch {
	case t.kind == str:
		p.advance()
		return &String{t.span, t.value}
	case t.kind == number:
		p.advance()
		v, _ := strconv.ParseFloat(t.value, 64)
		return &Number{t.span, v, t.value}
	case p.word("true"), p.word("false"):
		p.advance()
		return &Bool{t.span, strings.EqualFold(t.value, "true")}
	case p.is("("):
		return p.paren()
	case p.is("$"):
		p.advance()
		return &Element{t.span}
	case p.is("-"):
		return p.negate()
	}
	return p.path()
}

func (p *parser) paren() Expr {
	start := p.tok.span.Start
	p.advance()
	x := p.expr()
	p.expect(")", `"and", "or" or ")"`)
	return &Paren{Span{start, p.last}, x}
}

func (p *parser) negate() Expr {
	start := p.tok.span.Start
	p.advance()
	if p.tok.kind != name {
		p.unexpected("a number or a function after -")
	}
	n := p.name()
	p.expect("(", `"(": - stands before a number or a function`)
	call := &Call{Name: n, Args: p.callArguments(n)}
	call.Span = Span{n.Span.Start, p.last}
	return &Negate{Span{start, p.last}, call}
}

// path reads { "~" } ( path | call ).
func (p *parser) path() Expr {
	start, up := p.tok.span.Start, 0
	for p.is("~") {
		up++
		p.advance()
	}
	if p.tok.kind != name || reserved(p.tok.value) {
		p.unexpected("a field, a value or a function")
	}
	n := p.name()
	if p.is("(") {
		p.advance()
		call := &Call{Up: up, Name: n, Args: p.callArguments(n)}
		call.Span = Span{start, p.last}
		return call
	}
	segs := []Name{n}
	for p.is(".") {
		p.advance()
		if p.tok.kind != name {
			p.unexpected("the name of a field after the dot")
		}
		segs = append(segs, p.name())
	}
	return &Path{Span{start, p.last}, up, segs}
}

var keywords = map[string]bool{"where": true, "should": true, "have": true, "exclude": true, "and": true, "or": true, "not": true}

// reserved reports whether a word cannot begin an operand.
func reserved(w string) bool { return keywords[strings.ToLower(w)] }
