package gsl_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rollcall-iam/rollcall/internal/gsl"
	"github.com/rollcall-iam/rollcall/internal/gsl/syntax"
)

// A thing is an entity whose facts can each be known, null or unknown.
type thing struct {
	flag, off, count, zero, when, since, last, name, blank gsl.Value
	names, none, some, holes, parts, fewParts              gsl.Value
	owner, data, nothing, hidden                           gsl.Value
}

// A part is an object of a thing: an element of its lists, or its owner.
type part struct{ label, size, on, made, marks gsl.Value }

func (p *part) String() string { return "part " + p.label.String() }

// A fact is a field with the place where an object of type T keeps it.
type fact[T any] struct {
	name string
	kind gsl.Kind
	elem *gsl.Type
	at   func(*T) *gsl.Value
}

var partFacts = []fact[part]{
	{"label", gsl.StringKind, nil, func(p *part) *gsl.Value { return &p.label }},
	{"size", gsl.NumberKind, nil, func(p *part) *gsl.Value { return &p.size }},
	{"on", gsl.BoolKind, nil, func(p *part) *gsl.Value { return &p.on }},
	{"made", gsl.DateKind, nil, func(p *part) *gsl.Value { return &p.made }},
	{"marks", gsl.ListKind, nil, func(p *part) *gsl.Value { return &p.marks }},
}

var (
	partType  = typeOf("Part", partFacts)
	thingType = &gsl.Type{Name: "Thing"}
)

var thingFacts = []fact[thing]{
	{"flag", gsl.BoolKind, nil, func(t *thing) *gsl.Value { return &t.flag }},
	{"off", gsl.BoolKind, nil, func(t *thing) *gsl.Value { return &t.off }},
	{"count", gsl.NumberKind, nil, func(t *thing) *gsl.Value { return &t.count }},
	{"zero", gsl.NumberKind, nil, func(t *thing) *gsl.Value { return &t.zero }},
	{"when", gsl.DateKind, nil, func(t *thing) *gsl.Value { return &t.when }},
	{"since", gsl.DateKind, nil, func(t *thing) *gsl.Value { return &t.since }},
	{"last", gsl.DateKind, nil, func(t *thing) *gsl.Value { return &t.last }},
	{"name", gsl.StringKind, nil, func(t *thing) *gsl.Value { return &t.name }},
	{"blank", gsl.StringKind, nil, func(t *thing) *gsl.Value { return &t.blank }},
	{"names", gsl.ListKind, nil, func(t *thing) *gsl.Value { return &t.names }},
	{"none", gsl.ListKind, nil, func(t *thing) *gsl.Value { return &t.none }},
	{"some", gsl.ListKind, nil, func(t *thing) *gsl.Value { return &t.some }},
	{"holes", gsl.ListKind, nil, func(t *thing) *gsl.Value { return &t.holes }},
	{"parts", gsl.ListKind, partType, func(t *thing) *gsl.Value { return &t.parts }},
	{"fewParts", gsl.ListKind, partType, func(t *thing) *gsl.Value { return &t.fewParts }},
	{"owner", gsl.ObjectKind, partType, func(t *thing) *gsl.Value { return &t.owner }},
	{"data", gsl.ObjectKind, nil, func(t *thing) *gsl.Value { return &t.data }},
	{"nothing", gsl.ObjectKind, thingType, func(t *thing) *gsl.Value { return &t.nothing }},
	{"hidden", gsl.ObjectKind, thingType, func(t *thing) *gsl.Value { return &t.hidden }},
}

func init() { thingType.Fields = typeOf("Thing", thingFacts).Fields }

func typeOf[T any](name string, facts []fact[T]) *gsl.Type {
	t := &gsl.Type{Name: name}
	for _, f := range facts {
		t.Fields = append(t.Fields, gsl.Field{
			Name: f.name, Kind: f.kind, Elem: f.elem, Source: "source of " + f.name,
			Get: func(obj any) gsl.Value { return *f.at(obj.(*T)) },
		})
	}
	return t
}

type schema struct{}

func (schema) Entities() []string { return []string{"Thing", "Other"} }

func (schema) Entity(name string) *gsl.Type {
	switch name {
	case "Thing":
		return thingType
	case "Other":
		return &gsl.Type{Name: "Other"}
	}
	return nil
}

// A doc is JSON as the schema does not describe it.
type doc map[string]any

func (d doc) Field(name string) gsl.Value { return fromJSON(d[name]) }
func (d doc) Empty() bool                 { return len(d) == 0 }
func (d doc) JSON() string                { return encode(map[string]any(d)) }

type docList []any

func (l docList) Len() int           { return len(l) }
func (l docList) At(i int) gsl.Value { return fromJSON(l[i]) }
func (l docList) Gap() any           { return nil }
func (l docList) JSON() string       { return encode([]any(l)) }

func encode(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(b)
}

func fromJSON(v any) gsl.Value {
	switch v := v.(type) {
	case bool:
		return gsl.Bool(v)
	case float64:
		return gsl.Number(v)
	case string:
		return gsl.String(v)
	case []any:
		return gsl.ListOf(docList(v))
	case map[string]any:
		return gsl.Object(doc(v))
	}
	return gsl.Null
}

func parseJSON(text string) gsl.Value {
	var v any
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		panic(err)
	}
	return fromJSON(v)
}

// The gaps of the sample say which fact they stand for.
const unread, cut, hole = "source not read", "list cut short", "element not read"

// filled is a thing with one value for every fact.
func filled(v gsl.Value) *thing {
	t := &thing{}
	for _, f := range thingFacts {
		*f.at(t) = v
	}
	return t
}

func seconds(text string) int64 {
	t, err := time.Parse(time.DateTime, text)
	if err != nil {
		panic(err)
	}
	return t.Unix()
}

// clock is in the middle of March, so that a calendar month back has 29 days.
var clock = seconds("2024-03-15 12:00:00")

