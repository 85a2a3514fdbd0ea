package policy

// Contains reports whether everything d says is also said by the documents in
// by: each action and resource of each of its statements lies inside one of
// their statements of the same effect. It errs on the side of false.
func Contains(by []*Document, d *Document) bool {
	if d.Err() != nil {
		return false
	}
	for i := range d.statements {
		if !statementContained(by, &d.statements[i]) {
			return false
		}
	}
	return true
}

// maxPairs bounds the work; no policy that AWS takes comes near.
const maxPairs = 10_000

// statementContained takes a statement apart where it lists actions and
// resources, since different statements may cover different pairs.
func statementContained(by []*Document, s *Statement) bool {
	if anyCovers(by, s) {
		return true
	}
	if len(s.Actions)*len(s.Resources) > maxPairs {
		return false
	}
	return s.parts(func(part *Statement) bool { return anyCovers(by, part) })
}

// parts calls f for each pair of one action and one resource that s lists,
// until f says no. The statement that f is given is good until it returns.
func (s *Statement) parts(f func(*Statement) bool) bool {
	part := *s
	for i := range max(1, len(s.Actions)) {
		if len(s.Actions) > 0 {
			part.Actions, part.does.in = s.Actions[i:i+1], s.does.in[i:i+1]
		}
		for k := range max(1, len(s.Resources)) {
			if len(s.Resources) > 0 {
				part.Resources = s.Resources[k : k+1]
			}
			if !f(&part) {
				return false
			}
		}
	}
	return true
}

func anyCovers(by []*Document, s *Statement) bool {
	for _, d := range by {
		if d.Err() != nil {
			continue
		}
		for i := range d.statements {
			if d.statements[i].covers(s) {
				return true
			}
		}
	}
	return false
}

// covers reports whether s applies wherever t does.
func (s *Statement) covers(t *Statement) bool {
	return s.Allow == t.Allow && s.does.covers(t.does) && s.resources().covers(t.resources()) && s.conditionsImplied(t)
}

// conditionsImplied reports whether each condition of s is one of t's too.
// One with ${...} means another thing where that is no variable.
func (s *Statement) conditionsImplied(t *Statement) bool {
	for _, c := range s.Conditions {
		found := false
		for _, d := range t.Conditions {
			found = found || c.canonical() == d.canonical() && (c.plain() || s.variables == t.variables)
		}
		if !found {
			return false
		}
	}
	return true
}

func (s *Statement) resources() side { return side{s.Resources, s.NotResources} }

func actionPatterns(list []string) []Pattern {
	if list == nil {
		return nil
	}
	out := make([]Pattern, len(list))
	for i, a := range list {
		out[i] = Pattern{text: a}
	}
	return out
}

// A side is what a statement applies to: what it names, or all but what it
// names. With neither it applies to nothing that can be proved.
type side struct{ in, not []Pattern }

func (s side) covers(t side) bool {
	switch {
	case s.in != nil && t.in != nil:
		return each(t.in, func(q Pattern) bool { return some(s.in, func(p Pattern) bool { return p.Covers(q) }) })
	case s.in != nil && t.not != nil:
		return some(s.in, Pattern.Any)
	case s.not != nil && t.in != nil:
		return each(t.in, func(q Pattern) bool { return !some(s.not, func(p Pattern) bool { return p.Overlaps(q) }) })
	case s.not != nil && t.not != nil:
		return each(s.not, func(p Pattern) bool { return some(t.not, func(q Pattern) bool { return q.Covers(p) }) })
	}
	return false
}

func some(list []Pattern, f func(Pattern) bool) bool {
	for _, p := range list {
		if f(p) {
			return true
		}
	}
	return false
}

func each(list []Pattern, f func(Pattern) bool) bool {
	return !some(list, func(p Pattern) bool { return !f(p) })
}
