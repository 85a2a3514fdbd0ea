package fix

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rollcall-iam/rollcall/internal/assess"
	"github.com/rollcall-iam/rollcall/internal/iam"
)

// Options are what people decide of a plan.
type Options struct {
	// Group is the name of the group that takes on what users have directly,
	// where one is enough; "" for names made of what the groups grant.
	Group string
	// Names are the owner's words for groups, by the name the plan would give.
	Names map[string]string
	// Inline keeps inline policies inline. Else each becomes a customer managed
	// policy with the same document, where the quotas allow.
	Inline bool
}

// An Input is what a plan is made from.
type Input struct {
	Version  string
	Snapshot *iam.Snapshot
	Findings []assess.Finding // those to remove; of other statuses than fail none is looked at
	Options
}

// A planner collects the steps of a plan.
type planner struct {
	Input
	plan  *Plan
	view  *iam.View
	users map[string]*iam.User // by name
	state *state               // as it will be when the steps so far are done
	steps map[Stage][]Step
	names *names

	granting map[docID][]*holder // groups by what they grant
	started  map[string]bool     // what start asks already
	named    map[string]bool     // of Names, those that a group has
	err      error               // the first step that AWS would refuse
}

// fixers make the steps for the findings of a rule.
var fixers = map[string]func(*planner, []assess.Finding){
	"user-direct-policies": (*planner).moveToGroups,
}

// Check refuses a rule whose findings no plan removes.
func Check(rule string) error {
	if _, ok := fixers[rule]; !ok {
		return fmt.Errorf("no plan removes findings of %s: rollcall rules show %s says what people do", rule, rule)
	}
	return nil
}

// New makes the plan that removes the findings, as far as it can.
func New(in Input) (*Plan, error) {
	p := newPlanner(in)
	by := map[string][]assess.Finding{}
	for _, f := range in.Findings {
		if f.Status == assess.Fail {
			by[f.Rule] = append(by[f.Rule], f)
		}
	}
	for _, rule := range sortedKeys(by) {
		if err := Check(rule); err != nil {
			return nil, err
		}
		p.plan.Rules = append(p.plan.Rules, rule)
		fixers[rule](p, by[rule])
	}
	for _, name := range sortedKeys(p.Names) {
		if !p.named[name] {
			return nil, fmt.Errorf("the plan makes no group %q, so none can be called %q instead", name, p.Names[name])
		}
	}
	return p.finish()
}

func newPlanner(in Input) *planner {
	p := &planner{Input: in, view: iam.NewView(in.Snapshot), users: map[string]*iam.User{}, state: newState(in.Snapshot), steps: map[Stage][]Step{}}
	p.plan = &Plan{Schema: Schema, Version: in.Version, Account: in.Snapshot.Account, Rules: []string{}, Quotas: quotasOf(in.Snapshot),
		Start: []Condition{}, Steps: []Step{}, Remaining: []Remaining{}}
	if at := in.Snapshot.Source(iam.Details).At; at != 0 {
		p.plan.ReadAt = at.String()
	}
	for i := range in.Snapshot.Users {
		p.users[in.Snapshot.Users[i].Name] = &in.Snapshot.Users[i]
	}
	p.names, p.started, p.granting = newNames(p.state), map[string]bool{}, map[docID][]*holder{}
	p.named = map[string]bool{}
	for _, name := range sortedKeys(p.state.groups) {
		p.offer(p.state.groups[name])
	}
	return p
}

// step adds a call to a stage, and does it to the state that the planner keeps.
func (p *planner) step(stage Stage, c Call, needs ...Condition) *Step {
	if err := p.state.do(c); err != nil && p.err == nil {
		p.err = err
	}
	if needs == nil {
		needs = []Condition{}
	}
	p.steps[stage] = append(p.steps[stage], Step{Stage: stage, Call: c, Needs: needs, Undo: p.undo(c), Reversal: Exact})
	return &p.steps[stage][len(p.steps[stage])-1]
}

// offer notes what a group grants, for users who are to be granted that.
func (p *planner) offer(g *holder) {
	for id := range p.state.holds(g) {
		p.granting[id] = append(p.granting[id], g)
	}
}

// undo is the inverse of a call on the account as it is known.
func (p *planner) undo(c Call) *Call {
	switch c.Action {
	case "CreatePolicy":
		back := call("DeletePolicy", argARN, p.state.account.ARN("policy/"+c.Args[argPolicy]))
		return &back
	case "DeleteUserPolicy":
		back := call("PutUserPolicy", argUser, c.Args[argUser], argPolicy, c.Args[argPolicy], argDocument, p.inlineText(c.Args[argUser], c.Args[argPolicy]))
		return &back
	}
	return inverse(c)
}

// inlineText is the text of a user's inline policy in the snapshot.
func (p *planner) inlineText(user, name string) string {
	for _, held := range p.users[user].Grants.Inline {
		if held.Name == name && held.Document != nil {
			return held.Document.Text()
		}
	}
	return ""
}

func (p *planner) leave(f assess.Finding, format string, args ...any) {
	p.plan.Remaining = append(p.plan.Remaining, Remaining{f.Rule, f.Resource.Name, fmt.Sprintf(format, args...)})
}

func (p *planner) quota(name string) int {
	i := slices.IndexFunc(p.plan.Quotas, func(q Quota) bool { return q.Name == name })
	return p.plan.Quotas[i].Value
}

// finish numbers the steps and proves that nobody loses or gains anything.
func (p *planner) finish() (*Plan, error) {
	for _, stage := range []Stage{Make, Join, Take} {
		for _, s := range p.steps[stage] {
			s.Number = len(p.plan.Steps) + 1
			p.plan.Steps = append(p.plan.Steps, s)
		}
	}
	slices.SortStableFunc(p.plan.Remaining, func(a, b Remaining) int {
		return strings.Compare(a.Rule+"\x00"+a.Resource, b.Rule+"\x00"+b.Resource)
	})
	err := p.err
	if err == nil {
		p.plan.Proof, err = prove(p.Snapshot, p.plan.Steps)
	}
	if err != nil {
		return nil, fmt.Errorf("the plan for account %s is wrong and is not given out: %w", p.plan.Account.ID, err)
	}
	return p.plan, nil
}
