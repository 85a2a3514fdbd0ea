package policy

// An AdminLevel says how much of an administrator a grant makes, from nothing
// to everything.
type AdminLevel uint8

// The levels. They look at statements alone; what a boundary or a Deny takes
// away again is for the caller, who has all of a user's documents.
const (
	AdminNone        AdminLevel = iota
	AdminNotAction              // Allow on every resource of all but some actions
	AdminConditional            // Allow * on * under a condition, such as MFA
	AdminExact                  // Allow * on *, without condition
)

var adminNames = [...]string{"none", "admin-notaction", "admin-conditional", "admin-exact"}

func (l AdminLevel) String() string { return adminNames[l] }

func adminLevel(statements []Statement) AdminLevel {
	level := AdminNone
	for i := range statements {
		level = max(level, statements[i].admin())
	}
	return level
}

func (s *Statement) admin() AdminLevel {
	switch {
	case !s.Allow || !some(s.Resources, Pattern.Any):
		return AdminNone
	case s.NotActions != nil:
		return AdminNotAction
	case !s.everyAction():
		return AdminNone
	case len(s.Conditions) > 0:
		return AdminConditional
	}
	return AdminExact
}

func (s *Statement) everyAction() bool {
	for _, a := range s.Actions {
		if a == "*" {
			return true
		}
	}
	return false
}

// DeniesIAM reports whether the document denies all of IAM on everything,
// without condition: whoever holds it is no administrator of users.
func (d *Document) DeniesIAM() bool {
	for _, s := range d.Statements() {
		if !s.Allow && len(s.Conditions) == 0 && some(s.Resources, Pattern.Any) && s.CoversActions("iam:*") {
			return true
		}
	}
	return false
}

// CoversActions reports whether the statement applies to every action that a
// pattern names. Give it in lower case.
func (s *Statement) CoversActions(pattern string) bool {
	return s.does.covers(side{in: []Pattern{{text: pattern}}})
}

// AppliesTo reports whether the statement applies to one action, in lower case.
func (s *Statement) AppliesTo(action string) bool {
	if s.NotActions != nil {
		return !matchesAny(s.NotActions, action)
	}
	return matchesAny(s.Actions, action)
}

func matchesAny(patterns []string, action string) bool {
	for _, p := range patterns {
		if Match(p, action) {
			return true
		}
	}
	return false
}
