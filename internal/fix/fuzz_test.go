package fix_test

import (
	"bytes"
	"testing"

	"github.com/rollcall-iam/rollcall/internal/fix"
)

// A plan that somebody bent by hand is refused or can be shown; nothing panics.
func FuzzRead(f *testing.F) {
	s := fullAccount()
	s.Users = s.Users[:4]
	plan, err := fix.New(fix.Input{Snapshot: s, Findings: judge(f, s, "user-direct-policies")})
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte(asJSON(f, plan)))
	f.Add([]byte(`{"schema": "rollcall.plan/v1", "steps": [{"number": 1, "call": {"action": "UpdateAccessKey"}, "needs": [{"kind": "user", "fact": "key", "is": []}]}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		p, err := fix.Read(text)
		if err != nil {
			return
		}
		for _, render := range fix.Formats {
			if err := render(&bytes.Buffer{}, p); err != nil {
				t.Fatal(err)
			}
		}
		p.Permissions()
		for _, c := range p.Start {
			c.Holds(nil)
			c.Holds([]string{"x"})
		}
	})
}
