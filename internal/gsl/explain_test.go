package gsl_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/rollcall-iam/rollcall/internal/gsl"
	"github.com/rollcall-iam/rollcall/internal/gsl/syntax"
)

func TestExplain(t *testing.T) {
	type evidence = map[string]string
	for _, tt := range []struct {
		rule, outcome string
		evidence      evidence
		parts         []string
		gaps          []any
	}{
		{"Thing should have off", "fail", evidence{"off": "false"}, nil, nil},
		{"Thing should have last after(-90,'days')", "fail", evidence{"last": "never"}, nil, nil},
		{"Thing should have when after(-7,'days')", "fail", evidence{"when": "2024-02-01T00:00:00Z"}, nil, nil},
		{"Thing should have nothing.name = 'x'", "fail", evidence{"nothing.name": "none"}, nil, nil},
		{"Thing should have count > zero and zero > count", "fail", evidence{"zero": "0", "count": "7"}, nil, nil},
		{"Thing should have name in ('x', 'y')", "fail", evidence{"name": "Ann-1"}, nil, nil},
		{"Thing should have 'eve' in (names)", "fail", evidence{"names": "ann, bob"}, nil, nil},
		{"Thing should have name like 'x%'", "fail", evidence{"name": "Ann-1"}, nil, nil},
		{"Thing should have name regexMatch /x/", "fail", evidence{"name": "Ann-1"}, nil, nil},
		{"Thing should have count > setting('days')", "fail", evidence{"count": "7"}, nil, nil},

		// and: a side that is true did not decide that the whole is false.
		{"Thing should have flag and off", "fail", evidence{"off": "false"}, nil, nil},
		{"Thing should have off and zero", "fail", evidence{"off": "false", "zero": "0"}, nil, nil},
		{"Thing should not have flag and count = 7", "fail", evidence{"flag": "true", "count": "7"}, nil, nil},
		{"Thing should have flag and hidden.flag", "undecided", evidence{"hidden.flag": "unknown"}, nil, []any{unread}},
		{"Thing should have off and hidden.flag", "fail", evidence{"off": "false"}, nil, nil},

		// or: a side that is false did not decide that the whole is true.
		{"Thing should have off or zero", "fail", evidence{"off": "false", "zero": "0"}, nil, nil},
		{"Thing should not have off or count = 7", "fail", evidence{"count": "7"}, nil, nil},
		{"Thing should have off or hidden.flag", "undecided", evidence{"hidden.flag": "unknown"}, nil, []any{unread}},
		{"Thing should not have hidden.flag or flag", "fail", evidence{"flag": "true"}, nil, nil},

		{"Thing should have not flag", "fail", evidence{"flag": "true"}, nil, nil},
		{"Thing should have not (flag and off) and not count = 7", "fail", evidence{"count": "7"}, nil, nil},
		{"Thing should have not hidden.flag", "undecided", evidence{"hidden.flag": "unknown"}, nil, []any{unread}},

		// Lists: those that match where a match decides, the list where none does.
		{"Thing should not have parts contain [ size = 2 ]", "fail", evidence{"parts": "part b"}, []string{"part b"}, nil},
		{"Thing should not have parts contain [ size > 0 ]", "fail", evidence{"parts": "part a, part b"}, []string{"part a", "part b"}, nil},
		{"Thing should have parts contain [ size = 9 ]", "fail", evidence{"parts": "part a, part b"}, nil, nil},
		{"Thing should have parts contain-none [ on ]", "fail", evidence{"parts": "part a"}, []string{"part a"}, nil},
		{"Thing should have parts contain-all [ on ]", "fail", evidence{"parts": "part b"}, []string{"part b"}, nil},
		{"Thing should have none contain [ 'x' ]", "fail", evidence{"none": "none"}, nil, nil},
		{"Thing should have names contain-none [ 'ann' ]", "fail", evidence{"names": "ann"}, nil, nil},
		{"Thing should not have parts with [ size = 2 ]", "fail", evidence{"parts": "part b"}, []string{"part b"}, nil},
		{"Thing should have parts with [ size = 2 ] length() = 0", "fail", evidence{"parts": "part b"}, []string{"part b"}, nil},
		{"Thing should have parts with [ size = 2 ] isEmpty()", "fail", evidence{"parts": "part b"}, []string{"part b"}, nil},
		{"Thing should have nothing.parts contain [ on ]", "fail", evidence{"nothing.parts": "none"}, nil, nil},
		{"Thing should have fewParts contain [ size = 5 ]", "undecided", evidence{"fewParts": "part a, part c"}, nil, []any{hole}},
		{"Thing should have some contain [ $ = 'eve' ]", "undecided", evidence{"some": "ann"}, nil, []any{cut}},
		{"Thing should have hidden.parts contain [ on ]", "undecided", evidence{"hidden.parts": "unknown"}, nil, []any{unread}},
		{"Thing should have some contain-none [ $ = 'ann' ]", "fail", evidence{"some": "ann"}, nil, nil},

		{"Thing should have names isEmpty()", "fail", evidence{"names": "ann, bob"}, nil, nil},
		{"Thing should have parts isEmpty()", "fail", evidence{"parts": "part a, part b"}, []string{"part a", "part b"}, nil},
		{"Thing should not have none isEmpty()", "fail", evidence{"none": "none"}, nil, nil},
		{"Thing should have hidden.names isEmpty()", "undecided", evidence{"hidden.names": "unknown"}, nil, []any{unread}},
		{"Thing should have names length() > 5", "fail", evidence{"names": "ann, bob"}, nil, nil},
		{"Thing should have some length() = 1", "undecided", evidence{"some": "ann"}, nil, []any{cut}},
		{"Thing should have when dateDifference(since, 'hours') > 2", "fail",
			evidence{"when": "2024-02-01T00:00:00Z", "since": "2024-02-01T01:30:00Z"}, nil, nil},
		{"Thing should have when dateDifference(hidden.since, 'hours') > 2", "undecided",
			evidence{"when": "2024-02-01T00:00:00Z", "hidden.since": "unknown"}, nil, []any{unread}},

		// What where and exclude did.
		{"Thing where flag should have off", "fail", evidence{"off": "false"}, nil, nil},
		{"Thing where off should have flag", "not applicable", evidence{"off": "false"}, nil, nil},
		{"Thing should have off exclude flag", "not applicable", evidence{"flag": "true"}, nil, nil},
		{"Thing where count = 7", "pass", evidence{"count": "7"}, nil, nil},
		{"Thing should have off exclude hidden.flag", "undecided",
			evidence{"off": "false", "hidden.flag": "unknown"}, nil, []any{unread}},
		{"Thing where hidden.flag should have off", "undecided",
			evidence{"hidden.flag": "unknown", "off": "false"}, nil, []any{unread}},
	} {
		p, m := compile(t, tt.rule), &gsl.Machine{Now: clock}
		if got := outcomes[p.Eval(m, sample())]; got != tt.outcome {
			t.Errorf("%s: %s, want %s", tt.rule, got, tt.outcome)
		}
		x := p.Explain(m, sample(), p.Eval(m, sample()))
		got := evidence{}
		for _, e := range x.Evidence {
			got[e.Field] = e.Value
		}
		var parts []string
		for _, v := range x.Parts {
			parts = append(parts, v.String())
		}
		if diff := cmp.Diff(tt.evidence, got); diff != "" {
			t.Errorf("%s: evidence (-want +got)\n%s", tt.rule, diff)
		}
		if diff := cmp.Diff(tt.parts, parts); diff != "" {
			t.Errorf("%s: parts (-want +got)\n%s", tt.rule, diff)
		}
		// One gap may be met more than once.
		if diff := cmp.Diff(tt.gaps, slices.Compact(x.Gaps)); diff != "" {
			t.Errorf("%s: gaps (-want +got)\n%s", tt.rule, diff)
		}
	}
}

