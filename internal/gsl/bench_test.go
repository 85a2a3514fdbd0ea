package gsl_test

import (
	"testing"

	"github.com/rollcall-iam/rollcall/internal/gsl"
)

func BenchmarkEval(b *testing.B) {
	for name, rule := range map[string]string{
		"bool":           "Thing where flag = 'true' should have off = false",
		"contain":        "Thing should have parts contain [ size = 2 and label = 'b' ]",
		"dateDifference": "Thing should not have when dateDifference(since, 'hours') < 1",
	} {
		b.Run(name, func(b *testing.B) {
			p, m, obj := compile(b, rule), &gsl.Machine{Now: clock}, sample()
			b.ReportAllocs()
			for b.Loop() {
				if p.Eval(m, obj) != gsl.Pass {
					b.Fatal("the rule does not pass")
				}
			}
		})
	}
}
