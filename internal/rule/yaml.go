package rule

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// Unmarshal reads strict YAML: unknown keys are errors, and every error has
// its line and column and quotes the line. The reader panics on some tags,
// which is an error like any other.
func Unmarshal(path string, text []byte, v any) (err error) {
	text = bytes.TrimPrefix(text, []byte("\xef\xbb\xbf")) // a byte order mark, as some editors write
	if err := Shallow(text); err != nil {
		return fmt.Errorf("%s:%w", path, err)
	}
	if bytes.Contains(text, []byte("<<")) {
		if at := mergeKey.FindIndex(text); at != nil { // of which ten lines may come to more than memory holds
			return fmt.Errorf("%s:%d: merge keys (<<) are not for here: write out what is meant", path, 1+bytes.Count(text[:at[0]], []byte("\n")))
		}
	}
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%s: cannot be read as YAML; tags such as !!binary are not for here", path)
		}
	}()
	if bytes.Contains(text, []byte("---")) {
		if f, err := parser.ParseBytes(text, 0); err == nil && len(f.Docs) > 1 {
			return fmt.Errorf("%s: it holds %d YAML documents, of which only one would count: take the lines --- out", path, len(f.Docs))
		}
	}
	if err := yaml.UnmarshalWithOptions(text, v, yaml.Strict()); err != nil {
		return located(path, err)
	}
	return nil
}

// mergeKey is where a mapping takes over another.
var mergeKey = regexp.MustCompile(`(?m)^[ \t-]*["']?<<["']?[ \t]*:|[{,][ \t\r\n]*["']?<<["']?[ \t]*:`)

// deepest is how far lists and mappings may stand in one another, far beyond
// what anybody writes: the reader's time and memory grow with its square.
const deepest = 200

// Shallow is an error, which begins with its line, where YAML is nested deeper
// than a file for people is. It counts brackets, those in quotes too, and the
// dashes at the beginning of a line.
func Shallow(text []byte) error {
	number, depth := 0, 0
	for line := range bytes.Lines(text) {
		number++
		begin := line[:len(line)-len(bytes.TrimLeft(line, "- ?\t"))]
		far := bytes.Count(begin, []byte("- "))
		for _, c := range line {
			switch c {
			case '[', '{':
				depth++
				far = max(far, depth)
			case ']', '}':
				depth = max(0, depth-1)
			}
		}
		if far > deepest {
			return fmt.Errorf("%d: lists and mappings are nested too deep: %d is the most", number, deepest)
		}
	}
	return nil
}

// DecodeNode reads a part of strict YAML.
func DecodeNode(n ast.Node, v any) error { return yaml.NodeToValue(n, v, yaml.Strict()) }

// located is an error of the YAML reader for people.
func located(path string, err error) error {
	var at yaml.Error
	if !errors.As(err, &at) || at.GetToken() == nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	where := at.GetToken().Position
	_, quote, _ := strings.Cut(at.FormatError(false, true), "\n")
	return fmt.Errorf("%s:%d:%d: %s\n%s", path, where.Line, where.Column, explained(at), strings.TrimRight(quote, "\n"))
}

// explained is what the reader says, in words of YAML rather than of Go.
func explained(err yaml.Error) string {
	switch e := err.(type) {
	case *yaml.TypeError:
		return "expected " + shapeOf(e.DstType) + ", found " + shapeOf(e.SrcType)
	case *yaml.UnexpectedNodeTypeError:
		return "expected " + nodeShape(e.Expected) + ", found " + nodeShape(e.Actual)
	}
	return err.GetMessage()
}

const (
	shapeMap  = "a mapping such as {key: value}"
	shapeList = "a list such as [a, b]"
	shapeBool = "true or false"
	shapeWord = "a word"
)

func shapeOf(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Map, reflect.Struct:
		return shapeMap
	case reflect.Slice, reflect.Array:
		return shapeList
	case reflect.Bool:
		return shapeBool
	case reflect.String:
		return shapeWord
	case reflect.Pointer:
		return shapeOf(t.Elem())
	}
	return "a number"
}

func nodeShape(t ast.NodeType) string {
	switch t {
	case ast.MappingType, ast.MappingValueType:
		return shapeMap
	case ast.SequenceType:
		return shapeList
	case ast.BoolType:
		return shapeBool
	case ast.StringType, ast.LiteralType:
		return shapeWord
	case ast.NullType:
		return "nothing"
	}
	return "a " + strings.ToLower(t.YAMLName())
}

// wrongScalar is an error about one value, at its place.
func wrongScalar(n ast.Node, format string, args ...any) error {
	return &yaml.SyntaxError{Message: fmt.Sprintf(format, args...), Token: n.GetToken()}
}

// scalar is the text of a value that must be one word.
func scalar(n ast.Node) (string, error) {
	if s, ok := n.(ast.ScalarNode); ok {
		return s.GetToken().Value, nil
	}
	return "", wrongScalar(n, "expected %s, found %s", shapeWord, nodeShape(n.Type()))
}

// worded is a mapping whose values are words as they were written: user: 010
// is called 010, whatever number YAML makes of it.
func worded(n ast.Node) ast.Node {
	m, ok := n.(*ast.MappingNode)
	if !ok {
		return n
	}
	for _, v := range m.Values {
		switch v.Value.Type() {
		case ast.IntegerType, ast.FloatType, ast.BoolType, ast.InfinityType, ast.NanType:
			v.Value = ast.String(v.Value.GetToken())
		}
	}
	return m
}

// has reports whether the text has a value, null included, at a YAML path.
func has(text []byte, path string) bool {
	if !bytes.Contains(text, []byte(path[strings.LastIndexByte(path, '.')+1:])) { // as mostly, and much sooner told
		return false
	}
	p, err := yaml.PathString(path)
	if err != nil {
		return false
	}
	_, err = p.ReadNode(strings.NewReader(string(text)))
	return err == nil
}