// Each reason names the smallest condition that decided, and what it came to.
func TestReasons(t *testing.T) {
	for _, tt := range []struct {
		rule string
		want []string
	}{
		{"Thing should have names isEmpty() and flag and off", []string{"names isEmpty() is false: 2 elements: ann, bob", "off is false"}},
		{"Thing should have not (count = 7 or zero > 1)", []string{"count = 7 is true: 7"}},
		{"Thing should have zero > count", []string{"zero > count is false: zero: 0; count: 7"}},
		{"Thing should have 'eve' in (names)", []string{"'eve' in (names) is false: names: 2 elements: ann, bob"}},
		{"Thing should not have parts contain [ size = 2 and not on ]", []string{"parts contain [ size = 2 and not on ] is true: 1 element: part b"}},
		{"Thing should have parts with [ on ] length() > 1 or parts isEmpty()",
			[]string{"parts with [ on ] length() > 1 is false: 1 element: part a", "parts isEmpty() is false: 2 elements: part a, part b"}},
		{"Thing should have last after(-90, 'days')", []string{"last after(-90, 'days') is false: never"}},
		{"Thing should have (hidden.flag)", []string{"hidden.flag is unknown"}},
		{"Thing should have getValue('off')", []string{"off is false"}},
		{"Thing where zero should have off", []string{"zero is false: 0"}},
	} {
		x := explained(compile(t, tt.rule), sample())
		if diff := cmp.Diff(tt.want, gsl.Reasons(x.Evidence)); diff != "" {
			t.Errorf("%s (-want +got)\n%s", tt.rule, diff)
		}
	}
}

