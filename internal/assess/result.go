package assess

import (
	"github.com/rollcall-iam/rollcall/internal/gsl"
	"github.com/rollcall-iam/rollcall/internal/rule"
)

// Schema names the JSON form of an assessment.
const Schema = "rollcall.assessment/v1"

// A Status is what a finding says of its resource.
type Status string

// The statuses. Pass and NotApplicable are written out on demand only; Match
// is for a query that lists.
const (
	Fail          Status = "fail"
	Excepted      Status = "excepted"
	Unknown       Status = "unknown"
	Pass          Status = "pass"
	NotApplicable Status = "not-applicable"
	Match         Status = "match"
)

// Statuses are all of them.
var Statuses = []Status{Fail, Excepted, Unknown, Pass, NotApplicable, Match}

// An Account is the assessment of one account.
type Account struct {
	ID          string     `json:"id"`
	Alias       string     `json:"alias"`
	AssessedAt  string     `json:"assessedAt"`            // the clock, ISO 8601
	Clock       string     `json:"clock"`                 // what that time is
	CollectedAt string     `json:"collectedAt,omitempty"` // when it was read from AWS
	Users       int        `json:"users"`                 // root left out
	MoreUsers   bool       `json:"moreUsers,omitzero"`    // there may be users whom no source showed
	Sources     []Source   `json:"sources"`
	Rules       []Rule     `json:"rules"`
	Findings    []*Finding `json:"findings"`
	Unknown     []Missing  `json:"unknown"`
	Warnings    []string   `json:"warnings"`
	// Variants are rules judged by settings that only controls ask for.
	Variants []Rule `json:"variants,omitzero"`
	// Frameworks are those that were asked for.
	Frameworks []Framework `json:"frameworks,omitzero"`
	// Baseline is what it was compared with, if it was.
	Baseline *Baseline `json:"baseline,omitzero"`
	// Redacted is what placeholders stand for in it: names, arns, keys.
	Redacted []string `json:"redacted,omitzero"`
	// Inventory is there where it was asked for.
	Inventory *Inventory `json:"inventory,omitzero"`
}

// A Source is where facts came from, or why they did not.
type Source struct {
	Name   string `json:"name"`
	State  string `json:"state"`
	At     string `json:"at,omitempty"`
	Detail string `json:"detail,omitempty"`
}

// A Rule counts a rule's verdicts.
type Rule struct {
	ID       string   `json:"id"`
	Aliases  []string `json:"aliases"`
	Title    string   `json:"title"`            // what holds where all is well
	Risk     string   `json:"risk"`             // what is so where it does not
	Action   string   `json:"action,omitempty"` // what to do about it; {who} are those concerned
	Category string   `json:"category,omitempty"`
	Entity   string   `json:"entity,omitempty"` // what it judges one by one, by GSL's name
	Severity string   `json:"severity"`
	// Settings are those that the rule was judged by.
	Settings map[string]string `json:"settings,omitzero"`
	// Worded are the settings that are words of whoever configured them.
	Worded        []string `json:"worded,omitzero"`
	Pass          int      `json:"pass"`
	Fail          int      `json:"fail"`
	Excepted      int      `json:"excepted"`
	NotApplicable int      `json:"notApplicable"`
	Unknown       int      `json:"unknown"`
	Match         int      `json:"match,omitempty"` // of a query that lists
	Note          string   `json:"note,omitempty"`  // how to configure a rule that applies to nobody
}

// A Finding is a verdict that somebody should read.
type Finding struct {
	Rule        string     `json:"rule"`
	Severity    string     `json:"severity"`
	Status      Status     `json:"status"`
	Resource    Resource   `json:"resource"`
	Parts       []Part     `json:"parts"`
	Message     string     `json:"message"`
	Evidence    []Evidence `json:"evidence"`
	Fingerprint string     `json:"fingerprint"`
	Change      Change     `json:"change,omitzero"`    // since the baseline: new, changed or still
	Was         string     `json:"was,omitzero"`       // the severity in the baseline, where that was another
	Before      string     `json:"before,omitzero"`    // the message in the baseline, where that was another
	Exception   *Exception `json:"exception,omitzero"` // of status excepted
	Controls    []string   `json:"controls,omitzero"`  // that rest on it, of the frameworks asked for
}

// An Exception is who waived a rule, and until when.
type Exception struct {
	Owner   string `json:"owner,omitzero"`
	Reason  string `json:"reason,omitzero"`
	Ticket  string `json:"ticket,omitzero"`
	Expires string `json:"expires,omitzero"` // the last day; empty for no end

	by *rule.Waiver // while its account is judged
}

