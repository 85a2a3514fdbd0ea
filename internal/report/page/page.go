package page

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"strings"
	"sync"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

//go:embed page.css
var css string

//go:embed js
var scripts embed.FS

// script is the page's module: its files in an order in which each finds what it
// needs at once.
var script = sync.OnceValue(func() string {
	var b strings.Builder
	for _, name := range []string{"base", "data", "filter", "address", "list", "export", "findings", "tables", "card", "rule", "standing", "changes", "frame"} {
		text, err := scripts.ReadFile("js/" + name + ".js")
		if err != nil {
			panic(err) // it is in the program, or the program is not whole
		}
		b.Write(text)
	}
	return b.String()
})

//go:embed page.html
var frame string

var frameTemplate = sync.OnceValue(func() *template.Template { return template.Must(template.New("page").Parse(frame)) })

// A Summary is what stands on the page as text.
type Summary struct {
	Version  string
	Title    string
	Made     string   // by what and when, in words
	Settings []string // that rules were judged by, a rule each
	Accounts []Account
	Risks    []Risk // worst first
	Totals   []Total
	Findings int
	Open     int      // verdicts that are unknown
	Hit      int      // users with findings
	Affected string   // of how many, in words; "" where none is known
	Actions  []Action // that end most findings
	Matches  bool     // the risks are the matches of a query
	Waived   int      // findings that are excepted
	Excepted []string // some of them
	Scored   bool     // some account has a framework
	Expiring []string
	Changes  []Change // since the baseline
	Notes    []string

	// Of several accounts: the table of them, worst first, with the severities of its
	// columns; and what is not known of them, in short and in full.
	Ranked     []Account
	Severities []string
	Lack       string
	Lacks      []Lack
}

// A Lack is what some accounts lack alike.
type Lack struct {
	Who   string
	Lines []string
}

// MoreWaived is how many excepted findings are not among those named.
func (s *Summary) MoreWaived() int { return s.Waived - len(s.Excepted) }

// A Change is what became of findings since the baseline: so many, the filter of
// changes that shows which, and more about them, which may stand alone. Of is the
// account, for a page of several.
type Change struct{ Of, Text, Query, More string }

// An Account is one of the page's accounts.
type Account struct {
	ID        string
	Title     string // how a heading calls it
	Name      string
	Users     int
	MoreUsers bool           // there may be more
	Hit       int            // users with findings
	Counts    map[string]int // findings by severity
	About     []string       // when it was read and how old that is
	Gaps      []string       // what could not be read
	Absent    string         // what no file held
	Open      int            // verdicts that are unknown
	// Unknown are the verdicts that stay open for want of facts.
	Unknown    []string
	Frameworks []Framework
	Kept       string // rules that everybody keeps
}

// A Framework is one with its score.
type Framework struct{ ID, Title, Score, Scope string }

// A Total counts findings of a severity.
type Total struct {
	Severity string
	Rules    int
	Findings int
}

// A Risk is a broken rule, with some of those who break it.
type Risk struct {
	Rule, Text, Severity string
	Count                int
	Who                  []Who
	More                 int  // who are not in Who
	Twice                bool // the rule is broken in several severities
	Again                bool // and this is not the worst
}

// Place is the risk's name on the page.
func (r Risk) Place() string {
	if r.Again {
		return r.Rule + "-" + r.Severity
	}
	return r.Rule
}

// A Who is one who breaks a rule, with the reason.
type Who struct{ Name, Account, Why string }

// An Action is what to do, and how many findings that ends.
type Action struct {
	Text   string
	Rules  []string
	Clears int
}

// A Page is one in the making: its data, account by account.
type Page struct {
	chunks []string
}

// Add packs one account's data, or what all share: what encodes as JSON.
func (p *Page) Add(data any) error {
	var packed bytes.Buffer
	z, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		return err
	}
	if err := json.MarshalWrite(z, data, jsontext.AllowInvalidUTF8(true), json.Deterministic(true)); err != nil {
		return err
	}
	if err := z.Close(); err != nil {
		return err
	}
	p.chunks = append(p.chunks, base64.RawURLEncoding.EncodeToString(packed.Bytes()))
	return nil
}

// Append adds what another page has.
func (p *Page) Append(other *Page) { p.chunks = append(p.chunks, other.chunks...) }

// Write writes the page.
func (p *Page) Write(w io.Writer, s *Summary) error {
	if err := frameTemplate().ExecuteTemplate(w, "head", map[string]any{
		"CSS": template.CSS(css), "Style": hash(css), "Script": hash(script()), "Summary": s}); err != nil { //nolint:gosec // ours
		return err
	}
	for _, c := range p.chunks {
		if _, err := fmt.Fprintf(w, "<script type=\"application/octet-stream\" class=\"chunk\">%s</script>\n", c); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintf(w, "<script type=\"module\">%s</script>\n</body>\n</html>\n", script())
	return err
}

// hash is how a policy names what it allows.
func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}
