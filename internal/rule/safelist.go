package rule

import (
	"fmt"
	"time"

	"github.com/goccy/go-yaml/ast"

	"github.com/rollcall-iam/rollcall/internal/entity"
	"github.com/rollcall-iam/rollcall/internal/iam"
	"github.com/rollcall-iam/rollcall/internal/match"
)

// An Entry approves users: by one pattern, with who answers for it.
type Entry struct {
	match.Pattern `yaml:",inline"`
	Owner         string `yaml:"owner"`
	Reason        string `yaml:"reason"`
	Ticket        string `yaml:"ticket"`
	Expires       Date   `yaml:"expires"`
}

// UnmarshalYAML reads an entry, whose names may look like numbers.
func (e *Entry) UnmarshalYAML(n ast.Node) error {
	type plain Entry
	return DecodeNode(worded(n), (*plain)(e))
}

// A Date is a day; an entry is good to the end of it, UTC.
type Date struct{ time.Time }

// UnmarshalYAML reads YYYY-MM-DD.
func (d *Date) UnmarshalYAML(n ast.Node) error {
	text, err := scalar(n)
	if err != nil {
		return err
	}
	if d.Time, err = time.Parse(time.DateOnly, text); err != nil {
		return wrongScalar(n, "%q is not a date such as 2027-01-31", text)
	}
	return nil
}

// String is the day, "" for none.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return d.Format(time.DateOnly)
}

// Over reports whether the day is past; one without a day never is.
func (d Date) Over(now iam.Time) bool {
	return !d.IsZero() && !now.Std().Before(d.AddDate(0, 0, 1))
}

// Between reports whether the day ended between two times.
func (d Date) Between(at, later iam.Time) bool { return !d.Over(at) && d.Over(later) }

// A Safelist is the approved users. Nil means that none is configured.
type Safelist struct{ entries []*safelistEntry }

type safelistEntry struct {
	Entry
	matcher *match.Matcher
	Standing
	covers int // users counted by Cover
}

// An Approval is an entry with where it stands.
type Approval struct {
	Entry
	File string
	Line int // 0 where it cannot be told
}

// Approvals are the entries of all files, weakest first.
func (c *Config) Approvals() (out []Approval) {
	for _, l := range c.layers() {
		if l.Safelist == nil {
			continue
		}
		for i, e := range *l.Safelist {
			out = append(out, Approval{e, l.path, l.line(fmt.Sprintf("$.safelist[%d]", i))})
		}
	}
	return out
}

// NewSafelist checks the entries.
func NewSafelist(entries []Entry) (*Safelist, error) {
	s := &Safelist{}
	for i, e := range entries {
		m, err := e.Compile()
		if err != nil {
			return nil, &entryError{i, err}
		}
		s.entries = append(s.entries, &safelistEntry{Entry: e, matcher: m})
	}
	return s, nil
}

// An entryError is about one entry of a safelist.
type entryError struct {
	index int
	err   error
}

func (e *entryError) Error() string { return fmt.Sprintf("safelist entry %d: %v", e.index+1, e.err) }

// At is the safelist at a time, as entities ask for it.
func (s *Safelist) At(now iam.Time) func(*iam.User) entity.Approval {
	if s == nil {
		return nil
	}
	return func(u *iam.User) entity.Approval { return s.approve(u, now) }
}

func (s *Safelist) approve(u *iam.User, now iam.Time) entity.Approval {
	a := entity.Approval{Approved: iam.Is(false)}
	var last time.Time
	for _, e := range s.entries {
		switch hit := e.matcher.Match(u); {
		case hit.State != iam.Known:
			e.unsure = true
			if !e.Expires.Over(now) && a.Approved == iam.Is(false) {
				a.Approved = iam.Fact[bool]{}
			}
		case !hit.Value:
		case e.Expires.Over(now):
			e.matched, e.expired = true, true
			if e.Expires.Before(last) {
				continue
			}
			last = e.Expires.Time
			a.Expired = fmt.Sprintf("%s until %s", e.Pattern, e.Expires)
		default:
			e.matched = true
			a.Approved = iam.Is(true)
		}
	}
	return a
}

// Lapsed returns the entries that are good at a time and have expired by another.
func (s *Safelist) Lapsed(at, today iam.Time) []string {
	var out []string
	if s == nil {
		return nil
	}
	for _, e := range s.entries {
		if e.Expires.Between(at, today) {
			out = append(out, fmt.Sprintf("%s until %s", e.Pattern, e.Expires))
		}
	}
	return out
}

// Unsure notes an account whose users are not all known: an entry may match
// one of the others.
func (s *Safelist) Unsure() {
	if s != nil {
		for _, e := range s.entries {
			e.unsure = true
		}
	}
}

// Cover counts a user for the entries that match it.
func (s *Safelist) Cover(u *iam.User) {
	if s == nil {
		return
	}
	for _, e := range s.entries {
		if e.matcher.Match(u) == iam.Is(true) {
			e.covers++
		}
	}
}

// A Standing is what became of an entry of a safelist, or of an exception, in
// the accounts judged so far.
type Standing struct {
	matched bool // it was for somebody
	expired bool // and was over
	unsure  bool // it could not be told of somebody
}

// Expired reports whether it would spare somebody if it were not over.
func (s Standing) Expired() bool { return s.expired }

// Unused reports whether it was for nobody, and everybody could be told.
func (s Standing) Unused() bool { return !s.matched && !s.unsure }

// Unclear reports whether whom it is for could not be told.
func (s Standing) Unclear() bool { return !s.matched && s.unsure }

// Each gives every entry with how it stands and the users counted for it.
func (s *Safelist) Each(yield func(e Entry, st Standing, covers int)) {
	if s == nil {
		return
	}
	for _, e := range s.entries {
		yield(e.Entry, e.Standing, e.covers)
	}
}
