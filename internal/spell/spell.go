// Package spell finds the word that was probably meant. It serves every
// message that ends in a suggestion; what the candidates are is its callers'
// business.
package spell

import "strings"

// Nearest returns the candidate closest to word, letter case aside, or "" when
// none is close enough to be a slip of the keyboard. Who writes other digits
// means another thing: IAM-055 is no slip for IAM-065.
func Nearest(word string, candidates []string) string {
	best, least := "", max(2, len(word)/3+1)
	for _, c := range candidates {
		if undigited(word) == undigited(c) && strings.ContainsAny(word, "0123456789") {
			continue
		}
		if d := distance(strings.ToLower(word), strings.ToLower(c), least); d < least {
			best, least = c, d
		}
	}
	return best
}

// distance is the number of letters to insert, delete, replace or swap with
// their neighbour, or some number from limit up when it is at least that.
func distance(a, b string, limit int) int {
	if d := len(a) - len(b); d >= limit || -d >= limit {
		return limit
	}
	before, prev, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range prev {
		prev[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			same := 1
			if a[i-1] == b[j-1] {
				same = 0
			}
			row[j] = min(prev[j]+1, row[j-1]+1, prev[j-1]+same)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, prev, row = prev, row, before
	}
	return prev[len(b)]
}

// undigited is a word in lower case with every digit as 0.
func undigited(s string) string {
	return strings.Map(func(r rune) rune {
		if '0' <= r && r <= '9' {
			return '0'
		}
		return r
	}, strings.ToLower(s))
}
