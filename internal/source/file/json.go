package file

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/rollcall-iam/rollcall/internal/bounded"
	"github.com/rollcall-iam/rollcall/internal/iam"
	"github.com/rollcall-iam/rollcall/internal/iam/policy"
)

// readOptions accept what real files hold: text that is not quite UTF-8, and
// names given twice, of which the last counts; of lists, all do.
var readOptions = json.JoinOptions(jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))

// located adds the file and the place in it to an error of the JSON package.
func located(path string, err error) error {
	if long := bounded.Error(""); errors.As(err, &long) {
		return fmt.Errorf("reading %q: %w", path, long)
	}
	var syntactic *jsontext.SyntacticError
	if errors.As(err, &syntactic) {
		return fmt.Errorf("reading %q: at byte %d, in %s: %w", path, syntactic.ByteOffset, place(syntactic.JSONPointer), syntactic.Err)
	}
	var semantic *json.SemanticError
	if errors.As(err, &semantic) {
		why := semantic.Err
		if why == nil {
			why = fmt.Errorf("found a %s where another kind of value belongs", semantic.JSONKind)
		}
		return fmt.Errorf("reading %q: at byte %d, in %s: %w", path, semantic.ByteOffset, place(semantic.JSONPointer), why)
	}
	return fmt.Errorf("reading %q: %w", path, err)
}

func place(p jsontext.Pointer) string {
	if p == "" {
		return "the whole"
	}
	return string(p)
}

// A decoder reads JSON in AWS's shapes and interns policy documents.
type decoder struct {
	*jsontext.Decoder
	options json.Options
}

// documents keeps one Document for each text, however it was written.
type documents struct {
	table policy.Table
	raw   map[string]*policy.Document // as found in the file
}

func newDecoder(s io.Reader, docs *documents) *decoder {
	d := &decoder{Decoder: jsontext.NewDecoder(s, readOptions)}
	d.options = json.JoinOptions(readOptions, json.WithUnmarshalers(json.JoinUnmarshalers(
		json.UnmarshalFromFunc(docs.unmarshal),
		json.UnmarshalFromFunc(unmarshalTime),
	)))
	return d
}

// newDecoderOf is newDecoder for what is read whole first.
func newDecoderOf(s *stream, docs *documents) (*decoder, error) {
	var whole bytes.Buffer
	whole.Grow(int(min(s.size, longestValue)) + bytes.MinRead)
	if _, err := whole.ReadFrom(s); err != nil {
		return nil, err
	}
	return newDecoder(&whole, docs), nil
}

// text reads a string; it is good until more is read.
func (d *decoder) text() ([]byte, error) {
	if d.PeekKind() != '"' {
		var s string
		return nil, d.into(&s) // the error says what is there instead
	}
	v, err := d.ReadValue()
	if err != nil {
		return nil, err
	}
	if inner := v[1 : len(v)-1]; bytes.IndexByte(inner, '\\') < 0 {
		return inner, nil
	}
	return jsontext.AppendUnquote(nil, v)
}

func (d *decoder) into(v any) error { return json.UnmarshalDecode(d.Decoder, v, d.options) }

// object calls f at each member of an object; f reads the value, or leaves it
// to be skipped by returning false.
func (d *decoder) object(f func(name string) (bool, error)) error {
	if err := d.begin('{', "an object"); err != nil {
		return err
	}
	for d.PeekKind() != '}' {
		name, err := d.ReadToken()
		if err != nil {
			return err
		}
		read, err := f(name.String())
		if err == nil && !read {
			err = d.SkipValue()
		}
		if err != nil {
			return err
		}
	}
	_, err := d.ReadToken()
	return err
}

// array calls f at each element of an array.
func (d *decoder) array(f func() error) error {
	if err := d.begin('[', "a list"); err != nil {
		return err
	}
	for n := 0; d.PeekKind() != ']'; n++ {
		if n == bounded.Elements {
			return bounded.TooMany("elements of a list")
		}
		if err := f(); err != nil {
			return err
		}
	}
	_, err := d.ReadToken()
	return err
}

func (d *decoder) begin(kind jsontext.Kind, what string) error {
	tok, err := d.ReadToken()
	if err != nil {
		return err
	}
	if tok.Kind() != kind {
		return &jsontext.SyntacticError{ByteOffset: d.InputOffset(), JSONPointer: d.StackPointer(),
			Err: fmt.Errorf("expected %s, found a %s", what, tok.Kind())}
	}
	return nil
}

// wrong is an error about the value that was read last.
func (d *decoder) wrong(what string) error {
	return &json.SemanticError{ByteOffset: d.InputOffset(), JSONPointer: d.StackPointer(), Err: errors.New(what)}
}

func unmarshalTime(d *jsontext.Decoder, t *iam.Time) error {
	v, err := d.ReadValue()
	if err != nil {
		return err
	}
	switch v.Kind() {
	case 'n':
		*t = 0
		return nil
	case '"':
		if bytes.IndexByte(v, '\\') < 0 {
			*t, err = iam.ParseTime(string(v[1 : len(v)-1]))
			return err
		}
	}
	*t, err = iam.ParseTime(string(v))
	return err
}

// unmarshal reads a policy document: an object, a string of JSON, or a string
// that is percent-encoded as on the wire.
func (docs *documents) unmarshal(d *jsontext.Decoder, out **policy.Document) error {
	v, err := d.ReadValue()
	if err != nil {
		return err
	}
	if known, ok := docs.raw[string(v)]; ok {
		*out = known
		return nil
	}
	key := string(v)
	text, err := documentText(v.Clone())
	if err != nil {
		return errors.New(err.Error()) // its places are in the document, not in the file
	}
	if text == nil {
		return nil
	}
	*out = docs.table.Intern(text)
	if docs.raw == nil {
		docs.raw = map[string]*policy.Document{}
	}
	docs.raw[key] = *out
	return nil
}

// documentText is a document's JSON without spaces, made in place; nil for null.
func documentText(v jsontext.Value) ([]byte, error) {
	switch v.Kind() {
	case 'n':
		return nil, nil
	case '"':
		s, err := jsontext.AppendUnquote(nil, v)
		if err != nil {
			return nil, err
		}
		return policy.Decode(string(s))
	case '{':
		return policy.Compact(v)
	}
	return nil, fmt.Errorf("a policy document is an object or a string")
}
