package fix_test

import (
	"strings"
	"testing"

	"github.com/rollcall-iam/rollcall/internal/fix"
)

// A plan is a file like any other: what stands in it becomes a script, and neither the
// shell nor the aws CLI may make more of it than a text.
func TestReadRefuses(t *testing.T) {
	plan := func(args string) string {
		return `{"schema":"rollcall.plan/v1","version":"x","account":{"id":"111122223333"},"readAt":"","rules":[],"quotas":[],"start":[],"remaining":[],
			"steps":[{"number":1,"stage":"make","call":{"action":"CreateGroup","args":` + args + `},"needs":[],"undo":null,"reversal":"exact"}]}`
	}
	for _, tt := range []struct{ name, args, want string }{
		{"honest", `{"GroupName":"g"}`, ""},
		{"a command as an argument", `{"GroupName":"g","X; touch hacked #":"y"}`, `step 1 has the argument "X; touch hacked #", which no plan has`},
		{"a file as a name", `{"GroupName":"file:///etc/passwd"}`, `step 1 has the value "file:///etc/passwd", which the aws CLI would read`},
		{"a page as a name", `{"GroupName":"https://example.com/x"}`, "which the aws CLI would read"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := fix.Read([]byte(plan(tt.args)))
			if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
				t.Errorf("%v, want %q", err, tt.want)
			}
		})
	}
}
