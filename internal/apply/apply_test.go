package apply_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rollcall-iam/rollcall/internal/apply"
	"github.com/rollcall-iam/rollcall/internal/assess"
	"github.com/rollcall-iam/rollcall/internal/fix"
	"github.com/rollcall-iam/rollcall/internal/iam"
	"github.com/rollcall-iam/rollcall/internal/iam/policy"
	"github.com/rollcall-iam/rollcall/internal/rule"
	"github.com/rollcall-iam/rollcall/rules"
)

const number = "111122223333"

// A coded error is one of AWS's.
type coded string

func (c coded) Error() string     { return string(c) }
func (c coded) ErrorCode() string { return string(c) }

// A model is an account in memory. Facts stand under kind/name/what.
type model struct {
	facts map[string]map[string]string // lists by their place, each element with its value
	calls int
	reads int
	after int // the call after which the process dies; 0 for never
	early bool
	// slow is how often what is to be taken away is not there yet, for each call.
	slow   int
	tries  map[string]int
	refuse bool // the next call
	// meanwhile is what somebody else does just before a call.
	meanwhile func(fix.Call)
}

var errKilled = errors.New("killed")

func newModel() *model { return &model{facts: map[string]map[string]string{}, tries: map[string]int{}} }

func (m *model) at(place ...string) map[string]string {
	key := strings.ToLower(strings.Join(place, "/"))
	if m.facts[key] == nil {
		m.facts[key] = map[string]string{}
	}
	return m.facts[key]
}

func (m *model) Caller(context.Context) (string, string, error) {
	return number, "arn:aws:iam::" + number + ":user/operators/olga", nil
}

// Do makes a call, and dies before or after it when it is time to.
func (m *model) Do(_ context.Context, c fix.Call) error {
	m.calls++
	if m.calls == m.after && m.early {
		return errKilled
	}
	if key := fmt.Sprint(c); c.DoneCode() == "NoSuchEntity" && m.tries[key] < m.slow {
		m.tries[key]++
		m.calls--
		return coded("NoSuchEntity")
	}
	if m.meanwhile != nil {
		m.meanwhile(c)
	}
	if m.refuse {
		m.refuse = false
		return coded("LimitExceeded")
	}
	if err := m.do(c); err != nil {
		return err
	}
	if m.calls == m.after {
		return errKilled
	}
	return nil
}

func (m *model) do(c fix.Call) error {
	a := c.Args
	user, group := a["UserName"], a["GroupName"]
	kind, name := "group", group
	if strings.Contains(c.Action, "UserPolicy") {
		kind, name = "user", user
	}
	if group != "" && c.Action != "CreateGroup" && m.at("group", "all")[strings.ToLower(group)] == "" {
		return coded("NoSuchEntity")
	}
	gone := func(list map[string]string, key string) error {
		if _, ok := list[key]; !ok {
			return coded("NoSuchEntity")
		}
		delete(list, key)
		return nil
	}
	switch c.Action {
	case "CreateGroup":
		if m.at("group", "all")[strings.ToLower(group)] != "" {
			return coded("EntityAlreadyExists")
		}
		m.at("group", "all")[strings.ToLower(group)] = group
	case "DeleteGroup":
		if len(m.at("group", group, "attached"))+len(m.at("group", group, "inline"))+len(m.at("group", group, "members")) > 0 {
			return coded("DeleteConflict")
		}
		return gone(m.at("group", "all"), strings.ToLower(group))
	case "CreatePolicy":
		arn := "arn:aws:iam::" + number + ":policy/" + a["PolicyName"]
		if m.at("policy", "all")[arn] != "" {
			return coded("EntityAlreadyExists")
		}
		m.at("policy", "all")[arn] = a["PolicyDocument"]
	case "DeletePolicy":
		return gone(m.at("policy", "all"), a["PolicyArn"])
	case "AttachGroupPolicy", "AttachUserPolicy":
		m.at(kind, name, "attached")[a["PolicyArn"]] = "yes"
	case "DetachGroupPolicy", "DetachUserPolicy":
		return gone(m.at(kind, name, "attached"), a["PolicyArn"])
	case "PutGroupPolicy", "PutUserPolicy":
		m.at(kind, name, "inline")[a["PolicyName"]] = a["PolicyDocument"]
	case "DeleteGroupPolicy", "DeleteUserPolicy":
		return gone(m.at(kind, name, "inline"), a["PolicyName"])
	case "AddUserToGroup":
		m.at("group", group, "members")[user], m.at("user", user, "groups")[group] = "yes", "yes"
	case "RemoveUserFromGroup":
		delete(m.at("group", group, "members"), user)
		return gone(m.at("user", user, "groups"), group)
	case "UpdateAccessKey":
		m.at("user", user, "keys")[a["AccessKeyId"]] = a["Status"]
	case "DeleteAccessKey":
		return gone(m.at("user", user, "keys"), a["AccessKeyId"])
	case "UpdateAccountPasswordPolicy":
		m.facts["account//passwords"] = maps.Clone(a)
	case "DeleteAccountPasswordPolicy":
		m.facts["account//passwords"] = map[string]string{}
	default:
		return fmt.Errorf("%s is new", c.Action)
	}
	return nil
}

