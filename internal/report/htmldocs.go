package report

import (
	"bytes"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
)

// docs are a rule's page, as HTML that the page's code takes over element by
// element.
type docs struct {
	Why      string `json:"why"`
	Auditing string `json:"auditing"` // before the tabs
	Audit    []tab  `json:"audit"`
	Fixing   string `json:"fixing"`
	Fix      []tab  `json:"fix"`
	More     string `json:"more"`
}

type tab struct {
	Name string `json:"name"`
	HTML string `json:"html"`
}

// markdown makes HTML of what rules write; HTML inside it is left out.
var markdown = goldmark.New(goldmark.WithExtensions(extension.Table))

// readDocs takes a rule's README apart by its headings; nil for none.
func readDocs(readme string) *docs {
	if readme == "" {
		return nil
	}
	d := &docs{Audit: []tab{}, Fix: []tab{}}
	for _, s := range sections(readme, "## ") {
		parts := sections(s.text, "### ")
		switch s.title {
		case "Why":
			d.Why = html(s.text)
		case "Audit":
			d.Auditing, d.Audit = html(parts[0].text), tabs(parts[1:])
		case "Fix":
			d.Fixing, d.Fix = html(parts[0].text), tabs(parts[1:])
		case "Good to know":
			d.More = html(s.text)
		}
	}
	return d
}

func tabs(list []section) []tab {
	out := make([]tab, 0, len(list))
	for _, s := range list {
		out = append(out, tab{s.title, html(s.text)})
	}
	return out
}

// A section is what stands under a heading.
type section struct{ title, text string }

// sections splits a text at its headings of one kind, code aside. The first has
// no title: it is what stands before them.
func sections(text, heading string) []section {
	out := []section{{}}
	fenced := false
	for line := range strings.Lines(text) {
		if strings.HasPrefix(strings.TrimSpace(line), "```") {
			fenced = !fenced
		}
		if title, ok := strings.CutPrefix(line, heading); ok && !fenced {
			out = append(out, section{title: strings.TrimSpace(title)})
			continue
		}
		out[len(out)-1].text += line
	}
	return out
}

func html(text string) string {
	var b bytes.Buffer
	if err := markdown.Convert([]byte(text), &b); err != nil {
		return "" // bytes.Buffer takes everything
	}
	return strings.TrimSpace(b.String())
}