const never = -62135596800

// sample has one field for every state that the tests need. nothing is a thing
// whose facts are all null, hidden one whose facts are all unknown.
func sample() *thing {
	when := seconds("2024-02-01 00:00:00")
	a := &part{gsl.String("a"), gsl.Number(1), gsl.Bool(true), gsl.Date(when), gsl.Strings([]string{"x", "y"})}
	b := &part{gsl.String("b"), gsl.Number(2), gsl.Bool(false), gsl.Date(never), gsl.Strings(nil)}
	c := &part{gsl.String("c"), gsl.Unknown(hole), gsl.Null, gsl.Null, gsl.Null}
	return &thing{
		flag: gsl.Bool(true), off: gsl.Bool(false), count: gsl.Number(7), zero: gsl.Number(0),
		when: gsl.Date(when), since: gsl.Date(when + 5400), last: gsl.Date(never),
		name: gsl.String("Ann-1"), blank: gsl.String(""),
		names: gsl.Strings([]string{"ann", "bob"}), none: gsl.Strings(nil),
		some:     gsl.Partial(gsl.Values{gsl.String("ann")}, cut),
		holes:    gsl.ListOf(gsl.Values{gsl.String("ann"), gsl.Unknown(hole)}),
		parts:    gsl.ListOf(gsl.Values{gsl.Object(a), gsl.Object(b)}),
		fewParts: gsl.ListOf(gsl.Values{gsl.Object(a), gsl.Object(c)}),
		owner:    gsl.Object(a),
		data: parseJSON(`{"text": "one:two", "n": 7, "s": "7", "yes": true, "null": null, "empty": {}, "void": [],
			"lines": ["a:b", "c"], "wild": {"aws:Set": {"x-y": "true"}}, "who": {"Key": "id:42:root"}}`),
		nothing: gsl.Object(filled(gsl.Null)),
		hidden:  gsl.Object(filled(gsl.Unknown(unread))),
	}
}

var settings = map[string]gsl.Value{
	"days": gsl.Number(30), "name": gsl.String("bob"), "allowed": gsl.Strings([]string{"ann", "bob"}),
}

func compile(tb testing.TB, rule string) *gsl.Program {
	tb.Helper()
	r, err := syntax.Parse(rule)
	if err != nil {
		tb.Fatalf("%s\n%v", rule, err)
	}
	p, _, err := gsl.Compile(schema{}, r, gsl.Options{Settings: settings})
	if err != nil {
		tb.Fatalf("%s\n%v", rule, err)
	}
	return p
}

var outcomes = map[gsl.Outcome]string{
	gsl.NotApplicable: "not applicable", gsl.Pass: "pass", gsl.Fail: "fail", gsl.Undecided: "undecided",
}

func eval(tb testing.TB, rule string, obj any) string {
	tb.Helper()
	return outcomes[compile(tb, rule).Eval(&gsl.Machine{Now: clock}, obj)]
}

func TestOutcome(t *testing.T) {
	for rule, want := range map[string]string{
		"Thing should have flag":                                            "pass",
		"Thing should have off":                                             "fail",
		"Thing should not have off":                                         "pass",
		"Thing should not have flag":                                        "fail",
		"Thing should hidden.flag":                                          "undecided",
		"Thing should not have hidden.flag":                                 "undecided",
		"Thing where off should have off":                                   "not applicable",
		"Thing where flag should have off":                                  "fail",
		"Thing should have off exclude name = 'Ann-1'":                      "not applicable",
		"Thing should have flag exclude name = 'Ann-1'":                     "not applicable",
		"Thing should have off exclude name = 'x'":                          "fail",
		"Thing where off should have off exclude flag":                      "not applicable",
		"Thing where flag":                                                  "pass",
		"Thing where off":                                                   "not applicable",
		"Thing":                                                             "pass",
		"Thing where hidden.flag":                                           "undecided",
		"Thing should not have flag and count = 7":                          "fail",
		"Thing should not have flag and count = 8":                          "pass",
		"Thing where hidden.flag should have flag":                          "pass",
		"Thing where hidden.flag should not have off":                       "pass",
		"Thing where hidden.flag should have off":                           "undecided",
		"Thing where hidden.flag should have hidden.off":                    "undecided",
		"Thing where hidden.flag and off should have off":                   "not applicable",
		"Thing where hidden.flag or flag should have off":                   "fail",
		"Thing where off should have hidden.flag":                           "not applicable",
		"Thing should have off exclude hidden.flag":                         "undecided",
		"Thing should have hidden.off exclude hidden.flag":                  "undecided",
		"Thing should have off exclude hidden.flag and off":                 "fail",
		"Thing where hidden.flag should have hidden.off exclude true":       "not applicable",
		"Thing where hidden.flag = true should have off exclude flag":       "not applicable",
		"Thing where hidden.flag and hidden.off should have flag or off":    "pass",
		"Thing where names contain [ $ = 'bob' ] should have count > 6":     "pass",
		"Thing where not names contain [ $ = 'bob' ] should have count > 9": "not applicable",
	} {
		if got := eval(t, rule, sample()); got != want {
			t.Errorf("%s: %s, want %s", rule, got, want)
		}
	}
}

