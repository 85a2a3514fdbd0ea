package gsl

import (
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
	// Test reads a boolean that is never null, where the field is one: the short
	// way to what Get says too.
	Test func(obj any) Tri
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
