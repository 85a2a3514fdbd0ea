package rule

import (
	"strings"
	"testing"

	"github.com/rollcall-iam/rollcall/internal/match"
)

// A change is made in the text; all else in it stays.
func TestSafelistEdits(t *testing.T) {
	bob := Entry{Pattern: match.Pattern{User: "bob"}, Owner: "data: ops", Reason: "on # call"}
	const line = `{user: bob, owner: "data: ops", reason: "on # call"}`
	for _, tt := range []struct {
		name, in     string
		remove       string
		want, failed string
	}{
		{name: "no file", in: "", want: "safelist:\n  - " + line + "\n"},
		{name: "no safelist", in: "# ours\nsettings: {}", want: "# ours\nsettings: {}\nsafelist:\n  - " + line + "\n"},
		{name: "comments alone", in: "# ours\n", want: "# ours\nsafelist:\n  - " + line + "\n"},
		{name: "an empty one", in: "safelist: [] # nobody\nrules: {}\n", want: "safelist:\n  - " + line + " # nobody\nrules: {}\n"},
		{name: "a block with comments", in: "safelist: # people\n# first\n- user: alice # a\n  owner: x\n\n# after\nrules: {}\n",
			want: "safelist: # people\n# first\n- user: alice # a\n  owner: x\n- " + line + "\n\n# after\nrules: {}\n"},
		{name: "no line end", in: "safelist:\n    - {user: alice}", want: "safelist:\n    - {user: alice}\n    - " + line + "\n"},
		{name: "a flow", in: "safelist: [{user: alice}, {glob: \"ü*\"}] # all\n", want: "safelist: [{user: alice}, {glob: \"ü*\"}, " + line + "] # all\n"},
		{name: "a flow over lines, with a comma at its end", in: "safelist: [\n  {user: alice}, # a\n  {user: carl},\n]\n", want: "safelist: [\n  {user: alice}, # a\n  {user: carl},\n" + line + "]\n"},
		{name: "names that look like numbers", in: "safelist:\n  - {user: 010, owner: 0777}\n", want: "safelist:\n  - {user: 010, owner: 0777}\n  - " + line + "\n"},
		{name: "not to be changed from here", in: "safelist:\n  - user: alice\n    reason: \"a\n      b\"\n", failed: "f.yaml:2 is written in a way that cannot be changed from here: change the file by hand, and add\n  - " + line},
		{name: "lines that end in CR LF", in: "# ours\r\nsafelist:\r\n  - user: alice\r\nrules: {}\r\n", want: "# ours\r\nsafelist:\r\n  - user: alice\r\n  - " + line + "\r\nrules: {}\r\n"},
		{name: "there already in another letter case", in: "safelist: [{user: BOB}]\n", failed: "bob is on the safelist already"},
		{name: "there already", in: "safelist:\n  - {user: bob}\n", failed: "bob is on the safelist already (f.yaml:2)"},

		{name: "out of a block", remove: "alice", in: "safelist:\n  # first\n  - user: alice\n    owner: x\n  - {user: bob} # b\n", want: "safelist:\n  # first\n  - {user: bob} # b\n"},
		{name: "out of lines that end in CR LF", remove: "alice", in: "safelist:\r\n  - user: alice\r\n    owner: x\r\n  - {user: bob}\r\n", want: "safelist:\r\n  - {user: bob}\r\n"},
		{name: "the last of a block", remove: "alice", in: "safelist:\n  - {user: alice}\nrules: {}\n", want: "safelist: []\nrules: {}\n"},
		{name: "out of a flow", remove: "alice", in: "safelist: [{user: alice}, {user: bob}]\n", want: "safelist: [{user: bob}]\n"},
		{name: "the end of a flow", remove: "bob", in: "safelist: [{user: alice}, {user: bob}]\n", want: "safelist: [{user: alice}]\n"},
		{name: "all of a flow", remove: "bob", in: "safelist: [{user: bob}]\n", want: "safelist: []\n"},
		{name: "by its prefix", remove: "tag:team=build", in: "safelist: [{tag: team=build}, {user: bob}]\n", want: "safelist: [{user: bob}]\n"},
		{name: "in its own letter case", remove: "tag:Team=a", in: "safelist: [{tag: Team=A}, {tag: Team=a}]\n", want: "safelist: [{tag: Team=A}]\n"},
		{name: "a name in any letter case", remove: "ALICE", in: "safelist: [{user: alice}, {user: bob}]\n", want: "safelist: [{user: bob}]\n"},
		{name: "not there", remove: "carl", in: "safelist: [{user: bob}]\n", failed: `"carl" is not on the safelist of f.yaml`},
		{name: "comments before the document", in: "# ours\n---\nrules: {}\n", want: "# ours\n---\nrules: {}\nsafelist:\n  - " + line + "\n"},
		{name: "out of a document below comments", remove: "bob", in: "# ours\n---\nsafelist: [{user: bob}]\n", want: "# ours\n---\nsafelist: []\n"},
		{name: "nothing but the beginning of a document", in: "#\n---", want: "#\n---\nsafelist:\n  - " + line + "\n"},
		{name: "lines that end in several ways", in: "\n#\r\n", failed: "cannot be changed from here"},
		{name: "lines that end in CR", in: "#\r", failed: "cannot be changed from here"},
		{name: "an anchor", remove: "bob", in: "x: 1\nsafelist: [{user: bob}]\n", failed: "unknown field"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c, err := ParseConfig("f.yaml", []byte(tt.in))
			var out *Config
			if err == nil && tt.remove != "" {
				out, err = c.Remove(tt.remove)
			} else if err == nil {
				out, err = c.Add(bob)
			}
			switch {
			case tt.failed != "":
				if err == nil || !strings.Contains(err.Error(), tt.failed) {
					t.Fatalf("got %v, want %q", err, tt.failed)
				}
			case err != nil:
				t.Fatal(err)
			case string(out.Text()) != tt.want:
				t.Errorf("got\n%s\nwant\n%s", out.Text(), tt.want)
			}
		})
	}
}
