package report

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"math"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rollcall-iam/rollcall/internal/assess"
	"github.com/rollcall-iam/rollcall/internal/clean"
	"github.com/rollcall-iam/rollcall/internal/iam"
	"github.com/rollcall-iam/rollcall/internal/noun"
)

// A Writer writes one run: its accounts in turn, then Close.
type Writer interface {
	Account(a *assess.Account) error
	Close(f assess.Footer) error
}

// Options are what formats want to know of the run.
type Options struct {
	Version string
	Width   int    // columns of the terminal; 0 where there is none
	Color   bool   // of the text format
	Quiet   bool   // no advice after the result
	List    bool   // name each finding, as for a query
	Page    bool   // an HTML page is written beside it
	ByUser  bool   // a row of the table for each user, not for each rule
	Rules   string // the folder of more rules, for advice; "" for none
	// Region is where findings are to be imported that name a region; "" for the
	// partition's first.
	Region string
	// Readme is the page of a rule, "" where it has none; nil for no pages.
	Readme func(rule string) string
}

// TakesInventory reports a format that shows what accounts hold.
func TakesInventory(format string) bool { return format == "html" || format == "json" }

var formats = map[string]func(io.Writer, Options) Writer{
	"text": newText, "json": newJSON, "jsonl": newJSONL, "csv": newCSV, "markdown": newMarkdown, "html": newHTML,
	"sarif": newSARIF, "junit": newJUnit, "ocsf": newOCSF, "asff": newASFF,
}

var endings = map[string]string{".txt": "text", ".json": "json", ".jsonl": "jsonl", ".csv": "csv", ".md": "markdown", ".html": "html", ".htm": "html",
	".sarif": "sarif", ".xml": "junit", ".ocsf.json": "ocsf", ".asff.json": "asff"}

// Formats lists the names of the formats.
func Formats() []string {
	return []string{"text", "json", "jsonl", "csv", "markdown", "html", "sarif", "junit", "ocsf", "asff"}
}

// New begins a report.
func New(format string, w io.Writer, o Options) (Writer, error) {
	if err := Check(format); err != nil {
		return nil, err
	}
	return formats[format](w, o), nil
}

// Check reports whether the format exists.
func Check(format string) error {
	if _, ok := formats[format]; !ok {
		return fmt.Errorf("unknown format %q, expected %s", format, strings.Join(Formats(), ", "))
	}
	return nil
}

// FormatOf is the format that a file's ending asks for, "" for none.
// The longest ending counts.
func FormatOf(path string) string {
	name := strings.ToLower(filepath.Base(path))
	for _, ending := range slices.SortedFunc(maps.Keys(endings), func(a, b string) int { return len(b) - len(a) }) {
		if strings.HasSuffix(name, ending) {
			return endings[ending]
		}
	}
	return ""
}

// accountTitle is how a line about an account begins.
func accountTitle(a *assess.Account) string {
	if a.ID == "" {
		return "U" + strings.TrimPrefix(accountName(a), "u")
	}
	return "Account " + accountName(a)
}

// accountName is how an account is called.
func accountName(a *assess.Account) string {
	name := clean.Text(a.ID)
	if name == "" {
		name = "unknown account"
	}
	if a.Alias != "" {
		name += " (" + clean.Text(a.Alias) + ")"
	}
	return name
}

// userCount is how many users an account has, as far as that is known.
func userCount(a *assess.Account) string {
	switch {
	case !a.MoreUsers:
		return noun.Count(a.Users, "user")
	case a.Users == 0:
		return "users unknown"
	}
	return "at least " + noun.Count(a.Users, "user")
}

// userNumber is userCount where "users" stands beside it.
func userNumber(a *assess.Account) string {
	switch {
	case !a.MoreUsers:
		return strconv.Itoa(a.Users)
	case a.Users == 0:
		return "unknown"
	}
	return strconv.Itoa(a.Users) + "+"
}

// reasons are the block's findings by message.
func (b *block) reasons() map[string][]*assess.Finding {
	out := map[string][]*assess.Finding{}
	for _, f := range b.Findings {
		out[f.Message] = append(out[f.Message], f)
	}
	return out
}

func severityRank(s string) int { return slices.Index(assess.Severities, s) }

// A block is the findings of one rule and severity, as a person reads them:
// what is wrong, and who is concerned.
type block struct {
	Rule     *assess.Rule
	Severity string
	Status   assess.Status
	Findings []*assess.Finding
}

