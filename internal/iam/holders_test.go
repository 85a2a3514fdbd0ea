package iam

import (
	"slices"
	"testing"
)

func TestHoldersAndMembers(t *testing.T) {
	audit, feed := PolicyRef{Name: "Audit", ARN: "arn:aws:iam::111122223333:policy/Audit"}, PolicyRef{Name: "Feed", ARN: "arn:aws:iam::111122223333:policy/Feed"}
	v := NewView(&Snapshot{
		Users: []User{
			{Name: "ada", Grants: &Grants{Groups: []string{"Ops", "ops"}, Attached: []PolicyRef{audit, audit}}},
			{Name: "ada", Grants: &Grants{Groups: []string{"ops"}, Attached: []PolicyRef{audit, feed}}}, // another of that name
			{Name: "bo"},
		},
		Groups: []Group{{Name: "Ops", Attached: []PolicyRef{audit}}},
		Roles:  []Role{{Name: "task", Attached: []PolicyRef{feed}}},
	})
	for _, c := range []struct {
		what      string
		got, want []string
	}{
		{"users of Audit", v.Holders(audit.ARN).Users, []string{"ada", "ada"}},
		{"groups of Audit", v.Holders(audit.ARN).Groups, []string{"Ops"}},
		{"roles of Audit", v.Holders(audit.ARN).Roles, nil},
		{"users of Feed", v.Holders(feed.ARN).Users, []string{"ada"}},
		{"roles of Feed", v.Holders(feed.ARN).Roles, []string{"task"}},
		{"users of a policy that nobody has", v.Holders("arn:aws:iam::aws:policy/ReadOnlyAccess").Users, nil},
		{"members of OPS", v.Members("OPS"), []string{"ada", "ada"}},
		{"members of a group that is not there", v.Members("dev"), nil},
	} {
		if !slices.Equal(c.got, c.want) {
			t.Errorf("%s: %q, want %q", c.what, c.got, c.want)
		}
	}
}
