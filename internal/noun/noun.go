// Package noun puts numbers and nouns together in English.
package noun

import (
	"strconv"
	"strings"
)

// Count is a number with its noun: 1 user, 2 users, 3 policies, 4 matches.
func Count(n int, noun string) string {
	if n != 1 {
		switch {
		case strings.HasSuffix(noun, "ch"):
			noun += "es"
		case strings.HasSuffix(noun, "y") && !strings.ContainsAny(noun[max(0, len(noun)-2):], "aeiou"):
			noun = strings.TrimSuffix(noun, "y") + "ies"
		default:
			noun += "s"
		}
	}
	return strconv.Itoa(n) + " " + noun
}
