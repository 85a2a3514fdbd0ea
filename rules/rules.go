// Package rules is the built-in catalogue: one folder a rule, with its
// definition, its text and its cases. This file only embeds them.
package rules

import "embed"

// FS holds the rule folders.
//
//go:embed */rule.yaml */README.md
var FS embed.FS
