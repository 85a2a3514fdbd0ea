package fix_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/rollcall-iam/rollcall/internal/assess"
	"github.com/rollcall-iam/rollcall/internal/fix"
	"github.com/rollcall-iam/rollcall/internal/iam"
	"github.com/rollcall-iam/rollcall/internal/iam/policy"
	"github.com/rollcall-iam/rollcall/internal/rule"
	"github.com/rollcall-iam/rollcall/rules"
)

const account = "111122223333"

var catalogue = sync.OnceValues(func() (*rule.Set, error) { return rule.LoadAll(rules.FS) })

// judge finds what the rules say of a snapshot; with no names, all rules that
// are on by default.
func judge(t interface{ Fatal(...any) }, s *iam.Snapshot, names ...string) []*assess.Finding {
	set, err := catalogue()
	if err != nil {
		t.Fatal(err)
	}
	selection, err := set.Select(nil, rule.Selector{Only: names})
	if err != nil {
		t.Fatal(err)
	}
	j, err := assess.NewJudge(selection, false)
	if err != nil {
		t.Fatal(err)
	}
	a, err := j.Account(s, 1_800_000_000, "test")
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(a.Findings, func(f *assess.Finding) bool { return f.Status != assess.Fail })
}

// follow does a call to a snapshot, in its own words: not by what the planner
// uses.
func follow(s *iam.Snapshot, c fix.Call) error {
	arg := func(name string) string { return c.Args[name] }
	user := func() *iam.Grants {
		for i := range s.Users {
			if strings.EqualFold(s.Users[i].Name, arg("UserName")) {
				return s.Users[i].Grants
			}
		}
		return nil
	}
	group := func() *iam.Group {
		for i := range s.Groups {
			if strings.EqualFold(s.Groups[i].Name, arg("GroupName")) {
				return &s.Groups[i]
			}
		}
		return nil
	}
	ref := iam.PolicyRef{ARN: arg("PolicyArn"), Name: arg("PolicyArn")[strings.LastIndexByte(arg("PolicyArn"), '/')+1:]}
	isRef := func(r iam.PolicyRef) bool { return r.ARN == ref.ARN }
	isNamed := func(p iam.InlinePolicy) bool { return p.Name == arg("PolicyName") }
	inline := iam.InlinePolicy{Name: arg("PolicyName"), Document: policy.New(arg("PolicyDocument"))}
	arn := "arn:aws:iam::" + account + ":policy/" + arg("PolicyName")
	switch c.Action {
	case "CreateGroup":
		if group() != nil {
			return fmt.Errorf("%s is there", arg("GroupName"))
		}
		s.Groups = append(s.Groups, iam.Group{Name: arg("GroupName"), ARN: "arn:aws:iam::" + account + ":group/" + arg("GroupName")})
	case "DeleteGroup":
		s.Groups = slices.DeleteFunc(s.Groups, func(g iam.Group) bool { return g.Name == arg("GroupName") })
	case "CreatePolicy":
		s.Policies = append(s.Policies, iam.ManagedPolicy{Name: arg("PolicyName"), ARN: arn, Document: inline.Document})
	case "DeletePolicy":
		s.Policies = slices.DeleteFunc(s.Policies, func(p iam.ManagedPolicy) bool { return p.ARN == ref.ARN })
	case "AttachGroupPolicy":
		group().Attached = append(group().Attached, ref)
	case "DetachGroupPolicy":
		group().Attached = slices.DeleteFunc(group().Attached, isRef)
	case "PutGroupPolicy":
		group().Inline = append(group().Inline, inline)
	case "DeleteGroupPolicy":
		group().Inline = slices.DeleteFunc(group().Inline, isNamed)
	case "AddUserToGroup":
		user().Groups = append(user().Groups, arg("GroupName"))
	case "RemoveUserFromGroup":
		user().Groups = slices.DeleteFunc(user().Groups, func(g string) bool { return g == arg("GroupName") })
	case "AttachUserPolicy":
		user().Attached = append(user().Attached, ref)
	case "DetachUserPolicy":
		user().Attached = slices.DeleteFunc(user().Attached, isRef)
	case "PutUserPolicy":
		user().Inline = append(user().Inline, inline)
	case "DeleteUserPolicy":
		user().Inline = slices.DeleteFunc(user().Inline, isNamed)
	default:
		return fmt.Errorf("%s is new", c.Action)
	}
	return nil
}