func (m *model) Read(_ context.Context, c fix.Condition) ([]string, error) {
	m.reads++
	digest := func(document string) string {
		sum := sha256.Sum256([]byte(policy.New(document).Canonical()))
		return "sha256:" + hex.EncodeToString(sum[:])
	}
	var out []string
	switch c.Fact {
	case fix.FactID:
		if all := m.at(c.Kind, "all"); c.Kind == "user" {
			return []string{"AIDA" + c.Name}, nil
		} else if all[strings.ToLower(c.Name)]+all[c.Name] != "" {
			return []string{"there"}, nil
		}
		return nil, nil
	case fix.FactInline:
		for name, document := range m.at(c.Kind, c.Name, "inline") {
			out = append(out, name+" "+digest(document))
		}
	case fix.FactDocument:
		return []string{digest(m.at("policy", "all")[c.Name])}, nil
	case fix.FactMember, fix.FactGroups:
		out = slices.Collect(maps.Keys(m.at("user", c.Name, "groups")))
	case fix.FactKey, fix.FactNoKey:
		for id, status := range m.at("user", c.Name, "keys") {
			out = append(out, id+" "+status)
		}
	case fix.FactKeyIdle:
		return c.Is, nil
	case fix.FactPasswords:
		for name, value := range m.at("account", "", "passwords") {
			out = append(out, name+" "+value)
		}
	default:
		out = slices.Collect(maps.Keys(m.at(c.Kind, c.Name, c.Fact)))
	}
	slices.Sort(out)
	return out, nil
}

// copied is the model's facts without what is empty.
func (m *model) copied() map[string]map[string]string {
	out := map[string]map[string]string{}
	for place, list := range m.facts {
		if len(list) > 0 {
			out[place] = maps.Clone(list)
		}
	}
	return out
}

