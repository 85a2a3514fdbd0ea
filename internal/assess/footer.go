package assess

import (
	"fmt"
	"slices"

	"github.com/rollcall-iam/rollcall/internal/iam"
	"github.com/rollcall-iam/rollcall/internal/match"
	"github.com/rollcall-iam/rollcall/internal/rule"
)

// Footer is what the accounts judged so far show together.
func (j *Judge) Footer() Footer {
	f := Footer{Expired: []string{}, StaleSafelist: []string{}, StaleExceptions: []string{}, Entries: j.entries()}
	for _, r := range j.off {
		f.Off = append(f.Off, Off{r.ID, r.Title, r.Severity.String(), r.Why, r.Told()})
	}
	for i := range f.Entries {
		switch e := &f.Entries[i]; {
		case e.State == Expired:
			f.Expired = append(f.Expired, e.over())
		case e.State == Unused && e.Kind == SafelistEntry:
			f.StaleSafelist = append(f.StaleSafelist, e.name())
		case e.State == Unused:
			f.StaleExceptions = append(f.StaleExceptions, e.name())
		}
	}
	return f
}

// entries are the safelist, where a rule asks for it, and the exceptions, as
// they stand after the accounts judged so far.
func (j *Judge) entries() []Entry {
	out := []Entry{}
	if j.asksSafelist() {
		j.safelist.Each(func(e rule.Entry, st rule.Standing, covers int) {
			out = append(out, Entry{Kind: SafelistEntry, Pattern: e.String(), State: j.stateOf(st, e.Pattern), Covers: covers, Owner: e.Owner, Reason: e.Reason, Ticket: e.Ticket, Expires: e.Expires.String()})
		})
	}
	for _, w := range j.waivers {
		state := j.stateOf(w.Standing, w.Pattern)
		if state == Unused && !j.judges(w) {
			state = Open
		}
		out = append(out, Entry{Kind: ExceptionEntry, Rule: w.Rule, Pattern: w.Pattern.String(), State: state, Covers: j.waived[w], Owner: w.Owner, Reason: w.Reason, Ticket: w.Ticket, Expires: w.Expires.String()})
	}
	return out
}

// stateOf is how an entry stands. One for an account that was not judged may be of use
// there.
func (j *Judge) stateOf(s rule.Standing, of match.Pattern) State {
	switch elsewhere := of.Within(); {
	case s.Unused() && elsewhere != "" && !slices.Contains(j.judged, elsewhere):
		return Open
	case s.Expired():
		return Expired
	case s.Unused():
		return Unused
	case s.Unclear():
		return Open
	}
	return InUse
}

// judges reports whether a rule that the exception is for is one of the run.
func (j *Judge) judges(w *rule.Waiver) bool {
	return slices.ContainsFunc(j.all(), func(c *compiled) bool { return slices.Contains(c.Waivers, w) })
}

func (j *Judge) asksSafelist() bool {
	return slices.ContainsFunc(j.rules, func(c *compiled) bool { return slices.Contains(c.Configure, rule.SafelistNeeded) })
}

// Lapsed lists, in words, the safelist's entries and the exceptions that are good at
// the time of judging and have expired by today.
func (j *Judge) Lapsed(at, today iam.Time) (out []string) {
	if j.asksSafelist() {
		for _, e := range j.safelist.Lapsed(at, today) {
			out = append(out, "safelist entry "+e)
		}
	}
	for _, w := range j.waivers {
		if w.Expires.Between(at, today) {
			out = append(out, fmt.Sprintf("exception %s until %s", w, w.Expires))
		}
	}
	return out
}
