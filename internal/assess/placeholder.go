package assess

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// placeholders put stand-ins where something stands that is not to be told: the
// same one for the same thing, in any letter case. A text is gone through once,
// however many things are known.
type placeholders struct {
	known   map[string]string // by what they stand for in lower case
	phrases map[string][]int  // how long what is more than one word may be, by the first, the longest first
	made    map[string]int    // of each kind
	arns    func(arn string) string
	ids     bool // of credentials and principals, known or not
	numbers func(account string) string
}

func newPlaceholders() *placeholders {
	return &placeholders{known: map[string]string{}, phrases: map[string][]int{}, made: map[string]int{}}
}

var (
	arnAt   = regexp.MustCompile(`^arn:aws[a-z-]*:[^\s"'<>;]+`)
	uniqueA = regexp.MustCompile(`(AKIA|ASIA|APKA|ACCA|ABIA|AIDA|AGPA|AROA|ANPA)[A-Z0-9]{12,}`)
)

// isWord tells letters of IAM's names, ids and numbers.
func isWord(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r) || strings.ContainsRune("_+=,.@-", r)
}

// wordAt is how many bytes of a text its first word has.
func wordAt(s string) int {
	n := strings.IndexFunc(s, func(r rune) bool { return !isWord(r) })
	if n < 0 {
		return len(s)
	}
	return n
}

// head is what a text is found by: its first word, or its first letter.
func head(s string) string {
	n := wordAt(s)
	if n == 0 {
		_, n = utf8.DecodeRuneInString(s)
	}
	return strings.ToLower(s[:n])
}

func (x *placeholders) next(kind string) string {
	x.made[kind]++
	return fmt.Sprintf("%s-%d", kind, x.made[kind])
}

// learn gives a text a placeholder, if it has none.
func (x *placeholders) learn(kind, text string) string {
	if text == "" {
		return ""
	}
	key := strings.ToLower(text)
	if x.known[key] == "" {
		x.put(text, x.next(kind))
	}
	return x.known[key]
}

func (x *placeholders) put(text, to string) {
	x.known[strings.ToLower(text)] = to
	if wordAt(text) == len(text) || arnAt.FindString(text) == text {
		return
	}
	lengths := x.phrases[head(text)]
	if at, found := slices.BinarySearchFunc(lengths, len(text), func(a, b int) int { return b - a }); !found {
		x.phrases[head(text)] = slices.Insert(lengths, at, len(text))
	}
}

// text is a text without what is not to be told.
func (x *placeholders) text(s string) string {
	var out strings.Builder
	for len(s) > 0 {
		n, to := x.at(s)
		out.WriteString(to)
		s = s[n:]
	}
	return out.String()
}

// at is what stands for the first bytes of a text, and how many these are.
func (x *placeholders) at(s string) (n int, to string) {
	if strings.HasPrefix(s, "arn:aws") {
		if found := strings.TrimRight(arnAt.FindString(s), ",.)]}"); found != "" {
			if to := x.known[strings.ToLower(found)]; to != "" {
				return len(found), to
			}
			if x.arns != nil {
				return len(found), x.arns(found)
			}
		}
	}
	for _, n := range x.phrases[head(s)] {
		if n <= len(s) {
			if to := x.known[strings.ToLower(s[:n])]; to != "" && (wordAt(s[n:]) == 0 || wordAt(s[n-1:]) == 0) {
				return n, to
			}
		}
	}
	if n = wordAt(s); n > 0 {
		return n, x.word(s[:n])
	}
	_, n = utf8.DecodeRuneInString(s)
	return n, s[:n]
}

// word is a word's placeholder, where it has one, as a whole or in its parts:
// signs that names may have also stand between names.
func (x *placeholders) word(w string) string {
	if to := x.known[strings.ToLower(w)]; to != "" {
		return to
	}
	if x.numbers != nil && isNumber(w) {
		return x.numbers(w)
	}
	if end := len(w) - 1; end > 0 && strings.IndexByte(",.", w[end]) >= 0 { // which ends a sentence
		return x.word(w[:end]) + w[end:]
	}
	for _, sign := range []string{"=", ",", "+", "@"} {
		if before, after, ok := strings.Cut(w, sign); ok {
			return x.word(before) + sign + x.word(after)
		}
	}
	if x.ids {
		w = uniqueA.ReplaceAllStringFunc(w, func(id string) string { return x.learn("id", id) })
	}
	return w
}

// isNumber reports whether a word has the shape of an account's number.
func isNumber(w string) bool {
	return len(w) == 12 && strings.Trim(w, "0123456789") == ""
}
