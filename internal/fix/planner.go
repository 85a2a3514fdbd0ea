package fix

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/rollcall-iam/rollcall/internal/assess"
	"github.com/rollcall-iam/rollcall/internal/iam"
	"github.com/rollcall-iam/rollcall/internal/match"
	"github.com/rollcall-iam/rollcall/internal/rule"
)

// Options are what people decide of a plan.
type Options struct {
	// Group is the name of the group that takes on what users have directly,
	// where one is enough; "" for names made of what the groups grant.
	Group string
	// Names are the owner's words for groups, by the name the plan would give.
	Names map[string]string
	// Keep are groups that are not to be deleted, for the configuration names them.
	Keep []string
	// Settings are those of the rules, by id.
	Settings map[string]rule.Values
	// Inline keeps inline policies inline. Else each becomes a customer managed
	// policy with the same document, where the quotas allow.
	Inline bool
	// Minimise looks for fewer groups than one for each kind of users.
	Minimise bool
	// Delete deletes unapproved users, rather than to shut them out; RemovePassword
	// deletes the passwords of those shut out too.
	Delete, RemovePassword bool
	// Create are users that the plan makes.
	Create NewUsers
	// ReadPasswordPolicy lets users who are to manage their own credentials read
	// the rules for passwords too.
	ReadPasswordPolicy bool
	// BreakGlass are the users whom no plan shuts out.
	BreakGlass []*match.Matcher
	// Terraform is where Terraform has users, as TerraformUsers reads it.
	Terraform map[string]string
}

// An Input is what a plan is made from.
type Input struct {
	Version  string
	Snapshot *iam.Snapshot
	Findings []*assess.Finding // those to remove; of other statuses than fail none is looked at
	Options
}

// A planner collects the steps of a plan.
type planner struct {
	Input
	plan  *Plan
	view  *iam.View
	users map[string]*iam.User // by name
	state *state               // as it will be when the steps so far are done
	steps map[Stage][]*Step
	calls map[string]*Step // by what they do
	names *names

	granting       map[docID][]*holder // groups by what they grant
	started        map[string]bool     // what start asks already
	named          map[string]bool     // of Names, those that a group has
	doomed         map[string]bool     // users whom the plan shuts out or deletes
	losing         map[string]bool     // users who lose what they work with
	passwords      map[string]string   // the password policy to be; nil where it stays
	policyFindings []*assess.Finding   // that it ends
	made           []*assess.Finding   // that the first user made ends

	err error // the first step that AWS would refuse
}

// fixers make the steps for the findings of a rule.
var fixers = map[string]func(*planner, []*assess.Finding){
	"common-group":               (*planner).joinCommon,
	"empty-group":                (*planner).deleteGroups,
	"group-inline-policies":      (*planner).manageInline,
	"inactive-key":               (*planner).deleteKeys,
	"individual-users":           (*planner).askUsers,
	"key-at-setup":               (*planner).deleteSetupKeys,
	"key-rotation":               (*planner).rotated,
	"password-change":            (*planner).askPasswords,
	"password-expiry":            (*planner).askPasswords,
	"password-length":            (*planner).askPasswords,
	"password-lowercase":         (*planner).askPasswords,
	"password-number":            (*planner).askPasswords,
	"password-policy":            (*planner).askPasswords,
	"password-reuse":             (*planner).askPasswords,
	"password-symbol":            (*planner).askPasswords,
	"password-uppercase":         (*planner).askPasswords,
	"redundant-grant":            (*planner).moveToGroups,
	"self-managed-credentials":   (*planner).letManageOwn,
	"service-user-with-password": (*planner).deletePasswords,
	"several-active-keys":        (*planner).spareKeys,
	"unapproved-user":            (*planner).shutOutUsers,
	"unused-key":                 (*planner).shutKeys,
	"unused-password":            (*planner).deletePasswords,
	"unused-user":                (*planner).shutUnused,
	"user-direct-policies":       (*planner).moveToGroups,
	"user-without-credentials":   (*planner).deleteUsers,
}

// Check refuses a rule whose findings no plan removes, with why.
func Check(id string) error {
	if _, ok := fixers[id]; ok {
		return nil
	}
	why := cmp.Or(people[id], "it is a rule of your own")
	return fmt.Errorf("no plan removes findings of %s: %s; rollcall rules show %s says what people do", id, why, id)
}

