package noun_test

import (
	"testing"

	"github.com/rollcall-iam/rollcall/internal/noun"
)

func TestCount(t *testing.T) {
	for want, of := range map[string]struct {
		n    int
		noun string
	}{"0 users": {0, "user"}, "1 policy": {1, "policy"}, "2 policies": {2, "policy"}, "2 days": {2, "day"}, "3 matches": {3, "match"}} {
		if got := noun.Count(of.n, of.noun); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
