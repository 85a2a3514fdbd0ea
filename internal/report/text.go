package report

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"charm.land/lipgloss/v2"
	"charm.land/lipgloss/v2/table"

	"github.com/rollcall-iam/rollcall/internal/assess"
	"github.com/rollcall-iam/rollcall/internal/clean"
)

// textWriter writes tables for people.
type textWriter struct {
	w        io.Writer
	o        Options
	err      error
	totals   map[string]int // findings by severity
	opened   int            // accounts
	unsure   int            // unknown verdicts
	matches  int            // of a query that lists
	judged   bool           // some verdict was pass or fail
	worst    string         // the rule to look at first
	rank     int            // of its severity
	accounts []standing
	controls bool   // some account was judged by frameworks
	at       string // the latest time of judging
}

func newText(w io.Writer, o Options) Writer { return &textWriter{w: w, o: o, totals: map[string]int{}} }

// println writes text, broken between words where the terminal ends.
func (t *textWriter) println(s string) {
	if t.o.Width > 0 {
		s = wrapped(s, t.o.Width)
	}
	t.print(s)
}

func (t *textWriter) print(s string) {
	if t.err == nil {
		_, t.err = fmt.Fprintln(t.w, s)
	}
}

var severityColors = map[string]lipgloss.ANSIColor{"critical": 9, "high": 1, "medium": 3, "low": 6}

func (t *textWriter) bold(s string) string {
	if !t.o.Color {
		return s
	}
	return lipgloss.NewStyle().Bold(true).Render(s)
}

func (t *textWriter) severity(s string) string {
	if !t.o.Color {
		return s
	}
	style := lipgloss.NewStyle().Foreground(severityColors[s])
	return style.Bold(s == "critical").Render(s)
}

func (t *textWriter) Account(a *assess.Account) error {
	if t.opened++; t.opened > 1 {
		t.println("")
	}
	t.at = max(t.at, a.AssessedAt)
	t.controls = t.controls || len(a.Frameworks) > 0
	s := standingOf(a)
	t.accounts = append(t.accounts, s)
	t.println(t.bold(accountTitle(a)) + fmt.Sprintf(", %s, judged as of %s (%s)", userCount(a), a.AssessedAt, a.Clock))
	if ages := ages(a); len(ages) > 0 {
		t.println("Data: " + strings.Join(ages, "; "))
	}
	if a.Baseline != nil {
		t.println("Since " + clean.Text(a.Baseline.AssessedAt) + ": " + Changes(a.Count()))
		for _, text := range []string{fixed(a), unclear(a)} {
			if text != "" {
				t.println(text)
			}
		}
	}
	for severity, n := range s.counts {
		t.totals[severity] += n
	}
	for _, f := range a.Findings {
		if f.Status == assess.Match {
			t.matches++
		}
	}
	if t.o.List {
		t.each(a, blocks(a, assess.Fail, assess.Match, assess.Pass, assess.NotApplicable))
	} else if len(a.Frameworks) > 0 {
		t.frameworks(a)
	} else if t.o.ByUser {
		t.byUser(a)
	} else {
		t.findings(blocks(a, assess.Fail))
	}
	t.passed(a)
	t.excepted(a)
	t.unknown(a)
	t.notes(a)
	return t.err
}

// narrowest is how wide the last column is at least: where there is less room, it
// stands below the others.
const narrowest = 24

// columns of the findings' table, without their contents.
const frame = 14

// room is the width of the last column beside one as wide as the widest name, or
// below it where there is little room beside it; 0 for any.
func (t *textWriter) room(widest int) int {
	room := t.o.Width - widest - frame - len("critical") - 5
	switch {
	case t.o.Width == 0:
		return 0
	case room < narrowest:
		return max(narrowest, t.o.Width-2)
	}
	return room
}

// fitted is a text in lines for that column.
func fitted(s string, room int) string {
	if room >= narrowest {
		return wrapped(s, room)
	}
	return s
}

func (t *textWriter) findings(list []*block) {
	if len(list) == 0 {
		t.println("\nNo rule is known to be broken.")
		return
	}
	var rows [][]string
	widest := 0
	for _, b := range list {
		widest = max(widest, len(b.Rule.ID))
	}
	room := t.room(widest)
	for _, b := range list {
		rows = append(rows, []string{t.severity(b.Severity), b.Rule.ID, fmt.Sprint(len(b.Findings)), t.what(b, room)})
	}
	t.look(list[0].Rule.ID, list[0].Severity)
	t.table([]string{"severity", "rule", "count", "what, and who"}, rows)
}