// ByPeople is why people must remove a rule's findings; "" where a plan can.
func ByPeople(id string) string { return people[id] }

// Answered are the rules that have a fixer, or the reason why there is none.
func Answered() []string { return append(sortedKeys(fixers), sortedKeys(people)...) }

// Needs reports whether plans for some rules take a source that the rules
// themselves do not ask for, of the users concerned: what is to be shut off must
// be known by its id.
func Needs(name iam.SourceName, deleting bool, rules ...string) bool {
	for _, id := range rules {
		deletes := id == "user-without-credentials" || id == "unapproved-user" && deleting
		switch {
		case slices.Contains(aboutKeys, id) && name == iam.AccessKeyList,
			id == "unapproved-user" && slices.Contains(toShutOut, name),
			deletes && slices.Contains(toDelete, name):
			return true
		}
	}
	return false
}

var (
	aboutKeys = []string{"inactive-key", "key-at-setup", "key-rotation", "several-active-keys", "unused-key", "unused-user"}
	toShutOut = []iam.SourceName{iam.AccessKeyList, iam.SSHKeyList, iam.ServiceCredentialList, iam.CertificateList, iam.LoginProfile}
	toDelete  = append(toShutOut, iam.MFADeviceList, iam.SSHKeyBody)
)

// New makes the plan that removes the findings, as far as it can.
func New(in Input) (*Plan, error) {
	p := newPlanner(in)
	by := map[string][]*assess.Finding{}
	for _, f := range in.Findings {
		if f.Status == assess.Fail {
			by[f.Rule] = append(by[f.Rule], f)
		}
	}
	for _, id := range inOrder(sortedKeys(by)) {
		if err := Check(id); err != nil {
			return nil, err
		}
		p.plan.Rules = append(p.plan.Rules, id)
		fixers[id](p, by[id])
	}
	if err := p.makeUsers(); err != nil {
		return nil, err
	}
	slices.Sort(p.plan.Rules)
	p.settlePasswords()
	for _, name := range sortedKeys(p.Names) {
		if !p.named[name] {
			return nil, fmt.Errorf("the plan makes no group %q, so none can be called %q instead", name, p.Names[name])
		}
	}
	return p.finish()
}

// inOrder puts the rules whose plans shut users out before the others, which then
// leave these users alone.
func inOrder(ids []string) []string {
	slices.SortStableFunc(ids, func(a, b string) int { return cmp.Compare(ranks[a], ranks[b]) })
	return ids
}

// ranks are the places of rules whose plans others must know of, or know of
// others.
var ranks = map[string]int{"unapproved-user": -1, "user-without-credentials": -1, "group-inline-policies": 1}

func newPlanner(in Input) *planner {
	p := &planner{Input: in, view: iam.NewView(in.Snapshot), users: map[string]*iam.User{}, state: newState(in.Snapshot), steps: map[Stage][]*Step{}, calls: map[string]*Step{}}
	p.plan = &Plan{Schema: Schema, Version: in.Version, Account: in.Snapshot.Account, Rules: []string{}, Quotas: []Quota{},
		Start: []Condition{}, Steps: []Step{}, Remaining: []Remaining{}}
	if at := in.Snapshot.Source(iam.Details).At; at != 0 {
		p.plan.ReadAt = at.String()
	}
	for i := range in.Snapshot.Users {
		p.users[in.Snapshot.Users[i].Name] = &in.Snapshot.Users[i]
	}
	p.names, p.started, p.granting = newNames(p.state), map[string]bool{}, map[docID][]*holder{}
	p.named, p.doomed, p.losing = map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, name := range sortedKeys(p.state.groups) {
		if p.whole(name) {
			p.offer(p.state.groups[name])
		}
	}
	return p
}

// whole reports a group of which all is known that it grants.
func (p *planner) whole(group string) bool {
	listed, ok := p.view.Group(group)
	return ok && p.view.Untold(listed.Untold, iam.InlinePart, iam.AttachedPart) == nil
}

