package assess

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// What is known is replaced where it stands by itself, in any letter case, and
// nothing else is.
func TestPlaceholders(t *testing.T) {
	x := newPlaceholders(map[string]int{})
	for kind, names := range map[string][]string{"user": {"alice", "j.doe.", "a+b@c", "bob,carl"}, "tag": {"Jane Doe", "Jane Doe Jr.", "(x) team"}, "arn": {"arn:aws:iam::111122223333:mfa/alice"}} {
		for _, name := range names {
			x.put(name, fmt.Sprintf("<%s %s>", kind, strings.ToUpper(name[:1])))
		}
	}
	x.put("team=x", "team=<tag>")
	x.arns = func(string) string { return "<arn>" }
	x.numbers = func(string) string { return "<number>" }
	x.ids = true
	for text, want := range map[string]string{
		"alice":                         "<user A>",
		"Alice, ALICE.":                 "<user A>, <user A>.",
		"malice alice2 x-alice":         "malice alice2 x-alice",
		`"alice"/alice:alice`:           `"<user A>"/<user A>:<user A>`,
		"owner=alice,alice":             "owner=<user A>,<user A>",
		"alice@example.org":             "<user A>@example.org",
		"j.doe. did it. So did j.doe..": "<user J> did it. So did <user J>.",
		"a+b@c":                         "<user A>",
		"bob,carl and bob":              "<user B> and bob",
		"by Jane Doe, by jane doe Jr.":  "by <tag J>, by <tag J>",
		"Jane Doering, Jane":            "Jane Doering, Jane",
		"is (x) team":                   "is <tag (>",
		"Full Name=Jane Doe":            "Full Name=<tag J>", "x=bob,carl": "x=<user B>",
		"team=x team=xy":                               "team=<tag> team=xy",
		"arn:aws:iam::111122223333:user/x.":            "<arn>.",
		"arn:*:iam::*:role/x":                          "<arn>",
		"[arn:aws:iam::111122223333:mfa/alice]":        "[<arn A>]",
		"https://111122223333.signin.aws.amazon.com":   "https://<number>.signin.aws.amazon.com",
		"bucket-111122223333 1111222233334 2026112020": "bucket-<number> 1111222233334 2026112020",
		"111122223333-444455556666":                    "<number>-<number>",
		"key=AKIAIOSFODNN7EXAMPLE":                     "key=id-1",
		"\xff alice \u202ealice":                       "\xff <user A> \u202e<user A>",
		"":                                             "",
	} {
		if got := x.text(text); got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}

// A text is gone through once, however much is known that begins alike.
func BenchmarkPlaceholders(b *testing.B) {
	x := newPlaceholders(map[string]int{})
	for i := range 5000 {
		x.learn("tag", fmt.Sprintf("created by person %d", i))
		x.learn("user", fmt.Sprintf("person-%d", i))
	}
	for b.Loop() {
		for i := range 5000 {
			x.text(fmt.Sprintf("person-%d was created 200 days ago and never signed in", i))
		}
	}
}

// Who comes later takes no number from those before, however they are called.
func TestPlaceholdersByAge(t *testing.T) {
	numbers := func(users ...string) (out []string) {
		a := &Account{Inventory: &Inventory{}}
		for i := 0; i < len(users); i += 2 {
			a.Inventory.Users = append(a.Inventory.Users, Card{Resource: Resource{Type: "user", Name: users[i]},
				Facts: []Fact{{Field: "createDate", Text: users[i+1]}, {Field: "accessKeys", Items: []Item{{Type: "access-key", ID: "AKIA" + users[i], Text: "AKIA" + users[i]}}}}})
		}
		r, err := ParseRedaction([]string{"names", "keys"})
		if err != nil {
			t.Fatal(err)
		}
		if err := r.Account(a); err != nil {
			t.Fatal(err)
		}
		for _, u := range a.Inventory.Users {
			out = append(out, u.Name+" "+u.Facts[1].Items[0].ID)
		}
		return out
	}
	got := numbers("mia", "2020-01-01T00:00:00Z", "zoe", "2021-01-01T00:00:00Z")
	if want := []string{"user-1 access-key-1", "user-2 access-key-2"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	got = numbers("ann", "2022-01-01T00:00:00Z", "mia", "2020-01-01T00:00:00Z", "zoe", "2021-01-01T00:00:00Z")
	if want := []string{"user-3 access-key-3", "user-1 access-key-1", "user-2 access-key-2"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// Names that are words of our sentences too are placeholders where they are names,
// and leave the sentences alone.
func TestPlaceholdersOfWords(t *testing.T) {
	a := &Account{Inventory: &Inventory{}, Rules: []Rule{{ID: "r", Title: "Users have no policy", Risk: "Users have policies"}},
		Findings: []*Finding{
			{Rule: "r", Status: Fail, Resource: Resource{Type: "user", Name: "ann"}, Message: "has no policy of the user: group role",
				Evidence: []Evidence{{Field: "attachedGroups", Value: "staff, Role", Expression: "user has no policy in iam:List"}}},
			{Rule: "r", Status: Fail, Resource: Resource{Type: "user", Name: "user"}, Message: "user has no policy"}}}
	for _, name := range []string{"ann", "no", "policy", "user", "iam"} {
		a.Inventory.Users = append(a.Inventory.Users, Card{Resource: Resource{Type: "user", Name: name}, Facts: []Fact{{Field: "tags", Items: []Item{{Text: "k=user"}}}}})
	}
	a.Inventory.Groups = []Card{{Resource: Resource{Type: "group", Name: "role"}, Facts: []Fact{{Field: "users", Items: []Item{{Text: "user"}, {Text: "no"}}}}}}
	r, err := ParseRedaction([]string{"names"})
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Account(a); err != nil {
		t.Fatal(err)
	}
	f := a.Findings
	got := strings.Join([]string{f[0].Resource.Name, f[0].Message, f[0].Evidence[0].Value, f[0].Evidence[0].Expression, f[1].Resource.Name, f[1].Message,
		a.Inventory.Users[3].Name, a.Inventory.Users[3].Facts[0].Items[0].Text, a.Inventory.Groups[0].Facts[0].Items[0].Text, a.Inventory.Groups[0].Facts[0].Items[1].Text}, "\n")
	want := `user-1
has no policy of the user: group group-1
staff, group-1
user has no policy in iam:List
user-5
user-5 has no policy
user-5
k=user-5
user-5
user-3`
	if got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}
