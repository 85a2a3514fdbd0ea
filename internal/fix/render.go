package fix

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// Formats are the ways to show a plan, by name.
var Formats = map[string]func(io.Writer, *Plan) error{"text": Text, "shell": Shell}

// Text writes a plan for people: what is done in which order, what proves that
// it is safe, and what it leaves.
func Text(w io.Writer, p *Plan) error {
	t := &textWriter{w: w}
	t.head(p)
	for _, stage := range stages {
		t.stage(p, stage)
	}
	t.tail(p)
	return t.err
}

// stages with what they are for.
var stages = []struct {
	Stage
	what string
}{
	{Make, "Set up what is to be there"},
	{Join, "Give it to the users"},
	{Take, "take away what users have twice"},
	{Off, "Shut off what nobody uses"},
	{Gone, "Delete what is off or empty"},
}

type textWriter struct {
	w   io.Writer
	err error
}

func (t *textWriter) printf(format string, args ...any) {
	if t.err == nil {
		_, t.err = fmt.Fprintf(t.w, format, args...)
	}
}

func (t *textWriter) head(p *Plan) {
	t.printf("Plan for account %s", p.Account.ID)
	if p.ReadAt != "" {
		t.printf(", as it was at %s", p.ReadAt)
	}
	if len(p.Steps) == 0 {
		t.printf(": nothing to do\n")
		return
	}
	t.printf(": %s\n", count(len(p.Steps), "step"))
	if p.Reversible() {
		t.printf("All of it can be undone, exactly.\n")
		return
	}
	n := map[Reversal]int{}
	for _, s := range p.Steps {
		n[s.Reversal]++
	}
	var parts []string
	for _, r := range []struct {
		n    int
		what string
	}{{n[Exact], "can be undone exactly"}, {n[NewIdentity], "can be undone, but for another id"}, {n[Irreversible], "cannot be undone"}} {
		if r.n > 0 {
			parts = append(parts, count(r.n, "step")+" "+r.what)
		}
	}
	t.printf("%s.\n", strings.Join(parts, "; "))
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func (t *textWriter) stage(p *Plan, stage struct {
	Stage
	what string
}) {
	first := true
	for _, s := range p.Steps {
		if s.Stage != stage.Stage {
			continue
		}
		if first {
			what := stage.what
			if stage.Stage == Take && joins(p) {
				what = "Once AWS has taken that in, " + what
			}
			t.printf("\n%s\n", strings.ToUpper(what[:1])+what[1:])
			first = false
		}
		t.printf("%5d  %s", s.Number, visible(s.Call.String()))
		if s.Note != "" {
			t.printf(" (%s)", visible(s.Note))
		}
		if s.Reversal != Exact {
			t.printf(" [%s]", s.Reversal)
		}
		t.printf("\n")
	}
}

func joins(p *Plan) bool {
	return slices.ContainsFunc(p.Steps, func(s Step) bool { return s.Stage == Join })
}

func (t *textWriter) tail(p *Plan) {
	if p.Proof != nil && len(p.Proof.Users) > 0 {
		t.printf("\nNobody loses or gains a permission: what applies to %s is the same before, at every step and after (%s).\n",
			count(len(p.Proof.Users), "user"), count(len(p.Proof.Documents), "document"))
		for _, u := range p.Proof.Users {
			if len(u.Gone) > 0 {
				t.printf("  %s: all that %s says is said by others that stay\n", visible(u.User), visible(strings.Join(p.Proof.named(u.Gone), ", ")))
			}
		}
	}
	if len(p.Remaining) > 0 {
		t.printf("\nLeft as it is\n")
	}
	for _, r := range p.Remaining {
		t.printf("  %s, %s: %s\n", r.Rule, visible(r.Resource), visible(r.Why))
	}
	var guessed []string
	for _, q := range p.Quotas {
		if q.Default {
			guessed = append(guessed, fmt.Sprintf("%s %d", q.Name, q.Value))
		}
	}
	if len(guessed) > 0 {
		t.printf("\nThe source does not tell the account's quotas, so AWS's defaults were kept: %s.\n", strings.Join(guessed, ", "))
	}
}
