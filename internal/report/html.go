package report

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rollcall-iam/rollcall/internal/assess"
	"github.com/rollcall-iam/rollcall/internal/clean"
	"github.com/rollcall-iam/rollcall/internal/noun"
	"github.com/rollcall-iam/rollcall/internal/report/page"
)

// htmlWriter writes one page that loads nothing. Each account is packed as it
// comes; what stands on the page as text is summed up meanwhile.
type htmlWriter struct {
	w       io.Writer
	o       Options
	page    page.Page
	summary page.Summary
	shared  shared
	tallies map[string]*tallied // by rule and severity
	actions map[string]*action
	users   int
	hit     int                 // users with findings
	notes   map[string][]string // accounts by what is to be known of them
	at      string              // the latest time of judging
	first   string              // the earliest
}

// A tallied is a broken rule in all accounts.
type tallied struct {
	page.Risk
	rank int
}

// An action is what several rules ask for in the same words.
type action struct {
	page.Action
	text string
	who  int    // how many are concerned
	name string // of the first
	kind string // their type, "resource" for several
}

func newHTML(w io.Writer, o Options) Writer {
	return &htmlWriter{w: w, o: o, summary: page.Summary{Version: o.Version}, tallies: map[string]*tallied{}, actions: map[string]*action{}, notes: map[string][]string{},
		shared: newShared(o)}
}

func (h *htmlWriter) Account(a *assess.Account) error {
	h.summary.Scored = h.summary.Scored || len(a.Frameworks) > 0
	h.changed(a)
	h.users += a.Users
	h.at, h.first = max(h.at, a.AssessedAt), min(cmp.Or(h.first, a.AssessedAt), a.AssessedAt)
	broken := allBlocks(a, assess.Fail, assess.Match)
	h.summary.Accounts = append(h.summary.Accounts, h.count(a, broken))
	h.act(broken)
	h.except(a)
	h.note(a)
	h.shared.rules(a)
	return h.page.Add(pack(a))
}

// note keeps what is to be known of an account, with those of which it is so.
func (h *htmlWriter) note(a *assess.Account) {
	for _, line := range slices.Concat(starred(a), a.Warnings, unconfigured(a)) {
		line = clean.Text(strings.TrimSpace(line))
		if h.notes[line] == nil {
			h.summary.Notes = append(h.summary.Notes, line)
		}
		h.notes[line] = append(h.notes[line], accountName(a))
	}
}

// changed says what became of an account's findings since the baseline.
func (h *htmlWriter) changed(a *assess.Account) {
	if a.Baseline == nil {
		if slices.ContainsFunc(found(a), func(f *assess.Finding) bool { return f.Change == assess.New }) {
			h.summary.Changes = append(h.summary.Changes, page.Change{More: accountName(a) + ": not in the baseline, so all its findings are new"})
		}
		return
	}
	counts := a.Count()
	own := "" // in the filter, for what is the account's
	if a.ID != "" {
		own = " account:" + a.ID
	}
	h.summary.Changes = append(h.summary.Changes, page.Change{More: accountName(a) + ", since " + clean.Text(a.Baseline.AssessedAt) + ": " + Changes(counts)})
	more := map[assess.Change]string{assess.Fixed: strings.TrimPrefix(fixed(a), "fixed: "), assess.Unclear: strings.TrimPrefix(unclear(a), "unclear, ")}
	for _, c := range assess.Changes {
		if counts[c] > 0 && c != assess.Still {
			h.summary.Changes = append(h.summary.Changes, page.Change{Of: clean.Text(a.ID), Text: fmt.Sprintf("%s: %s", c, noun.Count(counts[c], "finding")), Query: "change:" + string(c) + own, More: more[c]})
		}
	}
}

// namedPerRule is how many of those who break a rule stand on the page as text.
const namedPerRule = 20

