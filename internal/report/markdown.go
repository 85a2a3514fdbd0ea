package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/rollcall-iam/rollcall/internal/assess"
	"github.com/rollcall-iam/rollcall/internal/clean"
	"github.com/rollcall-iam/rollcall/internal/noun"
)

// markdownWriter writes GitHub's Markdown, as for a job's summary.
type markdownWriter struct {
	w   io.Writer
	at  string // the latest time of judging
	err error
}

func newMarkdown(w io.Writer, _ Options) Writer { return &markdownWriter{w: w} }

func (m *markdownWriter) printf(format string, args ...any) {
	if m.err == nil {
		_, m.err = fmt.Fprintf(m.w, format, args...)
	}
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
	m.printf("# Rollcall: account %s\n\n", md(accountName(a)))
	m.printf("%s, judged as of %s, %s.\n\n", noun.Count(a.Users, "user"), a.AssessedAt, md(a.Clock))
	m.frameworks(a)
	m.blocks("Findings", blocks(a, assess.Fail))
	m.blocks("Matches", blocks(a, assess.Match))
	m.blocks("Excepted", blocks(a, assess.Excepted))
	m.unknown(a)
	m.blocks("Unknown for some users", blocks(a, assess.Unknown))
	m.blocks("Passed", blocks(a, assess.Pass))
	m.blocks("Not applicable", blocks(a, assess.NotApplicable))
	m.notes(a)
	return m.err
}

func (m *markdownWriter) blocks(heading string, list []*block) {
	if len(list) == 0 {
		return
	}
	m.printf("## %s\n\n| severity | rule | resource | why |\n|---|---|---|---|\n", heading)
	for _, b := range list {
		for _, f := range b.Findings {
			m.printf("| %s | %s | %s | %s |\n", f.Severity, md(f.Rule), md(f.Resource.Name), md(f.Message))
		}
	}
	m.printf("\n")
}

func (m *markdownWriter) unknown(a *assess.Account) {
	if len(a.Unknown) == 0 {
		return
	}
	m.printf("## Unknown\n\n| rule | verdicts | why |\n|---|---|---|\n")
	for _, u := range a.Unknown {
		m.printf("| %s | %d | %s |\n", md(u.Rule), u.Count, md(why(u)))
	}
	m.printf("\n")
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
	return m.err
}
