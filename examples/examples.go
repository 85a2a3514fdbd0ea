// Package examples is the sample account that the demo and the docs use.
package examples

import "embed"

// FS holds the account's files and its configuration.
//
//go:embed account.json credential-report.json rollcall.yaml
var FS embed.FS
