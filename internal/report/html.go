package report

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"
	"io"

	"github.com/rollcall-iam/rollcall/internal/assess"
)

//go:embed report.css
var css string

//go:embed report.html
var page string

var pageTemplate = template.Must(template.New("report").Funcs(template.FuncMap{
	"blocks":   func(a *assess.Account) []*block { return blocks(a, assess.Fail, assess.Match) },
	"excepted": func(a *assess.Account) []*block { return blocks(a, assess.Excepted) },
	"matches":  func(a *assess.Account) bool { return len(blocks(a, assess.Match)) > 0 },
	"partial":  func(a *assess.Account) []*reason { return byReason(blocks(a, assess.Unknown)) },
	"ages":     ages,
	"tried":    func(a *assess.Account) []assess.Source { tried, _ := unread(a); return tried },
	"absent":   func(a *assess.Account) []assess.Source { _, absent := unread(a); return absent },
	"score":    func(f assess.Framework) string { return score(&f) },
	"what":     func(c assess.Control) string { return whatControl(&c) },
	"reasons":  func(a *assess.Account, c assess.Control) string { return reasons(a, &c) },
	"name":     accountName, "clean": Clean, "why": why, "count": Count,
}).Parse(page))

// htmlWriter writes one page without network or script.
type htmlWriter struct {
	w    io.Writer
	o    Options
	open bool
}

func newHTML(w io.Writer, o Options) Writer { return &htmlWriter{w: w, o: o} }

func (h *htmlWriter) begin() error {
	if h.open {
		return nil
	}
	h.open = true
	sum := sha256.Sum256([]byte(css))
	return pageTemplate.ExecuteTemplate(h.w, "head", map[string]any{
		"CSS": template.CSS(css), "Hash": "sha256-" + base64.StdEncoding.EncodeToString(sum[:]), "Version": h.o.Version})
}

func (h *htmlWriter) Account(a *assess.Account) error {
	if err := h.begin(); err != nil {
		return err
	}
	return pageTemplate.ExecuteTemplate(h.w, "account", a)
}

func (h *htmlWriter) Close(f assess.Footer) error {
	if err := h.begin(); err != nil {
		return err
	}
	return pageTemplate.ExecuteTemplate(h.w, "foot", map[string]any{"Footer": f, "Version": h.o.Version})
}
