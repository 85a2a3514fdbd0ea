// Package syntax turns GSL text into a tree and back. It knows no entity, no
// field and no function: any name parses. Package gsl gives the tree meaning.
//
// Positions are byte offsets into the text; every node has a span. The parser
// stops at its first error. Print(Parse(x)) is the canonical form of x, and
// printing that again changes nothing.
//
// grammar.txt has the grammar.
package syntax