// each names every verdict that is written out with its reason, as a query is
// answered; one that judges counts them all too.
func (t *textWriter) each(a *assess.Account, list []*block) {
	for _, r := range a.Rules {
		t.judged = t.judged || r.Pass+r.Fail > 0
	}
	var rows [][]string
	for _, b := range list {
		for _, f := range b.Findings {
			name := clean.Text(f.Resource.Name)
			if f.Resource.Note != "" {
				name += "*"
			}
			rows = append(rows, []string{name, verdictWords[f.Status], clean.Text(f.Message)})
		}
	}
	header := []string{"who", "verdict", "why"}
	if !t.judged {
		header = []string{"who", "why"}
		for i, r := range rows {
			rows[i] = []string{r[0], r[2]}
		}
	}
	if len(rows) > 0 {
		t.table(header, rows)
	}
	for _, r := range a.Rules {
		if t.judged {
			t.println("\n" + tally(r))
		}
	}
}

var verdictWords = map[assess.Status]string{assess.Fail: "fails", assess.Match: "matches", assess.Pass: "passes", assess.NotApplicable: "not applicable"}

// tally is what a rule said of all.
func tally(r assess.Rule) string {
	var out []string
	for _, c := range []struct {
		n    int
		word string
	}{{r.Match, "match"}, {r.Pass, "pass"}, {r.Fail, "fail"}, {r.Unknown, "unknown"}, {r.NotApplicable, "not applicable"}} {
		if c.n > 0 {
			out = append(out, fmt.Sprintf("%d %s", c.n, c.word))
		}
	}
	return strings.Join(out, ", ")
}

// controlsColumn heads the last column of a framework's table, whose rows are
// long and stand apart by lines.
const controlsColumn = "what is asked, and who"

// faint is text that steps back behind other text.
func (t *textWriter) faint(s string) string {
	if !t.o.Color {
		return s
	}
	return lipgloss.NewStyle().Faint(true).Render(s)
}

// what is the reason where there is one finding, and the risk where there are
// several, with who is concerned. What is wrong with the account itself is
// said beside that.
func (t *textWriter) what(b *block, room int) string {
	var lines []string
	var who []*assess.Finding
	add := func(text string) { lines = append(lines, fitted(text, room)) }
	for _, f := range b.Findings {
		if f.Resource.Type == "account" {
			add(clean.Text(f.Message))
		} else {
			who = append(who, f)
		}
	}
	if len(who) > 0 {
		if len(who) == 1 {
			add(clean.Text(who[0].Message))
		} else {
			add(b.Rule.Risk)
		}
		lines = append(lines, t.faint(fitted(fold(who, room), room))) // broken before it is faint
	}
	for _, c := range []assess.Change{assess.New, assess.Changed} {
		if those := of(b.Findings, c); len(those) == len(b.Findings) {
			add(string(c))
		} else if len(those) > 0 {
			add(string(c) + ": " + fold(those, room))
		}
	}
	return strings.Join(lines, "\n")
}

// fold names those concerned, as many as there is room for.
func fold(list []*assess.Finding, room int) string {
	const lines = 2
	var out []string
	used := 0
	for i, f := range list {
		name := clean.Text(f.Resource.Name)
		if f.Resource.Note != "" {
			name += "*"
		}
		used += lipgloss.Width(name) + 2
		if room > 0 && used > room*lines-14 && i > 0 || room == 0 && i >= 8 {
			return strings.Join(out, ", ") + fmt.Sprintf(" and %d more", len(list)-i)
		}
		out = append(out, name)
	}
	return strings.Join(out, ", ")
}

func (t *textWriter) table(header []string, rows [][]string) {
	tab := table.New().Border(lipgloss.RoundedBorder()).BorderRow(header[len(header)-1] == controlsColumn).Headers(header...).Rows(rows...).
		StyleFunc(func(row, col int) lipgloss.Style {
			s := lipgloss.NewStyle().Padding(0, 1)
			if row == table.HeaderRow && t.o.Color {
				return s.Bold(true)
			}
			if header[col] == "count" || header[0] == "account" && col > 0 {
				return s.Align(lipgloss.Right)
			}
			return s
		})
	if t.o.Color {
		tab = tab.BorderStyle(lipgloss.NewStyle().Foreground(lipgloss.ANSIColor(8)))
	}
	if t.o.Width > 0 && lipgloss.Width(tab.String()) > t.o.Width {
		if t.o.Width-besides(header, rows) < narrowest {
			t.stacked(header, rows)
			return
		}
		tab = tab.Width(t.o.Width)
	}
	t.print(tab.String())
}

