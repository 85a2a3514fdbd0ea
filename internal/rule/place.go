package rule

import (
	"errors"
	"regexp"
	"strings"

	"github.com/rollcall-iam/rollcall/internal/gsl"
	"github.com/rollcall-iam/rollcall/internal/gsl/syntax"
)

// gslKey is where the value of gsl begins, the mark of a block and the
// quote left behind.
var gslKey = regexp.MustCompile(`(?m)^gsl:[ \t]*(?:[>|][-+0-9]*[ \t]*(?:#.*)?$|['"])?`)

// Render is an error about the rule's GSL with the lines of its file; of a rule
// without a file, with the rule's own.
func (r *Rule) Render(e *syntax.Error) string {
	if r.source == "" {
		return e.Render("")
	}
	return r.InFile(e).Render(r.ID + "/" + FileName)
}

// Wrong shows all errors about the rule's GSL as Render does; another error
// stays as it is.
func (r *Rule) Wrong(err error) error {
	var all []error
	for _, e := range gsl.ErrorsOf(err) {
		all = append(all, errors.New(r.Render(e)))
	}
	if all == nil {
		return err
	}
	return errors.Join(all...)
}

// InFile moves an error about the rule's GSL to its place in rule.yaml. One
// that cannot be found there, for the way it is quoted, stays as it is.
func (r *Rule) InFile(e *syntax.Error) *syntax.Error {
	places := places(r.source, e.Text)
	if places == nil {
		return e
	}
	moved := *e
	moved.Text = r.source
	moved.Span = syntax.Span{Start: places[e.Span.Start], End: places[e.Span.End]}
	if last := e.Span.End - 1; last >= e.Span.Start {
		moved.Span.End = places[last] + 1
	}
	return &moved
}

// places are the offsets in a file of each byte of the rule it holds, and of
// the rule's end; nil where the two differ in more than space. A folded block
// has its line breaks and indentation where the rule has single spaces.
func places(file, rule string) []int {
	key := gslKey.FindStringIndex(file)
	if key == nil {
		return nil
	}
	out, at := make([]int, 0, len(rule)+1), key[1]
	for i := range len(rule) {
		if space(rule[i]) {
			out = append(out, at)
			continue
		}
		for at < len(file) && space(file[at]) {
			at++
		}
		if at == len(file) || file[at] != rule[i] {
			return nil
		}
		out = append(out, at)
		at++
	}
	return append(out, at)
}

func space(c byte) bool { return strings.IndexByte(" \t\r\n", c) >= 0 }
