package gsl_test

import (
	"errors"
	"testing"

	"github.com/rollcall-iam/rollcall/internal/gsl"
	"github.com/rollcall-iam/rollcall/internal/gsl/syntax"
)

// No text makes the engine panic: not in compiling, judging or explaining.
func FuzzCompileEval(f *testing.F) {
	for _, rule := range []string{
		"Thing where not flag = 'true' should not have names contain-any [ $ in (1, 'ann') or ~data.n ] exclude name regexMatch /x/i",
		"Thing should parts with [ size > 1 and made before(-setting('days'), 'months') ] length() >= 1",
		"Thing should data.text split(':') contain-none [ length() = 3 or $ = ~getValue('name') ]",
		"Thing should when dateDifference(hidden.when, 'hours') < 1.5 and hidden.name like 'a%'",
		"Thing should owner with [ marks contain-all [ 'x' ] and ~~count isEmpty() ] isEmpty() or 'eve' in some",
		"Thing should not have parts groupBy [ on ] contain [ values contain [ on ] ] and holes groupBy [ $ ] length() = 2",
		"Thing should -getValue('count') > 0 or count < -length() and some split(',') contain ['bob']",
		"Thing should parts regexMatch /a/ or hidden.names isEmpty() isEmpty() isEmpty()",
		"List<Thing> should have items contain [ fewParts with [ on ] ] and items length() = 3",
	} {
		f.Add(rule)
	}
	objects := []*thing{sample(), filled(gsl.Null), filled(gsl.Unknown(unread)), {}}
	var list gsl.Values
	for _, obj := range objects {
		list = append(list, gsl.Object(obj))
	}
	f.Fuzz(func(t *testing.T, text string) {
		r, err := syntax.Parse(text)
		if err != nil {
			return
		}
		p, warnings, err := gsl.Compile(schema{}, r, gsl.Options{Settings: settings, Lenient: true})
		if err != nil {
			var all gsl.Errors
			if !errors.As(err, &all) {
				t.Fatalf("%T, want Errors", err)
			}
			for _, e := range all {
				e.Render("f")
			}
			return
		}
		for _, w := range warnings {
			w.Render("f")
		}
		if p.Entity != "Thing" {
			return
		}
		m := &gsl.Machine{Now: clock}
		if p.List {
			p.Explain(m, list, p.Eval(m, list))
			return
		}
		for _, obj := range objects {
			p.Explain(m, obj, p.Eval(m, obj))
		}
	})
}