// One condition a line, on the sample.
func TestSemantics(t *testing.T) {
	for _, tt := range []struct{ item, yes, no, maybe string }{
		{item: "dates", yes: `
			when = 1706745600
			when = '1706745600'
			when < since
			since > when
			when >= 1706745600
			when <= 1706745600
			last < 0
			when != since
			last = -62135596800
			when`,
			no: `
			when < 1706745600
			when > since
			last >= 0`,
			maybe: `
			hidden.when < 5
			when < hidden.when`},
		{item: "never", yes: `
			last < when
			last <= 0
			last != 0
			last before(0,'days')
			last before(-3000,'months')`,
			no: `
			nothing.last <= 0
			last after(-100,'years')
			last > when`},
		{item: "before and after", yes: `
			when before(0,'days')
			when before(-40,'days')
			when after(-50,'days')
			since after(-44,'days')
			1711000000 before(7,'days')
			1711000000 after(0,'days')
			when before(7,'days')
			when before('-40','days')
			when after('-50','days')
			when before('0.5','days')`,
			no: `
			when before(-50,'days')
			when after(-40,'days')
			1711900000 before(7,'days')
			1710504000 before(0,'days')
			1710504000 after(0,'days')`,
			maybe: `
			hidden.when before(0,'days')
			not hidden.when after(0,'days')`},
		{item: "never-used key", yes: `
			last before(-45,'days')
			not last after(-90,'days')`,
			no: `
			last after(-90,'days')
			not last before(-45,'days')`},
		{item: "null with before, after, < and >", yes: `
			not nothing.when before(0,'days')
			not nothing.when < 5`,
			no: `
			nothing.when before(0,'days')
			nothing.when after(-90,'days')
			nothing.count < 1
			nothing.count > -1
			nothing.count <= 0
			nothing.count >= 0
			7 > nothing.count
			when > nothing.when
			nothing.name < 'x'`},
		{item: "units and calendar months", yes: `
			1710503999 before(0,'seconds')
			1710503939 before(-1,'minutes')
			1710500399 before(-1,'hours')
			1710417599 before(-1,'days')
			1709899199 before(-1,'weeks')
			1707998399 before(-1,'months')
			1707998401 after(-1,'months')
			1678881599 before(-1,'years')
			1678881601 after(-1,'years')
			1713182401 after(1,'months')
			1710417599 before(-1,'day')
			1710417599 before(-1,'Days')`,
			no: `
			1710503941 before(-1,'minutes')
			1710500401 before(-1,'hours')
			1710417601 before(-1,'days')
			1709899201 before(-1,'weeks')
			1707998401 before(-1,'months')
			1678881601 before(-1,'years')`},
		{item: "dateDifference", yes: `
			when dateDifference(since, 'seconds') = 5400
			since dateDifference(when, 'seconds') = 5400
			since dateDifference(when, 'minutes') = 90
			since dateDifference(when, 'hours') = 1.5
			since dateDifference(when, 'hours') > 1
			when dateDifference(since, 'days') < 0.1
			when dateDifference(last, 'seconds') > 60
			last dateDifference(when, 'years') > 2000
			when dateDifference(1706659200, 'days') = 1
			when dateDifference(1706140800, 'weeks') = 1
			when dateDifference(nothing.when, 'seconds') isEmpty()`,
			no: `
			when dateDifference(nothing.when, 'seconds') < 60
			when dateDifference(nothing.when, 'seconds') > 60
			nothing.when dateDifference(when, 'seconds') >= 0
			when dateDifference(nothing.when, 'seconds')
			since dateDifference(when, 'hours') = 1`,
			maybe: `
			when dateDifference(hidden.when, 'seconds') < 60
			hidden.when dateDifference(when, 'seconds') < 60`},
		{item: "boolean and string", yes: `
			flag = 'true'
			flag = true
			'true' = flag
			off = 'false'
			flag != 'false'
			flag in ('true', 'x')
			flag in (true)
			data.yes = 'true'
			data.wild.aws:Set.x-y = true`,
			no: `
			flag = 'false'
			off = 'true'
			flag != 'true'
			off in ('true')
			flag = 'yes'`,
			maybe: `
			hidden.flag = 'true'
			hidden.flag != true
			hidden.flag in ('true','false')`},
		{item: "numeric strings", yes: `
			count = '7'
			'7' = count
			count in ('7')
			count in ('6', '7')
			count in (6, 7)
			data.s = 7
			data.s in (7)
			data.n in ('7')
			count > '6'
			data.s < 8
			data.n = data.s`,
			no: `
			count = '8'
			count in ('8')
			count = 'seven'
			count > 'six'`},
		{item: "null = x", yes: `
			nothing.flag != true
			nothing.flag != false
			nothing.name != 'x'
			nothing.count != 0
			nothing.flag != nothing.off
			nothing.when != 0`,
			no: `
			nothing.flag = false
			nothing.flag = true
			nothing.name = ''
			nothing.count = 0
			nothing.flag = nothing.off
			nothing.name in ('x', '')
			nothing.count in (0)
			data.null = false`,
			maybe: `
			hidden.name != 'x'
			nothing.name = hidden.name`},
		{item: "bare property", yes: `
			flag
			count
			name
			names
			parts
			owner
			data
			data.n
			some
			not zero
			not blank
			not none
			not data.empty
			not data.void
			not nothing.data`,
			no: `
			off
			zero
			blank
			none
			nothing.flag
			nothing.names
			nothing.owner
			data.empty
			data.void
			data.null
			data.missing`,
			maybe: `
			hidden.flag
			hidden.names
			hidden.owner
			hidden.data`},
		{item: "path through scalars", yes: `
			data.text.deep isEmpty()
			data.text.deep.er != 'x'
			not data.lines.size
			name.first isEmpty()
			names.first isEmpty()
			parts.label isEmpty()
			nothing.owner.label isEmpty()
			data.missing.a.b isEmpty()
			data.null.a isEmpty()`,
			no: `
			data.text.deep = 'one'
			nothing.owner.size = 1
			parts.label = 'a'`,
			maybe: `
			hidden.owner.label = 'a'
			hidden.data.a.b = 'x'`},
		{item: "contain and contain-any", yes: `
			names contain [ $ = 'ann' ]
			names contain-any [ $ = 'bob' ]
			parts contain [ on and size = 1 ]
			parts contain [ on or size = 1 ]
			parts contain [ marks contain [ $ = 'y' ] ]
			data.lines contain [ $ like 'a%' ]`,
			no: `
			names contain [ $ = 'eve' ]
			parts contain [ on and size = 2 ]
			none contain [ true ]
			nothing.names contain [ $ = 'ann' ]
			name contain [ $ = 'Ann-1' ]
			count contain [ $ = 7 ]
			owner contain [ label = 'a' ]
			none contain-any [ not $ = 'x' ]
			nothing.parts contain [ not on ]`},
		{item: "literal in brackets", yes: `
			names contain [ 'ann' ]
			names contain-any [ 'eve' or 'bob' ]
			names contain-none [ 'eve' ]
			data.lines contain [ 'c' ]
			data.lines contain [ ('c') ]`,
			no: `
			names contain [ 'an' ]
			names contain-all [ 'ann' ]
			names contain [ 7 ]
			names contain [ true ]`},
		{item: "contain-none", yes: `
			names contain-none [ $ = 'eve' ]
			none contain-none [ $ ]
			nothing.names contain-none [ $ ]
			nothing.parts contain-none [ label or size ]
			name contain-none [ $ ]`,
			no: `
			names contain-none [ $ = 'ann' ]
			parts contain-none [ label or size ]`},
		{item: "contain-all", yes: `
			names contain-all [ $ like '%n%' or $ = 'bob' ]
			parts contain-all [ size > 0 ]
			none contain-all [ $ = 'x' ]
			nothing.names contain-all [ $ = 'x' ]`,
			no: `
			names contain-all [ $ = 'ann' ]
			parts contain-all [ on ]`},
		{item: "with", yes: `
			parts with [ on ]
			parts with [ on ] length() = 1
			parts with [ size > 0 ] length() = 2
			parts with [ size > 9 ] length() = 0
			parts with [ size > 9 ] isEmpty()
			parts with [ size > 0 ] with [ on ] length() = 1
			parts with [ size > 0 ] contain [ label = 'b' ]
			parts with [ on ] contain-all [ label = 'a' ]
			parts with [ marks with [ $ = 'x' ] ] length() = 1
			names with [ $ = 'ann' ]
			names with [ 'ann' ] length() = 1
			owner with [ label = 'a' ]
			not owner with [ label = 'b' ]
			owner with [ label = 'b' ] isEmpty()
			owner with [ marks with [ $ = 'y' ] ]
			data.wild with [ aws:Set.x-y = 'true' ]
			nothing.parts with [ on ] isEmpty()
			nothing.parts with [ on ] length() = 0`,
			no: `
			parts with [ size > 9 ]
			parts with [ size > 9 ] length() > 0
			parts with [ on ] isEmpty()
			nothing.parts with [ on ]
			nothing.owner with [ on ]
			owner with [ label = 'a' ] isEmpty()
			owner with [ label = 'b' ]
			name with [ true ]`,
			maybe: `
			hidden.parts with [ on ]
			hidden.owner with [ on ] isEmpty()
			hidden.parts with [ on ] length() = 0`},
		{item: "isEmpty", yes: `
			none isEmpty()
			blank isEmpty()
			nothing.names isEmpty()
			nothing.count isEmpty()
			data.empty isEmpty()
			data.void isEmpty()
			data.missing isEmpty()
			data.missing.deep isEmpty()`,
			no: `
			names isEmpty()
			name isEmpty()
			owner isEmpty()
			data isEmpty()
			count isEmpty()
			some isEmpty()
			holes isEmpty()`,
			maybe: `
			hidden.names isEmpty()
			hidden.blank isEmpty()`},
		{item: "length", yes: `
			names length() = 2
			none length() = 0
			name length() = 5
			blank length() = 0
			nothing.names length() = 0
			nothing.name length() < 1
			'née' length() = 3
			data.lines length() >= 2
			names contain [ length() = 3 ]
			not none length()
			names length()`,
			no: `
			names length() > 2
			nothing.names length() > 0`},
		{item: "like", yes: `
			name like 'Ann-1'
			name like 'ann-1'
			name like '%NN%'
			name like 'a%'
			name like '%1'
			name like 'a%-%1'
			name like '%'
			name like '%%ann%%'
			blank like '%'
			blank like ''
			'É' like 'é'
			'aab' like '%ab'
			'a.b' like 'a.b'
			not name like 'nn%'`,
			no: `
			name like 'ann'
			name like '%nn'
			name like 'nn%'
			name like ''
			name like 'Ann_1'
			'axb' like 'a.b'
			nothing.name like '%'
			names like '%'`,
			maybe: `
			hidden.name like '%'
			name like hidden.name`},
		{item: "regexMatch", yes: `
			name regexMatch /nn/
			name regexMatch /^Ann-[0-9]$/
			name regexMatch /(eve)|(Ann)/
			name regexMatch /ann/i
			name regexMatch /^a.*1$/i
			data.who regexMatch /id:42/
			data.who regexMatch /"Key":"id/
			data.lines regexMatch /"a:b"/
			'a/b' regexMatch /a\/b/
			not name regexMatch /eve/`,
			no: `
			name regexMatch /ann/
			name regexMatch /^nn/
			nothing.name regexMatch /.*/
			data.missing regexMatch //`,
			maybe: `
			hidden.name regexMatch /.*/
			hidden.data regexMatch /x/`},
		{item: "split", yes: `
			data.text split(':') length() = 2
			data.text split(':') contain [ $ = 'two' ]
			name split('/') contain-all [ 'Ann-1' ]
			data.lines split(':') length() = 3
			data.lines split(':') contain [ 'b' ]
			'two' in (data.text split(':'))
			nothing.name split(':') isEmpty()
			'x,,y' split(',') contain [ '' ]
			data.text split(':') split('w') contain [ 'o' ]`,
			no: `
			data.text split(':') contain [ $ = 'one:two' ]
			nothing.name split(':') contain [ $ ]`,
			maybe: `
			hidden.name split(':') contain [ 'x' ]
			hidden.name split(':') contain-none [ 'x' ]
			'x' in (hidden.name split(':'))`},
		{item: "getValue", yes: `
			getValue('name') = 'Ann-1'
			parts contain [ getValue('label') = 'b' ]
			parts contain [ ~getValue('count') = 7 ]
			'42' in (data.who.Key split(':'))
			data with [ ~getValue('count') in (who.Key split(':')) or n = ~count ]
			owner.marks contain [ ~getValue('name') = 'Ann-1' ]
			data.wild.aws:Set with [ getValue('x-y') = 'true' ]`,
			no: `
			getValue('name') = 'x'
			not getValue('flag')`,
			maybe: `
			hidden with [ getValue('name') = 'x' ]`},
		{item: "$ and ~", yes: `
			names contain [ $ = 'ann' and ~flag ]
			parts contain [ size < ~count ]
			parts contain [ marks contain [ ~label = 'a' and ~~count = 7 ] ]
			parts contain [ marks contain [ $ = 'y' and ~size = 1 and ~~name like 'ann%' ] ]
			parts contain [ ~parts contain [ label != ~label ] ]
			parts contain [ ~names contain [ $ = 'bob' ] and size = 2 ]
			names contain [ $ in (~names) ]
			owner with [ ~flag ]
			names contain-all [ $ ]`,
			no: `
			names contain [ $ = 'ann' and ~off ]
			parts contain [ marks contain [ ~label = 'b' ] ]
			parts contain [ marks contain [ ~~off ] ]`,
			maybe: `
			names contain [ $ = 'ann' and ~hidden.flag ]
			parts contain [ marks contain [ ~~hidden.flag ] ]`},
		{item: "groupBy", yes: `
			parts groupBy [ on ] length() = 2
			parts groupBy [ size > 0 ] length() = 1
			parts groupBy [ size > 0 ] contain-all [ values length() = 2 ]
			parts groupBy [ label ] contain-all [ values length() = 1 ]
			data.lines groupBy [ $ like 'a%' ] length() = 2
			none groupBy [ $ ] isEmpty()
			nothing.parts groupBy [ label ] isEmpty()
			nothing.parts groupBy [ label ] length() = 0
			parts groupBy [ label ]`,
			no: `
			parts groupBy [ label ] contain [ values length() > 1 ]
			none groupBy [ $ ]
			nothing.parts groupBy [ label ]`,
			maybe: `
			hidden.parts groupBy [ label ] length() > 0`},
		{item: "in", yes: `
			name in ('x', 'Ann-1')
			count in (1, 7)
			'ann' in (names)
			'ann' in names
			name in ('x', name)
			'ann' in ('x', names)
			'a' in (owner.label)
			name in (setting('name'), 'Ann-1')
			'bob' in setting('allowed')
			'ann' in (some)
			not name in ('ann-1')`,
			no: `
			name in ('ann-1')
			'eve' in (names)
			'eve' in names
			'x' in (none)
			'x' in (nothing.names)
			name in (setting('allowed'))`,
			maybe: `
			hidden.name in ('x')
			'ann' in (hidden.names)
			'eve' in (some)
			'eve' in (holes)
			name in ('x', hidden.name)`},
		{item: "setting", yes: `
			when before(-setting('days'), 'days')
			1711900000 before(setting('days'), 'days')
			count < setting('days')
			names contain [ $ = setting('name') ]
			names contain-all [ $ in setting('allowed') ]
			setting('allowed') contain [ $ = 'ann' ]
			setting('allowed') length() = 2
			-setting('days') = -30
			setting('days')
			zero > -setting('days')`,
			no: `
			when after(-setting('days'), 'days')
			name = setting('name')
			setting('allowed') isEmpty()`},
		{item: "precedence", yes: `
			not off = true
			not name = 'x' and flag
			flag or off and off
			flag or flag and off
			not off and flag
			not (off or off)
			not off or flag
			not not flag
			off = flag or flag
			not names contain [ 'eve' ] and flag
			parts contain [ on and size = 9 or size = 2 ]
			not last after(-90,'days')
			off and off or flag and flag`,
			no: `
			off and flag or off
			(flag or flag) and off
			not (flag or off)
			not flag or off
			not off and off`},
		{item: "letter case", yes: `
			names CONTAIN [ $ = 'ann' ]
			flag AND NOT off
			name LIKE 'ann-1'
			name In ('Ann-1')
			name REGEXMATCH /Ann/
			name != 'ANN-1'`,
			no: `
			name = 'ann-1'
			name in ('ANN-1')`},
		{item: "spaces", yes: `
			names contain['ann']
			flag= true
			count >6
			names length()>=1
			when before (0,'days')`},
		{item: "incomplete lists", yes: `
			some
			some contain [ $ = 'ann' ]
			some with [ 'ann' ]
			not some contain-none [ 'ann' ]
			some length() > 0
			some length() >= 1
			some length() != 0
			some with [ $ = 'ann' ] length() >= 1
			'ann' in (some)`,
			no: `
			some contain-none [ 'ann' ]
			some contain-all [ $ = 'eve' ]
			some length() < 1
			some length() <= 0
			some length() = 0
			some isEmpty()`,
			maybe: `
			some length() > 1
			some length() < 2
			some length() <= 1
			some length() != 1
			some with [ $ = 'eve' ] length() >= 1
			some contain [ $ = 'eve' ]
			some contain-none [ $ = 'eve' ]
			some contain-all [ $ = 'ann' ]
			some length() = 1
			some with [ $ = 'eve' ]
			some with [ $ = 'ann' ] length() = 1
			some with [ $ = 'eve' ] isEmpty()
			not 'eve' in (some)`},
		{item: "unknown elements", yes: `
			holes contain [ $ = 'ann' ]
			holes length() = 2
			holes
			fewParts contain [ size = 1 ]
			fewParts contain [ size = 9 or label = 'c' ]
			fewParts contain-none [ size = 9 and label = 'a' ]
			fewParts length() = 2
			fewParts with [ label = 'c' ] length() = 1
			not holes contain-none [ 'ann' ]`,
			no: `
			holes contain-none [ $ = 'ann' ]
			holes contain-all [ $ = 'eve' ]
			fewParts contain-all [ size = 2 ]
			fewParts contain [ size = 9 and label = 'a' ]
			fewParts with [ label = 'c' and on ]`,
			maybe: `
			holes contain [ $ = 'eve' ]
			holes contain [ 'eve' ]
			holes contain-none [ $ = 'eve' ]
			holes contain-all [ $ = 'ann' ]
			holes with [ $ = 'ann' ] length() = 1
			fewParts contain [ size = 2 ]
			fewParts contain-all [ size = 1 ]
			fewParts with [ size = 1 ] length() = 1
			fewParts with [ size = 2 ]
			fewParts with [ size = 2 ] isEmpty()`},
		{item: "unknown lists", maybe: `
			hidden.names contain [ $ = 'ann' ]
			hidden.names contain-none [ $ = 'ann' ]
			hidden.names contain-all [ $ = 'ann' ]
			hidden.names length() = 2
			hidden.names length() >= 1
			hidden.names with [ 'ann' ]`},
	} {
		t.Run(tt.item, func(t *testing.T) {
			for want, conds := range map[string]string{"pass": tt.yes, "fail": tt.no, "undecided": tt.maybe} {
				for cond := range strings.SplitSeq(strings.TrimSpace(conds), "\n") {
					if cond = strings.TrimSpace(cond); cond == "" {
						continue
					}
					if got := eval(t, "Thing should have "+cond, sample()); got != want {
						t.Errorf("%s: %s, want %s", cond, got, want)
					}
				}
			}
		})
	}
}

