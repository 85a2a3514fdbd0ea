package rule

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rollcall-iam/rollcall/internal/match"
	"github.com/rollcall-iam/rollcall/rules"
)

// Whatever a configuration holds, it is read or refused in words. What is read
// can be applied to the catalogue, and entries that are added to its safelist
// and taken off again leave it saying what it said.
func FuzzConfig(f *testing.F) {
	set, err := LoadAll(rules.FS)
	if err != nil {
		f.Fatal(err)
	}
	paths, err := filepath.Glob("../../examples/*.yaml")
	if err != nil || len(paths) == 0 {
		f.Fatal(paths, err)
	}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text))
	}
	for _, text := range []string{
		"safelist:\n  - {user: bob, owner: x, expires: 2027-01-01}\n  - glob: ci-*\n  - {tag: team=build}\n",
		"safelist:\r\n- user: alice\r\n",
		"safelist: [{user: bob}, {user: \"a\\u202eb\"}] # people\n",
		"settings: {unused-key: {days: 30}}\nrules:\n  IAM-071: {enabled: false, severity: high, reason: r}\n",
		"exceptions:\n  - {rule: IAM-071, user: bob, expires: 2027-01-01, reason: r, owner: o}\n",
		"extends: [a.yaml, ~/b.yaml]\n", "x: !!binary a\n", "a: &a [*a]\n", "- - - - -\n", "? a\n: b\n", "\xef\xbb\xbfrules: {}\n", "---\n---\n",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		c, err := ParseConfig("rollcall.yaml", []byte(text))
		if err != nil {
			refused(t, err)
			return
		}
		if _, err := set.Select(c, Selector{}); err != nil {
			refused(t, err)
		}
		added, err := c.Add(Entry{Pattern: match.Pattern{User: "somebody-new"}, Owner: "o: #", Reason: "r"})
		if err != nil {
			refused(t, err)
			return
		}
		back, err := added.Remove("somebody-new")
		if err != nil {
			t.Fatalf("what was added cannot be taken off: %v\n%q", err, added.Text())
		}
		if before, after := entries(c), entries(back); before != after {
			t.Errorf("the safelist was %q and is %q\n%q\n%q", before, after, text, back.Text())
		}
	})
}

func entries(c *Config) string {
	var out []string
	for _, e := range *orEmpty(c.Safelist) {
		out = append(out, e.String()+" "+e.Owner+" "+e.Reason)
	}
	return strings.Join(out, "\n")
}

func orEmpty(list *[]Entry) *[]Entry {
	if list == nil {
		return &[]Entry{}
	}
	return list
}

// refused is an error that says something and is no panic in disguise.
func refused(t *testing.T, err error) {
	t.Helper()
	if s := err.Error(); s == "" || strings.Contains(s, "runtime error") || strings.Contains(s, "panic") {
		t.Errorf("%q", s)
	}
}