// String is the exception in words.
func (e *Exception) String() string {
	s := "excepted"
	if e == nil {
		return s
	}
	if e.Expires != "" {
		s += " until " + e.Expires
	}
	for _, part := range []struct{ prefix, value string }{{" by ", e.Owner}, {": ", e.Reason}, {" ", e.Ticket}} {
		if part.value != "" {
			s += part.prefix + part.value
		}
	}
	return s
}

// A Resource is the entity a finding is about.
type Resource struct {
	Type string `json:"type"`
	Name string `json:"name"`
	ARN  string `json:"arn,omitempty"`
	Note string `json:"note,omitempty"` // where alone it was found
}

// A Part is the policy, key or device of a resource that is concerned.
type Part struct {
	Type string `json:"type"`
	Slot int    `json:"slot,omitempty"`
	ID   string `json:"id,omitempty"`
	Text string `json:"text"`
}

// Evidence is a field that decided, and its value.
type Evidence struct {
	Field      string `json:"field"`
	Value      string `json:"value"`
	Elements   int    `json:"elements,omitzero"` // of a list
	Expression string `json:"expression"`        // the condition in the rule that it decided
	Result     string `json:"result"`            // what that came to: true, false or unknown
}

// Reasons are the finding's evidence in sentences.
func (f *Finding) Reasons() []string {
	list := make([]gsl.Evidence, len(f.Evidence))
	for i, e := range f.Evidence {
		list[i] = gsl.Evidence(e)
	}
	return gsl.Reasons(list)
}

// Missing is a rule that could not be decided for want of a source.
type Missing struct {
	Rule    string `json:"rule"`
	Count   int    `json:"count"`
	Missing []Gap  `json:"missing"`
}

// A Gap is a source that was not read.
type Gap struct {
	Source     string `json:"source"`
	State      string `json:"state"`
	Permission string `json:"permission,omitempty"`
	Detail     string `json:"detail,omitempty"`
}

// An Off is a rule that was not judged.
type Off struct {
	Rule     string            `json:"rule"`
	Title    string            `json:"title"`
	Severity string            `json:"severity"`
	Why      string            `json:"why"`
	Settings map[string]string `json:"settings,omitzero"` // by which it would judge
}

// A State is how an entry of a safelist, or an exception, stands.
type State string

// The states.
const (
	InUse   State = "in use"
	Expired State = "expired" // it would spare somebody and is over
	Unused  State = "unused"  // it spares nobody in any account
	Open    State = "unclear" // whom it spares could not be told of all, or its rule was not judged
)

// The kinds of entries.
const (
	SafelistEntry  = "safelist"
	ExceptionEntry = "exception"
)

// An Entry is one of a safelist, or an exception.
type Entry struct {
	Kind    string `json:"kind"` // safelist or exception
	Rule    string `json:"rule,omitzero"`
	Pattern string `json:"pattern"`
	State   State  `json:"state"`
	Covers  int    `json:"covers"` // users approved, or findings waived
	Owner   string `json:"owner,omitzero"`
	Reason  string `json:"reason,omitzero"`
	Ticket  string `json:"ticket,omitzero"`
	Expires string `json:"expires,omitzero"`
}

// name is the entry as people know it.
func (e *Entry) name() string {
	if e.Kind == ExceptionEntry {
		return e.Rule + " for " + e.Pattern
	}
	return e.Pattern
}

// over says when the entry ended.
func (e *Entry) over() string { return e.String() + ", until " + e.Expires }

// String is the entry with what it is.
func (e *Entry) String() string {
	if e.Kind == ExceptionEntry {
		return "exception " + e.name()
	}
	return "safelist entry " + e.name()
}

// A Footer is what only all accounts together show.
type Footer struct {
	// Expired are safelist entries and exceptions that are over and would
	// otherwise spare somebody.
	Expired []string `json:"expired"`
	// StaleSafelist are entries that match no user in any account.
	StaleSafelist []string `json:"staleSafelist"`
	// Off are the rules that were not judged, with why.
	Off []Off `json:"off,omitzero"`
	// Entries are the safelist, where a rule asks for it, and the exceptions.
	Entries []Entry `json:"entries"`
	// StaleExceptions are exceptions that waive nothing in any account.
	StaleExceptions []string `json:"staleExceptions"`
	// NotScanned are the accounts of the baseline that were not judged: what became of
	// their findings is not known.
	NotScanned []string `json:"notScanned,omitzero"`
}
