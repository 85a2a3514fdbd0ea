package iam

import (
	"strings"
	"testing"

	"github.com/rollcall-iam/rollcall/internal/iam/policy"
)

// What was not told leaves unknown what it may decide, and nothing else.
func TestUntold(t *testing.T) {
	const self = `{"Effect":"Allow","Action":["iam:ChangePassword","iam:*AccessKey*"],"Resource":"arn:aws:iam::111122223333:user/${aws:username}"}`
	admin, read := `{"Effect":"Allow","Action":"*","Resource":"*"}`, `{"Effect":"Allow","Action":"s3:Get*","Resource":"*"}`
	lift := `{"Effect":"Allow","Action":"iam:DeleteUserPermissionsBoundary","Resource":"*"}`
	for _, tt := range []struct {
		name      string
		statement string // of the user's inline policy; "" for no policy
		part      Part
		unknown   string // what cannot be told
	}{
		{"nothing is untold", admin, "", ""},
		{"an administrator's boundary", admin, BoundaryPart, "admin others self escalations"},
		{"the boundary of somebody who reads", read, BoundaryPart, ""},
		{"the boundary of somebody with nothing", "", BoundaryPart, ""},
		{"a boundary that could be lifted", lift, BoundaryPart, "escalations"},
		{"a boundary on self-service", self, BoundaryPart, "self"},
		{"inline policies", "", InlinePart, "admin others self escalations redundant"},
		{"managed policies", read, AttachedPart, "admin others self escalations redundant lockouts"},
		{"groups", "", GroupsPart, "admin others self escalations lockouts"},
		{"tags", admin, TagsPart, ""},
	} {
		g := &Grants{}
		if tt.statement != "" {
			g.Inline = []InlinePolicy{{Name: "own", Document: policy.New(`{"Version":"2012-10-17","Statement":` + tt.statement + `}`)}}
		}
		if tt.part != "" {
			g.Untold.Add(tt.part, "nobody asked")
		}
		got := strings.Join(unknowns(g), " ")
		if !sameWords(got, tt.unknown) {
			t.Errorf("%s: %q is unknown, want %q", tt.name, got, tt.unknown)
		}
	}
}

// unknowns are what cannot be told of a user with these grants.
func unknowns(g *Grants) (out []string) {
	s := &Snapshot{Account: Account{ID: "111122223333"}, Sources: []Source{{Name: Details, State: Read}}, PasswordPolicy: Is(PasswordPolicy{}),
		Users: []User{{Name: "ann", ARN: prefix + "ann", Grants: g}}}
	v, u := NewView(s), &Subject{User: &s.Users[0]}
	note := func(what string, gap *Gap) {
		if gap != nil {
			out = append(out, what)
		}
	}
	_, gap := v.AdminLevel(u)
	note("admin", gap)
	_, gap = v.CredentialsOfOthers(u)
	note("others", gap)
	_, gap = v.MissingSelfService(u)
	note("self", gap)
	_, gap = v.Escalations(u)
	note("escalations", gap)
	_, gap = v.Redundant(u)
	note("redundant", gap)
	_, gap = v.Lockouts(u)
	note("lockouts", gap)
	return out
}

func sameWords(a, b string) bool {
	have := map[string]bool{}
	for _, w := range strings.Fields(a) {
		have[w] = true
	}
	for _, w := range strings.Fields(b) {
		if !have[w] {
			return false
		}
		delete(have, w)
	}
	return len(have) == 0
}

// A boundary only takes away: what is missing without it stays missing.
func TestUntoldBoundaryKeepsWhatIsMissing(t *testing.T) {
	g := &Grants{Inline: []InlinePolicy{{Name: "own", Document: policy.New(`{"Statement":{"Effect":"Allow","Action":"iam:ListMFADevices","Resource":"*"}}`)}}}
	g.Untold.Add(BoundaryPart, "nobody asked")
	s := &Snapshot{PasswordPolicy: Is(PasswordPolicy{}), Users: []User{{Name: "ann", ARN: prefix + "ann", Grants: g}}}
	missing, gap := NewView(s).MissingSelfService(&Subject{User: &s.Users[0]})
	if gap == nil || len(missing) == 0 || strings.Contains(strings.Join(missing, " "), "ListMFADevices") {
		t.Errorf("missing %v, %v", missing, gap)
	}
}

// What is not told of a group is not known of its members.
func TestUntoldOfGroup(t *testing.T) {
	s := &Snapshot{Sources: []Source{{Name: Details, State: NotGiven}}, Groups: []Group{{Name: "ops", Untold: Untold{InlinePart: "nobody asked"}}},
		Users: []User{{Name: "ann", ARN: prefix + "ann", Grants: &Grants{Groups: []string{"ops"}}}}}
	v := NewView(s)
	if _, gap := v.AdminLevel(&Subject{User: &s.Users[0]}); gap == nil || gap.Note != "nobody asked" || !gap.Whole() {
		t.Errorf("the member: %v", gap)
	}
	if _, gap := v.GroupAdminLevel(&s.Groups[0]); gap == nil {
		t.Error("the group is known")
	}
}