// count adds an account's findings to the risks, and those who have any to the account.
func (h *htmlWriter) count(a *assess.Account, broken []*block) page.Account {
	out, hit := pageAccount(a), map[string]bool{}
	for _, b := range broken {
		h.summary.Matches = h.summary.Matches || b.Status == assess.Match
		t := h.tallies[b.Rule.ID+" "+b.Severity]
		if t == nil {
			t = &tallied{page.Risk{Rule: b.Rule.ID, Text: b.Rule.Risk, Severity: b.Severity}, severityRank(b.Severity)}
			h.tallies[b.Rule.ID+" "+b.Severity] = t
		}
		for _, f := range b.Findings {
			if f.Resource.Type == "user" && f.Status == assess.Fail {
				hit[f.Resource.ARN+f.Resource.Name] = true
			}
			if t.Count++; len(t.Who) < namedPerRule {
				t.Who = append(t.Who, page.Who{Name: noted(f), Account: accountName(a), Why: clean.Text(f.Message)})
			} else {
				t.More++
			}
		}
	}
	out.Hit = len(hit)
	h.hit += len(hit)
	return out
}

// noted is a finding's resource by name, with where alone it was found.
func noted(f *assess.Finding) string {
	if f.Resource.Note == "" {
		return clean.Text(f.Resource.Name)
	}
	return clean.Text(f.Resource.Name) + " (" + f.Resource.Note + ")"
}

// act adds what to do about an account's findings.
func (h *htmlWriter) act(broken []*block) {
	type concerned struct{ action, arn, name string }
	seen := map[concerned]bool{}
	for _, b := range broken {
		if b.Rule.Action == "" || b.Status != assess.Fail {
			continue
		}
		x := h.actions[b.Rule.Action]
		if x == nil {
			x = &action{text: b.Rule.Action, name: b.Findings[0].Resource.Name, kind: b.Findings[0].Resource.Type}
			h.actions[b.Rule.Action] = x
		}
		if !slices.Contains(x.Rules, b.Rule.ID) {
			x.Rules = append(x.Rules, b.Rule.ID)
		}
		x.Clears += len(b.Findings)
		for _, f := range b.Findings {
			if key := (concerned{x.text, f.Resource.ARN, f.Resource.Name}); !seen[key] {
				seen[key] = true
				if x.who++; f.Resource.Type != x.kind {
					x.kind = "resource"
				}
			}
		}
	}
}

// words is the action with those concerned: by name where it is one.
func (x *action) words() string {
	who := clean.Text(x.name)
	if x.who > 1 {
		who = noun.Count(x.who, strings.ReplaceAll(x.kind, "-", " "))
	}
	text := strings.ReplaceAll(x.text, "{who}", cmp.Or(who, "somebody without a name"))
	first, n := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + text[n:]
}

func (h *htmlWriter) except(a *assess.Account) {
	for _, b := range blocks(a, assess.Excepted) {
		for _, f := range b.Findings {
			h.summary.Waived++
			line := clean.Text(f.Resource.Name) + ", " + b.Rule.ID + ": " + clean.Text(f.Message)
			if len(h.summary.Excepted) < namedPerRule {
				h.summary.Excepted = append(h.summary.Excepted, line)
			}
		}
	}
}

func (h *htmlWriter) Close(f assess.Footer) error {
	h.shared.footer(f)
	h.finish(f)
	accounts := h.page
	h.page = page.Page{}
	if err := h.page.Add(&h.shared); err != nil {
		return err
	}
	h.page.Append(&accounts)
	return h.page.Write(h.w, &h.summary)
}

