package assess_test

import (
	"testing"

	"github.com/rollcall-iam/rollcall/internal/assess"
	"github.com/rollcall-iam/rollcall/internal/awstest"
	"github.com/rollcall-iam/rollcall/internal/rule"
	"github.com/rollcall-iam/rollcall/internal/source/file"
	"github.com/rollcall-iam/rollcall/rules"
)

// BenchmarkRules judges 5,000 users by the whole catalogue, what is derived
// from policies included, and says what a rule costs for a user.
func BenchmarkRules(b *testing.B) {
	const users = 5000
	dir := b.TempDir()
	awstest.GenerateFiles(b, dir, "111122223333", users)
	set, err := file.Find([]string{dir})
	if err != nil {
		b.Fatal(err)
	}
	account, err := set.Accounts[0].Read()
	if err != nil {
		b.Fatal(err)
	}
	catalogue, err := rule.LoadAll(rules.FS)
	if err != nil {
		b.Fatal(err)
	}
	selection, err := catalogue.Select(nil, nil, nil)
	if err != nil {
		b.Fatal(err)
	}
	judge, err := assess.NewJudge(selection, false)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := judge.Account(account.Snapshot, account.Clock, account.Basis); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(selection.Rules)*(users+1)), "ns/rule/user")
}
