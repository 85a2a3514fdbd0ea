package gsl

import (
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// maxJSON is how deep objects are written out: some lead back to each other.
const maxJSON = 4

// jsonText is a list or object as JSON, for regular expressions; known is
// false where a part of it is unknown.
func jsonText(v Value, elem *Type) (text string, known bool) {
	var b strings.Builder
	known = writeJSON(&b, v, elem, maxJSON)
	return b.String(), known
}

func writeJSON(b *strings.Builder, v Value, elem *Type, depth int) bool {
	switch v.kind {
	case UnknownKind:
		return false
	case NullKind:
		b.WriteString("null")
	case StringKind:
		writeQuoted(b, v.str)
	case DateKind, NumberKind:
		b.WriteString(Number(v.num).String())
	case BoolKind:
		b.WriteString(v.String())
	case ListKind:
		return writeList(b, v.ref.(List), elem, depth)
	case ObjectKind:
		return writeObject(b, v.ref, elem, depth)
	}
	return true
}

func writeQuoted(b *strings.Builder, s string) {
	q, _ := jsontext.AppendQuote(nil, s) // its error is about invalid UTF-8, which it replaces
	b.Write(q)
}

func writeList(b *strings.Builder, l List, elem *Type, depth int) bool {
	b.WriteByte('[')
	for i := range l.Len() {
		if i > 0 {
			b.WriteByte(',')
		}
		if !writeJSON(b, l.At(i), elem, depth) {
			return false
		}
	}
	b.WriteByte(']')
	return l.Gap() == nil
}

func writeObject(b *strings.Builder, obj any, t *Type, depth int) bool {
	if d, ok := obj.(Dynamic); ok {
		b.WriteString(d.JSON())
		return true
	}
	if t == nil || depth == 0 {
		b.WriteString("{}")
		return true
	}
	b.WriteByte('{')
	for i, f := range t.Fields {
		if i > 0 {
			b.WriteByte(',')
		}
		writeQuoted(b, f.Name)
		b.WriteByte(':')
		if !writeJSON(b, f.Get(obj), f.Elem, depth-1) {
			return false
		}
	}
	b.WriteByte('}')
	return true
}
