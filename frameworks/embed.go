// Package frameworks holds the compliance frameworks as data: one file a
// framework and version, controls in the standard's order. Identifiers are the
// standard's, words are Rollcall's own.
package frameworks

import "embed"

// FS is the frameworks, NAME.yaml each.
//
//go:embed *.yaml
var FS embed.FS