// step adds a call to a stage, and does it to the state that the planner keeps.
func (p *planner) step(stage Stage, c Call, needs ...Condition) *Step {
	undo := p.undo(c) // as it is before
	if err := p.state.do(c); err != nil && p.err == nil {
		p.err = err
	}
	if needs == nil {
		needs = []Condition{}
	}
	s := &Step{Stage: stage, Call: c, Needs: needs, Undo: undo, Reversal: c.reversal(undo)}
	p.steps[stage], p.calls[c.key()] = append(p.steps[stage], s), s
	return s
}

// once is step for a call that several findings may ask for.
func (p *planner) once(stage Stage, c Call, needs ...Condition) *Step {
	if s := p.calls[c.key()]; s != nil {
		return s
	}
	return p.step(stage, c, needs...)
}

func (s *Step) closes(f *assess.Finding) {
	s.Closes = append(s.Closes, Closed{f.Rule, f.Resource.Name, f.Fingerprint})
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
	case "UpdateAccountPasswordPolicy":
		back := Call{"DeleteAccountPasswordPolicy", map[string]string{}}
		if before := passwordArgs(p.Snapshot.PasswordPolicy); before != nil {
			back = Call{c.Action, before}
		}
		return &back
	case "CreatePolicy":
		back := call("DeletePolicy", argARN, p.state.account.ARN("policy/"+c.Args[argPolicy]))
		return &back
	case "DeleteGroup":
		back := call("CreateGroup", argGroup, c.Args[argGroup])
		if g, ok := p.view.Group(c.Args[argGroup]); ok && g.Path != "" && g.Path != "/" {
			back.Args[argPath] = g.Path
		}
		return &back
	case "DeleteGroupPolicy", "DeleteUserPolicy":
		back := inverse(c)
		back.Args[argDocument] = p.state.text(c)
		return back
	case "DeleteUserPermissionsBoundary":
		back := inverse(c)
		back.Args[argBoundary] = p.state.users[fold(c.Args[argUser])].boundary
		return back
	case "DeleteUser":
		return remake(p.users[c.Args[argUser]])
	case "DeleteSSHPublicKey":
		return p.upload(c, factSSHKey, "UploadSSHPublicKey", "SSHPublicKeyBody")
	case "DeleteSigningCertificate":
		return p.upload(c, factCertificate, "UploadSigningCertificate", "CertificateBody")
	case "DeleteLoginProfile":
		return nil // what it was only its owner knows
	}
	return inverse(c)
}

// upload is the call that brings back what has a public body; nil where that was
// not read.
func (p *planner) upload(c Call, fact, action, arg string) *Call {
	kind := kindOf(fact)
	list, _ := credentialsOf(p.users[c.Args[argUser]], *kind)
	for _, item := range list {
		if item.id == c.Args[kind.arg] && item.body != "" && item.status == active { // AWS makes it active
			back := call(action, argUser, c.Args[argUser], arg, item.body)
			return &back
		}
	}
	return nil
}

func (p *planner) leave(f *assess.Finding, format string, args ...any) {
	p.plan.Remaining = append(p.plan.Remaining, Remaining{f.Rule, f.Resource.Name, fmt.Sprintf(format, args...)})
}

// quota is one of the account's, which the plan then rests on.
func (p *planner) quota(name string) int {
	all := quotasOf(p.Snapshot)
	q := all[slices.IndexFunc(all, func(q Quota) bool { return q.Name == name })]
	if !slices.Contains(p.plan.Quotas, q) {
		p.plan.Quotas = append(p.plan.Quotas, q)
	}
	return q.Value
}

// finish numbers the steps and proves that nobody loses or gains anything.
func (p *planner) finish() (*Plan, error) {
	for _, stage := range stages {
		for _, s := range p.steps[stage.Stage] {
			s.Number = len(p.plan.Steps) + 1
			p.plan.Steps = append(p.plan.Steps, *s)
		}
	}
	slices.SortFunc(p.plan.Quotas, func(a, b Quota) int { return strings.Compare(a.Name, b.Name) })
	slices.SortStableFunc(p.plan.Remaining, func(a, b Remaining) int {
		return strings.Compare(a.Rule+"\x00"+a.Resource, b.Rule+"\x00"+b.Resource)
	})
	err := p.err
	if err == nil {
		p.plan.Proof, err = prove(p.Snapshot, p.plan)
	}
	if err != nil {
		return nil, fmt.Errorf("the plan for account %s is wrong and is not given out: %w", p.plan.Account.ID, err)
	}
	return p.plan, nil
}