// blocks groups findings of some statuses, worst first, then most first.
func blocks(a *assess.Account, statuses ...assess.Status) []*block {
	return blocksOf(a, a.Findings, statuses...)
}

// allBlocks are blocks with the failures of rules that only controls ask for.
func allBlocks(a *assess.Account, statuses ...assess.Status) []*block {
	return blocksOf(a, found(a), statuses...)
}

// found are an account's findings with the failures of rules that only controls
// ask for.
func found(a *assess.Account) []*assess.Finding {
	return slices.Concat(a.Findings, a.Own())
}

// rulesOf are an account's rules, and those that only controls ask for, each
// once.
func rulesOf(a *assess.Account) (out []*assess.Rule) {
	known := map[string]bool{}
	for _, list := range [][]assess.Rule{a.Rules, a.Variants} {
		for i := range list {
			if r := &list[i]; !known[r.ID] {
				known[r.ID] = true
				out = append(out, r)
			}
		}
	}
	return out
}

// ruleByID finds one of them.
func ruleByID(a *assess.Account) map[string]*assess.Rule {
	out := map[string]*assess.Rule{}
	for _, r := range rulesOf(a) {
		out[r.ID] = r
	}
	return out
}

func blocksOf(a *assess.Account, findings []*assess.Finding, statuses ...assess.Status) []*block {
	rules, byKey := ruleByID(a), map[string]*block{}
	var out []*block
	for _, f := range findings {
		if !slices.Contains(statuses, f.Status) {
			continue
		}
		key := f.Rule + "\n" + f.Severity + "\n" + string(f.Status)
		b := byKey[key]
		if b == nil {
			b = &block{Rule: rules[f.Rule], Severity: f.Severity, Status: f.Status}
			byKey[key] = b
			out = append(out, b)
		}
		b.Findings = append(b.Findings, f)
	}
	slices.SortStableFunc(out, func(x, y *block) int {
		if d := severityRank(x.Severity) - severityRank(y.Severity); d != 0 {
			return d
		}
		return len(y.Findings) - len(x.Findings)
	})
	return out
}

// unread are the sources that could not be read though somebody tried, and
// those that no file held. That no call to make the credential report was seen is no
// gap where the report itself was given.
func unread(a *assess.Account) (tried, absent []assess.Source) {
	reported := slices.ContainsFunc(a.Sources, func(s assess.Source) bool { return s.Name == string(iam.CredentialReport) && s.State == "read" })
	for _, s := range a.Sources {
		switch {
		case s.State == "denied" || s.State == "failed":
			tried = append(tried, s)
		case s.State == "not given" && !(reported && s.Name == string(iam.ReportGeneration)):
			absent = append(absent, s)
		}
	}
	return tried, absent
}

// kept are the rules that everybody keeps.
func kept(a *assess.Account) (out []string) {
	for _, r := range a.Rules {
		if r.Pass > 0 && r.Fail+r.Unknown+r.Excepted == 0 {
			out = append(out, r.ID)
		}
	}
	return out
}

// A reason is why verdicts of several rules on the same users are unknown.
type reason struct {
	Why   string
	Who   []*assess.Finding // one for each user
	Rules []string
}

// byReason puts together what is unknown of the same users for the same reason.
func byReason(list []*block) []*reason {
	byKey := map[string]*reason{}
	var out []*reason
	for _, b := range list {
		for why, who := range b.reasons() {
			key := why
			for _, f := range who {
				key += "\n" + f.Resource.ARN
			}
			if byKey[key] == nil {
				byKey[key] = &reason{Why: why, Who: who}
				out = append(out, byKey[key])
			}
			byKey[key].Rules = append(byKey[key].Rules, b.Rule.ID)
		}
	}
	slices.SortStableFunc(out, func(x, y *reason) int {
		return cmp.Or(strings.Compare(x.Who[0].Resource.Name, y.Who[0].Resource.Name), strings.Compare(x.Why, y.Why))
	})
	return out
}

// ages says of when the facts are, and how old that was at the time of judging.
func ages(a *assess.Account) []string {
	var out []string
	for _, s := range a.Sources {
		if what := dated[s.Name]; what != "" && s.At != "" {
			out = append(out, what+" of "+s.At+age(s.At, a.AssessedAt)+remark(s))
		}
	}
	return out
}

func remark(s assess.Source) string {
	if s.Detail == "" {
		return ""
	}
	return " (" + clean.Text(s.Detail) + ")"
}

