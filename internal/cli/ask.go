package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
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

func anything(string) error { return nil }
