package policy

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestMatch(t *testing.T) {
	for _, c := range []struct {
		pattern, s string
		want       bool
	}{
		{"*", "", true},
		{"*", "arn:aws:iam::1:user/a/b", true},
		{"iam:*accesskey*", "iam:createaccesskey", true},
		{"iam:*password", "iam:changepassword", true},
		{"iam:*password", "iam:getaccountpasswordpolicy", false},
		{"a?c", "abc", true},
		{"a?c", "ac", false},
		{"a?c", "aéc", true},
		{"a*b*c", "aXXbYYbZZc", true},
		{"a*b*c", "aXXbYYbZZ", false},
		{"[a-z]", "b", false},
		{"", "", true},
		{"", "x", false},
	} {
		if got := Match(c.pattern, c.s); got != c.want {
			t.Errorf("Match(%q, %q) = %v", c.pattern, c.s, got)
		}
	}
}

func TestPatternVariables(t *testing.T) {
	own := "arn:aws:iam::1:user/alice"
	p := ParsePattern("arn:aws:iam::1:user/${aws:username}", true)
	if !p.MatchAs("alice", own) || p.MatchAs("bob", own) || p.MatchAs("${aws:username}", own) {
		t.Error("a bound name matches its own ARN alone")
	}
	if ParsePattern("arn:aws:iam::1:user/${aws:username}", false).MatchAs("alice", own) {
		t.Error("version 2008-10-17 has no variables")
	}
	if !ParsePattern("a${*}b", true).MatchAs("", "a*b") || ParsePattern("a${*}b", true).MatchAs("", "axb") {
		t.Error("${*} is a star, not a wildcard")
	}
	if ParsePattern("user/${aws:username}", true).MatchAs("*", "user/bob") {
		t.Error("a wildcard in a name is text")
	}
	grows := strings.Repeat("\u023a", 20) // a letter that takes more bytes in lower case
	if !ParsePattern(grows+"${AWS:username}", true).MatchAs("bob", grows+"bob") {
		t.Error("a variable after letters that grow")
	}
	two := ParsePattern("${aws:username}/*/${AWS:UserName}", true)
	if !two.MatchAs("bob", "bob/x/bob") || two.MatchAs("bob", "bob/x/alice") {
		t.Error("a name that stands twice")
	}
	for pattern, want := range map[string]bool{"user/${aws:username}": true, "user/*/alice": true, "user/alice": true, "user/bob": false,
		"user/ALICE": true, "user/*": false, "*alice": false, "user/${aws:username}*": false, "user/a${aws:username}": false, "user/${aws:userid}": false} {
		if got := ParsePattern(pattern, true).NobodyBut("alice"); got != want {
			t.Errorf("%s names nobody but alice: %v", pattern, got)
		}
	}
}

func TestOverlapsARN(t *testing.T) {
	users := ParsePattern("arn:aws:iam::1:user/*", false)
	for text, want := range map[string]bool{"*": true, "arn:aws:iam::*": true, "arn:aws:iam::*:user/bob": true, "arn:*:iam::1:*": true,
		"arn:aws:iam::*:role/*": false, "arn:aws:iam::2:user/*": false, "arn:aws:iam::*:user/${aws:username}": true, "arn:aws:s3:::x": false} {
		if got := ParsePattern(text, true).OverlapsARN(users); got != want {
			t.Errorf("%s reaches users: %v", text, got)
		}
	}
}

func TestCovers(t *testing.T) {
	for _, c := range []struct {
		p, q string
		want bool
	}{
		{"*", "anything*", true},
		{"s3:*", "s3:get*", true},
		{"s3:get*", "s3:*", false},
		{"s3:?et", "s3:get", true},
		{"s3:get", "s3:?et", false},
		{"a*", "a${aws:username}", true},
		{"a?", "a${aws:username}", false},
		{"a${aws:username}", "a${aws:UserName}", true},
		{"user/${aws:username}", "user/alice", false},
		{"*a*", "*ba*", true},
	} {
		if got := ParsePattern(c.p, true).Covers(ParsePattern(c.q, true)); got != c.want {
			t.Errorf("%q covers %q = %v", c.p, c.q, got)
		}
	}
}