// Whether "should not" and "not" agree, for conditions of each truth.
func TestKleene(t *testing.T) {
	const T, U, F = "flag", "hidden.flag", "off"
	values := []string{T, U, F}
	want := map[string]string{T: "pass", U: "undecided", F: "fail"}
	opposite := map[string]string{T: F, U: U, F: T}
	for i, a := range values {
		for j, b := range values {
			and, or := values[max(i, j)], values[min(i, j)]
			for cond, truth := range map[string]string{
				"%s and %s":                    and,
				"%s or %s":                     or,
				"not (%s and %s)":              opposite[and],
				"not (%s or %s)":               opposite[or],
				"not (not %s or not %s)":       and,
				"(%s and %s) = true":           and,
				"names contain [ ~%s or ~%s ]": or,
			} {
				cond = fmt.Sprintf(cond, a, b)
				if got := eval(t, "Thing should "+cond, sample()); got != want[truth] {
					t.Errorf("%s: %s, want %s", cond, got, want[truth])
				}
				if got := eval(t, "Thing should not have "+cond, sample()); got != want[opposite[truth]] {
					t.Errorf("not have %s: %s, want %s", cond, got, want[opposite[truth]])
				}
			}
		}
	}
}

func TestListOfThings(t *testing.T) {
	one, two := sample(), sample()
	two.name = gsl.String("Bob")
	two.count = gsl.Unknown(unread)
	whole := gsl.Values{gsl.Object(one), gsl.Object(two)}
	short := gsl.Partial(whole, cut).Object()
	for _, tt := range []struct {
		rule string
		list any
		want string
	}{
		{"List<Thing> should have items", whole, "pass"},
		{"List<Thing> should have items", gsl.Values{}, "fail"},
		{"List<Thing> should have items", gsl.Partial(gsl.Values{}, cut).Object(), "undecided"},
		{"List<Thing> should have items length() = 2", whole, "pass"},
		{"List<Thing> should have items length() = 2", short, "undecided"},
		{"List<Thing> should have items with [ name = 'Bob' ]", short, "pass"},
		{"List<Thing> should have items with [ name like 'ann%' ] length() > 0", whole, "pass"},
		{"List<Thing> should have items with [ name like 'eve%' ] length() > 0", whole, "fail"},
		{"List<Thing> should have items with [ count = 7 ] length() = 1", whole, "undecided"},
		{"List<Thing> should have items contain [ count = 7 and name = 'Ann-1' ]", whole, "pass"},
		{"List<Thing> should have items contain [ parts contain [ ~name = 'Bob' and ~~items length() = 2 ] ]", whole, "pass"},
		{"List<Thing> should have items groupBy [ flag ] contain-all [ values length() = 2 ]", whole, "pass"},
		{"List<Thing> where items length() > 5 should have items", whole, "not applicable"},
	} {
		if got := eval(t, tt.rule, tt.list); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.rule, got, tt.want)
		}
	}
}

