package gsl_test

import (
	"strings"
	"testing"

	"github.com/rollcall-iam/rollcall/internal/gsl"
)

// A list that may have more elements, and one with an element that was not
// read, decide only what holds whatever the rest is.
func TestIncompleteListsDecideNothing(t *testing.T) {
	for _, cond := range []string{
		"some regexMatch /bob/", "holes regexMatch /bob/", "holes regexMatch /unknown/",
		"some split(',') contain ['bob']", "some split(',') length() = 1", "holes split(',') contain ['bob']", "holes split(',') contain ['']",
		"name split(hidden.name) length() = 5", "names split(hidden.name) contain ['a']",
		"some groupBy [ $ ] contain [ values length() = 1 ]", "holes groupBy [ $ ] length() = 2",
		"holes groupBy [ $ ] contain [ values length() = 1 ]", "parts groupBy [ ~hidden.flag ] length() = 1",
		"'eve' in (holes)", "holes contain [ 'eve' ]", "owner with [ ~hidden.flag ]", "hidden with [ flag ]",
	} {
		p := compile(t, "Thing should "+cond)
		m := &gsl.Machine{Now: clock}
		if got := p.Eval(m, sample()); got != gsl.Undecided {
			t.Errorf("%s: %s, want undecided", cond, outcomes[got])
		}
		if x := p.Explain(m, sample(), p.Eval(m, sample())); len(x.Gaps) == 0 {
			t.Errorf("%s: nothing says why it is undecided", cond)
		}
	}
}

// What the reference asks for in corners.
func TestCorners(t *testing.T) {
	for cond, want := range map[string]string{
		`names regexMatch /"ann"/`:                                         "pass",
		`names regexMatch /^."ann","bob".$/`:                               "pass",
		`owner regexMatch /"label":/`:                                      "pass",
		"parts groupBy [ label ] contain [ values contain [ on = true ] ]": "pass",
		"names contain-all [ setting('name') ]":                            "fail",
		"name regexMatch /[(?=]/":                                          "fail",
		"name like 'an%' and count > -setting('days')":                     "pass",
		"'inf' > 5":      "fail",
		"'1_000' = 1000": "fail",
	} {
		if got := eval(t, "Thing should "+cond, sample()); got != want {
			t.Errorf("%s: %s, want %s", cond, got, want)
		}
	}
}

// A month before the 31st of March is the end of February, not March.
func TestMonthsEndWhereTheyEnd(t *testing.T) {
	obj := sample()
	obj.when = gsl.Date(seconds("2026-03-01 00:00:00"))
	p := compile(t, "Thing should when before(-1, 'months')")
	if got := p.Eval(&gsl.Machine{Now: seconds("2026-03-31 00:00:00")}, obj); got != gsl.Fail {
		t.Errorf("%s, want fail", outcomes[got])
	}
}

// An explanation takes no longer than the rule is deep.
func TestDeepRulesEnd(t *testing.T) {
	for _, rule := range []string{
		"Thing should hidden.names" + strings.Repeat(" isEmpty()", 150),
		"Thing should " + strings.Repeat("(", 150) + "hidden.flag" + strings.Repeat(" = true)", 150),
		"Thing should hidden.flag" + strings.Repeat(" and hidden.flag", 2000),
		"Thing should -length() > 0 or not parts groupBy [ on ]",
	} {
		p := compile(t, rule)
		m := &gsl.Machine{Now: clock}
		p.Eval(m, sample())
		p.Explain(m, sample(), p.Eval(m, sample()))
	}
}