// finish sums up.
func (h *htmlWriter) finish(f assess.Footer) {
	s := &h.summary
	s.Title, s.Made, s.Settings = h.title(), h.made(), h.shared.settings()
	s.Risks = h.risks()
	for _, r := range s.Risks {
		s.Findings += r.Count
	}
	for _, a := range s.Accounts {
		s.Open += a.Open
	}
	if !s.Matches {
		s.Totals = totals(s.Risks)
		s.Hit, s.Affected = h.hit, h.affected()
		s.Actions = h.best()
	}
	if len(s.Accounts) > 1 {
		if !s.Matches {
			s.Ranked, s.Severities = slices.Clone(s.Accounts), severitiesOf(s.Accounts, ofPage)
			worstFirst(s.Ranked, ofPage)
		}
		s.Lacks, s.Lack = lacks(s.Accounts), lackInWords(s.Accounts)
		for i, line := range s.Notes {
			s.Notes[i] = several(h.notes[line]) + ": " + line
		}
	}
	if len(f.NotScanned) > 0 {
		s.Changes = append(s.Changes, page.Change{More: notScanned(f)})
	}
	s.Expiring = endsSoon(f, h.at)
	for _, e := range f.Expired {
		s.Notes = append(s.Notes, "Expired, so it spares nobody any more: "+clean.Text(e))
	}
}

// affected is of how many users some are concerned; "" where none is known.
func (h *htmlWriter) affected() string {
	of := fmt.Sprint(h.users)
	if slices.ContainsFunc(h.summary.Accounts, func(a page.Account) bool { return a.MoreUsers }) {
		of += " or more"
	}
	if h.users == 0 && of != "0" {
		return ""
	}
	return of
}

func (h *htmlWriter) title() string {
	switch n := len(h.summary.Accounts); n {
	case 0:
		return "Rollcall"
	case 1:
		return h.summary.Accounts[0].Title
	default:
		return noun.Count(n, "account")
	}
}

// risks are the broken rules, the worst first. Of one account alone nobody's account
// needs saying.
func (h *htmlWriter) risks() (out []page.Risk) {
	all := slices.SortedFunc(maps.Values(h.tallies), func(x, y *tallied) int {
		return cmp.Or(x.rank-y.rank, y.Count-x.Count, strings.Compare(x.Rule, y.Rule))
	})
	for _, t := range all {
		if len(h.summary.Accounts) == 1 {
			for i := range t.Who {
				t.Who[i].Account = ""
			}
		}
		out = append(out, t.Risk)
	}
	twice(out)
	return out
}

// made is by what the page was made, and when it was judged where no account says
// that for all.
func (h *htmlWriter) made() string {
	out := fmt.Sprintf("Rollcall %s and its catalogue", h.o.Version)
	if h.o.Rules != "" {
		out += ", and the rules of " + clean.Text(h.o.Rules)
	}
	out += ": " + noun.Count(len(h.shared.Rules), "rule")
	if n := len(h.shared.Off); n > 0 {
		out += fmt.Sprintf(", %d more that are off", n)
	}
	if len(h.summary.Accounts) > 1 {
		out += "; judged as of " + h.first
		if h.at != h.first {
			out += " to " + h.at
		}
	}
	return out
}

// several are names, the first three and how many more.
func several(names []string) string {
	const first = 3
	if n := len(names) - first; n > 0 {
		return strings.Join(names[:first], ", ") + fmt.Sprintf(" and %d more", n)
	}
	return strings.Join(names, ", ")
}

// twice notes the rules that are broken in several severities.
func twice(risks []page.Risk) {
	first := map[string]*page.Risk{}
	for i := range risks {
		r := &risks[i]
		if f := first[r.Rule]; f != nil {
			f.Twice, r.Twice, r.Again = true, true, true
		} else {
			first[r.Rule] = r
		}
	}
}

func totals(risks []page.Risk) (out []page.Total) {
	for _, r := range risks {
		if len(out) == 0 || out[len(out)-1].Severity != r.Severity {
			out = append(out, page.Total{Severity: r.Severity})
		}
		out[len(out)-1].Rules++
		out[len(out)-1].Findings += r.Count
	}
	return out
}

// actionsShown is how many actions are named.
const actionsShown = 5

// best are the actions that end most findings.
func (h *htmlWriter) best() (out []page.Action) {
	for _, x := range h.actions {
		x.Text = x.words()
		out = append(out, x.Action)
	}
	slices.SortFunc(out, func(x, y page.Action) int { return cmp.Or(y.Clears-x.Clears, strings.Compare(x.Text, y.Text)) })
	return out[:min(actionsShown, len(out))]
}
