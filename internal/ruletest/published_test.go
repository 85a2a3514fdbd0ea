package ruletest_test

import (
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rollcall-iam/rollcall/internal/rule"
	"github.com/rollcall-iam/rollcall/internal/ruletest"
)

// Rules as rulesets written for CloudGuard have them give the outcomes that
// such rules promise, on users made for it.
func TestPublishedRules(t *testing.T) {
	tree := os.DirFS("testdata/published")
	set, err := rule.LoadAll(tree)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range set.Rules {
		cases, err := ruletest.Load(tree, r.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range cases {
			got, err := c.Run(set, r.ID)
			if err != nil {
				t.Fatalf("%s, %s: %v", r.ID, c.Name, err)
			}
			if diff := cmp.Diff(&ruletest.Result{Verdicts: c.Want, Passes: c.Passes, Spared: c.Spared}, got); diff != "" {
				t.Errorf("%s, %s (-want +got):\n%s", r.ID, c.Name, diff)
			}
		}
	}
}
