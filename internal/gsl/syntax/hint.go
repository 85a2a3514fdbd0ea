package syntax

import (
	"strings"

	"github.com/rollcall-iam/rollcall/internal/spell"
)

// hint knows the spellings that people bring from other languages.
func (p *parser) hint() string {
	rest := p.scan.text[p.tok.span.Start:]
	switch {
	case p.tok.kind == str && p.after == "regexMatch", p.tok.kind == regex && p.after == "like":
		return "regexMatch takes /.../, like takes '...' with % for any text"
	case p.is("[") && p.after == "in":
		return "the list stands in round brackets: in ('a', 'b')"
	case p.tok.kind == name && p.doing == "the target" && p.after != "":
		if near := spell.Nearest(p.tok.value, operators); near != "" {
			return "did you mean " + near + "?"
		}
		return "write should have"
	case p.word("not") && p.after != "":
		return "not stands before the whole comparison: not name in ('a')"
	case p.is("(") && strings.HasPrefix(p.doing, "the condition"):
		return "a function stands after a space: accessKeys length()"
	case p.is("[") && !strings.HasPrefix(p.doing, "the list"):
		return "elements are chosen with contain [ ... ]"
	case p.tok.kind == str && listOps[strings.ToLower(p.after)] != "":
		return "what an element must be stands in square brackets: [ '" + p.tok.value + "' ]"
	}
	for _, h := range []struct{ wrote, write string }{
		{"\"", "strings have single quotes: 'text'"},
		{"==", "equality is a single ="},
		{"=~", "write regexMatch /.../"},
		{"=", "equality is a single ="},
		{">", "unequal is !="},
		{"&", "write and"},
		{"|", "write or"},
		{"\u201c", "strings have straight single quotes: 'text'"},
		{"\u2018", "strings have straight single quotes: 'text'"},
		{"!", "write not, or != between two values"},
		{"{", "lists are tested with contain [ ... ]"},
		{";", "one rule ends where the text ends"},
		{"_", ""},
	} {
		if strings.HasPrefix(rest, h.wrote) {
			return h.write
		}
	}
	return ""
}

// operators are the words that may stand after a value.
var operators = []string{"should", "where", "exclude", "and", "or", "like", "in", "regexMatch", "with", "contain", "contain-any", "contain-all", "contain-none", "groupBy"}

// misplaced says what was probably meant by a word after a value.
func misplaced(word string) string {
	if near := spell.Nearest(word, operators); near != "" && !strings.EqualFold(near, word) {
		return "did you mean " + near + "?"
	}
	switch strings.ToLower(word) {
	case "is", "equals", "eq":
		return "equality is a single ="
	case "contains", "has":
		return "lists are tested with contain [ ... ], text with like '%...%'"
	case "matches":
		return "write regexMatch /.../"
	case "exists":
		return "a field alone asks whether it is there"
	case "starts", "startswith", "ends", "endswith":
		return "write like 'x%' or like '%x'"
	case "older", "younger", "newer":
		return "write before(-90, 'days') or after(-90, 'days')"
	}
	return "a function has round brackets: " + word + "()"
}