func TestCompileErrors(t *testing.T) {
	for rule, want := range map[string]string{
		"Thng should flag":                                  `1:1: unknown entity "Thng" (did you mean Thing?)`,
		"List<Thng> should items":                           `1:6: unknown entity "Thng" (did you mean Thing?)`,
		"Completely should flag":                            `1:1: unknown entity "Completely"`,
		"Thing should falg":                                 `1:14: Thing has no field "falg" (did you mean flag?)`,
		"Thing should Flag":                                 `1:14: Thing has no field "Flag" (did you mean flag?)`,
		"Thing should unheardOf":                            `1:14: Thing has no field "unheardOf"`,
		"Thing should owner.lable = 'a'":                    `1:20: Part has no field "lable" (did you mean label?)`,
		"Thing should parts contain [ sise = 1 ]":           `1:30: Part has no field "sise" (did you mean size?)`,
		"Thing should parts contain [ count = 1 ]":          `1:30: Part has no field "count" (it is a field of Thing: write ~count)`,
		"Thing should getValue('falg')":                     `1:23: Thing has no field "falg" (did you mean flag?)`,
		"Thing should parts contain [ ~falg ]":              `1:31: Thing has no field "falg" (did you mean flag?)`,
		"List<Thing> should itmes":                          `1:20: List<Thing> has no field "itmes" (did you mean items?)`,
		"Thing should names lenght() > 0":                   `1:20: unknown function "lenght" (did you mean length?)`,
		"Thing should names isempty()":                      `1:20: unknown function "isempty" (did you mean isEmpty?)`,
		"Thing should when before(1, 'fortnights')":         `1:29: unknown unit of time "fortnights", expected 'seconds', 'minutes', 'hours', 'days', 'weeks', 'months' or 'years'`,
		"Thing should when dateDifference(since, 'x') > 1":  `1:41: unknown unit of time "x", expected 'seconds', 'minutes', 'hours', 'days', 'weeks', 'months' or 'years'`,
		"Thing should when before(name, 'days')":            `1:26: the first argument of before must be a number`,
		"Thing should when after('soon', 'days')":           `1:25: the first argument of after must be a number`,
		"Thing should count > setting('dys')":               `1:30: the rule has no setting "dys" (did you mean days?)`,
		"Thing should name regexMatch /x/g":                 `1:30: unknown flag g of a regular expression; there is only i`,
		"Thing should name regexMatch /x(?=y)/":             `1:30: a lookaround ((?=...) cannot be used: regular expressions are RE2's, which have none`,
		"Thing should name regexMatch /(?<!x)y/i":           `1:30: a lookaround ((?<!...) cannot be used: regular expressions are RE2's, which have none`,
		"Thing should name regexMatch /(/":                  "1:30: missing closing ): `(`",
		`Thing should name regexMatch /(x)\1/`:              "1:30: invalid escape sequence: `\\1`",
		"Thing should names length(1) > 0":                  `1:20: length has 1 argument, expected length()`,
		"Thing should when before(1)":                       `1:19: before has 1 argument, expected before(n, 'unit')`,
		"Thing should when dateDifference()":                `1:19: dateDifference has 0 arguments, expected dateDifference(date, 'unit')`,
		"Thing should name split()":                         `1:19: split has 0 arguments, expected split('separator')`,
		"Thing should name getValue('x')":                   `1:19: getValue does not stand after a value: write getValue('field')`,
		"Thing should getValue(name)":                       `1:23: getValue needs the name of a field in quotes`,
		"Thing should ~flag":                                `1:14: there is no context 1 above here`,
		"Thing should names contain [ ~~flag ]":             `1:30: there is no context 2 above here`,
		"Thing should data contain [ a ] and setting(name)": `1:45: setting needs the name of a setting in quotes`,
		"Thing where falg\n  should nmae = 'x' and names lenght() > 0 exclude ownr": "1:13: Thing has no field \"falg\" (did you mean flag?)\n" +
			"2:10: Thing has no field \"nmae\" (did you mean name?)\n" +
			"2:31: unknown function \"lenght\" (did you mean length?)\n" +
			"2:52: Thing has no field \"ownr\" (did you mean owner?)",
	} {
		r, err := syntax.Parse(rule)
		if err != nil {
			t.Errorf("%s\n%v", rule, err)
			continue
		}
		p, _, err := gsl.Compile(schema{}, r, gsl.Options{Settings: settings})
		if err == nil || p != nil {
			t.Errorf("%s: accepted", rule)
		} else if diff := cmp.Diff(want, err.Error()); diff != "" {
			t.Errorf("%s (-want +got)\n%s", rule, diff)
		}
	}
}

