package syntax

import "strings"

type tokenKind uint8

const (
	eof    tokenKind = iota
	name             // a path segment, keyword or function
	str              // '...'
	number           // 12, -3, 1.5
	regex            // /.../i
	punct            // one of the operators and brackets
	bad              // a character or an unfinished literal that starts no token
)

// A token is a word of the text. Value is the text of a string without its
// quotes, of a regex without its slashes and flags, else the text itself.
type token struct {
	kind  tokenKind
	span  Span
	value string
	flags string // of a regex
}

// scanner cuts the text into tokens. Where a "/" may begin a regex is for the
// parser to say, since nothing else in the language has a slash.
type scanner struct {
	text string
	pos  int
}

func (s *scanner) next() token {
	for s.pos < len(s.text) && isSpace(s.text[s.pos]) {
		s.pos++
	}
	start := s.pos
	if start == len(s.text) {
		return token{kind: eof, span: Span{start, start}}
	}
	switch c := s.text[start]; {
	case isLetter(c):
		return s.name()
	case isDigit(c), c == '-' && start+1 < len(s.text) && isDigit(s.text[start+1]):
		return s.number()
	case c == '\'':
		return s.quoted()
	case c == '/':
		return s.regex()
	}
	return s.punct()
}

func (s *scanner) take(kind tokenKind, end int) token {
	t := token{kind: kind, span: Span{s.pos, end}, value: s.text[s.pos:end]}
	s.pos = end
	return t
}

// name takes ":" and "-" only between other name characters, as in
// aws:SecureTransport and contain-any.
func (s *scanner) name() token {
	end := s.pos + 1
	for end < len(s.text) {
		c := s.text[end]
		inner := (c == ':' || c == '-') && end+1 < len(s.text) && isNameByte(s.text[end+1])
		if !isNameByte(c) && !inner {
			break
		}
		end++
	}
	return s.take(name, end)
}

func (s *scanner) number() token {
	end := s.pos + 1
	for end < len(s.text) && isDigit(s.text[end]) {
		end++
	}
	if end+1 < len(s.text) && s.text[end] == '.' && isDigit(s.text[end+1]) {
		end++
		for end < len(s.text) && isDigit(s.text[end]) {
			end++
		}
	}
	return s.take(number, end)
}

func (s *scanner) quoted() token {
	i := strings.IndexByte(s.text[s.pos+1:], '\'')
	if i < 0 {
		return s.take(bad, len(s.text))
	}
	t := s.take(str, s.pos+1+i+1)
	t.value = t.value[1 : len(t.value)-1]
	return t
}

// regex ends at the first slash that no backslash precedes and that is not
// inside a class.
func (s *scanner) regex() token {
	class := false
	for i := s.pos + 1; i < len(s.text); i++ {
		switch c := s.text[i]; {
		case c == '\\':
			i++
		case c == '[':
			class = true
		case c == ']':
			class = false
		case c == '\n':
			return s.take(bad, i)
		case c == '/' && !class:
			return s.endRegex(i)
		}
	}
	return s.take(bad, len(s.text))
}

func (s *scanner) endRegex(slash int) token {
	end := slash + 1
	for end < len(s.text) && 'a' <= s.text[end] && s.text[end] <= 'z' {
		end++
	}
	t := s.take(regex, end)
	body := slash - t.span.Start
	t.flags = t.value[body+1:]
	t.value = t.value[1:body]
	return t
}

func (s *scanner) punct() token {
	for _, p := range []string{"!=", "<=", ">="} {
		if strings.HasPrefix(s.text[s.pos:], p) {
			return s.take(punct, s.pos+len(p))
		}
	}
	if strings.IndexByte("=<>()[],.$~-", s.text[s.pos]) >= 0 {
		return s.take(punct, s.pos+1)
	}
	end := s.pos + 1
	for end < len(s.text) && s.text[end]&0xC0 == 0x80 { // the rest of a UTF-8 sequence
		end++
	}
	return s.take(bad, end)
}

func isSpace(c byte) bool    { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }
func isDigit(c byte) bool    { return '0' <= c && c <= '9' }
func isLetter(c byte) bool   { return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_' }
func isNameByte(c byte) bool { return isLetter(c) || isDigit(c) }