// besides is the width of a table but for its last column's text.
func besides(header []string, rows [][]string) int {
	last := len(header) - 1
	sum := 3*len(header) + 1
	for i, name := range header[:last] {
		widest := lipgloss.Width(name)
		for _, row := range rows {
			widest = max(widest, lipgloss.Width(row[i]))
		}
		sum += widest
	}
	return sum
}

// stacked is a table for little room: what stands in the last column stands below
// the others.
func (t *textWriter) stacked(header []string, rows [][]string) {
	t.println("")
	for _, row := range rows {
		last := len(row) - 1
		var words []string
		for i, word := range row[:last] {
			if header[i] == "count" {
				word = "(" + word + ")"
			}
			words = append(words, word)
		}
		t.println(strings.Join(words, " "))
		for line := range strings.SplitSeq(row[last], "\n") {
			t.println("  " + line)
		}
	}
}

func (t *textWriter) passed(a *assess.Account) {
	if t.o.List {
		return
	}
	names := kept(a)
	if len(names) > 0 {
		t.println("Kept by everybody: " + strings.Join(names, ", "))
	}
}

func (t *textWriter) excepted(a *assess.Account) {
	list := blocks(a, assess.Excepted)
	if len(list) > 0 {
		t.println("\n" + t.bold("Excepted") + ", with who waived it and until when:")
	}
	for _, b := range list {
		for _, f := range b.Findings {
			t.println(fmt.Sprintf("  %s, %s: %s", clean.Text(f.Resource.Name), b.Rule.ID, clean.Text(f.Exception.String())))
		}
	}
}

func (t *textWriter) unknown(a *assess.Account) {
	partial := blocks(a, assess.Unknown)
	if len(a.Unknown)+len(partial) == 0 {
		return
	}
	t.println("\n" + t.bold("Unknown") + ", for want of facts; neither passed nor failed:")
	for _, u := range together(a.Unknown) {
		t.unsure += u.count
		t.println(fmt.Sprintf("  %s (%d): %s", strings.Join(u.rules, ", "), u.count, u.why))
	}
	for _, g := range byReason(partial) {
		t.unsure += len(g.Rules) * len(g.Who)
		t.println(fmt.Sprintf("  %s in %s: %s", fold(g.Who, t.o.Width), strings.Join(g.Rules, ", "), clean.Text(g.Why)))
	}
}

// A lack is what several rules are unknown for.
type lack struct {
	rules []string
	count int
	why   string
}

// together puts rules that lack the same into one.
func together(list []assess.Missing) (out []*lack) {
	by := map[string]*lack{}
	for _, u := range list {
		l := by[why(u)]
		if l == nil {
			l = &lack{why: why(u)}
			by[l.why] = l
			out = append(out, l)
		}
		l.rules, l.count = append(l.rules, u.Rule), l.count+u.Count
	}
	return out
}

func (t *textWriter) notes(a *assess.Account) {
	lines := slices.Concat(unconfigured(a), starred(a))
	for _, w := range a.Warnings {
		lines = append(lines, "  "+clean.Text(w))
	}
	if len(lines) > 0 {
		t.println("\n" + t.bold("To know") + "\n" + strings.Join(lines, "\n"))
	}
}

// starred says of resources that have a star where alone they were found.
func starred(a *assess.Account) (lines []string) {
	marked := map[string]bool{}
	for _, f := range a.Findings {
		r := &f.Resource
		if r.Note != "" && !marked[r.ARN] {
			marked[r.ARN] = true
			lines = append(lines, fmt.Sprintf("  * %s is %s", clean.Text(r.Name), r.Note))
		}
	}
	return lines
}

// unconfigured says which rules apply to nobody: of a few, what each needs.
func unconfigured(a *assess.Account) (lines []string) {
	const told = 2
	var names []string
	for _, r := range a.Rules {
		if r.Note != "" {
			names = append(names, r.ID)
			lines = append(lines, fmt.Sprintf("  %s applies to nobody yet: %s", r.ID, r.Note))
		}
	}
	if len(names) <= told {
		return lines
	}
	return []string{fmt.Sprintf("  %s apply to nobody yet: they need to be told something; rollcall init asks, and rollcall rules show ID says what", strings.Join(names, ", "))}
}