// What Covers and Overlaps promise, on random patterns and texts.
func TestPatternProperties(t *testing.T) {
	letter := rapid.SampledFrom([]rune("ab*?"))
	text := rapid.StringOfN(rapid.SampledFrom([]rune("ab")), 0, 8, -1)
	pattern := rapid.StringOfN(letter, 0, 8, -1)
	rapid.Check(t, func(t *rapid.T) {
		p, q := ParsePattern(pattern.Draw(t, "p"), false), ParsePattern(pattern.Draw(t, "q"), false)
		s := text.Draw(t, "s")
		mp, mq := p.MatchAs("", s), q.MatchAs("", s)
		if p.Covers(q) && mq && !mp {
			t.Fatalf("%q covers %q, but only the second matches %q", p.Text(), q.Text(), s)
		}
		if mp && mq && !p.Overlaps(q) {
			t.Fatalf("%q and %q both match %q, yet do not overlap", p.Text(), q.Text(), s)
		}
		if !p.Any() && coversText(p.Text(), q.Text()) != covers(p.symbols(), q.symbols()) {
			t.Fatalf("the two ways to tell whether %q covers %q differ", p.Text(), q.Text())
		}
		if mp != covers(p.symbols(), literal(s)) {
			t.Fatalf("the two matchers differ on %q and %q", p.Text(), s)
		}
		o := ParsePattern(p.Text()+"${aws:username}"+q.Text(), true)
		if o.MatchAs("ab", s) != covers(o.bind("ab"), literal(s)) {
			t.Fatalf("the two matchers differ on %q and %q", o.Text(), s)
		}
	})
}

func TestCanonical(t *testing.T) {
	a := New(`{"Version":"2012-10-17","Id":"x","Statement":[{"Sid":"1","Effect":"Allow","Action":["S3:Get*","s3:List*"],"Resource":"*","Condition":{"Bool":{"aws:MultiFactorAuthPresent":true}}},{"Effect":"Deny","Action":"iam:*","Resource":"*"}]}`)
	b := New(`{"Statement":[{"Effect":"Deny","Resource":["*"],"Action":"IAM:*"},{"Condition":{"Bool":{"aws:multifactorauthpresent":["true"]}},"Effect":"Allow","Resource":"*","Action":["s3:list*","s3:get*","s3:get*"]}],"Version":"2012-10-17"}`)
	if a.Err() != nil || a.Canonical() != b.Canonical() {
		t.Errorf("the same statements in another spelling differ:\n%s\n%s", a.Canonical(), b.Canonical())
	}
	for _, other := range []string{
		`{"Statement":[{"Effect":"Deny","Action":"iam:*","Resource":"*"}]}`,
		`{"Version":"2012-10-17","Statement":{"Effect":"Deny","NotAction":"iam:*","Resource":"*"}}`,
	} {
		if New(other).Canonical() == b.Canonical() {
			t.Errorf("%s is taken for another document", other)
		}
	}
	if single := New(`{"Statement":{"Effect":"Deny","Action":"*","Resource":"*"}}`); len(single.Statements()) != 1 {
		t.Error("a statement outside a list is lost")
	}
}

func TestBrokenDocuments(t *testing.T) {
	for _, text := range []string{``, `[]`, `{`, `{} {}`, `{"Statement":5}`, `{"Statement":[5]}`, `{"Statement":{}}`,
		`{"Statement":{"Effect":"allow"}}`, `{"Statement":{"Effect":"Allow","Action":{}}}`,
		`{"Statement":{"Effect":"Allow","Condition":[]}}`, `{"Version":"1","Version":"2"}`} {
		if New(text).Err() == nil {
			t.Errorf("%s is accepted", text)
		}
	}
}

func statement(s string) *Document { return New(`{"Version":"2012-10-17","Statement":[` + s + `]}`) }

func TestContains(t *testing.T) {
	admin := statement(`{"Effect":"Allow","Action":"*","Resource":"*"}`)
	s3 := statement(`{"Effect":"Allow","Action":["s3:Get*","s3:List*"],"Resource":["arn:aws:s3:::a","arn:aws:s3:::b/*"]}`)
	notIAM := statement(`{"Effect":"Allow","NotAction":"iam:*","Resource":"*"}`)
	deny := statement(`{"Effect":"Deny","Action":"s3:*","Resource":"*"}`)
	mfa := statement(`{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}}`)
	for _, c := range []struct {
		name string
		by   []*Document
		d    *Document
		want bool
	}{
		{"an administrator has every permission", []*Document{admin}, s3, true},
		{"but no denial", []*Document{admin}, deny, false},
		{"a denial inside a denial", []*Document{deny}, statement(`{"Effect":"Deny","Action":"s3:Put*","Resource":"*"}`), true},
		{"pairs over two documents", []*Document{
			statement(`{"Effect":"Allow","Action":"s3:Get*","Resource":"arn:aws:s3:::*"}`),
			statement(`{"Effect":"Allow","Action":"s3:*","Resource":["arn:aws:s3:::a","arn:aws:s3:::b/*"]}`)}, s3, true},
		{"one pair missing", []*Document{statement(`{"Effect":"Allow","Action":"s3:Get*","Resource":"*"}`)}, s3, false},
		{"all but IAM has S3", []*Document{notIAM}, s3, true},
		{"all but IAM has not every action", []*Document{notIAM}, admin, false},
		{"all but some of IAM", []*Document{notIAM}, statement(`{"Effect":"Allow","NotAction":["iam:*","s3:*"],"Resource":"*"}`), true},
		{"less left out", []*Document{notIAM}, statement(`{"Effect":"Allow","NotAction":"iam:Get*","Resource":"*"}`), false},
		{"a condition takes away", []*Document{mfa}, s3, false},
		{"the same condition", []*Document{mfa}, mfa, true},
		{"without it is more", []*Document{statement(`{"Effect":"Allow","Action":"s3:*","Resource":"*"}`)}, mfa, true},
		{"an unreadable document proves nothing", []*Document{New(`{`)}, s3, false},
		{"nor is it proved", []*Document{admin}, New(`{`), false},
	} {
		if got := Contains(c.by, c.d); got != c.want {
			t.Errorf("%s: got %v", c.name, got)
		}
	}
}

