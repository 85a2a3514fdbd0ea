package movein

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rollcall-iam/rollcall/internal/rule"
)

// A decision is what becomes of a rule.
type decision struct {
	rule     *rule.Rule
	off, on  bool // what the configuration says; neither is as it is by default
	severity rule.Severity
	settings []setting
	by       []string
}

// settle makes one decision for each rule that entries speak of. Where they
// differ the stricter is kept, so that the order of the files says nothing.
func (m *Move) settle() []decision {
	var out []decision
	for _, r := range m.set.Rules {
		var claims []claim
		for _, c := range m.claims {
			if c.rule == r {
				claims = append(claims, c)
			}
		}
		if len(claims) > 0 {
			out = append(out, m.decide(r, claims))
		}
	}
	return out
}

func (m *Move) decide(r *rule.Rule, claims []claim) decision {
	d := decision{rule: r}
	var on, off []claim
	for _, c := range claims {
		if c.on != nil && !*c.on {
			off = append(off, c)
		} else {
			on = append(on, c)
		}
	}
	if len(on) == 0 {
		d.off = m.allOff(r, off)
		d.by = names(off)
		return d
	}
	for _, c := range off {
		if !slices.ContainsFunc(on, func(o claim) bool { return o.file == c.file }) {
			m.keep("%s: on by %s, off by %s: it stays on", r.ID, names(on)[0], names(off)[0])
			break
		}
	}
	d.by = names(on)
	d.on = !r.ByDefault(false) && slices.ContainsFunc(on, func(c claim) bool { return c.on != nil })
	m.severities(&d, on)
	m.values(&d, on)
	return d
}

// allOff reports whether nothing of what the other tool says under several ids
// is left on.
func (m *Move) allOff(r *rule.Rule, off []claim) bool {
	for _, id := range off[0].together {
		if !slices.ContainsFunc(off, func(c claim) bool { return strings.EqualFold(c.by, id) }) {
			m.keep("%s: off by %s, but %s, which it answers too, is not: it stays on", r.ID, names(off)[0], id)
			return false
		}
	}
	return true
}

// severities keeps the highest.
func (m *Move) severities(d *decision, claims []claim) {
	for _, c := range claims {
		if c.severity != 0 && d.severity != 0 && c.severity != d.severity {
			m.keep("%s: severity is %s and %s by %s: the higher is kept", d.rule.ID, d.severity, c.severity, strings.Join(names(claims), ", "))
		}
		d.severity = max(d.severity, c.severity)
	}
}

// values keeps the stricter value of each setting.
func (m *Move) values(d *decision, claims []claim) {
	by := map[string]string{}
	for _, c := range claims {
		for _, s := range c.settings {
			who := c.by + " in " + c.file
			at := slices.IndexFunc(d.settings, func(o setting) bool { return o.name == s.name })
			if at < 0 {
				d.settings, by[s.name] = append(d.settings, s), who
				continue
			}
			old, first := d.settings[at], by[s.name]
			if fmt.Sprint(old.value) == fmt.Sprint(s.value) {
				continue
			}
			if stricter(d.rule, s, old) {
				d.settings[at], by[s.name] = s, who
			}
			m.keep("%s: %s is %v by %s and %v by %s: %v is kept", d.rule.ID, s.name, old.value, first, s.value, who, d.settings[at].value)
		}
	}
	m.consistent(d)
}

// consistent drops what does not go together, such as three groups of two.
func (m *Move) consistent(d *decision) {
	all := map[string]any{}
	for _, s := range d.settings {
		all[s.name] = s.value
	}
	for len(d.settings) > 0 {
		if _, err := d.rule.Settle(all); err == nil {
			return
		}
		last := d.settings[len(d.settings)-1]
		m.Lost = append(m.Lost, fmt.Sprintf("%s: %s: %v does not go with the rest", strings.Join(d.by, ", "), last.name, last.value))
		delete(all, last.name)
		d.settings = d.settings[:len(d.settings)-1]
	}
}

// looser are the settings of which a smaller value finds less.
var looser = []string{"length", "need", "remembered", "since", "within"}

// stricter reports whether one value finds more than another. Lists are not
// compared: the first is kept.
func stricter(r *rule.Rule, a, b setting) bool {
	va, err := r.Settle(map[string]any{a.name: a.value})
	vb, wrong := r.Settle(map[string]any{b.name: b.value})
	if err != nil || wrong != nil || r.Settings[a.name].Type == rule.Groups {
		return false
	}
	less := va[a.name].Num() < vb[b.name].Num()
	return less != slices.Contains(looser, a.name)
}

func (m *Move) keep(format string, args ...any) {
	line := fmt.Sprintf(format, args...)
	if !slices.Contains(m.Kept, line) {
		m.Kept = append(m.Kept, line)
	}
}

// names are the entries of claims, each with its file.
func names(claims []claim) []string {
	var out []string
	for _, c := range claims {
		if name := c.by + " in " + c.file; !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}

// waivers are the exceptions, each once, in order. One that speaks of a rule
// under one id, where the file has the rule on under another too, would waive
// more than it did: it is lost.
func (m *Move) waivers() []waiver {
	var out []waiver
	for _, w := range m.waived {
		if id := m.unwaived(w); id != "" {
			m.Lost = append(m.Lost, fmt.Sprintf("%s: %s: the exception for %s would waive %s too: both are %s", w.file, w.id, w.Pattern, id, w.rule.ID))
			continue
		}
		at := slices.IndexFunc(out, func(o waiver) bool { return o.rule == w.rule && o.Pattern == w.Pattern })
		switch {
		case at < 0:
			out = append(out, w)
		case !slices.Contains(out[at].by, w.by[0]):
			out[at].by = append(out[at].by, w.by...)
		}
	}
	slices.SortStableFunc(out, func(a, b waiver) int { return strings.Compare(a.rule.ID, b.rule.ID) })
	return out
}

// unwaived is another id that has the exception's rule on without it.
func (m *Move) unwaived(w waiver) string {
	for _, c := range m.claims {
		if c.rule != w.rule || c.file != w.file || c.by == w.id || len(c.together) == 0 || c.on != nil && !*c.on {
			continue
		}
		if !slices.ContainsFunc(m.waived, func(o waiver) bool {
			return o.rule == w.rule && o.Pattern == w.Pattern && o.id == c.by && o.file == c.file
		}) {
			return c.by
		}
	}
	return ""
}
