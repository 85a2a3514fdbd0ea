// Package match picks users: one grammar for the safelist, for exceptions and
// for the command line. What is done with those picked is its callers'
// business.
package match

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/rollcall-iam/rollcall/internal/iam"
	"github.com/rollcall-iam/rollcall/internal/iam/policy"
)

// A Pattern says which users are meant, by one of its fields; Account may
// narrow any of them, or stand alone for all users of an account.
type Pattern struct {
	User    string `yaml:"user,omitempty"`    // a name, whatever its letter case
	Glob    string `yaml:"glob,omitempty"`    // a name with * and ?, whatever its letter case
	Regex   string `yaml:"regex,omitempty"`   // must match the whole name
	ARN     string `yaml:"arn,omitempty"`     // may have * and ?
	Path    string `yaml:"path,omitempty"`    // this path and all below it
	Tag     string `yaml:"tag,omitempty"`     // Key or Key=Value; keys go by any letter case, values may have * and ?
	Account string `yaml:"account,omitempty"` // twelve digits
}

// String shows the pattern as it is written on the command line.
func (p Pattern) String() string {
	for _, f := range p.Fields() {
		if f.Value != "" {
			s := f.prefix + f.Value
			if p.Account != "" && f.Key != "account" {
				s += " in account " + p.Account
			}
			return s
		}
	}
	return ""
}

// A Field is one of a pattern's fields, by its key in YAML.
type Field struct {
	Key, Value string
	prefix     string // on the command line
}

// Fields are all fields of the pattern, the empty ones too, the account last.
func (p Pattern) Fields() []Field {
	return []Field{{"user", p.User, ""}, {"glob", p.Glob, ""}, {"regex", p.Regex, "regex:"}, {"arn", p.ARN, ""},
		{"path", p.Path, "path:"}, {"tag", p.Tag, "tag:"}, {"account", p.Account, "account:"}}
}

// Parse reads a pattern from the command line: a name, a name with wildcards,
// an ARN, or one with a prefix: regex:, path:, tag:, account:.
func Parse(s string) (Pattern, error) {
	var p Pattern
	prefix, rest, found := strings.Cut(s, ":")
	switch {
	case strings.HasPrefix(s, "arn:"):
		p.ARN = s
	case found && prefix == "regex":
		p.Regex = rest
	case found && prefix == "path":
		p.Path = rest
	case found && prefix == "tag":
		p.Tag = rest
	case found && prefix == "account":
		p.Account = rest
	case found:
		return p, fmt.Errorf("user pattern %q: unknown prefix %q, expected one of regex:, path:, tag: and account: before a value", s, prefix+":")
	case strings.ContainsAny(s, "*?"):
		p.Glob = s
	default:
		p.User = s
	}
	_, err := p.Compile()
	return p, err
}

// Within is the number of the account that the pattern is confined to; "" for any.
func (p Pattern) Within() string {
	if p.Account != "" {
		return p.Account
	}
	if arn, ok := iam.ParseARN(p.ARN); ok && iam.IsAccountID(arn.Account) {
		return arn.Account
	}
	return ""
}

// A Matcher is a pattern ready to be used.
type Matcher struct {
	Pattern
	test func(*iam.User) iam.Fact[bool]
}

var errNone = errors.New("says nobody: give one of user, glob, regex, arn, path, tag or account")

// Compile checks the pattern.
func (p Pattern) Compile() (*Matcher, error) {
	m := &Matcher{Pattern: p}
	if p.Account != "" && !iam.IsAccountID(p.Account) {
		return nil, fmt.Errorf("account %q is not twelve digits", p.Account)
	}
	given := 0
	for _, f := range p.Fields() {
		if f.Key != "account" && f.Value != "" {
			given++
		}
	}
	switch {
	case given > 1:
		return nil, fmt.Errorf("%s: only one of user, glob, regex, arn, path and tag may be given", p)
	case given == 0 && p.Account == "":
		return nil, errNone
	}
	test, err := p.tester()
	m.test = test
	return m, err
}

func (p Pattern) tester() (func(*iam.User) iam.Fact[bool], error) {
	switch {
	case p.User != "":
		return func(u *iam.User) iam.Fact[bool] { return iam.Is(strings.EqualFold(u.Name, p.User)) }, nil
	case p.Glob != "":
		glob := strings.ToLower(p.Glob)
		return func(u *iam.User) iam.Fact[bool] { return iam.Is(policy.Match(glob, strings.ToLower(u.Name))) }, nil
	case p.Regex != "":
		if _, err := regexp.Compile(p.Regex); err != nil { // alone: what it opens it must close
			return nil, fmt.Errorf("regex %q: %w", p.Regex, err)
		}
		re, err := regexp.Compile(`^(?:` + p.Regex + `)$`)
		if err != nil {
			return nil, fmt.Errorf("regex %q: %w", p.Regex, err)
		}
		return func(u *iam.User) iam.Fact[bool] { return iam.Is(re.MatchString(u.Name)) }, nil
	case p.ARN != "":
		if _, ok := iam.ParseARN(p.ARN); !ok {
			return nil, fmt.Errorf("arn %q is not an ARN, such as arn:aws:iam::123456789012:user/alice", p.ARN)
		}
		return func(u *iam.User) iam.Fact[bool] { return iam.Is(policy.Match(p.ARN, u.ARN)) }, nil
	case p.Path != "":
		return p.pathTester()
	case p.Tag != "":
		return p.tagTester()
	}
	return func(*iam.User) iam.Fact[bool] { return iam.Is(true) }, nil
}

func (p Pattern) pathTester() (func(*iam.User) iam.Fact[bool], error) {
	if !strings.HasPrefix(p.Path, "/") {
		return nil, fmt.Errorf("path %q must begin with a slash", p.Path)
	}
	under := strings.TrimSuffix(p.Path, "/") + "/"
	return func(u *iam.User) iam.Fact[bool] { return iam.Is(strings.HasPrefix(iam.PathOf(u.ARN), under)) }, nil
}

func (p Pattern) tagTester() (func(*iam.User) iam.Fact[bool], error) {
	key, value, hasValue := strings.Cut(p.Tag, "=")
	if key == "" {
		return nil, fmt.Errorf("tag %q has no key", p.Tag)
	}
	return func(u *iam.User) iam.Fact[bool] {
		switch {
		case u.Root: // has no tags
			return iam.Is(false)
		case u.Grants == nil:
			return iam.Fact[bool]{}
		}
		for _, t := range u.Grants.Tags {
			if strings.EqualFold(t.Key, key) && (!hasValue || policy.Match(value, t.Value)) {
				return iam.Is(true)
			}
		}
		if u.Grants.Untold[iam.TagsPart] != "" {
			return iam.Fact[bool]{}
		}
		return iam.Is(false)
	}, nil
}

// Match reports whether the user is meant. It is unknown where the pattern
// asks for tags that were not read.
func (m *Matcher) Match(u *iam.User) iam.Fact[bool] {
	if m.Account != "" {
		if a, _ := iam.ParseARN(u.ARN); a.Account != m.Account {
			return iam.Is(false)
		}
	}
	return m.test(u)
}
