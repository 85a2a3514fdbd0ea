package gsl

import (
	"slices"

	"github.com/rollcall-iam/rollcall/internal/gsl/syntax"
	"github.com/rollcall-iam/rollcall/internal/spell"
)

// A Schema says which entities rules may be about.
type Schema interface {
	// Entity returns the type with this exact name, or nil.
	Entity(name string) *Type
	// Entities lists the names.
	Entities() []string
}

// A Type is a kind of object with its fields.
type Type struct {
	Name   string
	Doc    string
	Fields []Field
	Open   bool // objects are Dynamic: any field may be there
}

// A Field is one field of a Type.
type Field struct {
	Name string
	Kind Kind  // when it is neither null nor unknown
	Elem *Type // of an object, or of a list's objects; nil where Dynamic or scalars
	// Source names where the fact is read, for the manual and to know what a
	// rule needs.
	Source string
	Doc    string
	Ours   bool // CloudGuard does not have it
	// Get reads the field of what Object was given.
	Get func(obj any) Value
	// Is reads a boolean that is always known, where the field is one; it is
	// the short way to what Get says too.
	Is func(obj any) bool
}

// Field returns the field with this exact name, or nil.
func (t *Type) Field(name string) *Field {
	for i := range t.Fields {
		if t.Fields[i].Name == name {
			return &t.Fields[i]
		}
	}
	return nil
}

// nearest is the field whose name was probably meant, or "".
func (t *Type) nearest(name string) string {
	names := make([]string, len(t.Fields))
	for i, f := range t.Fields {
		names[i] = f.Name
	}
	return spell.Nearest(name, names)
}

// Of gives the field's object, or its list's objects, a type.
func (f Field) Of(t *Type) Field { f.Elem = t; return f }

// Sources lists where the fields that a rule names are read. Names are taken
// wherever a type within the entity has them, so it may list one too many.
func Sources(s Schema, r *syntax.Rule) []string {
	names := map[string]bool{}
	for _, e := range []syntax.Expr{r.Where, r.Cond, r.Exclude} {
		syntax.Walk(e, func(e syntax.Expr) {
			switch e := e.(type) {
			case *syntax.Path:
				for _, seg := range e.Segs {
					names[seg.Text] = true
				}
			case *syntax.String: // of getValue
				names[e.Value] = true
			}
		})
	}
	var out []string
	sources(s.Entity(r.Target.Text), names, map[*Type]bool{nil: true}, &out)
	return out
}

func sources(t *Type, names map[string]bool, seen map[*Type]bool, out *[]string) {
	if seen[t] {
		return
	}
	seen[t] = true
	for _, f := range t.Fields {
		if !names[f.Name] {
			continue
		}
		if !slices.Contains(*out, f.Source) {
			*out = append(*out, f.Source)
		}
		sources(f.Elem, names, seen, out)
	}
}