// sample is an account with something for every fixer, as a snapshot and as a
// model, and the plan for it.
func sample(t *testing.T) (*fix.Plan, func() *model) {
	t.Helper()
	s3 := policy.New(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}`)
	sqs := policy.New(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sqs:*","Resource":"*"}]}`)
	ref := iam.PolicyRef{Name: "s3", ARN: "arn:aws:iam::" + number + ":policy/s3"}
	s := &iam.Snapshot{Account: iam.Account{ID: number, Partition: "aws"}, Policies: []iam.ManagedPolicy{{Name: "s3", ARN: ref.ARN, Document: s3}},
		PasswordPolicy: iam.Is(iam.PasswordPolicy{MinimumLength: 8}),
		Groups:         []iam.Group{{Name: "Empty", Attached: []iam.PolicyRef{ref}, Inline: []iam.InlinePolicy{{Name: "q", Document: sqs}}}, {Name: "S3", Attached: []iam.PolicyRef{ref}}}}
	for _, name := range iam.SourceNames {
		s.Sources = append(s.Sources, iam.Source{Name: name, State: iam.Read, At: 1_750_000_000})
	}
	old := iam.Is(iam.Time(1_600_000_000))
	for _, u := range []struct {
		name   string
		grants iam.Grants
		keys   []iam.AccessKey
	}{
		{"alice", iam.Grants{Attached: []iam.PolicyRef{ref}, Inline: []iam.InlinePolicy{{Name: "q", Document: sqs}}}, []iam.AccessKey{{ID: "AKIA1", Active: true, Created: old.Value}}},
		{"bob", iam.Grants{Groups: []string{"S3"}, Attached: []iam.PolicyRef{ref}}, []iam.AccessKey{{ID: "AKIA2", Created: old.Value}}},
		{"carl", iam.Grants{Attached: []iam.PolicyRef{ref}}, nil},
	} {
		user := iam.User{Name: u.name, ID: "AIDA" + u.name, ARN: "arn:aws:iam::" + number + ":user/" + u.name, Listed: true, Grants: &u.grants,
			Report: &iam.ReportRow{PasswordEnabled: iam.Is(true), PasswordLastChanged: old, MFAActive: iam.Is(true)}}
		none := iam.None[iam.Time]()
		user.Report.Keys = [2]iam.KeySlot{{Active: iam.Is(false), LastRotated: none, LastUsed: none}, {Active: iam.Is(false), LastRotated: none, LastUsed: none}}
		if u.keys != nil {
			user.AccessKeys = &u.keys
			user.Report.Keys[0] = iam.KeySlot{Active: iam.Is(u.keys[0].Active), LastRotated: old, LastUsed: none}
		}
		s.Users = append(s.Users, user)
	}
	return planFor(t, s), func() *model { return modelOf(s) }
}

// Where a plan rests on much, the account is read in bulk, and only what is not
// as it was is looked at by itself.
func TestBulk(t *testing.T) {
	plan, start := sample(t)
	big := *plan
	for len(big.Start) < 60 {
		big.Start = append(big.Start, plan.Start...)
	}
	m := start()
	r := runner(m, t.TempDir())
	r.Known = func(context.Context) (func(fix.Condition) ([]string, bool), error) {
		return func(c fix.Condition) ([]string, bool) { return c.Is, true }, nil
	}
	big.Steps = nil
	if _, err := r.Apply(context.Background(), &big); err != nil || m.reads > 0 {
		t.Errorf("%d reads, %v", m.reads, err)
	}
	m.at("user", "alice", "attached")["arn:aws:iam::aws:policy/ReadOnlyAccess"] = "yes"
	r.Known = func(context.Context) (func(fix.Condition) ([]string, bool), error) {
		return func(c fix.Condition) ([]string, bool) { return nil, c.Name == "alice" && c.Fact == fix.FactAttached }, nil
	}
	if _, err := r.Apply(context.Background(), &big); !errors.Is(err, apply.ErrChanged) {
		t.Error(err)
	}
}

func planFor(t *testing.T, s *iam.Snapshot) *fix.Plan {
	t.Helper()
	set, err := rule.LoadAll(rules.FS)
	if err != nil {
		t.Fatal(err)
	}
	selection, err := set.Select(nil, rule.Selector{Only: []string{"user-direct-policies", "unused-key", "inactive-key", "empty-group", "password-length"}})
	if err != nil {
		t.Fatal(err)
	}
	settings := map[string]rule.Values{}
	for _, r := range selection.Rules {
		settings[r.ID] = r.Values
	}
	j, err := assess.NewJudge(selection, false)
	if err != nil {
		t.Fatal(err)
	}
	a, err := j.Account(s, 1_750_000_000, "test")
	if err != nil {
		t.Fatal(err)
	}
	plan, err := fix.New(fix.Input{Snapshot: s, Findings: a.Findings, Options: fix.Options{Settings: settings}})
	if err != nil {
		t.Fatal(err)
	}
	if len(plan.Rules) != 5 || len(plan.Remaining) > 0 {
		t.Fatalf("the plan is for %v and leaves %v", plan.Rules, plan.Remaining)
	}
	return plan
}