// granted are the documents that apply to each user, in canonical form.
func granted(s *iam.Snapshot) map[string]map[string]*policy.Document {
	v := iam.NewView(s)
	out := map[string]map[string]*policy.Document{}
	for i := range s.Users {
		if s.Users[i].Grants == nil {
			continue
		}
		set := map[string]*policy.Document{}
		grants, _ := v.Grants(&iam.Subject{User: &s.Users[i]})
		for _, g := range grants {
			if g.Document == nil {
				set[g.ARN+g.Name] = nil
			} else {
				set[g.Document.Canonical()] = g.Document
			}
		}
		out[s.Users[i].Name] = set
	}
	return out
}

// unchanged reports a user to whom other documents apply than before, those
// aside whose every statement lies inside what stays.
func unchanged(before, after map[string]map[string]*policy.Document) error {
	for user, was := range before {
		is := after[user]
		var stay []*policy.Document
		for text, d := range is {
			if _, ok := was[text]; !ok {
				return fmt.Errorf("%s got %q", user, text)
			}
			if d != nil {
				stay = append(stay, d)
			}
		}
		for text, d := range was {
			if _, ok := is[text]; !ok && (d == nil || !policy.Contains(stay, d)) {
				return fmt.Errorf("%s lost %q", user, text)
			}
		}
	}
	return nil
}

// drawAccount makes an account in which users hold policies in every way.
func drawAccount(t *rapid.T) *iam.Snapshot {
	s := &iam.Snapshot{Account: iam.Account{ID: account, Partition: "aws"}, Summary: map[string]int{
		"GroupsPerUserQuota":            rapid.IntRange(1, 10).Draw(t, "groups a user"),
		"AttachedPoliciesPerGroupQuota": rapid.IntRange(1, 10).Draw(t, "policies a group"),
		"PoliciesQuota":                 rapid.SampledFrom([]int{3, 1500}).Draw(t, "policies"),
		"GroupsQuota":                   rapid.SampledFrom([]int{5, 300}).Draw(t, "groups"),
	}}
	for _, name := range iam.SourceNames {
		s.Sources = append(s.Sources, iam.Source{Name: name, State: iam.Read, At: 1_700_000_000})
	}
	actions := []string{"s3:GetObject", "s3:*", "ec2:Describe*", "*", "sqs:SendMessage"}
	document := func(label string) *policy.Document {
		effect := rapid.SampledFrom([]string{"Allow", "Allow", "Allow", "Deny"}).Draw(t, label+" effect")
		action := rapid.SampledFrom(actions).Draw(t, label)
		return policy.New(fmt.Sprintf(`{"Version": "2012-10-17", "Statement": [{"Sid": %q, "Effect": %q, "Action": %q, "Resource": "*"}]}`, label, effect, action))
	}
	var refs []iam.PolicyRef
	for i := range rapid.IntRange(1, 6).Draw(t, "managed") {
		p := iam.ManagedPolicy{Name: fmt.Sprintf("p%d", i), ARN: fmt.Sprintf("arn:aws:iam::%s:policy/p%d", account, i)}
		if rapid.IntRange(0, 5).Draw(t, "read") > 0 {
			p.Document = document(p.Name)
		}
		s.Policies = append(s.Policies, p)
		refs = append(refs, iam.PolicyRef{Name: p.Name, ARN: p.ARN})
	}
	refs = append(refs, iam.PolicyRef{Name: "AdministratorAccess", ARN: "arn:aws:iam::aws:policy/AdministratorAccess"})
	some := func(label string) []iam.PolicyRef {
		return slices.Clone(rapid.Permutation(refs).Draw(t, label)[:rapid.IntRange(0, len(refs)).Draw(t, label+" n")])
	}
	own := func(label string) (out []iam.InlinePolicy) {
		for i := range rapid.IntRange(0, 2).Draw(t, label) {
			out = append(out, iam.InlinePolicy{Name: fmt.Sprintf("i%d", i), Document: document(fmt.Sprintf("%s%d", label, i))})
		}
		return out
	}
	var groups []string
	for i := range rapid.IntRange(0, 3).Draw(t, "groups") {
		name := fmt.Sprintf("G%d", i)
		s.Groups = append(s.Groups, iam.Group{Name: name, ARN: "arn:aws:iam::" + account + ":group/" + name, Inline: own(name), Attached: some(name)})
		groups = append(groups, name)
	}
	for i := range rapid.IntRange(1, 6).Draw(t, "users") {
		name := fmt.Sprintf("u%d", i)
		u := iam.User{Name: name, ID: "AIDA" + name, ARN: "arn:aws:iam::" + account + ":user/" + name, Listed: true}
		u.Grants = &iam.Grants{Inline: own(name), Attached: some(name), Groups: slices.Clone(groups[:rapid.IntRange(0, len(groups)).Draw(t, name+" in")])}
		s.Users = append(s.Users, u)
	}
	return s
}

