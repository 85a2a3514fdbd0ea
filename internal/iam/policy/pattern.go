package policy

import (
	"strings"
	"unicode/utf8"
)

// A Pattern is a resource pattern: "*" stands for any run of characters, ":"
// and "/" included, "?" for one; nothing else is special. In a document of
// version 2012-10-17, ${name} is a variable and ${*}, ${?}, ${$} are those
// characters themselves.
type Pattern struct {
	text string
	syms []sym // nil where text is plain: no variable, no escape
	// Where the one variable is ${aws:username}, as it mostly is, pre and post
	// are what stands around it.
	own       bool
	pre, post string
}

// A sym is one symbol of a pattern: a character, a wildcard or a variable.
type sym struct {
	char     rune   // 0 for a variable
	wild     bool   // char is a wildcard
	variable string // lower case, as IAM compares variable names
}

// ParsePattern reads a pattern. Where variables is false, ${ is ordinary text.
func ParsePattern(text string, variables bool) Pattern {
	p := Pattern{text: text}
	if variables && strings.Contains(text, "${") {
		p.syms = foldVariables(scan(text))
		p.splitOwn()
	}
	return p
}

const username = "${aws:username}"

// splitOwn finds the patterns whose one variable is the user's name.
func (p *Pattern) splitOwn() {
	i := strings.Index(p.text, "${") // of the text itself: lowering may change its length
	if strings.Count(p.text, "${") == 1 && len(p.text)-i >= len(username) && strings.EqualFold(p.text[i:i+len(username)], username) {
		p.own, p.pre, p.post = true, p.text[:i], p.text[i+len(username):]
	}
}

// Text is the pattern as written.
func (p Pattern) Text() string { return p.text }

// Any reports whether the pattern matches everything.
func (p Pattern) Any() bool { return p.text != "" && strings.Trim(p.text, "*") == "" }

// symbols is the pattern as symbols, whether or not it was scanned before.
func (p Pattern) symbols() []sym {
	if p.syms != nil {
		return p.syms
	}
	return scan(p.text)
}

func scan(text string) []sym {
	out := make([]sym, 0, len(text))
	for _, r := range text {
		out = append(out, sym{char: r, wild: r == '*' || r == '?'})
	}
	return out
}

// literal is text in which nothing is special.
func literal(text string) []sym {
	out := make([]sym, 0, len(text))
	for _, r := range text {
		out = append(out, sym{char: r})
	}
	return out
}

// foldVariables turns each ${...} among the symbols into one symbol.
func foldVariables(in []sym) []sym {
	out := make([]sym, 0, len(in))
	closed := len(in) - 1
	for closed >= 0 && in[closed].char != '}' {
		closed--
	}
	for i := 0; i < len(in); i++ {
		end := -1
		if i < closed {
			end = variableEnd(in, i)
		}
		if end < 0 {
			out = append(out, in[i])
			continue
		}
		var name strings.Builder
		for _, s := range in[i+2 : end] {
			name.WriteRune(s.char)
		}
		switch n := name.String(); n {
		case "*", "?", "$":
			out = append(out, sym{char: rune(n[0])})
		default:
			out = append(out, sym{variable: strings.ToLower(n)})
		}
		i = end
	}
	return out
}

// variableEnd is the index of the brace that ends the variable at i, or -1.
func variableEnd(in []sym, i int) int {
	if i+2 >= len(in) || in[i].char != '$' || in[i+1].char != '{' {
		return -1
	}
	for j := i + 2; j < len(in); j++ {
		if in[j].char == '}' {
			return j
		}
	}
	return -1
}

// MatchAs reports whether the pattern matches a resource for a user of this
// name, who is what ${aws:username} stands for. Other variables match nothing.
func (p Pattern) MatchAs(name, resource string) bool {
	switch {
	case p.syms == nil:
		return Match(p.text, resource)
	case p.own:
		return glob{p.pre, name, p.post}.match(resource)
	}
	return covers(p.bind(name), literal(resource))
}

// Uniform reports whether the pattern matches, for all users alike, the
// resource that base and the user's name make: for none or for each of them.
// It errs on the side of false.
func (p Pattern) Uniform(base string) bool {
	switch {
	case p.Any():
		return true
	case p.own: // the name at its end matches the resource's, and the rest is compared
		return p.post == ""
	case p.syms != nil:
		return false
	}
	return strings.HasSuffix(p.text, "*") && Match(p.text, base)
}

// bind replaces ${aws:username} by a name, as plain text.
func (p Pattern) bind(name string) []sym {
	out := make([]sym, 0, len(p.syms)+len(name))
	for _, s := range p.syms {
		if s.variable == "aws:username" {
			out = append(out, literal(name)...)
			continue
		}
		out = append(out, s)
	}
	return out
}

// Covers reports whether p matches everything that q matches. It errs on the
// side of false.
func (p Pattern) Covers(q Pattern) bool {
	if p.Any() {
		return true
	}
	if p.syms == nil && q.syms == nil && plainASCII(q.text) {
		return coversText(p.text, q.text)
	}
	return covers(p.symbols(), q.symbols())
}

func plainASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// coversText is covers for patterns without variables, of which q is ASCII. It
// repeats the walk because judging a rule spends its time here, and one walk for
// both, with functions to compare, takes a fifth longer.
func coversText(p, q string) bool {
	i, j, star, mark := 0, 0, -1, 0
	for j < len(q) {
		switch {
		case i < len(p) && p[i] == '*':
			star, mark = i, j
			i++
		case i < len(p) && (p[i] == q[j] || p[i] == '?') && q[j] != '*':
			i++
			j++
		case star >= 0:
			mark++
			i, j = star+1, mark
		default:
			return false
		}
	}
	return strings.Trim(p[i:], "*") == ""
}

// Overlaps reports whether some text matches both patterns. A variable may
// stand for anything, so it errs on the side of true.
func (p Pattern) Overlaps(q Pattern) bool { return overlaps(p.symbols(), q.symbols()) }

// OverlapsARN is Overlaps for two patterns of ARNs: where both have all six
// segments, a wildcard stays within its own.
func (p Pattern) OverlapsARN(q Pattern) bool {
	a, b := strings.SplitN(p.text, ":", segments), strings.SplitN(q.text, ":", segments)
	if len(a) != segments || len(b) != segments || p.syms != nil && !p.own || q.syms != nil && !q.own {
		return p.Overlaps(q)
	}
	for i := range a {
		if !ParsePattern(a[i], p.own).Overlaps(ParsePattern(b[i], q.own)) {
			return false
		}
	}
	return true
}

// segments is how many parts an ARN has between its first five colons.
const segments = 6

// Match reports whether a pattern of "*" and "?" matches all of s,
// case-sensitively. Give both in lower case for actions.
func Match(pattern, s string) bool { return glob{pattern, "", ""}.match(s) }

// A glob is a pattern in three pieces, of which the middle one is plain text.
type glob struct{ pre, text, post string }

// at is the byte at i, and whether it may be a wildcard; 0 at the end.
func (g glob) at(i int) (byte, bool) {
	if i < len(g.pre) {
		return g.pre[i], true
	}
	i -= len(g.pre)
	if i < len(g.text) {
		return g.text[i], false
	}
	i -= len(g.text)
	if i < len(g.post) {
		return g.post[i], true
	}
	return 0, false
}

func (g glob) match(s string) bool {
	size := len(g.pre) + len(g.text) + len(g.post)
	p, i, star, mark := 0, 0, -1, 0
	for i < len(s) {
		c, special := g.at(p)
		switch {
		case special && c == '*':
			star, mark = p, i
			p++
		case special && c == '?':
			_, width := utf8.DecodeRuneInString(s[i:])
			p++
			i += width
		case p < size && c == s[i]:
			p++
			i++
		case star >= 0:
			mark++
			p, i = star+1, mark
		default:
			return false
		}
	}
	for ; p < size; p++ {
		if c, special := g.at(p); !special || c != '*' {
			return false
		}
	}
	return true
}

// covers matches the symbols of q by the pattern p: p's "*" takes any run of
// q's symbols, p's "?" one that stands for exactly one character.
func covers(p, q []sym) bool {
	i, j, star, mark := 0, 0, -1, 0
	for j < len(q) {
		switch {
		case i < len(p) && p[i].isStar():
			star, mark = i, j
			i++
		case i < len(p) && p[i].takes(q[j]):
			i++
			j++
		case star >= 0:
			mark++
			i, j = star+1, mark
		default:
			return false
		}
	}
	for i < len(p) && p[i].isStar() {
		i++
	}
	return i == len(p)
}

func (s sym) isStar() bool { return s.wild && s.char == '*' }

// takes reports whether s, which is not "*", matches all that t stands for.
func (s sym) takes(t sym) bool {
	if s.wild { // "?"
		return t.variable == "" && !t.isStar()
	}
	return s == t
}

// loose is a symbol that may stand for any run of characters.
func (s sym) loose() bool { return s.isStar() || s.variable != "" }

func (s sym) meets(t sym) bool { return s.wild || t.wild || s.char == t.char }

// overlaps walks the two patterns together: row[j] says whether p[i:] and
// q[j:] have a text in common.
func overlaps(p, q []sym) bool {
	next, row := make([]bool, len(q)+1), make([]bool, len(q)+1)
	for i := len(p); i >= 0; i-- {
		for j := len(q); j >= 0; j-- {
			switch {
			case i == len(p) && j == len(q):
				row[j] = true
			case i < len(p) && p[i].loose():
				row[j] = next[j] || j < len(q) && row[j+1]
			case j < len(q) && q[j].loose():
				row[j] = row[j+1] || i < len(p) && next[j]
			default:
				row[j] = i < len(p) && j < len(q) && p[i].meets(q[j]) && next[j+1]
			}
		}
		next, row = row, next
	}
	return next[0]
}

// NobodyBut reports whether the pattern can name nobody but the user of this
// name: what follows its last "/" is the name, or the variable that stands
// for it, or text that no name can be, such as ${aws:username} in a version
// without variables. User names are unique in an account, whatever their path
// and letter case.
func (p Pattern) NobodyBut(name string) bool {
	if p.syms != nil {
		return p.OwnOnly() // else it may still be; nothing is proved
	}
	last := p.text[strings.LastIndexByte(p.text, '/')+1:]
	if len(last) == len(p.text) || strings.ContainsAny(last, "*?") {
		return false
	}
	return strings.EqualFold(last, name) || strings.ContainsAny(last, "${}")
}

// OwnOnly reports whether the pattern is about nobody but the user whose
// request it is, whoever that is.
func (p Pattern) OwnOnly() bool { return p.own && p.post == "" && strings.HasSuffix(p.pre, "/") }