func modelOf(s *iam.Snapshot) *model {
	m := newModel()
	hold := func(kind, name string, inline []iam.InlinePolicy, attached []iam.PolicyRef) {
		for _, p := range inline {
			m.at(kind, name, "inline")[p.Name] = p.Document.Text()
		}
		for _, p := range attached {
			m.at(kind, name, "attached")[p.ARN] = "yes"
		}
	}
	for _, p := range s.Policies {
		m.at("policy", "all")[p.ARN] = p.Document.Text()
	}
	for _, g := range s.Groups {
		m.at("group", "all")[strings.ToLower(g.Name)] = g.Name
		hold("group", g.Name, g.Inline, g.Attached)
	}
	for _, u := range s.Users {
		hold("user", u.Name, u.Grants.Inline, u.Grants.Attached)
		for _, g := range u.Grants.Groups {
			m.at("group", g, "members")[u.Name], m.at("user", u.Name, "groups")[g] = "yes", "yes"
		}
		if u.AccessKeys != nil {
			for _, k := range *u.AccessKeys {
				m.at("user", u.Name, "keys")[k.ID] = map[bool]string{true: "Active", false: "Inactive"}[k.Active]
			}
		}
	}
	m.facts["account//passwords"] = map[string]string{"MinimumPasswordLength": "8", "RequireSymbols": "false", "RequireNumbers": "false",
		"RequireUppercaseCharacters": "false", "RequireLowercaseCharacters": "false", "AllowUsersToChangePassword": "false", "HardExpiry": "false"}
	return m
}

func runner(m *model, dir string) *apply.Runner {
	now := time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)
	return &apply.Runner{Account: m, Dir: dir, Settle: 10 * time.Second, Say: func(string) {},
		Sleep: func(context.Context, time.Duration) error { return nil },
		Now:   func() time.Time { now = now.Add(time.Second); return now }}
}

// lost is what cannot come back: the key that was deleted.
func lost(facts map[string]map[string]string) map[string]map[string]string {
	delete(facts, "user/bob/keys")
	return facts
}

// Killed before or after any single call, a run that is taken up ends as the
// plan means it to, and undone as it began, but for what cannot come back.
func TestKilledAnywhere(t *testing.T) {
	plan, start := sample(t)
	whole := start()
	if _, err := runner(whole, t.TempDir()).Apply(context.Background(), plan); err != nil {
		t.Fatal(err)
	}
	want, before := whole.copied(), lost(start().copied())
	if whole.calls != len(plan.Steps) {
		t.Errorf("%d calls for %d steps", whole.calls, len(plan.Steps))
	}
	for _, early := range []bool{true, false} {
		for k := 1; k <= len(plan.Steps); k++ {
			for _, undo := range []bool{false, true} {
				m, dir := start(), t.TempDir()
				m.after, m.early = k, early
				_, err := runner(m, dir).Apply(context.Background(), plan)
				if !errors.Is(err, errKilled) || !strings.Contains(err.Error(), "rollcall fix resume 111122223333-20261123T080001Z goes on") {
					t.Fatalf("killed at call %d: %v", k, err)
				}
				j := reopen(t, dir)
				if undo {
					if _, err := runner(m, dir).Undo(context.Background(), j); err != nil {
						t.Fatalf("killed at call %d, undone: %v", k, err)
					}
					if diff := cmp.Diff(before, lost(m.copied())); diff != "" || reopen(t, dir).State() != "undone" {
						t.Fatalf("killed at call %d, undone: %s", k, diff)
					}
					continue
				}
				if err := runner(m, dir).Resume(context.Background(), j); err != nil {
					t.Fatalf("killed at call %d, resumed: %v", k, err)
				}
				if diff := cmp.Diff(want, m.copied()); diff != "" || reopen(t, dir).State() != "applied" {
					t.Fatalf("killed at call %d, resumed: %s", k, diff)
				}
			}
		}
	}
}

// So does an undo that is killed, and taken up.
func TestUndoKilledAnywhere(t *testing.T) {
	plan, start := sample(t)
	before := lost(start().copied())
	for k := 1; k <= len(plan.Steps); k++ {
		m, dir := start(), t.TempDir()
		if _, err := runner(m, dir).Apply(context.Background(), plan); err != nil {
			t.Fatal(err)
		}
		m.calls, m.after = 0, k
		_, err := runner(m, dir).Undo(context.Background(), reopen(t, dir))
		if err != nil && !strings.Contains(err.Error(), "rollcall fix undo") {
			t.Fatal(err)
		}
		if err != nil {
			_, err = runner(m, dir).Undo(context.Background(), reopen(t, dir))
		}
		if err != nil {
			t.Fatalf("killed at call %d: %v", k, err)
		}
		if diff := cmp.Diff(before, lost(m.copied())); diff != "" {
			t.Fatalf("killed at call %d: %s", k, diff)
		}
	}
}