// clone is a snapshot that can be changed without the first.
func clone(s *iam.Snapshot) *iam.Snapshot {
	out := *s
	out.Groups, out.Policies, out.Users = slices.Clone(s.Groups), slices.Clone(s.Policies), slices.Clone(s.Users)
	for i := range out.Groups {
		g := &out.Groups[i]
		g.Inline, g.Attached = slices.Clone(g.Inline), slices.Clone(g.Attached)
	}
	for i := range out.Users {
		g := *out.Users[i].Grants
		g.Inline, g.Attached, g.Groups = slices.Clone(g.Inline), slices.Clone(g.Attached), slices.Clone(g.Groups)
		out.Users[i].Grants = &g
	}
	return &out
}

// In every account a plan takes from no user, and gives to none, at any step;
// it ends what it says it ends, and nothing new begins; its undo brings back
// what was there; it is the same every time.
func TestMovesKeepPermissions(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawAccount(t)
		in := fix.Input{Snapshot: s, Findings: judge(t, s, "user-direct-policies"), Options: fix.Options{Inline: rapid.Bool().Draw(t, "inline"), Minimise: rapid.Bool().Draw(t, "minimise")}}
		plan, err := fix.New(in)
		if err != nil {
			t.Fatal(err)
		}
		again, err := fix.New(in)
		if diff := cmp.Diff(asJSON(t, plan), asJSON(t, again)); err != nil || diff != "" {
			t.Fatalf("made again it is another: %v\n%s", err, diff)
		}
		before, now := granted(s), clone(s)
		for _, step := range plan.Steps {
			if err := follow(now, step.Call); err != nil {
				t.Fatalf("step %d: %v", step.Number, err)
			}
			if err := unchanged(before, granted(now)); err != nil {
				t.Fatalf("step %d, %s: %v", step.Number, step.Call, err)
			}
		}
		checkEnd(t, s, now, plan, in.Inline)
		for i := len(plan.Steps) - 1; i >= 0; i-- {
			if err := follow(now, *plan.Steps[i].Undo); err != nil {
				t.Fatalf("undoing step %d: %v", i+1, err)
			}
			if err := unchanged(before, granted(now)); err != nil {
				t.Fatalf("undoing step %d: %v", i+1, err)
			}
		}
		if diff := cmp.Diff(asJSON(t, sorted(s)), asJSON(t, sorted(now))); diff != "" {
			t.Fatalf("undone it is not as before:\n%s", diff)
		}
	})
}

// checkEnd holds the account after the plan to what the plan says.
func checkEnd(t *rapid.T, s, now *iam.Snapshot, plan *fix.Plan, inline bool) {
	closed, left := map[string]bool{}, map[string]bool{}
	for _, step := range plan.Steps {
		for _, c := range step.Closes {
			closed[c.Fingerprint] = true
		}
	}
	for _, r := range plan.Remaining {
		left[r.Resource] = true
	}
	old := map[string]bool{}
	for _, f := range judge(t, s) {
		old[f.Fingerprint] = true
		if f.Rule == "user-direct-policies" && !closed[f.Fingerprint] && !left[f.Resource.Name] {
			t.Fatalf("nothing is said of %s", f.Resource.Name)
		}
	}
	for _, f := range judge(t, now) {
		switch {
		case closed[f.Fingerprint]:
			t.Fatalf("%s still fails: %s", f.Resource.Name, f.Message)
		case f.Rule == "group-inline-policies" && (inline || s.Summary["PoliciesQuota"] == 3):
		case !old[f.Fingerprint]:
			t.Fatalf("%s fails %s now: %s", f.Resource.Name, f.Rule, f.Message)
		}
	}
}

