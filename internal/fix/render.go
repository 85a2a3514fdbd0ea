package fix

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/rollcall-iam/rollcall/internal/clean"
	"github.com/rollcall-iam/rollcall/internal/noun"
)

// Formats are the ways to show a plan, by name.
var Formats = map[string]func(io.Writer, *Plan) error{"text": Text, "shell": Shell, "console": Console}

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
	{Off, "Shut off"},
	{Gone, "Delete"},
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
	t.printf(": %s\n", noun.Count(len(p.Steps), "step"))
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
			parts = append(parts, noun.Count(r.n, "step")+" "+r.what)
		}
	}
	t.printf("%s.\n", strings.Join(parts, "; "))
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
			t.printf("\n%s\n", title(p, stage.Stage, stage.what))
			first = false
		}
		t.printf("%5d  %s", s.Number, clean.Marked(s.Call.String()))
		if s.Note != "" {
			t.printf(" (%s)", clean.Marked(s.Note))
		}
		if s.Reversal != Exact {
			t.printf(" [%s]", s.Reversal)
		}
		t.printf("\n")
	}
}

// title is what a stage is called in a plan.
func title(p *Plan, stage Stage, what string) string {
	if stage == Take && joins(p) {
		what = "Once AWS has taken that in, " + what
	}
	return strings.ToUpper(what[:1]) + what[1:]
}

// folded puts together what is left for the same reason.
func folded(list []Remaining) (out []Remaining) {
	names := map[Remaining][]string{}
	for _, r := range list {
		key := Remaining{Rule: r.Rule, Why: r.Why}
		if names[key] == nil {
			out = append(out, key)
		}
		names[key] = append(names[key], r.Resource)
	}
	for i := range out {
		out[i].Resource = some(names[out[i]])
	}
	return out
}

func groupsOfGranted(list []Granted) (out []string) {
	for _, g := range list {
		if !slices.Contains(out, g.Group) {
			out = append(out, g.Group)
		}
	}
	return out
}

// few is how many names are shown one by one.
const few = 5

// some are names in words: a few of them, and how many there are besides.
func some(names []string) string {
	if len(names) <= few+1 {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:few], ", "), len(names)-few)
}

func joins(p *Plan) bool {
	return slices.ContainsFunc(p.Steps, func(s Step) bool { return s.Stage == Join })
}

// nobody says whom the proof is about.
func nobody(p *Plan) string {
	if len(p.Granted)+len(p.ShutOut) > 0 {
		return "Otherwise nobody loses or gains a permission"
	}
	return "Nobody loses or gains a permission"
}

func (t *textWriter) tail(p *Plan) {
	if p.Proof != nil && len(p.Proof.Users) > 0 {
		t.printf("\n%s: what applies to %s is the same before, at every step and after (%s).\n", nobody(p),
			noun.Count(len(p.Proof.Users), "user"), noun.Count(len(p.Proof.Documents), "document"))
		for _, u := range p.Proof.Users {
			if len(u.Gone) > 0 {
				t.printf("  %s: all that %s says is said by others that stay\n", clean.Marked(u.User), clean.Marked(strings.Join(p.Proof.named(u.Gone), ", ")))
			}
		}
	}
	for _, group := range groupsOfGranted(p.Granted) {
		var users []string
		for _, g := range p.Granted {
			if g.Group == group {
				users = append(users, g.User)
			}
		}
		t.printf("\nMeant to get what group %s grants: %s.\n", clean.Marked(group), clean.Marked(some(users)))
	}
	if len(p.ShutOut) > 0 {
		t.printf("\nMeant to lose all they may do, sessions that are open now included: %s.\n", clean.Marked(some(p.ShutOut)))
	}
	if len(p.Remaining) > 0 {
		t.printf("\nLeft as it is\n")
	}
	for _, r := range folded(p.Remaining) {
		t.printf("  %s, %s: %s\n", r.Rule, clean.Marked(r.Resource), clean.Marked(r.Why))
	}
	for i, note := range p.Notes {
		if i == 0 {
			t.printf("\nNotes\n")
		}
		t.printf("  %s\n", clean.Marked(note))
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