func reopen(t *testing.T, dir string) *apply.Journal {
	t.Helper()
	all, err := apply.List(dir)
	if err != nil || len(all) != 1 {
		t.Fatal(len(all), err)
	}
	return all[0]
}

// An account that changed since the plan was made, or that is another one, is
// left as it is; one that changes meanwhile stops the run.
func TestChanged(t *testing.T) {
	plan, start := sample(t)
	for _, tt := range []struct {
		name   string
		change func(*model, *fix.Plan)
		want   string
	}{
		{"a grant", func(m *model, _ *fix.Plan) {
			m.at("user", "alice", "attached")["arn:aws:iam::aws:policy/ReadOnlyAccess"] = "yes"
		}, "user alice: attached was "},
		{"a group", func(m *model, _ *fix.Plan) {
			delete(m.at("group", "S3", "attached"), "arn:aws:iam::"+number+":policy/s3")
		}, "group S3: attached was "},
		{"a member", func(m *model, _ *fix.Plan) { m.at("group", "Empty", "members")["zoe"] = "yes" }, "group Empty: members was nothing, and is zoe"},
		{"a name", func(m *model, _ *fix.Plan) { m.at("group", "all")["s3-q"] = "s3-q" }, "group s3-q: id was nothing, and is there"},
		{"a key", func(m *model, _ *fix.Plan) { m.at("user", "alice", "keys")["AKIA1"] = "Inactive" }, "user alice: key was AKIA1 Active, and is AKIA1 Inactive"},
		{"another account", func(_ *model, p *fix.Plan) { p.Account.ID = "999999999999" }, "the plan is for account 999999999999, and the credentials are of account 111122223333"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m, dir, other := start(), t.TempDir(), *plan
			tt.change(m, &other)
			_, err := runner(m, dir).Apply(context.Background(), &other)
			if err == nil || !strings.Contains(err.Error(), tt.want) || m.calls > 0 {
				t.Errorf("%d calls, and %v, want %q", m.calls, err, tt.want)
			}
			if left, _ := os.ReadDir(dir); len(left) > 0 {
				t.Error("there is a journal of nothing")
			}
		})
	}
}

