package report

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/rollcall-iam/rollcall/internal/assess"
	"github.com/rollcall-iam/rollcall/internal/clean"
	"github.com/rollcall-iam/rollcall/internal/noun"
)

// GitHub shows nothing of a job's summary that is longer than a megabyte: the rows
// of tables end before, and lines of all kinds at the last.
const (
	markdownRows = 800_000
	markdownAll  = 850_000
	markdownHead = 120_000 // of a table of accounts
	// markdownEach is for the rows of an account: of more, few are read, and other
	// accounts have room too.
	markdownEach = 50_000
	longestHead  = 2_000 // of an account: less is no room for it and a row
)

// markdownWriter writes GitHub's Markdown, as for a job's summary.
type markdownWriter struct {
	w        io.Writer
	body     bytes.Buffer // of all accounts, which stands below the table of them
	accounts []standing
	begun    int    // where the account's begins
	at       string // the latest time of judging
	written  int    // bytes
	dropped  int    // lines for which there was no room
	left     int    // accounts, likewise
}

func newMarkdown(w io.Writer, _ Options) Writer { return &markdownWriter{w: w} }

func (m *markdownWriter) printf(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	if m.written+len(text) > markdownAll {
		m.dropped++
		return
	}
	m.written += len(text)
	m.body.WriteString(text)
}

// row is printf for one of many rows; it reports whether there was room.
func (m *markdownWriter) row(format string, args ...any) bool {
	text := fmt.Sprintf(format, args...)
	if m.written+len(text) > markdownRows || m.written+len(text) > m.begun+markdownEach {
		return false
	}
	m.printf("%s", text)
	return true
}

