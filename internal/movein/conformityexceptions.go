package movein

import (
	"regexp"
	"slices"
	"strings"

	"github.com/rollcall-iam/rollcall/internal/match"
	"github.com/rollcall-iam/rollcall/internal/rule"
)

// conformityExceptions are the resources and tags that a rule passes over.
func (m *Move) conformityExceptions(r conformityRule, to *rule.Rule) {
	e := r.Exceptions
	for _, id := range slices.Concat(e.Resources, e.ResourceIDs) {
		p, problem := conformityResource(to, id)
		m.conformityWaive(r, to, p, "resource", id, problem)
	}
	for _, tag := range slices.Concat(e.Tags, e.FilterTags) {
		p, problem := conformityTag(to, tag)
		m.conformityWaive(r, to, p, "tag", tag, problem)
	}
}

func (m *Move) conformityWaive(r conformityRule, to *rule.Rule, p match.Pattern, kind, text, problem string) {
	switch {
	case problem != "" && p != (match.Pattern{}): // taken, with another meaning
		m.keep("%s: %s: exception for %s %q: %s", m.file, r.ID, kind, text, problem)
	case problem != "":
		m.lose(r.ID, "exception for %s %q: %s", kind, text, problem)
	}
	if p != (match.Pattern{}) {
		m.waive(waiver{rule: to, Pattern: p, id: r.ID, reason: "excepted in Conformity"})
	}
}

// awsID is an id that AWS makes: of an access key, or of a user or group.
var awsID = regexp.MustCompile(`^A[A-Z]{3}[A-Z0-9]{12,}$`)

// conformityResource is a resource that Conformity knows by an id: user-NAME,
// groups-NAME, an ARN, the id of an access key, or PasswordPolicy.
func conformityResource(r *rule.Rule, id string) (p match.Pattern, problem string) {
	user, isUser := strings.CutPrefix(id, "user-")
	group, isGroup := strings.CutPrefix(id, "groups-")
	switch kind := r.Tree.Target.Text; {
	case id == "" || strings.ContainsAny(id, "*?"):
		return p, "Conformity compares it as it stands, so it is nobody's"
	case strings.HasPrefix(id, "arn:"):
		return match.Pattern{ARN: id}, ""
	case awsID.MatchString(id) || awsID.MatchString(user):
		return p, "our exceptions go by names, not by ids of users or keys: write user: with whose it is"
	case r.Tree.List || kind == "Iam":
		if id == "PasswordPolicy" {
			return match.Pattern{Glob: "*"}, ""
		}
		return p, "the rule is about the account"
	case kind == "IamUser" && isUser:
		return match.Pattern{User: user}, ""
	case kind == "IamUser" && !isGroup:
		return match.Pattern{User: id}, ""
	case kind == "IamGroup" && isGroup:
		return match.Pattern{Glob: group}, ""
	case kind != "IamUser" && !isUser && !isGroup:
		return match.Pattern{Glob: id}, ""
	}
	return p, "the rule is about something else"
}

// conformityTag is a tag as key::value, a key or a value. A value alone cannot
// be said with us.
func conformityTag(r *rule.Rule, tag string) (p match.Pattern, problem string) {
	key, value, both := strings.Cut(tag, "::")
	switch {
	case !tagged(r):
		return p, "what the rule is about has no tags with us"
	case key == "" || strings.Contains(key, "=") || strings.ContainsAny(value, "*?"):
		return p, "it has letters that mean something else with us: write tag: by hand"
	case both:
		return match.Pattern{Tag: key + "=" + value}, ""
	}
	return match.Pattern{Tag: key}, "taken as a key; as the value of any key it has no counterpart"
}

// tagged reports whether what a rule is about can have tags with us; root has
// none.
func tagged(r *rule.Rule) bool {
	return r.Tree.Target.Text == "IamUser" && !strings.HasPrefix(r.ID, "root-")
}
