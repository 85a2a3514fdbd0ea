package report

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/rollcall-iam/rollcall/internal/assess"
	"github.com/rollcall-iam/rollcall/internal/clean"
	"github.com/rollcall-iam/rollcall/internal/fix"
	"github.com/rollcall-iam/rollcall/internal/iam"
	"github.com/rollcall-iam/rollcall/internal/rule"
)

// shared is what all accounts of a page have in common. The names of members are
// those that the page's code reads.
type shared struct {
	Version string        `json:"version"`
	Rules   []sharedRule  `json:"rules"`
	Off     []sharedOff   `json:"off"`
	Footer  assess.Footer `json:"footer"`

	readme func(rule string) string
	known  map[string]bool
}

type sharedRule struct {
	ID       string            `json:"id"`
	Aliases  []string          `json:"aliases"`
	Title    string            `json:"title"`
	Risk     string            `json:"risk"`
	Severity string            `json:"severity"`
	Category string            `json:"category"`
	Entity   string            `json:"entity"`
	Settings map[string]string `json:"settings,omitzero"`
	Docs     *docs             `json:"docs,omitzero"`
	Fix      bool              `json:"fix"` // fix plan removes its findings
}

// A sharedOff is a rule that was not judged, with its page where it may be turned on.
type sharedOff struct {
	assess.Off `json:",inline"`
	Docs       *docs `json:"docs,omitzero"`
}

func newShared(o Options) shared {
	return shared{Version: o.Version, Rules: []sharedRule{}, Off: []sharedOff{}, readme: o.Readme, known: map[string]bool{}}
}

// rules adds those of an account.
func (s *shared) rules(a *assess.Account) {
	for _, r := range rulesOf(a) {
		if s.known[r.ID] {
			continue
		}
		s.known[r.ID] = true
		out := sharedRule{ID: r.ID, Aliases: slices.Concat([]string{}, r.Aliases), Title: r.Title, Risk: r.Risk, Severity: r.Severity, Category: r.Category, Entity: r.Entity,
			Settings: cleanedValues(r.Settings), Fix: fix.Check(r.ID) == nil}
		s.add(out)
	}
}

// settings are those that each rule was judged by, in words.
func (s *shared) settings() (out []string) {
	for _, r := range s.Rules {
		var list []string
		for _, name := range slices.Sorted(maps.Keys(r.Settings)) {
			list = append(list, name+" "+r.Settings[name])
		}
		if len(list) > 0 {
			out = append(out, r.ID+": "+strings.Join(list, ", "))
		}
	}
	slices.Sort(out)
	return out
}

// add gives a rule its page.
func (s *shared) add(r sharedRule) {
	if s.readme != nil {
		r.Docs = readDocs(s.readme(r.ID))
	}
	s.Rules = append(s.Rules, r)
}

// footer takes what stands below all accounts, whose words are those of whoever
// configured them.
func (s *shared) footer(f assess.Footer) {
	s.Footer, s.Off = assess.Footer{Expired: cleaned(f.Expired), StaleSafelist: cleaned(f.StaleSafelist), StaleExceptions: cleaned(f.StaleExceptions)}, []sharedOff{}
	for _, e := range f.Entries {
		e.Pattern, e.Owner, e.Reason, e.Ticket = clean.Text(e.Pattern), clean.Text(e.Owner), clean.Text(e.Reason), clean.Text(e.Ticket)
		s.Footer.Entries = append(s.Footer.Entries, e)
	}
	for _, off := range f.Off { // some are judged for a control
		if !s.known[off.Rule] {
			off.Why, off.Settings = clean.Text(off.Why), cleanedValues(off.Settings)
			out := sharedOff{Off: off}
			if s.readme != nil && off.Why != rule.NotAsked {
				out.Docs = readDocs(s.readme(off.Rule))
			}
			s.Off = append(s.Off, out)
		}
	}
}

// cleanedValues are settings with their values safe to show; nil for none.
func cleanedValues(settings map[string]string) map[string]string {
	out := maps.Clone(settings)
	for name, value := range out {
		out[name] = clean.Text(value)
	}
	return out
}

func cleaned(list []string) []string {
	out := make([]string, len(list))
	for i, text := range list {
		out[i] = clean.Text(text)
	}
	return out
}

