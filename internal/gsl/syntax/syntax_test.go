package syntax

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

// Each line parses, and prints as what follows "→", or as itself.
func TestParsePrint(t *testing.T) {
	for _, line := range strings.Split(strings.TrimSpace(`
IamUser should have managedPolicies isEmpty() and inlinePolicies isEmpty()
IamUser  WHERE passwordEnabled='true' should NOT have x → IamUser where passwordEnabled = 'true' should not have x
IamUser where passwordEnabled = 'true' should not have createDate dateDifference(firstAccessKey.lastRotated, 'seconds') < 60
IamUser should have name regexMatch setting('pattern')
List<IamUser> should have items with [ not name regexMatch /^<root_account>$/i ] length() > 0
IamUser where name in ('a','b') → IamUser where name in ('a', 'b')
X should have ~getValue('accountNumber') in (Principal.AWS split(':'))
X should have a contain-none[arn or name] → X should have a contain-none [ arn or name ]
X should have Condition.Bool.aws:SecureTransport='true' → X should have Condition.Bool.aws:SecureTransport = 'true'
X should have Action contain ['s3:GetObject'] → X should have Action contain [ 's3:GetObject' ]
X should have length()>=1 and x before(-90,'days') → X should have length() >= 1 and x before(-90, 'days')
X should have not a and b or c → X should have not a and b or c
X should (a or b) and c → X should (a or b) and c
X should have a exclude name='test' → X should have a exclude name = 'test'
X should have x after(-setting('days'), 'days')
X should have a groupBy [ p.q ] contain-all [ values length() > 34 ]
X should have k contain [ ~~name = $ ]
X should have p regexMatch /a\/b[/]c/
X should have v = 1.50 and w = -2
X where name like '%root%' should have virtualMfaEnabled
`), "\n") {
		in, want, ok := strings.Cut(line, " → ")
		if !ok {
			want = in
		}
		r, err := Parse(in)
		if err != nil {
			t.Errorf("%s\n%v", in, err)
			continue
		}
		got := Print(r)
		if got != want {
			t.Errorf("%s\nprints %s\nwant   %s", in, got, want)
		}
		again, err := Parse(got)
		if err != nil || Print(again) != got {
			t.Errorf("printing %s again gives %v", got, err)
		}
	}
}

func TestPrecedence(t *testing.T) {
	for in, want := range map[string]string{
		"a and b or c and d":            "((a and b) or (c and d))",
		"not a = 1 and b":               "((not (a = 1)) and b)",
		"not not a":                     "(not (not a))",
		"a or b or c":                   "((a or b) or c)",
		"a with [ b ] length() > 0":     "(((a with b) length) > 0)",
		"a in (1, 2) and b like 'x'":    "((a in 1 2) and (b like 'x'))",
		"(a or b) and not c in ('x')":   "((a or b) and (not (c in 'x')))",
		"x split(':') contain [ $='1']": "((x split ':') contain ($ = '1'))",
	} {
		e, err := ParseExpr(in)
		if err != nil {
			t.Errorf("%s: %v", in, err)
		} else if got := sexpr(e); got != want {
			t.Errorf("%s\n is %s\nnot %s", in, got, want)
		}
	}
}

func sexpr(e Expr) string {
	all := func(list []Expr) (s string) {
		for _, x := range list {
			s += " " + sexpr(x)
		}
		return s
	}
	switch e := e.(type) {
	case *Logical:
		return "(" + sexpr(e.X) + " " + e.Op + " " + sexpr(e.Y) + ")"
	case *Compare:
		return "(" + sexpr(e.X) + " " + e.Op + " " + sexpr(e.Y) + ")"
	case *Not:
		return "(not " + sexpr(e.X) + ")"
	case *In:
		return "(" + sexpr(e.X) + " in" + all(e.List) + ")"
	case *ListOp:
		return "(" + sexpr(e.X) + " " + e.Op.Text + " " + sexpr(e.Body) + ")"
	case *Call:
		return "(" + sexpr(e.X) + " " + e.Name.Text + all(e.Args) + ")"
	case *Paren:
		return sexpr(e.X)
	}
	return PrintExpr(e)
}

