package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// An asker puts questions to somebody at a terminal. The first error, such as
// the end of the input, ends all asking: answers are empty then.
type asker struct {
	ctx context.Context //nolint:containedctx // of the one dialogue
	in  *bufio.Reader
	out io.Writer
	err error
}

func newAsker(ctx context.Context, env *Env) *asker {
	return &asker{ctx: ctx, in: bufio.NewReader(env.Stdin), out: env.Stderr}
}

// read waits for a line, or for the end of the run: nothing is asked after it.
func (a *asker) read() (string, error) {
	type answer struct {
		text string
		err  error
	}
	got := make(chan answer, 1)
	go func() {
		text, err := a.in.ReadString('\n')
		got <- answer{text, err}
	}()
	select {
	case <-a.ctx.Done():
		return "", a.ctx.Err()
	case r := <-got:
		return r.text, r.err
	}
}

var errNoAnswer = errors.New("the input ended before all questions were answered")

// line asks for one line, again while accept says what is wrong with it.
func (a *asker) line(question string, accept func(string) (string, error)) string {
	for a.err == nil {
		fmt.Fprint(a.out, question+" ")
		text, err := a.read()
		text = strings.TrimSpace(text)
		if a.err = a.ctx.Err(); a.err == nil && err != nil && text == "" {
			a.err = errNoAnswer
		}
		if a.err != nil {
			break
		}
		answer, wrong := accept(text)
		if wrong == nil {
			return answer
		}
		fmt.Fprintln(a.out, plain(wrong.Error()))
	}
	return ""
}

// yes asks for yes or no; an empty answer is the default.
func (a *asker) yes(question string, by bool) bool {
	hint := "(y/n, empty for no)"
	if by {
		hint = "(y/n, empty for yes)"
	}
	return a.line(question+" "+hint, func(s string) (string, error) {
		switch strings.ToLower(s) {
		case "y", "yes":
			return "y", nil
		case "n", "no":
			return "n", nil
		case "":
			return map[bool]string{true: "y", false: "n"}[by], nil
		}
		return "", fmt.Errorf("%q is not an answer here: write y or n", s)
	}) == "y"
}

// text asks for what cannot be left empty, and has it confirmed.
func (a *asker) text(question string, check func(string) error) string {
	for a.err == nil {
		answer := a.line(question, func(s string) (string, error) {
			if s == "" {
				return "", errors.New("this cannot be left empty")
			}
			return s, check(s)
		})
		if a.err == nil && a.yes(fmt.Sprintf("You entered %q. Is that correct?", answer), true) {
			return answer
		}
	}
	return ""
}

// words asks for some words, each once, and has them confirmed as they were
// understood. Quotes keep a word with spaces in one.
func (a *asker) words(question string, check func(string) error) (out []string) {
	for a.err == nil {
		a.line(question+" (several with spaces between them, in quotes where one has spaces)", func(s string) (string, error) {
			var err error
			if out, err = split(s); err == nil && len(out) == 0 {
				err = errors.New("this cannot be left empty")
			}
			for _, word := range out {
				if err == nil {
					err = check(word)
				}
			}
			return s, err
		})
		if a.err == nil && a.yes(fmt.Sprintf("You entered %s. Is that correct?", quotedList(out)), true) {
			return out
		}
	}
	return nil
}

func quotedList(words []string) string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = strconv.Quote(w)
	}
	return strings.Join(out, ", ")
}

// split takes words apart at spaces outside of double quotes. A word that is
// there twice, in whatever letter case, counts once.
func split(s string) (out []string, err error) {
	quoted := false
	words := strings.FieldsFunc(s, func(r rune) bool {
		quoted = quoted != (r == '"')
		return unicode.IsSpace(r) && !quoted
	})
	if quoted {
		return nil, errors.New("a quote is not closed")
	}
	for _, w := range words {
		w = strings.ReplaceAll(w, `"`, "")
		if w != "" && !slices.ContainsFunc(out, func(old string) bool { return strings.EqualFold(old, w) }) {
			out = append(out, w)
		}
	}
	return out, nil
}

// seen refuses a word with letters that cannot be seen: nothing in AWS is
// called so.
func seen(s string) error {
	if strings.IndexFunc(s, unicode.IsControl) >= 0 {
		return fmt.Errorf("%q has a control character", s)
	}
	return nil
}

// choice asks for one of some words; an empty answer is the first.
func (a *asker) choice(question string, words ...string) string {
	return a.line(fmt.Sprintf("%s (%s, empty for %s)", question, strings.Join(words, "/"), words[0]), func(s string) (string, error) {
		if s == "" {
			return words[0], nil
		}
		if i := slices.IndexFunc(words, func(w string) bool { return strings.EqualFold(w, s) }); i >= 0 {
			return words[i], nil
		}
		return "", fmt.Errorf("%q is not one of %s", s, strings.Join(words, ", "))
	})
}