// A scope is what an element of a list may be asked.
type scope map[string][]string // paths by kind

var (
	inPart = scope{"bool": {"on"}, "number": {"size"}, "date": {"made"}, "string": {"label"}, "list": {"marks"},
		"scalar": {"on", "size", "made", "label"}, "any": {"on", "size", "made", "label", "marks", "$"}}
	inThing = scope{"bool": {"flag", "off"}, "number": {"count", "zero"}, "date": {"when", "since", "last"}, "string": {"name", "blank"},
		"list": {"names", "none", "some", "holes"}, "parts": {"parts", "fewParts"}, "object": {"owner"}, "doc": {"data"},
		"scalar": {"flag", "count", "when", "last", "name", "owner.label", "owner.size", "owner.on", "data.a", "data.b.a", "getValue('zero')"},
		"any":    {"flag", "count", "when", "name", "names", "some", "holes", "parts", "fewParts", "owner", "owner.marks", "data", "data.b", "name.x", "owner.made"}}
	inDoc  = scope{"list": {"b", "c"}, "scalar": {"a", "b", "b.a"}, "any": {"a", "b", "c", "b.a", "getValue('a')"}}
	inText = scope{"string": {"$"}, "scalar": {"$"}, "any": {"$", "x"}}
)

// The conditions without conditions inside.
var leaves = []string{"any", "any = any", "like", "regexMatch", "in", "isEmpty", "length", "relative", "difference", "split", "in list"}

// A ruleMaker writes random conditions; scopes are the open contexts, the
// innermost last.
type ruleMaker struct {
	t      *rapid.T
	leaves []string
	scopes []scope
}

func (g *ruleMaker) one(of ...string) string { return rapid.SampledFrom(of).Draw(g.t, "one") }

// path is a path of a kind from any open context that has one, or "".
func (g *ruleMaker) path(kind string) string {
	up := rapid.IntRange(0, len(g.scopes)-1).Draw(g.t, "up")
	paths := g.scopes[len(g.scopes)-1-up][kind]
	if len(paths) == 0 || up > 0 && paths[0] == "$" {
		return ""
	}
	p := g.one(paths...)
	if p == "$" {
		return p
	}
	return strings.Repeat("~", up) + p
}

func (g *ruleMaker) inside(s scope, depth int) string {
	g.scopes = append(g.scopes, s)
	defer func() { g.scopes = g.scopes[:len(g.scopes)-1] }()
	return "[ " + g.cond(depth) + " ]"
}

// list is a list with a test of its elements, or "".
func (g *ruleMaker) list(op string, depth int) string {
	kinds := map[string]scope{"list": inText, "parts": inPart}
	kind := g.one("list", "parts")
	p := g.path(kind)
	if p == "" {
		return ""
	}
	return p + " " + op + " " + g.inside(kinds[kind], depth)
}

const literals = "'a' 'b' '' '7' 'true' 0 1 7 true false 1706745600 -62135596800"