// A condition's ${...} is a variable in one version and text in the other.
func TestContainsMindsVersions(t *testing.T) {
	body := `"Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"StringLike":{"s3:prefix":"${aws:username}/*"}}}}`
	with, without := New(`{"Version":"2012-10-17",`+body), New(`{`+body)
	if Contains([]*Document{without}, with) || !Contains([]*Document{with}, with) {
		t.Error("text in a condition is taken for a variable")
	}
}

func TestEveryActionHasTwoSpellings(t *testing.T) {
	one, other := statement(`{"Effect":"Allow","Action":"*:*","Resource":"*"}`), statement(`{"Effect":"Allow","Action":"*","Resource":"*"}`)
	if one.Canonical() != other.Canonical() || !Contains([]*Document{one}, other) {
		t.Error("*:* is not *")
	}
}

func TestAdminLevel(t *testing.T) {
	for want, texts := range map[AdminLevel][]string{
		AdminExact:       {`{"Effect":"Allow","Action":["*:*"],"Resource":["*"]}`, `{"Effect":"Allow","Action":["s3:*","*"],"Resource":"*"}`},
		AdminConditional: {`{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}}`},
		AdminNotAction:   {`{"Effect":"Allow","NotAction":"iam:*","Resource":"*"}`},
		AdminNone: {`{"Effect":"Allow","Action":"s3:*","Resource":"*"}`, `{"Effect":"Deny","Action":"*","Resource":"*"}`,
			`{"Effect":"Allow","Action":"*","Resource":"arn:aws:s3:::*"}`},
	} {
		for _, text := range texts {
			if got := statement(text).Admin(); got != want {
				t.Errorf("%s is %v, want %v", text, got, want)
			}
		}
	}
	if !AWSDenyAllDocument(t).DeniesIAM() || statement(`{"Effect":"Deny","Action":"iam:C*","Resource":"*"}`).DeniesIAM() {
		t.Error("DeniesIAM is for a denial of all of IAM")
	}
}

func AWSDenyAllDocument(t *testing.T) *Document {
	t.Helper()
	d, ok := AWSDocument("arn:aws-cn:iam::aws:policy/AWSDenyAll")
	if !ok || d.Err() != nil {
		t.Fatal("AWSDenyAll is not built in")
	}
	return d
}

func TestManagedNames(t *testing.T) {
	if !IsQuarantine("arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV3") || IsQuarantine("arn:aws:iam::123456789012:policy/AWSCompromisedKeyQuarantineV3") {
		t.Error("only AWS's own policy is a quarantine")
	}
	if !IsAWSManaged("arn:aws-us-gov:iam::aws:policy/service-role/X") || IsAWSManaged("policy/X") {
		t.Error("AWS-managed ARNs")
	}
	for name, d := range awsDocuments {
		if d.Err() != nil {
			t.Errorf("%s: %v", name, d.Err())
		}
	}
}

func TestTableInternsByText(t *testing.T) {
	var table Table
	first := table.Intern([]byte(`{}`))
	if first != table.Intern([]byte(`{}`)) || table.Intern([]byte(`{ }`)) == first {
		t.Error("one document for each text")
	}
}

func FuzzDocument(f *testing.F) {
	for _, d := range awsDocuments {
		f.Add(d.Text())
	}
	f.Add(`{"Statement":{"Effect":"Allow","Action":["a"],"Resource":"${aws:username}*?${*}"}}`)
	f.Fuzz(func(t *testing.T, text string) {
		d := New(text)
		if d.Err() == nil && !Contains([]*Document{d}, d) && provable(d) {
			t.Errorf("%s does not contain itself", text)
		}
	})
}

// provable leaves out statements that name no action or resource at all.
func provable(d *Document) bool {
	for _, s := range d.Statements() {
		if (s.Actions == nil) == (s.NotActions == nil) || (s.Resources == nil) == (s.NotResources == nil) {
			return false
		}
	}
	return true
}