// sorted is a snapshot with its lists in order.
func sorted(s *iam.Snapshot) *iam.Snapshot {
	out := clone(s)
	byName := func(a, b iam.InlinePolicy) int { return strings.Compare(a.Name, b.Name) }
	byARN := func(a, b iam.PolicyRef) int { return strings.Compare(a.ARN, b.ARN) }
	for i := range out.Users {
		g := out.Users[i].Grants
		slices.SortFunc(g.Inline, byName)
		slices.SortFunc(g.Attached, byARN)
		slices.Sort(g.Groups)
		g.Inline, g.Attached, g.Groups = none(g.Inline), none(g.Attached), none(g.Groups)
	}
	out.Groups = none(out.Groups)
	return out
}

// none is nil for an empty list, which is no other than nil.
func none[T any](list []T) []T {
	if len(list) == 0 {
		return nil
	}
	return list
}

func asJSON(t interface{ Fatal(...any) }, v any) string {
	text, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// What a snapshot shows of what a plan rests on is what the plan says.
func TestKnown(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawAccount(t)
		plan, err := fix.New(fix.Input{Snapshot: s, Findings: judge(t, s, "user-direct-policies")})
		if err != nil {
			t.Fatal(err)
		}
		known, read := fix.Known(s), 0
		for _, c := range plan.Start {
			now, ok := known(c)
			if ok {
				read++
			}
			if ok && !c.Holds(now) {
				t.Fatalf("%v is %q", c, now)
			}
		}
		if len(plan.Steps) > 0 && read == 0 {
			t.Fatal("nothing is known")
		}
	})
}

// A user's two keys are not shut off by two rules that each count on the other.
func TestLastKeyStays(t *testing.T) {
	at := func(s string) iam.Fact[iam.Time] {
		moment, err := time.Parse(time.DateOnly, s)
		if err != nil {
			t.Fatal(err)
		}
		return iam.Is(iam.At(moment))
	}
	old := iam.KeySlot{Active: iam.Is(true), LastRotated: at("2025-01-01"), LastUsed: at("2026-10-01")}
	young := iam.KeySlot{Active: iam.Is(true), LastRotated: at("2026-11-01"), LastUsed: at("2026-11-02")}
	s := fullAccount()
	s.Users = s.Users[:1]
	u := iam.User{Name: "ann", ID: "AIDAANN", ARN: "arn:aws:iam::" + account + ":user/ann", Listed: true, Grants: &iam.Grants{},
		Report: &iam.ReportRow{PasswordEnabled: iam.Is(false), Keys: [2]iam.KeySlot{old, young}}}
	u.AccessKeys = &[]iam.AccessKey{{ID: "AKIAOLD", Active: true, Created: old.LastRotated.Value}, {ID: "AKIAYOUNG", Active: true, Created: young.LastRotated.Value}}
	s.Users = append(s.Users, u)
	plan, err := fix.New(fix.Input{Snapshot: s, Findings: judge(t, s, "key-rotation", "several-active-keys")})
	if err != nil {
		t.Fatal(err)
	}
	off := 0
	for _, step := range plan.Steps {
		if step.Call.Action == "UpdateAccessKey" {
			off++
		}
	}
	if off != 1 {
		t.Errorf("%d keys are shut off: %v", off, plan.Steps)
	}
}

// A group of which not all was read is nobody's new home.
func TestUnreadGroup(t *testing.T) {
	s := fullAccount()
	d := policy.New(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sqs:*","Resource":"*"}]}`)
	s.Groups = append(s.Groups, iam.Group{Name: "Half", ARN: "arn:aws:iam::" + account + ":group/Half", Inline: []iam.InlinePolicy{{Name: "q", Document: d}},
		Untold: iam.Untold{iam.AttachedPart: "cut short"}})
	s.Users = append(s.Users, iam.User{Name: "zz", ID: "AIDAZZ", ARN: "arn:aws:iam::" + account + ":user/zz", Listed: true, Grants: &iam.Grants{Inline: []iam.InlinePolicy{{Name: "q", Document: d}}}})
	plan, err := fix.New(fix.Input{Snapshot: s, Findings: judge(t, s, "user-direct-policies")})
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range plan.Steps {
		if step.Call.Args["GroupName"] == "Half" {
			t.Errorf("%s", step.Call)
		}
	}
}
