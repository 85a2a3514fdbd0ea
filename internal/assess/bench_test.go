package assess_test

import (
	"testing"

	"github.com/rollcall-iam/rollcall/internal/assess"
	"github.com/rollcall-iam/rollcall/internal/awstest"
	"github.com/rollcall-iam/rollcall/internal/entity"
	"github.com/rollcall-iam/rollcall/internal/gsl"
	"github.com/rollcall-iam/rollcall/internal/rule"
	"github.com/rollcall-iam/rollcall/internal/source/file"
	"github.com/rollcall-iam/rollcall/rules"
)

const users = 5000

// BenchmarkRules judges 5,000 users by the whole catalogue, what is derived
// from policies included, and says what a rule costs for a user: with all
// findings written, and the verdicts alone.
func BenchmarkRules(b *testing.B) {
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
	c, err := rule.ParseConfig("bench", []byte("safelist: [{path: /staff/}]\nsettings: {common-group: {groups: [AllUsers]}}"))
	if err != nil {
		b.Fatal(err)
	}
	selection, err := catalogue.Select(c, rule.Selector{})
	if err != nil {
		b.Fatal(err)
	}
	judge, err := assess.NewJudge(selection, false)
	if err != nil {
		b.Fatal(err)
	}
	b.Run("findings", func(b *testing.B) {
		for b.Loop() {
			if _, err := judge.Account(account.Snapshot, account.Clock, account.Basis); err != nil {
				b.Fatal(err)
			}
		}
		perVerdict(b, len(selection.Rules))
	})
	seeds, err := catalogue.Select(c, rule.Selector{Only: seedRules})
	if err != nil {
		b.Fatal(err)
	}
	for name, programs := range map[string][]*gsl.Program{"catalogue": programs(b, selection, 1), "seeds": programs(b, seeds, 1), "seeds-100": programs(b, seeds, 10)} {
		b.Run("verdicts/"+name, func(b *testing.B) {
			m := &gsl.Machine{Now: int64(account.Clock)}
			for b.Loop() {
				e := entity.New(account.Snapshot, selection.Safelist.At(account.Clock))
				for _, p := range programs {
					e.Each(p.Entity, func(obj any, _ entity.Named) { p.Eval(m, obj) })
				}
			}
			perVerdict(b, len(programs))
		})
	}
}

// seedRules are the ten rules with which the catalogue began; ten times as
// many programs share what is worked out of policies once.
var seedRules = []string{"common-group", "credentials-of-others", "headless-user", "individual-users", "key-at-setup", "quarantined-user",
	"redundant-grant", "self-managed-credentials", "unapproved-user", "user-direct-policies"}

// perVerdict says what one rule costs for one user.
func perVerdict(b *testing.B, rules int) {
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(rules*(users+1)), "ns/rule/user")
}

// programs are the rules, each several times.
func programs(b *testing.B, s *rule.Selection, times int) (out []*gsl.Program) {
	for range times {
		for _, r := range s.Rules {
			p, _, err := gsl.Compile(entity.Schema, r.Tree, gsl.Options{Settings: r.Placeholders(r.Values)})
			if err != nil {
				b.Fatal(err)
			}
			out = append(out, p)
		}
	}
	return out
}