// That what is to go is not there may be because AWS does not see it yet.
func TestSlow(t *testing.T) {
	plan, start := sample(t)
	prompt, slow := start(), start()
	slow.slow = 3
	for _, m := range []*model{prompt, slow} {
		if _, err := runner(m, t.TempDir()).Apply(context.Background(), plan); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(prompt.copied(), slow.copied()); diff != "" {
		t.Error(diff)
	}
}

// What somebody else makes while a run is at work is theirs: the run stops, and
// undoing leaves it alone.
func TestMadeBySomebodyElse(t *testing.T) {
	plan, start := sample(t)
	m, dir := start(), t.TempDir()
	before := m.copied()
	theirs := ""
	m.meanwhile = func(c fix.Call) {
		if name := c.Args["GroupName"]; c.Action == "CreateGroup" && theirs == "" {
			theirs = strings.ToLower(name)
			m.at("group", "all")[theirs] = name
		}
	}
	_, err := runner(m, dir).Apply(context.Background(), plan)
	for range 2 {
		if err == nil || !strings.Contains(err.Error(), "made by somebody else since") {
			t.Fatal(err)
		}
		err = runner(m, dir).Resume(context.Background(), reopen(t, dir))
	}
	if changed, err := runner(m, dir).Undo(context.Background(), reopen(t, dir)); err != nil || len(changed) != 1 {
		t.Errorf("undone: %v, %v", changed, err)
	}
	if m.at("group", "all")[theirs] == "" || reopen(t, dir).State() != "undone" {
		t.Errorf("their group is gone, or the run is %s", reopen(t, dir).State())
	}
	delete(m.at("group", "all"), theirs)
	if diff := cmp.Diff(before, m.copied()); diff != "" {
		t.Error(diff)
	}
}

// What AWS refused was not done: what somebody else makes afterwards is theirs.
func TestRefused(t *testing.T) {
	plan, start := sample(t)
	m, dir := start(), t.TempDir()
	refused := ""
	m.meanwhile = func(c fix.Call) {
		if c.Action == "CreateGroup" && refused == "" {
			refused = c.Args["GroupName"]
			m.refuse = true
		}
	}
	if _, err := runner(m, dir).Apply(context.Background(), plan); err == nil || !strings.Contains(err.Error(), "LimitExceeded") {
		t.Fatal(err)
	}
	m.at("group", "all")[strings.ToLower(refused)] = refused
	if err := runner(m, dir).Resume(context.Background(), reopen(t, dir)); err == nil || !strings.Contains(err.Error(), "made by somebody else since") {
		t.Fatal(err)
	}
	if _, err := runner(m, dir).Undo(context.Background(), reopen(t, dir)); err != nil {
		t.Fatal(err)
	}
	if m.at("group", "all")[strings.ToLower(refused)] == "" {
		t.Error("their group is gone")
	}
}

// Undoing takes nothing from those who came to rest on what a run made.
func TestUndoKeeps(t *testing.T) {
	plan, start := sample(t)
	m, dir := start(), t.TempDir()
	if _, err := runner(m, dir).Apply(context.Background(), plan); err != nil {
		t.Fatal(err)
	}
	made := ""
	for _, s := range plan.Steps {
		if s.Call.Action == "CreateGroup" {
			made = s.Call.Args["GroupName"]
		}
	}
	m.at("group", made, "members")["dave"] = "yes"
	m.at("user", "dave", "groups")[made] = "yes"
	m.at("account", "", "passwords")["RequireSymbols"] = "true"
	holds := maps.Clone(m.at("group", made, "attached"))
	changed, err := runner(m, dir).Undo(context.Background(), reopen(t, dir))
	if err != nil || reopen(t, dir).State() != "undone" {
		t.Fatal(reopen(t, dir).State(), err)
	}
	if diff := cmp.Diff(holds, m.at("group", made, "attached")); diff != "" || m.at("account", "", "passwords")["RequireSymbols"] != "true" {
		t.Errorf("dave lost something, or the password policy was set back: %s", diff)
	}
	if len(changed) == 0 || len(m.at("user", "alice", "attached")) == 0 {
		t.Errorf("it is not said, or alice has not got back what she had: %v", changed)
	}
}

// A line of a journal that was cut off while it was written does not count; a
// journal with other lines is none.
func TestJournal(t *testing.T) {
	plan, start := sample(t)
	m, dir := start(), t.TempDir()
	j, err := runner(m, dir).Apply(context.Background(), plan)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, j.ID+".jsonl")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, text[:len(text)-5], 0o600); err != nil {
		t.Fatal(err)
	}
	if got := reopen(t, dir).State(); got != "stopped" {
		t.Errorf("cut off it is %s", got)
	}
	if err := runner(m, dir).Resume(context.Background(), reopen(t, dir)); err != nil || reopen(t, dir).State() != "applied" {
		t.Errorf("taken up, it is %s: %v", reopen(t, dir).State(), err)
	}
	if err := os.WriteFile(path, append(text, []byte("{\"step\": 999}\n")...), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := apply.Open(dir, j.ID); err == nil || !strings.Contains(err.Error(), "is not an event of the plan") {
		t.Error(err)
	}
	for _, id := range []string{"", "..", "../x", "gone"} {
		if _, err := apply.Open(dir, id); err == nil {
			t.Errorf("%q opens", id)
		}
	}
	if !json.Valid([]byte(strings.SplitN(string(text), "\n", 2)[0])) {
		t.Error("the first line is not JSON")
	}
}

// Every fact that a plan may rest on can be read from AWS, and every call that
// it may make can be made.
func TestLiveKnowsPlans(t *testing.T) {
	calls, facts := apply.Knows()
	for _, action := range fix.Calls() {
		if !slices.Contains(calls, action) {
			t.Errorf("%s cannot be called", action)
		}
	}
	for _, fact := range fix.Facts() {
		if !slices.Contains(facts, fact) {
			t.Errorf("%v cannot be read", fact)
		}
	}
}