func (g *ruleMaker) operand() string {
	if p := g.path("scalar"); p != "" && rapid.Bool().Draw(g.t, "path") {
		return p
	}
	return g.one(strings.Fields(literals)...)
}

// cond makes a condition no deeper than depth.
func (g *ruleMaker) cond(depth int) string {
	for {
		if s := g.try(depth); s != "" {
			return s
		}
	}
}

func (g *ruleMaker) try(depth int) string {
	if depth == 0 {
		return g.leaf()
	}
	depth--
	compare := g.one("=", "!=", "<", ">", "<=", ">=") + " " + g.one("0", "1", "2")
	switch rapid.IntRange(0, 13).Draw(g.t, "form") {
	case 0, 1:
		return g.cond(depth) + " and " + g.cond(depth)
	case 2, 3:
		return g.cond(depth) + " or " + g.cond(depth)
	case 4:
		return "not " + g.cond(depth)
	case 5:
		return "not (" + g.cond(depth) + ")"
	case 6:
		return "(" + g.cond(depth) + ") " + g.one("=", "!=") + " " + g.one("true", "'false'")
	case 7, 8:
		return g.list(g.one("contain", "contain-any", "contain-none", "contain-all", "with"), depth)
	case 9:
		if l := g.list("with", depth); l != "" {
			return l + g.one(" isEmpty()", " length() "+compare, " contain "+"[ not $ ]", " with [ $ ] length() "+compare)
		}
	case 10:
		if o := g.path("object"); o != "" {
			return o + " with " + g.inside(inPart, depth) + g.one(" isEmpty()", " length() "+compare)
		}
	case 11:
		if o := g.path("doc"); o != "" {
			return o + " with " + g.inside(inDoc, depth) + g.one(" isEmpty()", " length() "+compare)
		}
	}
	return g.leaf()
}

// leaf is a condition without conditions inside, or "".
func (g *ruleMaker) leaf() string {
	number := g.one("0", "1", "2", "7", "60", "'1'")
	op := " " + g.one("=", "!=", "<", ">", "<=", ">=") + " "
	unit := g.one("seconds", "minutes", "days", "months", "years")
	form := g.one(g.leaves...)
	kind := map[string]string{"any": "any", "isEmpty": "any", "length": "any", "in list": "list", "difference": "date", "relative": "date",
		"any = any": "any", "regexMatch": "string", "split": "string"}[form]
	if kind == "" {
		kind = "scalar"
	}
	p := g.path(kind)
	if p == "" {
		return ""
	}
	switch form {
	case "any":
		return p
	case "any = any":
		return p + op + g.operand()
	case "like":
		return p + " like " + g.one("'%'", "'a%'", "'A'", "''")
	case "regexMatch":
		return p + " regexMatch " + g.one("/a/", "/^$/", "/A|b/i")
	case "in":
		return p + " in (" + g.operand() + ", " + g.operand() + ")"
	case "in list":
		return g.operand() + " in (" + p + ")"
	case "isEmpty":
		return p + " isEmpty()"
	case "length":
		return p + " length()" + op + number
	case "relative":
		return p + " " + g.one("before", "after") + "(" + g.one("0", "-1", "1", "-45", "'30'") + ", '" + unit + "')"
	case "difference":
		return p + " dateDifference(" + g.operand() + ", '" + unit + "')" + op + number
	}
	return p + " split('" + g.one("a", ",") + "')" + g.one(" contain [ $ = 'a' ]", " length()"+op+number, "")
}

func (g *ruleMaker) rule() string {
	g.scopes = []scope{inThing}
	r := "Thing"
	if rapid.Bool().Draw(g.t, "where") {
		r += " where " + g.cond(2)
	}
	if rapid.IntRange(0, 9).Draw(g.t, "query") == 0 {
		return r
	}
	r += g.one(" should ", " should not have ") + g.cond(4)
	if rapid.IntRange(0, 3).Draw(g.t, "exclude") == 0 {
		r += " exclude " + g.cond(2)
	}
	return r
}

// A thingMaker makes random facts; gaps is whether facts may be unknown.
type thingMaker struct {
	t    *rapid.T
	gaps bool
}