// md escapes text so that it stays text: names become no links either, and
// mention nobody.
func md(s string) string {
	s = clean.Text(s)
	var b strings.Builder
	for i, r := range s {
		switch {
		case r == '@':
			b.WriteString("@<!-- -->")
			continue
		case strings.ContainsRune("\\`*_{}[]<>#+!|~&", r), strings.HasPrefix(s[i:], "://"), r == '.' && strings.HasSuffix(strings.ToLower(s[:i]), "www"):
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}

func (m *markdownWriter) Account(a *assess.Account) error {
	m.at = max(m.at, a.AssessedAt)
	s := standingOf(a)
	m.accounts = append(m.accounts, s)
	if m.written > markdownRows-longestHead {
		m.left++
		return nil
	}
	m.begun = m.written
	m.printf("# Rollcall: %s\n\n", md(accountTitle(a)))
	m.printf("%s, judged as of %s, %s.\n\n", userCount(a), a.AssessedAt, md(a.Clock))
	if len(blocks(a, assess.Match)) == 0 {
		m.printf("**%s**\n\n", bySeverity(s.counts))
	}
	if a.Baseline != nil {
		m.printf("Since %s: %s.", md(a.Baseline.AssessedAt), Changes(a.Count()))
		for _, text := range []string{fixed(a), unclear(a)} {
			if text != "" {
				m.printf(" %s.", md(text))
			}
		}
		m.printf("\n\n")
	}
	m.frameworks(a)
	if names := kept(a); len(names) > 0 && len(a.Frameworks) == 0 {
		m.printf("Kept by everybody: %s.\n\n", md(strings.Join(names, ", ")))
	}
	failing := blocks(a, assess.Fail)
	m.broken(failing)
	m.blocks("Findings", failing)
	m.blocks("Matches", blocks(a, assess.Match))
	m.blocks("Excepted", blocks(a, assess.Excepted))
	m.unknown(a)
	m.blocks("Unknown for some users", blocks(a, assess.Unknown))
	m.blocks("Passed", blocks(a, assess.Pass))
	m.blocks("Not applicable", blocks(a, assess.NotApplicable))
	m.notes(a)
	return nil
}

// broken are the rules that are, each with how often and by whom.
func (m *markdownWriter) broken(list []*block) {
	var rows [][]string
	for _, b := range list {
		rows = append(rows, []string{b.Severity, md(b.Rule.ID), strconv.Itoa(len(b.Findings)), md(b.Rule.Risk), md(fold(b.Findings, 0))})
	}
	m.table("Broken rules", []string{"severity", "rule", "count", "what", "who"}, rows)
}

// head is the table of accounts, where there are several.
func (m *markdownWriter) head() string {
	if len(m.accounts) < 2 {
		return ""
	}
	var b strings.Builder
	header, rows := standingTable(m.accounts)
	fmt.Fprintf(&b, "# Rollcall: %s\n\n| %s |\n|%s\n", noun.Count(len(rows), "account"), strings.Join(header, " | "), strings.Repeat("---|", len(header)))
	for i, row := range rows {
		for k, cell := range row {
			row[k] = md(cell)
		}
		if b.Len() > markdownHead {
			fmt.Fprintf(&b, "\nand %s\n", noun.Count(len(rows)-i, "more account"))
			break
		}
		fmt.Fprintf(&b, "| %s |\n", strings.Join(row, " | "))
	}
	b.WriteByte('\n')
	return b.String()
}

func (m *markdownWriter) blocks(heading string, list []*block) {
	var rows [][]string
	for _, b := range list {
		for _, f := range b.Findings {
			rows = append(rows, []string{f.Severity, md(f.Rule), md(f.Resource.Name), marked(f) + md(f.Message)})
		}
	}
	m.table(heading, []string{"severity", "rule", "resource", "why"}, rows)
}

// table writes as many rows as there is room for, and says how many more there are.
func (m *markdownWriter) table(heading string, columns []string, rows [][]string) {
	if len(rows) == 0 {
		return
	}
	m.printf("## %s\n\n| %s |\n|%s\n", heading, strings.Join(columns, " | "), strings.Repeat("---|", len(columns)))
	for i, cells := range rows {
		if !m.row("| %s |\n", strings.Join(cells, " | ")) {
			m.printf("\nand %d more, for which a job's summary has no room\n", len(rows)-i)
			break
		}
	}
	m.printf("\n")
}

// marked says of a finding that the baseline does not have it as it is.
func marked(f *assess.Finding) string {
	switch {
	case f.Change == assess.New:
		return "**new:** "
	case f.Was != "":
		return "**was " + f.Was + ":** "
	case f.Change == assess.Changed:
		return "**changed:** "
	}
	return ""
}

func (m *markdownWriter) unknown(a *assess.Account) {
	var rows [][]string
	for _, u := range a.Unknown {
		rows = append(rows, []string{md(u.Rule), strconv.Itoa(u.Count), md(why(u))})
	}
	m.table("Unknown", []string{"rule", "verdicts", "why"}, rows)
}

func (m *markdownWriter) notes(a *assess.Account) {
	for _, r := range a.Rules {
		if r.Note != "" {
			m.printf("- %s applies to nobody yet: %s\n", md(r.ID), md(r.Note))
		}
	}
	for _, w := range a.Warnings {
		m.printf("- %s\n", md(w))
	}
}

func (m *markdownWriter) Close(f assess.Footer) error {
	if len(f.NotScanned) > 0 {
		m.printf("- %s\n", md(notScanned(f)))
	}
	for _, e := range f.Expired {
		m.printf("- expired: %s\n", md(e))
	}
	for _, e := range endsSoon(f, m.at) {
		m.printf("- ends soon: %s\n", md(e))
	}
	for _, e := range f.StaleSafelist {
		m.printf("- the safelist entry %s matches nobody\n", md(e))
	}
	for _, e := range f.StaleExceptions {
		m.printf("- the exception %s waives nothing\n", md(e))
	}
	for _, left := range []struct {
		n    int
		noun string
	}{{m.left, "further account"}, {m.dropped, "further line"}} {
		if left.n > 0 {
			fmt.Fprintf(&m.body, "\n%s left out: a job's summary has no room for more\n", noun.Count(left.n, left.noun))
		}
	}
	_, err := io.WriteString(m.w, m.head()+m.body.String())
	return err
}
