package iam

import (
	"fmt"
	"testing"

	"github.com/rollcall-iam/rollcall/internal/iam/policy"
)

// What is kept of a membership is what every one of its users gets: resources
// of all shapes, names and paths that match some of them by chance.
func TestMembershipTally(t *testing.T) {
	resources := []string{
		`"*"`, `"arn:aws:iam::111122223333:user/*"`, `"arn:aws:iam::111122223333:user/${aws:username}"`,
		`"arn:aws:iam::*:user/*/${aws:username}"`, `"arn:aws:iam::*:mfa/${aws:username}"`, `"arn:aws:iam::*:*/${aws:username}*"`,
		`"arn:aws:iam::*:user/a*"`, `"arn:aws:iam::*:user/alice"`, `"arn:aws:iam::*:user/*e"`, `"arn:aws:iam::*:user/staff/*"`,
		`"arn:aws:iam::*:user/?lice"`, `"arn:aws:iam::*:user/${aws:PrincipalTag/x}"`, `["arn:aws:iam::*:user/${aws:username}","arn:aws:iam::*:mfa/b*"]`,
	}
	names := []string{"alice", "bob", "a", "e", "${aws:username}", "*", "staff"}
	for _, element := range []string{"Resource", "NotResource"} {
		for _, resource := range resources {
			for _, effect := range []string{"Allow", "Deny"} {
				d := policy.New(fmt.Sprintf(`{"Version":"2012-10-17","Statement":{"Effect":%q,"Action":"iam:*",%q:%s}}`, effect, element, resource))
				if d.Err() != nil {
					t.Fatal(d.Err())
				}
				v := NewView(&Snapshot{Groups: []Group{{Name: "g", Inline: []InlinePolicy{{Name: "p", Document: d}}}}})
				for _, path := range []string{"/", "/staff/", "/a/b/"} {
					for _, name := range names {
						o := own{User: &User{Name: name, ARN: "arn:aws:iam::111122223333:user" + path + name}}
						if got, want := v.membershipOf([]string{"g"}).tally(&o), tallyOf(&o, v.reach(d)); got != want {
							t.Errorf("%s %s %s: %s gets %v, want %v", effect, element, resource, o.ARN, got, want)
						}
					}
				}
			}
		}
	}
}

// No group's name can make two lists of groups look the same.
func TestMembershipNames(t *testing.T) {
	v := NewView(&Snapshot{Groups: []Group{{Name: "a", Attached: []PolicyRef{{Name: "x", ARN: "x"}}}, {Name: "1:b"}}})
	for _, groups := range [][]string{{"a", "b"}, {"a1:b"}, {"a", "1:b"}, {"a"}, {}, {""}} {
		has := len(groups) > 0 && groups[0] == "a"
		if got := len(v.membershipOf(groups).grants) == 1; got != has {
			t.Errorf("%q: the policy of a is granted: %v", groups, got)
		}
	}
}