func (g *thingMaker) chance(in int) bool { return rapid.IntRange(1, in).Draw(g.t, "chance") == 1 }

// value is a fact of a kind, null or unknown.
func (g *thingMaker) value(kind gsl.Kind, elem *gsl.Type) gsl.Value {
	switch {
	case g.gaps && g.chance(4):
		return gsl.Unknown(unread)
	case g.chance(8):
		return gsl.Null
	}
	return g.known(kind, elem)
}

func (g *thingMaker) known(kind gsl.Kind, elem *gsl.Type) gsl.Value {
	switch kind {
	case gsl.BoolKind:
		return gsl.Bool(g.chance(2))
	case gsl.NumberKind:
		return gsl.Number(rapid.SampledFrom([]float64{0, 1, 2, 7}).Draw(g.t, "number"))
	case gsl.DateKind:
		return gsl.Date(rapid.SampledFrom([]int64{never, 0, 1706745600, 1706745601, clock, clock + 86400}).Draw(g.t, "date"))
	case gsl.StringKind:
		return gsl.String(rapid.SampledFrom([]string{"", "a", "b", "A,b", "7", "true"}).Draw(g.t, "string"))
	case gsl.ListKind:
		list := g.elements(elem)
		if g.gaps && g.chance(4) {
			return gsl.Partial(list, cut)
		}
		return gsl.ListOf(list)
	}
	if elem == nil {
		return parseJSON(rapid.SampledFrom([]string{
			`{}`, `{"a": "a"}`, `{"a": 7, "b": ["a", "b"]}`, `{"a": true, "b": {"a": "a"}, "c": []}`, `{"b": "a", "c": [7]}`,
		}).Draw(g.t, "doc"))
	}
	p := &part{}
	for _, f := range partFacts {
		*f.at(p) = g.value(f.kind, f.elem)
	}
	return gsl.Object(p)
}

func (g *thingMaker) elements(elem *gsl.Type) gsl.Values {
	list := make(gsl.Values, rapid.IntRange(0, 3).Draw(g.t, "length"))
	for i := range list {
		if elem == nil {
			list[i] = g.value(gsl.StringKind, nil)
		} else {
			list[i] = g.known(gsl.ObjectKind, elem)
		}
	}
	return list
}

func (g *thingMaker) thing() *thing {
	t := &thing{}
	for _, f := range thingFacts {
		if f.name != "nothing" && f.name != "hidden" {
			*f.at(t) = g.value(f.kind, f.elem)
		}
	}
	return t
}

// learn replaces some unknown facts of v, or with all every one, by known ones.
func (g *thingMaker) learn(v gsl.Value, kind gsl.Kind, elem *gsl.Type, all bool) gsl.Value {
	switch v.Kind() {
	case gsl.UnknownKind:
		if !all && g.chance(2) {
			return v
		}
		return g.value(kind, elem)
	case gsl.ListKind:
		return g.learnList(v.Object().(gsl.List), elem, all)
	case gsl.ObjectKind:
		if p, ok := v.Object().(*part); ok {
			learnt := *p
			for _, f := range partFacts {
				*f.at(&learnt) = g.learn(*f.at(p), f.kind, f.elem, all)
			}
			return gsl.Object(&learnt)
		}
	}
	return v
}

// learnList also adds the elements that a list cut short may lack.
func (g *thingMaker) learnList(l gsl.List, elem *gsl.Type, all bool) gsl.Value {
	if d, ok := l.(docList); ok {
		return gsl.ListOf(d)
	}
	kind := gsl.StringKind
	if elem != nil {
		kind = gsl.ObjectKind
	}
	var out gsl.Values
	for i := range l.Len() {
		out = append(out, g.learn(l.At(i), kind, elem, all))
	}
	if l.Gap() == nil {
		return gsl.ListOf(out)
	}
	out = append(out, g.elements(elem)...)
	if !all && g.chance(2) {
		return gsl.Partial(out, l.Gap())
	}
	return gsl.ListOf(out)
}

func (g *thingMaker) learnThing(t *thing, all bool) *thing {
	learnt := &thing{}
	for _, f := range thingFacts {
		*f.at(learnt) = g.learn(*f.at(t), f.kind, f.elem, all)
	}
	return learnt
}