// packed is one account's data, flat, as browsers read it fastest. Texts that come
// again and again stand in Strings once, and so do rows in their tables; others name
// them by their places. A list of places is one place where it has one, and else the
// place of a row of Lists, counted down from -1. Tables are columns of steps, each from
// the number before, which are small.
type packed struct {
	ID         string            `json:"id"`
	At         string            `json:"at"` // judged
	Alias      string            `json:"alias"`
	MoreUsers  bool              `json:"moreUsers"` // there may be
	Listed     bool              `json:"listed"`    // groups and policies were read
	Strings    []string          `json:"strings"`
	Lists      [][]int           `json:"lists"`          // steps through all rows
	Rules      [][]any           `json:"rules"`          // id, fail, excepted, unknown, pass, not applicable, why it applies to nobody
	Items      [][]int           `json:"items"`          // of facts and findings: type, slot, id, text, document
	Facts      [][]int           `json:"facts"`          // field, text, items, 1 where there may be more of them and 2 where there is no list, document
	Names      []string          `json:"names"`          // of the resources
	ARNs       []string          `json:"arns"`           // of the resources
	Resources  [][]int           `json:"resources"`      // rows of type, note; and of those with a card its facts from 1, 0 for the next that no row had before, -1 alone for none
	Kinds      [][]int           `json:"kinds"`          // rows of rule, severity, status, change, the exception's end, weight, what it was or why it is gone, fields of the evidence
	Findings   [][]int           `json:"findings"`       // kind, resource, message, parts, reasons
	Since      string            `json:"since,omitzero"` // as of when the baseline was judged
	Gone       [][]int           `json:"gone,omitzero"`  // findings that the baseline had and are no failures any more
	Documents  []string          `json:"documents"`
	Frameworks []packedFramework `json:"frameworks"`

	places              map[string]int
	resources           map[assess.Resource]int
	lists, items, facts rows
	kinds               rows
}

type packedFramework struct {
	ID       string          `json:"id"`
	Title    string          `json:"title"`
	Score    string          `json:"score"`
	Scope    string          `json:"scope"`
	Controls []packedControl `json:"controls"`
}

type packedControl struct {
	ID     string   `json:"id"`
	What   string   `json:"what"`
	Status string   `json:"status"`
	Why    string   `json:"why"`
	Rules  []string `json:"rules"`
}

func pack(a *assess.Account) *packed {
	p := &packed{ID: clean.Text(a.ID), At: a.AssessedAt, Alias: clean.Text(a.Alias), Listed: listed(a), MoreUsers: a.MoreUsers, Strings: []string{}, Rules: [][]any{}, Names: []string{}, ARNs: []string{},
		Resources: [][]int{}, Documents: []string{}, Frameworks: []packedFramework{}, places: map[string]int{}, resources: map[assess.Resource]int{}}
	for _, r := range rulesOf(a) {
		p.Rules = append(p.Rules, []any{r.ID, r.Fail, r.Excepted, r.Unknown, r.Pass, r.NotApplicable, r.Note})
	}
	if a.Inventory != nil {
		p.Documents = slices.Concat(p.Documents, a.Inventory.Documents)
		for _, list := range [][]assess.Card{a.Inventory.Users, a.Inventory.Groups, a.Inventory.Policies} {
			for i := range list {
				p.resource(list[i].Resource, p.card(list[i].Facts))
			}
		}
	}
	p.findings(a)
	for i := range a.Frameworks {
		p.framework(a, &a.Frameworks[i])
	}
	p.Lists, p.Kinds = steps(p.lists.list), append([][]int{}, p.kinds.list...)
	p.Items, p.Facts = columns(slices.Concat(p.items.list...)), columns(slices.Concat(p.facts.list...))
	return p
}

// findings packs those that there are, and those that the baseline had.
func (p *packed) findings(a *assess.Account) {
	var flat []int
	for _, f := range found(a) {
		flat = p.finding(flat, f, 0, was(f))
	}
	for i, f := range wholly(a) {
		flat = p.finding(flat, f, a.Unknown[i].Count, "")
	}
	p.Findings = columns(flat)
	if a.Baseline == nil {
		return
	}
	p.Since = clean.Text(a.Baseline.AssessedAt)
	var gone []int
	for _, d := range a.Baseline.Gone {
		f := d.Finding
		f.Change = d.Change
		gone = p.finding(gone, &f, 0, d.Why)
	}
	p.Gone = columns(gone)
}

// listed reports whether the account's groups and policies were read.
func listed(a *assess.Account) bool {
	return slices.ContainsFunc(a.Sources, func(s assess.Source) bool { return s.Name == string(iam.Details) && s.State == string(iam.Read) })
}

