package fix_test

import (
	"fmt"
	"testing"

	"github.com/rollcall-iam/rollcall/internal/fix"
	"github.com/rollcall-iam/rollcall/internal/iam"
	"github.com/rollcall-iam/rollcall/internal/iam/policy"
)

// BenchmarkPlan plans for a full account: 5,000 users, half of them with
// policies of their own in a hundred classes, and 200 groups.
func BenchmarkPlan(b *testing.B) {
	s := fullAccount()
	findings := judge(b, s, "user-direct-policies")
	for b.Loop() {
		plan, err := fix.New(fix.Input{Snapshot: s, Findings: findings})
		if err != nil || len(plan.Remaining) > 0 {
			b.Fatal(err, plan.Remaining)
		}
	}
	b.ReportMetric(float64(len(findings)), "findings")
}

func fullAccount() *iam.Snapshot {
	s := &iam.Snapshot{Account: iam.Account{ID: account, Partition: "aws"}}
	for _, name := range iam.SourceNames {
		s.Sources = append(s.Sources, iam.Source{Name: name, State: iam.Read, At: 1_700_000_000})
	}
	var docs policy.Table
	document := func(i int) *policy.Document {
		return docs.Intern(fmt.Appendf(nil, `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::bucket-%d/*"}]}`, i))
	}
	var refs []iam.PolicyRef
	for i := range 300 {
		name := fmt.Sprintf("p%03d", i)
		p := iam.ManagedPolicy{Name: name, ARN: "arn:aws:iam::" + account + ":policy/" + name, Document: document(i)}
		s.Policies = append(s.Policies, p)
		refs = append(refs, iam.PolicyRef{Name: name, ARN: p.ARN})
	}
	for i := range 200 {
		name := fmt.Sprintf("g%03d", i)
		s.Groups = append(s.Groups, iam.Group{Name: name, ARN: "arn:aws:iam::" + account + ":group/" + name, Attached: refs[i : i+2]})
	}
	for i := range 5000 {
		name := fmt.Sprintf("u%04d", i)
		g := &iam.Grants{Groups: []string{fmt.Sprintf("g%03d", i%200)}}
		if i%2 == 0 {
			g.Attached = refs[200+i/2%50 : 202+i/2%50]
			g.Inline = []iam.InlinePolicy{{Name: "own", Document: document(1000 + i/2%100)}}
		}
		s.Users = append(s.Users, iam.User{Name: name, ID: "AIDA" + name, ARN: "arn:aws:iam::" + account + ":user/" + name, Listed: true, Grants: g})
	}
	return s
}
