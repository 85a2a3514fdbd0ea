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
	common  map[string]bool   // what is known that our own sentences say too, such as user
	about   map[string]bool   // of these, what the text at hand may mean; nil for all
	arns    func(arn string) string
	ids     bool // of credentials and principals, known or not
	numbers func(account string) string
}

// newPlaceholders knows nothing; made counts the placeholders of each kind.
func newPlaceholders(made map[string]int) *placeholders {
	return &placeholders{known: map[string]string{}, phrases: map[string][]int{}, made: made}
}

var (
	arnAt   = regexp.MustCompile(`^arn:[a-z*-]+:[^\s"'<>;]+`)
	digits  = regexp.MustCompile(`[0-9]+`)
	uniqueA = regexp.MustCompile(`(AKIA|ASIA|APKA|ACCA|ABIA|AIDA|AGPA|AROA|ANPA)[A-Z0-9]{12,}`)
)

// accountDigits are those of an account's number.
const accountDigits = 12

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

// ends reports whether a word or a phrase ends at a place: signs may follow it.
func ends(s string, at int) bool {
	r, _ := utf8.DecodeRuneInString(s[at:])
	last, _ := utf8.DecodeLastRuneInString(s[:at])
	return !isWord(last) || strings.ContainsRune("+=,.@", r) || !isWord(r)
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

// name is a text that is a name and nothing else.
func (x *placeholders) name(s string) string {
	if to := x.known[strings.ToLower(s)]; to != "" {
		return to
	}
	return x.text(s)
}

// meaning says which of our own words are names in the texts that follow.
func (x *placeholders) meaning(names ...string) {
	x.about = map[string]bool{}
	for _, name := range names {
		x.about[strings.ToLower(name[strings.LastIndexByte(name, '/')+1:])] = true
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
	if strings.HasPrefix(s, "arn:") {
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
			if to := x.known[strings.ToLower(s[:n])]; to != "" && ends(s, n) {
				return n, to
			}
		}
	}
	if n = wordAt(s); n > 0 {
		return x.word(s[:n])
	}
	_, n = utf8.DecodeRuneInString(s)
	return n, s[:n]
}

// word is a word's placeholder where it has one, of as much of it as has: signs
// that names may have also stand between names, and end sentences.
func (x *placeholders) word(w string) (n int, to string) {
	for end := len(w); end > 0; end-- {
		key := strings.ToLower(w[:end])
		if to := x.known[key]; to != "" && (x.about == nil || x.about[key] || !x.common[key]) {
			return end, to
		}
		if strings.IndexByte(",.", w[end-1]) < 0 {
			break
		}
	}
	if sign := strings.IndexAny(w, "=,+@"); sign > 0 {
		return x.word(w[:sign])
	} else if sign == 0 {
		return 1, w[:1]
	}
	n, to = len(w), w
	if x.numbers != nil {
		to = digits.ReplaceAllStringFunc(to, func(found string) string {
			if len(found) != accountDigits {
				return found
			}
			return x.numbers(found)
		})
	}
	if x.ids {
		to = uniqueA.ReplaceAllStringFunc(to, func(id string) string { return x.learn("id", id) })
	}
	return n, to
}
