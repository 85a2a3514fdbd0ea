package entity

import (
	"testing"

	"github.com/rollcall-iam/rollcall/internal/gsl"
	"github.com/rollcall-iam/rollcall/internal/gsl/syntax"
)

// The rules of the schema itself: every field is described and of a kind.
func TestSchemaIsDescribed(t *testing.T) {
	seen := map[*gsl.Type]bool{}
	var walk func(*gsl.Type)
	walk = func(typ *gsl.Type) {
		if seen[typ] {
			return
		}
		seen[typ] = true
		names := map[string]bool{}
		for _, f := range typ.Fields {
			if names[f.Name] || f.Kind == gsl.NullKind || f.Source == "" || f.Get == nil {
				t.Errorf("%s.%s: named twice, or without kind, source or reader", typ.Name, f.Name)
			}
			names[f.Name] = true
			if f.Elem != nil {
				walk(f.Elem)
			}
		}
	}
	for _, name := range Schema.Entities() {
		walk(Schema.Entity(name))
	}
}

func TestSeedRuleCompiles(t *testing.T) {
	r, err := syntax.Parse("IamUser where passwordEnabled = 'true' should not have createDate dateDifference(firstAccessKey.lastRotated, 'seconds') < 60")
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := gsl.Compile(Schema, r, gsl.Options{}); err != nil {
		t.Fatal(err)
	}
}