func TestCompileErrorShowsItsPlace(t *testing.T) {
	r, err := syntax.Parse("Thing should have\n  parts contain [ label = 'é' and sise = 1 ]")
	if err != nil {
		t.Fatal(err)
	}
	_, _, err = gsl.Compile(schema{}, r, gsl.Options{})
	want := `x.yaml:2:35: Part has no field "sise" (did you mean size?)
    parts contain [ label = 'é' and sise = 1 ]
                                    ^~~~`
	var all gsl.Errors
	if !errors.As(err, &all) {
		t.Fatalf("%T, want Errors", err)
	}
	if diff := cmp.Diff(want, all[0].Render("x.yaml")); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

// A field that the schema lacks is null to a lenient compiler, which says so.
// Conditions that the kinds of their fields make pointless are warned of, and
// those that make sense are not.
func TestLint(t *testing.T) {
	for rule, want := range map[string]string{
		"Thing should names = 'ann'":                             "1:14: names is a list, which = never holds for (write names contain [ $ = 'ann' ])",
		"Thing should names like 'a%'":                           "1:14: names is a list, which like never holds for (write names contain [ $ like 'a%' ])",
		"Thing should owner = 'x'":                               "1:14: owner is an object, which = never holds for (name one of its fields)",
		"Thing should parts.label = 'x'":                         `1:20: parts is a list, and has no field "label" (write parts contain [ label ... ])`,
		"Thing should name contain [ $ = 'a' ]":                  "1:19: name is a string, and contain is for lists",
		"Thing should owner contain [ on ]":                      "1:20: owner is an object, and contain is for lists",
		"Thing should count like '1%'":                           "1:14: count is a number, which is not like any text",
		"Thing should flag = 'yes'":                              "1:14: flag is a boolean, and 'yes' is none (write true or false)",
		"Thing should 'yes' = flag":                              "1:14: flag is a boolean, and 'yes' is none (write true or false)",
		"Thing should flag = 'TRUE'":                             "",
		"Thing should when > '2024-01-01'":                       "1:14: when is a date, and '2024-01-01' is none (write before(-90, 'days') or after(-90, 'days'); a number is seconds since 1970)",
		"Thing should when > '1700000000'":                       "",
		"Thing should when > since":                              "",
		"Thing should count > 'many'":                            "1:14: count is a number, and 'many' is none",
		"Thing should count in ('7')":                            "",
		"Thing should names in ('ann')":                          "1:14: names is a list, which is in no other (write names contain [ $ in (...) ])",
		"Thing should names > 0":                                 "1:14: names is a list, which > never holds for (write names length() > 0)",
		"Thing should names contain [ name = 'a' ]":              "1:30: the elements are text, and have no field \"name\" (write $, which is the element)",
		"Thing should parts contain [ $ = 'a' ]":                 "1:30: $ is an object, which = never holds for (name one of its fields)",
		"Thing should names contain [ $ = 'a' and ~name = 'b' ]": "",
		"Thing should name like 'a*'":                            "1:24: like takes % for any text, and * for itself (write 'a%')",
		"Thing should name before(-1, 'days')":                   "1:14: name is a string, and before is for dates",
		"Thing should when dateDifference(name, 'days') < 1":     "1:34: name is a string, and dateDifference is for dates",
		"Thing should count after(-1, 'days')":                   "",
		"Thing should data.who = 'x'":                            "",
		"Thing should data contain [ x ]":                        "1:19: data is an object, and contain is for lists",
		"Thing should owner with [ on ]":                         "",
		"Thing should names length() > 1":                        "",
		"Thing should count > setting('name')":                   "",
	} {
		r, err := syntax.Parse(rule)
		if err != nil {
			t.Fatal(err)
		}
		_, warnings, err := gsl.Compile(schema{}, r, gsl.Options{Settings: map[string]gsl.Value{"name": gsl.String("all")}})
		if err != nil {
			t.Errorf("%s: %v", rule, err)
		}
		var got []string
		for _, w := range warnings {
			got = append(got, w.Error())
		}
		if diff := cmp.Diff(want, strings.Join(got, "\n")); diff != "" {
			t.Errorf("%s (-want +got)\n%s", rule, diff)
		}
	}
}

func TestLenient(t *testing.T) {
	for _, tt := range []struct{ rule, want, warning string }{
		{"Thing should fail", "fail", `1:14: Thing has no field "fail": it is null`},
		{"Thing should falg isEmpty()", "pass", `1:14: Thing has no field "falg": it is null (did you mean flag?)`},
		{"Thing should not have falg.deep = 'x'", "pass", `1:23: Thing has no field "falg": it is null (did you mean flag?)`},
		{"Thing should parts contain-none [ identifier or label = 'z' ]", "pass", `1:35: Part has no field "identifier": it is null`},
		{"Thing should falg != 'x'", "pass", `1:14: Thing has no field "falg": it is null (did you mean flag?)`},
		{"Thing should data.what.ever isEmpty()", "pass", ``},
	} {
		r, err := syntax.Parse(tt.rule)
		if err != nil {
			t.Fatal(err)
		}
		p, warnings, err := gsl.Compile(schema{}, r, gsl.Options{Lenient: true})
		if err != nil {
			t.Errorf("%s\n%v", tt.rule, err)
			continue
		}
		if diff := cmp.Diff(tt.warning, strings.TrimSpace(gsl.Errors(warnings).Error())); diff != "" {
			t.Errorf("%s (-want +got)\n%s", tt.rule, diff)
		}
		if got := outcomes[p.Eval(&gsl.Machine{Now: clock}, sample())]; got != tt.want {
			t.Errorf("%s: %s, want %s", tt.rule, got, tt.want)
		}
	}
	// Only fields are forgiven.
	r, err := syntax.Parse("Thing should name lenght() > 0")
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := gsl.Compile(schema{}, r, gsl.Options{Lenient: true}); err == nil {
		t.Error("an unknown function is accepted")
	}
}

func TestAlone(t *testing.T) {
	m := &gsl.Machine{Now: clock}
	p := compile(t, "Thing should flag")
	for cond, want := range map[string]bool{"flag": true, "off": false, "hidden.flag": false, "not hidden.flag": false} {
		c, err := p.Condition(cond, gsl.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if c.Holds(m, sample()) != want {
			t.Errorf("%s holds: %v", cond, !want)
		}
	}
	for text, want := range map[string]string{
		"name": "Ann-1", "last": "never", "when": "2024-02-01T00:00:00Z", "names": "ann, bob", "none": "none",
		"names length()": "2", "hidden.name": "unknown", "nothing.name": "none", "owner": "part a", "count": "7",
		"parts with [ on ]": "part a", "flag": "true", "data.who": `{"Key":"id:42:root"}`,
		"when dateDifference(since, 'hours')": "1.5",
	} {
		o, err := p.Operand(text, gsl.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got := o.Eval(m, sample()).String(); got != want {
			t.Errorf("%s is %s, want %s", text, got, want)
		}
	}
	list := compile(t, "List<Thing> should items length() > 0")
	if o, err := list.Operand("items length()", gsl.Options{}); err != nil || o.Eval(m, gsl.Values{gsl.Object(sample())}).String() != "1" {
		t.Errorf("a list's own words: %v", err)
	}
	if _, err := p.Operand("falg", gsl.Options{}); err == nil {
		t.Error("an unknown field is accepted")
	}
}

func TestSources(t *testing.T) {
	p := compile(t, "Thing where flag should names contain [ ~count ] exclude owner.on and getValue('name') = 'on'")
	if _, err := p.Operand("zero", gsl.Options{}); err != nil {
		t.Fatal(err)
	}
	got := slices.Sorted(slices.Values(p.Sources))
	want := []string{"source of count", "source of flag", "source of name", "source of names", "source of on", "source of owner", "source of zero"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	// What is written out as text is read whole.
	for _, rule := range []string{"Thing should owner regexMatch /a/", "Thing should parts groupBy [ $ ] length() > 1"} {
		if p := compile(t, rule); !slices.Contains(p.Sources, "source of label") || slices.Contains(p.Sources, "source of flag") {
			t.Errorf("%s: %v", rule, p.Sources)
		}
	}
}