// dated are the sources whose age matters most to a reader.
var dated = map[string]string{
	string(iam.Details):          "authorization details",
	string(iam.CredentialReport): "credential report",
}

func age(at, now string) string {
	t, err1 := time.Parse(time.RFC3339, at)
	n, err2 := time.Parse(time.RFC3339, now)
	switch old := n.Sub(t); {
	case err1 != nil || err2 != nil || old < time.Minute:
		return ""
	case old < 2*time.Hour:
		return ", " + noun.Count(int(old.Minutes()), "minute") + " old"
	case old < 48*time.Hour:
		return ", " + noun.Count(int(old.Hours()), "hour") + " old"
	default:
		return ", " + noun.Count(int(old.Hours()/24), "day") + " old"
	}
}

// daysBetween counts the days from a time to a later day.
func daysBetween(at, day string) int {
	t, err1 := time.Parse(time.RFC3339, at)
	d, err2 := time.Parse(time.DateOnly, day)
	if err1 != nil || err2 != nil {
		return math.MaxInt
	}
	return int(d.Sub(t).Hours() / 24)
}

// why says what a rule lacks.
func why(m assess.Missing) string {
	var out []string
	for _, g := range m.Missing {
		s := g.Source + " " + g.State
		if g.Detail != "" {
			s += " (" + g.Detail + ")"
		}
		if g.Permission != "" {
			s += ", needs " + g.Permission
		}
		out = append(out, clean.Text(s))
	}
	return strings.Join(out, "; ")
}

// soon is how many days before their end exceptions and approvals are shown as
// ending soon.
const soon = 30

// endsSoon are those in use that end within as many days of a time, the first to
// end first.
func endsSoon(f assess.Footer, at string) (out []string) {
	entries := slices.Clone(f.Entries)
	slices.SortStableFunc(entries, func(x, y assess.Entry) int { return strings.Compare(x.Expires, y.Expires) })
	for _, e := range entries {
		if e.State != assess.InUse || e.Expires == "" || daysBetween(at, e.Expires) > soon {
			continue
		}
		what := e.String() + ", which approves " + noun.Count(e.Covers, "user")
		if e.Kind == assess.ExceptionEntry {
			what = e.String() + ", which waives " + noun.Count(e.Covers, "finding")
		}
		if e.Owner != "" {
			what += ", of " + e.Owner
		}
		out = append(out, "until "+e.Expires+": "+clean.Text(what))
	}
	return out
}

// fails are the numbers of an account's findings by severity.
func fails(a *assess.Account) map[string]int {
	totals := map[string]int{}
	for _, f := range a.Findings {
		if f.Status == assess.Fail {
			totals[f.Severity]++
		}
	}
	for _, f := range a.Own() {
		totals[f.Severity]++
	}
	return totals
}

// bySeverity are such numbers in words.
func bySeverity(totals map[string]int) string {
	total := 0
	var parts []string
	for _, s := range assess.Severities {
		if n := totals[s]; n > 0 {
			total += n
			parts = append(parts, fmt.Sprintf("%d %s", n, s))
		}
	}
	out := noun.Count(total, "finding")
	if total > 0 {
		out += ": " + strings.Join(parts, ", ")
	}
	return out
}

// An Unfit error is about what a format cannot show.
type Unfit string

func (e Unfit) Error() string { return string(e) }

// CheckMatches is an error for formats of failures and passes, of which the matches of
// a query that lists are neither.
func CheckMatches(format string) error {
	switch format {
	case "sarif", "junit", "ocsf", "asff":
		return Unfit(format + " has no word for the matches of a query, which neither pass nor fail: take csv, json, jsonl, markdown, html or text")
	}
	return nil
}

// noMatches is CheckMatches for an account that has some.
func noMatches(a *assess.Account, format string) error {
	if slices.ContainsFunc(a.Findings, func(f *assess.Finding) bool { return f.Status == assess.Match }) {
		return CheckMatches(format)
	}
	return nil
}

// headline is the risk for a failure, and the rule's title otherwise.
func headline(r *assess.Rule, f *assess.Finding) string {
	switch f.Status {
	case assess.Fail, assess.Excepted, assess.Match:
		return clean.Text(cmp.Or(r.Risk, r.Title))
	case assess.Unknown:
		return "Unknown: " + clean.Text(r.Title)
	}
	return clean.Text(r.Title)
}
