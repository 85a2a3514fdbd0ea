package match

import (
	"strings"
	"testing"

	"github.com/rollcall-iam/rollcall/internal/iam"
)

func TestMatch(t *testing.T) {
	alice := &iam.User{Name: "Alice", ARN: "arn:aws:iam::123456789012:user/staff/dev/Alice",
		Grants: &iam.Grants{Tags: []iam.Tag{{Key: "team", Value: "build-2"}}}}
	unread := &iam.User{Name: "bob", ARN: "arn:aws:iam::123456789012:user/bob"}
	for _, c := range []struct {
		pattern string
		user    *iam.User
		want    iam.Fact[bool]
	}{
		{"alice", alice, iam.Is(true)},
		{"ali", alice, iam.Is(false)},
		{"AL*", alice, iam.Is(true)},
		{"?lice", alice, iam.Is(true)},
		{"regex:Ali", alice, iam.Is(false)},
		{"regex:A.*", alice, iam.Is(true)},
		{"arn:aws:iam::123456789012:user/staff/*", alice, iam.Is(true)},
		{"arn:aws:iam::123456789012:user/Alice", alice, iam.Is(false)},
		{"path:/staff", alice, iam.Is(true)},
		{"path:/staff/", alice, iam.Is(true)},
		{"path:/sta", alice, iam.Is(false)},
		{"path:/", unread, iam.Is(true)},
		{"tag:team", alice, iam.Is(true)},
		{"tag:team=build-*", alice, iam.Is(true)},
		{"tag:TEAM=build-2", alice, iam.Is(true)},
		{"tag:team=ops", alice, iam.Is(false)},
		{"tag:team", unread, iam.Fact[bool]{}},
		{"account:123456789012", alice, iam.Is(true)},
		{"account:210987654321", alice, iam.Is(false)},
	} {
		p, err := Parse(c.pattern)
		if err != nil {
			t.Errorf("%s: %v", c.pattern, err)
			continue
		}
		m, _ := p.Compile()
		if got := m.Match(c.user); got != c.want {
			t.Errorf("%s on %s = %+v", c.pattern, c.user.Name, got)
		}
		if p.String() != c.pattern {
			t.Errorf("%s is shown as %s", c.pattern, p)
		}
	}
}

func TestBadPatterns(t *testing.T) {
	for _, c := range []struct{ pattern, want string }{
		{"", "says nobody"},
		{"regex:(", `regex "("`},
		{"path:staff", "must begin with a slash"},
		{"tag:=x", "has no key"},
		{"account:12", "not twelve digits"},
		{"group:x", `unknown prefix "group:"`},
		{"arn:x", "is not an ARN"},
	} {
		if _, err := Parse(c.pattern); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: got %v, want %q", c.pattern, err, c.want)
		}
	}
	if _, err := (Pattern{User: "a", Glob: "b"}).Compile(); err == nil {
		t.Error("two ways to say who are accepted")
	}
}