func TestErrors(t *testing.T) {
	for in, want := range map[string]string{
		"":                                     `1:1: unexpected end of the rule while reading the target, expected the name of an entity, such as IamUser`,
		"IamUser should have name == 'x'":      `1:27: unexpected "=" while reading the condition after should, expected a field, a value or a function (equality is a single =)`,
		`IamUser should have name = "x"`:       `1:28: unexpected "\"" while reading the condition after should, expected a field, a value or a function (strings have single quotes: 'text')`,
		"IamUser should have name = 'x":        `1:28: unexpected string without its closing quote while reading the condition after should, expected a field, a value or a function`,
		"IamUser shoud have x":                 `1:9: unexpected "shoud" while reading the target, expected "where" or "should" or the end of the rule (did you mean should?)`,
		"IamUser should a && b":                `1:18: unexpected "&" while reading the condition after should, expected the end of the rule (write and)`,
		"X should a contain [ b":               `1:23: unexpected end of the rule while reading the condition after contain, expected "and", "or" or "]"`,
		"X should a in ('b' 'c')":              `1:20: unexpected string 'c' while reading the list after in, expected "," or ")"`,
		"X should name regexMatch '^ci-'":      `1:26: unexpected string '^ci-' while reading the condition after should, expected a regular expression between slashes, such as /^ci-/ (regexMatch takes /.../, like takes '...' with % for any text)`,
		"X should a lenght":                    `1:12: unexpected "lenght" after "a", expected an operator or a function (a function has round brackets: lenght())`,
		"TRUE":                                 `1:1: unexpected "TRUE" while reading the target, expected the name of an entity, such as IamUser`,
		"X should a and b)":                    `1:17: ")" closes nothing`,
		"X should " + strings.Repeat("(", 300): `1:210: the rule is nested more than 200 deep`,
	} {
		_, err := Parse(in)
		if err == nil {
			t.Errorf("%s: accepted", in)
		} else if err.Error() != want {
			t.Errorf("%s\n got %s\nwant %s", in, err, want)
		}
	}
}

// Published rules may have a bracket too many at the end; ours may not.
func TestParseImported(t *testing.T) {
	for text, want := range map[string]int{"X should a and b)": 1, "X should a contain [ b ]]": 1, "X should a)])": 3, "X where a)": 1, "X should a": 0} {
		r, warnings, err := ParseImported(text)
		if err != nil || len(warnings) != want {
			t.Errorf("%s: %d warnings, %v", text, len(warnings), err)
			continue
		}
		if strings.ContainsAny(Print(r)[len(Print(r))-1:], ")") {
			t.Errorf("%s is printed as %s", text, Print(r))
		}
		if _, err := Parse(text); (err != nil) != (want > 0) {
			t.Errorf("%s as our own: %v", text, err)
		}
	}
	if _, _, err := ParseImported("X should a) and b"); err == nil {
		t.Error("a bracket in the middle is no slip at the end")
	}
}

func asError(t *testing.T, err error) *Error {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) {
		t.Fatalf("%T, want *Error", err)
	}
	return e
}

func TestRender(t *testing.T) {
	_, err := Parse("IamUser where é\n  and name == 'x'")
	got := asError(t, err).Render("rule.yaml")
	want := `rule.yaml:1:15: unexpected "é" while reading the condition after where, expected a field, a value or a function
  IamUser where é
                ^`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func FuzzParsePrint(f *testing.F) {
	for _, s := range []string{
		"IamUser where not a='b' should not have c contain-any [ $ in (1,'x') or ~d.e ] exclude f regexMatch /x/i",
		"List<A> should items groupBy [ p ] length() >= -setting('x')",
	} {
		f.Add(s)
	}
	paths, err := filepath.Glob("../../../rules/*/rule.yaml")
	if err != nil || len(paths) == 0 {
		f.Fatalf("no built-in rules: %v", err)
	}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		var r struct{ GSL string }
		if err := yaml.Unmarshal(text, &r); err != nil {
			f.Fatal(err)
		}
		f.Add(r.GSL)
	}
	f.Fuzz(func(t *testing.T, text string) {
		r, err := Parse(text)
		if err != nil {
			asError(t, err).Render("f")
			return
		}
		printed := Print(r)
		again, err := Parse(printed)
		if err != nil {
			t.Fatalf("%q prints as %q, which does not parse: %v", text, printed, err)
		}
		if Print(again) != printed {
			t.Fatalf("%q prints as %q, then as %q", text, printed, Print(again))
		}
	})
}
