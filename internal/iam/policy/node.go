package policy

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// NodeKind says which of JSON's six forms a Node has.
type NodeKind uint8

// The forms of a Node.
const (
	NullNode NodeKind = iota
	BoolNode
	NumberNode
	StringNode
	ListNode
	ObjectNode
)

// A Node is a piece of a document as it was written: the raw tree that rules
// look at. Members of an object keep their order; Keys[i] names List[i].
type Node struct {
	Kind NodeKind
	Text string // the string, or the literal of a number, true or false
	Keys []string
	List []Node
}

// Member returns the member of an object by its exact name.
func (n *Node) Member(name string) (*Node, bool) {
	if n == nil {
		return nil, false
	}
	for i, k := range n.Keys {
		if k == name {
			return &n.List[i], true
		}
	}
	return nil, false
}

// ParseNode reads exactly one JSON value.
func ParseNode(text string) (Node, error) {
	dec := jsontext.NewDecoder(bytes.NewBufferString(text))
	n, err := readNode(dec)
	if err != nil {
		return Node{}, err
	}
	if _, err := dec.ReadToken(); !errors.Is(err, io.EOF) {
		return Node{}, fmt.Errorf("something follows the document at byte %d", dec.InputOffset())
	}
	return n, nil
}

func readNode(dec *jsontext.Decoder) (Node, error) {
	tok, err := dec.ReadToken()
	if err != nil {
		return Node{}, err
	}
	switch tok.Kind() {
	case '{':
		return readObject(dec)
	case '[':
		return readList(dec)
	case '"':
		return Node{Kind: StringNode, Text: tok.String()}, nil
	case '0':
		return Node{Kind: NumberNode, Text: tok.String()}, nil
	case 't', 'f':
		return Node{Kind: BoolNode, Text: tok.String()}, nil
	default:
		return Node{}, nil
	}
}

func readObject(dec *jsontext.Decoder) (Node, error) {
	n := Node{Kind: ObjectNode}
	for dec.PeekKind() != '}' {
		name, err := dec.ReadToken()
		if err != nil {
			return n, err
		}
		n.Keys = append(n.Keys, name.String())
		v, err := readNode(dec)
		if err != nil {
			return n, err
		}
		n.List = append(n.List, v)
	}
	_, err := dec.ReadToken()
	return n, err
}

func readList(dec *jsontext.Decoder) (Node, error) {
	n := Node{Kind: ListNode}
	for dec.PeekKind() != ']' {
		v, err := readNode(dec)
		if err != nil {
			return n, err
		}
		n.List = append(n.List, v)
	}
	_, err := dec.ReadToken()
	return n, err
}

// JSON writes the value as JSON without spaces.
func (n *Node) JSON() string {
	var b strings.Builder
	n.write(&b)
	return b.String()
}

func (n *Node) write(b *strings.Builder) {
	switch n.Kind {
	case NullNode:
		b.WriteString("null")
	case BoolNode, NumberNode:
		b.WriteString(n.Text)
	case StringNode:
		quote(b, n.Text)
	case ListNode, ObjectNode:
		n.writeMembers(b)
	}
}

func (n *Node) writeMembers(b *strings.Builder) {
	brackets := "[]"
	if n.Kind == ObjectNode {
		brackets = "{}"
	}
	b.WriteByte(brackets[0])
	for i := range n.List {
		if i > 0 {
			b.WriteByte(',')
		}
		if n.Kind == ObjectNode {
			quote(b, n.Keys[i])
			b.WriteByte(':')
		}
		n.List[i].write(b)
	}
	b.WriteByte(brackets[1])
}

func quote(b *strings.Builder, s string) {
	q, _ := jsontext.AppendQuote(nil, s) // its error is about invalid UTF-8, which it replaces
	b.Write(q)
}
