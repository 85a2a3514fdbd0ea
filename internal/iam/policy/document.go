package policy

import (
	"fmt"
	"slices"
	"strings"
	"sync"
)

// A Document is one policy document. Documents from one Table are the same
// pointer when their texts are the same. The text is parsed on first use and
// never changes; methods may be called from several goroutines.
type Document struct {
	text string
	once sync.Once
	root Node
	err  error

	version    string
	statements []Statement
	canonical  string
	admin      AdminLevel
}

// New returns the document with this JSON text, outside of any Table.
func New(text string) *Document { return &Document{text: text} }

// Text is the document as it was given.
func (d *Document) Text() string { return d.text }

// Err says why the document cannot be understood, or nil. Nothing may be
// concluded from a document with an error: its statements are unknown.
func (d *Document) Err() error { d.parse(); return d.err }

// Root is the raw tree, with Statement always a list.
func (d *Document) Root() *Node { d.parse(); return &d.root }

// Version is the document's version; a missing one is AWS's default,
// 2008-10-17, in which ${...} is ordinary text.
func (d *Document) Version() string { d.parse(); return d.version }

// Statements are the statements in order.
func (d *Document) Statements() []Statement { d.parse(); return d.statements }

// Canonical is equal for two documents exactly when they hold the same
// statements in any order and spelling: Sid and Id left out, a scalar the
// same as a list of one, actions in lower case.
func (d *Document) Canonical() string { d.parse(); return d.canonical }

// Admin is the administrator level the document alone would give.
func (d *Document) Admin() AdminLevel { d.parse(); return d.admin }

const (
	version2008 = "2008-10-17"
	version2012 = "2012-10-17"
)

func (d *Document) parse() { d.once.Do(d.parseOnce) }

// maxText is many times the largest policy that AWS takes.
const maxText = 64 << 10

func (d *Document) parseOnce() {
	if len(d.text) > maxText {
		d.err = fmt.Errorf("it is larger than any policy AWS takes")
		return
	}
	root, err := ParseNode(d.text)
	if err != nil {
		d.err = err
		return
	}
	if root.Kind != ObjectNode {
		d.err = fmt.Errorf("a policy document must be a JSON object")
		return
	}
	d.version = version2008
	if v, ok := root.Member("Version"); ok {
		d.version = v.Text
	}
	if d.version != version2008 && d.version != version2012 {
		d.err = fmt.Errorf("its Version %q is unknown", d.version)
		return
	}
	wrapStatement(&root)
	d.root = root
	if d.statements, d.err = readStatements(&d.root, d.version == version2012); d.err != nil {
		d.statements = nil
		return
	}
	d.canonical = canonical(d.version, d.statements)
	d.admin = adminLevel(d.statements)
}

// wrapStatement puts a statement that stands alone into a list, as AWS reads it.
func wrapStatement(root *Node) {
	if s, ok := root.Member("Statement"); ok && s.Kind == ObjectNode {
		*s = Node{Kind: ListNode, List: []Node{*s}}
	}
}

func canonical(version string, statements []Statement) string {
	parts := make([]string, len(statements))
	for i := range statements {
		parts[i] = statements[i].canonical()
	}
	slices.Sort(parts)
	parts = slices.Compact(parts)
	return version + "\n" + strings.Join(parts, "\n")
}

// A Table keeps one Document for each distinct text, so that a policy held by
// a thousand users is parsed and judged once. It is not safe for concurrent use.
type Table struct{ byText map[string]*Document }

// Intern returns the Table's document with this text.
func (t *Table) Intern(text []byte) *Document {
	if d, ok := t.byText[string(text)]; ok {
		return d
	}
	if t.byText == nil {
		t.byText = map[string]*Document{}
	}
	d := New(string(text))
	t.byText[d.text] = d
	return d
}
