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
)

// shared is what all accounts of a page have in common. The names of members are
// those that the page's code reads.
type shared struct {
	Version string        `json:"version"`
	Rules   []sharedRule  `json:"rules"`
	Off     []assess.Off  `json:"off"`
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

func newShared(o Options) shared {
	return shared{Version: o.Version, Rules: []sharedRule{}, Off: []assess.Off{}, readme: o.Readme, known: map[string]bool{}}
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
	s.Footer, s.Off = assess.Footer{Expired: cleaned(f.Expired), StaleSafelist: cleaned(f.StaleSafelist), StaleExceptions: cleaned(f.StaleExceptions)}, []assess.Off{}
	for _, e := range f.Entries {
		e.Pattern, e.Owner, e.Reason, e.Ticket = clean.Text(e.Pattern), clean.Text(e.Owner), clean.Text(e.Reason), clean.Text(e.Ticket)
		s.Footer.Entries = append(s.Footer.Entries, e)
	}
	for _, off := range f.Off { // some are judged for a control
		if !s.known[off.Rule] {
			off.Why = clean.Text(off.Why)
			s.Off = append(s.Off, off)
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

// packed is one account's data. Texts that come again and again stand in Strings
// once, and rows name them by their places.
type packed struct {
	ID         string            `json:"id"`
	At         string            `json:"at"` // judged
	Alias      string            `json:"alias"`
	Listed     bool              `json:"listed"` // groups and policies were read
	Strings    []string          `json:"strings"`
	Rules      [][]any           `json:"rules"`     // id, fail, excepted, unknown, pass, not applicable, why it applies to nobody
	Resources  [][]any           `json:"resources"` // type, name, ARN, note, facts
	Findings   [][]any           `json:"findings"`
	Since      string            `json:"since,omitzero"` // as of when the baseline was judged
	Gone       [][]any           `json:"gone,omitzero"`  // what the baseline had and is no failure any more
	Documents  []string          `json:"documents"`
	Frameworks []packedFramework `json:"frameworks"`

	places    map[string]int
	resources map[assess.Resource]int
	last      int // the resource of the finding before
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
	p := &packed{ID: clean.Text(a.ID), At: a.AssessedAt, Alias: clean.Text(a.Alias), Listed: listed(a), Strings: []string{}, Rules: [][]any{}, Resources: [][]any{}, Findings: [][]any{}, Documents: []string{},
		Frameworks: []packedFramework{}, places: map[string]int{}, resources: map[assess.Resource]int{}}
	for _, r := range rulesOf(a) {
		p.Rules = append(p.Rules, []any{r.ID, r.Fail, r.Excepted, r.Unknown, r.Pass, r.NotApplicable, r.Note})
	}
	if a.Inventory != nil {
		p.Documents = slices.Concat(p.Documents, a.Inventory.Documents)
		for _, list := range [][]assess.Card{a.Inventory.Users, a.Inventory.Groups, a.Inventory.Policies} {
			for i := range list {
				p.resource(list[i].Resource, p.facts(list[i].Facts))
			}
		}
	}
	for _, f := range found(a) {
		p.finding(f)
	}
	for i, f := range wholly(a) {
		p.finding(f)
		last := &p.Findings[len(p.Findings)-1]
		*last = append(*last, a.Unknown[i].Count)
	}
	for i := range a.Frameworks {
		p.framework(a, &a.Frameworks[i])
	}
	if a.Baseline != nil {
		p.baseline(a.Baseline)
	}
	return p
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

// resource is the place of a resource; facts are nil for one that is on no card.
func (p *packed) resource(r assess.Resource, facts [][]any) int {
	n, ok := p.resources[r]
	if !ok {
		n = len(p.Resources)
		p.resources[r] = n
		row := []any{p.text(r.Type), clean.Text(r.Name), clean.Text(r.ARN), p.text(r.Note)}
		if facts != nil {
			row = append(row, facts)
		}
		p.Resources = append(p.Resources, row)
	}
	return n
}

// facts are rows of field, text, items, whether there may be more, document.
func (p *packed) facts(list []assess.Fact) [][]any {
	out := make([][]any, 0, len(list))
	for _, f := range list {
		row := []any{p.text(f.Field), p.text(f.Text)}
		if f.Items != nil || f.Document > 0 {
			items := [][]any{}
			for _, i := range f.Items {
				row := p.part(i.Type, i.Slot, i.ID, i.Text)
				if i.Document > 0 {
					row = append(row, i.Document)
				}
				items = append(items, row)
			}
			row = append(row, items, f.More, f.Document)
		}
		out = append(out, row)
	}
	return out
}

// part is a row for a part or an item.
func (p *packed) part(kind string, slot int, id, text string) []any {
	return []any{p.text(kind), slot, p.text(id), p.text(text)}
}

// finding adds the row of a finding, and what it was, where that was another.
func (p *packed) finding(f *assess.Finding) {
	row := p.row(f)
	if f.Was != "" {
		row = append(row, 1, p.text("was "+f.Was))
	}
	p.Findings = append(p.Findings, row)
}

// baseline adds rows for what is gone, each with why it is so.
func (p *packed) baseline(b *assess.Baseline) {
	p.Since, p.last = clean.Text(b.AssessedAt), 0
	for _, d := range b.Gone {
		f := d.Finding
		f.Change = d.Change
		p.Gone = append(p.Gone, append(p.row(&f), 1, p.text(d.Why)))
	}
}

// row is a row of rule, severity, status, resource as the way from the one
// before, message, parts, reasons, fields of the evidence, change since the
// baseline, the exception's end; and of a rule that lacks a source how many
// verdicts it stands for.
func (p *packed) row(f *assess.Finding) []any {
	parts, reasons, fields := [][]any{}, []int{}, []int{}
	for _, part := range f.Parts {
		parts = append(parts, p.part(part.Type, part.Slot, part.ID, part.Text))
	}
	for _, r := range f.Reasons() {
		reasons = append(reasons, p.raw(pattern(r, f.Parts)))
	}
	for _, e := range f.Evidence {
		fields = append(fields, p.text(firstField(e.Field)))
	}
	until := ""
	if f.Exception != nil {
		until = f.Exception.Expires
	}
	on := p.resource(f.Resource, nil)
	step := on - p.last
	p.last = on
	return []any{p.text(f.Rule), len(assess.Severities) - 1 - severityRank(f.Severity), p.text(string(f.Status)), step,
		p.raw(pattern(f.Message, f.Parts)), parts, reasons, fields, p.text(string(f.Change)), p.text(until)}
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