// text shows a thing when a property fails.
func (t *thing) text() string {
	var b strings.Builder
	for _, f := range thingFacts {
		fmt.Fprintf(&b, "%s: %s\n", f.name, show(*f.at(t)))
	}
	return b.String()
}

func show(v gsl.Value) string {
	switch o := v.Object().(type) {
	case *part:
		s := "{"
		for _, f := range partFacts {
			s += f.name + ": " + show(*f.at(o)) + " "
		}
		return s + "}"
	case gsl.List:
		s := "["
		for i := range o.Len() {
			s += show(o.At(i)) + " "
		}
		if o.Gap() != nil {
			s += "..."
		}
		return s + "]"
	}
	return v.Kind().String() + " " + v.String()
}

// What is said of a thing stays true when more is learnt about it, which is
// what makes a verdict on facts that are partly unknown worth having.
func TestKnowingMoreChangesNoVerdict(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rule := (&ruleMaker{t: t, leaves: leaves}).rule()
		p := compileRandom(t, rule)
		before := (&thingMaker{t, true}).thing()
		all := rapid.Bool().Draw(t, "all")
		after := (&thingMaker{t, !all}).learnThing(before, all)

		was, is := p.Eval(&gsl.Machine{Now: clock}, before), p.Eval(&gsl.Machine{Now: clock}, after)
		ok := was == is
		switch was {
		case gsl.Undecided:
			ok = !all || is != gsl.Undecided
		case gsl.Pass: // where, or exclude, may have been unknown
			ok = ok || is == gsl.NotApplicable
		}
		if !ok {
			t.Fatalf("%s\n%s of\n%s%s of\n%s", rule, outcomes[was], before.text(), outcomes[is], after.text())
		}
	})
}

func explained(p *gsl.Program, obj any) gsl.Explanation {
	m := &gsl.Machine{Now: clock}
	return p.Explain(m, obj, p.Eval(m, obj))
}

// Explaining agrees with judging and leaves no trace.
func TestExplainAgrees(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rule := (&ruleMaker{t: t, leaves: leaves[:len(leaves)-1]}).rule()
		p := compileRandom(t, rule)
		m := &gsl.Machine{Now: clock}
		for range 2 {
			obj := (&thingMaker{t, true}).thing()
			was := p.Eval(m, obj)
			x := p.Explain(m, obj, was)
			if was == gsl.Undecided && len(x.Gaps) == 0 {
				t.Fatalf("%s\nundecided without a gap of\n%s", rule, obj.text())
			}
			again := p.Explain(m, obj, was)
			if diff := cmp.Diff(x.Evidence, again.Evidence); diff != "" || len(again.Parts) != len(x.Parts) || len(again.Gaps) != len(x.Gaps) {
				t.Fatalf("%s\nexplained otherwise the second time\n%s\n%s", rule, diff, obj.text())
			}
			for _, machine := range []*gsl.Machine{m, {Now: clock}} {
				if is := p.Eval(machine, obj); is != was {
					t.Fatalf("%s\n%s before explaining, %s after, of\n%s", rule, outcomes[was], outcomes[is], obj.text())
				}
			}
		}
	})
}

// A thing with nothing unknown is always decided.
func TestKnownIsDecided(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rule := (&ruleMaker{t: t, leaves: leaves}).rule()
		p, obj := compileRandom(t, rule), (&thingMaker{t, false}).thing()
		m := &gsl.Machine{Now: clock}
		was := p.Eval(m, obj)
		if was == gsl.Undecided {
			t.Fatalf("%s\nundecided of\n%s", rule, obj.text())
		}
		if x := p.Explain(m, obj, was); len(x.Gaps) > 0 {
			t.Fatalf("%s\ngaps %v of\n%s", rule, x.Gaps, obj.text())
		}
	})
}

func compileRandom(t *rapid.T, rule string) *gsl.Program {
	r, err := syntax.Parse(rule)
	if err != nil {
		t.Fatalf("%s\n%v", rule, err)
	}
	p, _, err := gsl.Compile(schema{}, r, gsl.Options{})
	if err != nil {
		t.Fatalf("%s\n%v", rule, err)
	}
	return p
}