// text is the place of a text as people may see it.
func (p *packed) text(s string) int { return p.raw(clean.Text(s)) }

// raw is the place of a text that is clean, blanks aside.
func (p *packed) raw(s string) int {
	n, ok := p.places[s]
	if !ok {
		n = len(p.Strings)
		p.places[s] = n
		p.Strings = append(p.Strings, s)
	}
	return n
}

// resource is the place of a resource; card is nil for one that has none.
func (p *packed) resource(r assess.Resource, card []int) int {
	n, ok := p.resources[r]
	if !ok {
		n = len(p.Resources)
		p.resources[r] = n
		p.Names, p.ARNs = append(p.Names, clean.Text(r.Name)), append(p.ARNs, clean.Text(r.ARN))
		p.Resources = append(p.Resources, append([]int{p.text(r.Type), p.text(r.Note)}, card...))
	}
	return n
}

// card is the facts of one as the rows of resources have them.
func (p *packed) card(list []assess.Fact) []int {
	if len(list) == 0 {
		return []int{-1}
	}
	out := make([]int, len(list))
	for i, f := range list {
		known := len(p.facts.list)
		if at := p.fact(f); at < known {
			out[i] = at + 1
		}
	}
	return out
}

func (p *packed) fact(f assess.Fact) int {
	if f.Items == nil && f.Document == 0 {
		return p.facts.place(p.text(f.Field), p.text(f.Text), 0, 2, 0)
	}
	items, more := make([]int, len(f.Items)), 0
	for i, item := range f.Items {
		items[i] = p.item(item.Type, item.Slot, item.ID, item.Text, item.Document)
	}
	if f.More {
		more = 1
	}
	return p.facts.place(p.text(f.Field), p.text(f.Text), p.list(items), more, f.Document)
}

// item is the place of an item, or of a part, which has no document.
func (p *packed) item(kind string, slot int, id, text string, document int) int {
	return p.items.place(p.text(kind), slot, p.text(id), p.text(text), document)
}

// list is one place for several.
func (p *packed) list(places []int) int {
	if len(places) == 1 {
		return places[0]
	}
	return -1 - p.lists.place(places...)
}

// finding adds one to a list. weight is how many verdicts it stands for, of a rule that
// lacks a source; else 0.
func (p *packed) finding(to []int, f *assess.Finding, weight int, before string) []int {
	until := ""
	if f.Exception != nil {
		until = f.Exception.Expires
	}
	kind := []int{p.text(f.Rule), len(assess.Severities) - 1 - severityRank(f.Severity), p.text(string(f.Status)), p.text(string(f.Change)), p.text(until), weight, p.text(before)}
	for _, e := range f.Evidence {
		kind = append(kind, p.text(firstField(e.Field)))
	}
	var parts, reasons []int
	for _, part := range f.Parts {
		parts = append(parts, p.item(part.Type, part.Slot, part.ID, part.Text, 0))
	}
	for _, r := range f.Reasons() {
		reasons = append(reasons, p.raw(pattern(r, f.Parts)))
	}
	return append(to, p.kinds.place(kind...), p.resource(f.Resource, nil), p.raw(pattern(f.Message, f.Parts)), p.list(parts), p.list(reasons))
}

// blank stands in a pattern where a part's text was, with the part's number.
const blank = "\x01"

// pattern is a text without the texts of the parts it speaks of, so that many
// findings have the same.
func pattern(s string, parts []assess.Part) string {
	s = clean.Text(s)
	for i, part := range parts[:min(len(parts), 10)] {
		if text := clean.Text(part.Text); len(text) > 3 {
			s = strings.ReplaceAll(s, text, blank+strconv.Itoa(i))
		}
	}
	return s
}

// firstField is the field of the entity that a path of evidence begins with.
func firstField(path string) string {
	for i, r := range path {
		if r == '.' || r == '[' || r == ' ' {
			return path[:i]
		}
	}
	return path
}

func (p *packed) framework(a *assess.Account, f *assess.Framework) {
	out := packedFramework{ID: f.ID, Title: f.Title, Score: score(f), Scope: f.Scope, Controls: []packedControl{}}
	for i := range f.Controls {
		c := &f.Controls[i]
		row := packedControl{ID: c.ID, What: whatControl(c), Status: string(c.Status), Why: reasons(a, c), Rules: []string{}}
		for _, r := range c.Rules {
			row.Rules = append(row.Rules, r.ID)
		}
		out.Controls = append(out.Controls, row)
	}
	p.Frameworks = append(p.Frameworks, out)
}
