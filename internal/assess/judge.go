package assess

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/rollcall-iam/rollcall/internal/entity"
	"github.com/rollcall-iam/rollcall/internal/framework"
	"github.com/rollcall-iam/rollcall/internal/gsl"
	"github.com/rollcall-iam/rollcall/internal/iam"
	"github.com/rollcall-iam/rollcall/internal/piles"
	"github.com/rollcall-iam/rollcall/internal/rule"
)

// A Judge holds the rules of a run and judges one account after the other.
type Judge struct {
	rules         []*compiled
	variants      []*compiled // what frameworks ask for with settings of their own
	frameworks    []*framework.Framework
	asked         []rule.Asked // for all their controls in order
	off           []rule.Off
	safelist      *rule.Safelist
	waivers       []*rule.Waiver
	waived        map[*rule.Waiver]int     // findings, but for those of variants
	baselines     map[string]*iam.Snapshot // by account
	judged        []string                 // the accounts so far
	includePassed bool
	inventory     bool
	stop          <-chan struct{}
}

// Stop makes Account end early, without a result, once the channel is closed.
func (j *Judge) Stop(c <-chan struct{}) { j.stop = c }

// Since gives the accounts of an earlier moment, to say what is new.
func (j *Judge) Since(earlier ...*iam.Snapshot) {
	j.baselines = map[string]*iam.Snapshot{}
	for _, s := range earlier {
		j.baselines[s.Account.ID] = s
	}
}

func (j *Judge) stopped() bool {
	select {
	case <-j.stop:
		return true
	default:
		return false
	}
}

// ErrStopped is for an account whose judging was ended by Stop.
var ErrStopped = errors.New("stopped")

// NewJudge compiles the rules of a selection. includePassed spells out every
// verdict rather than those that fail or lack a fact. The frameworks are those
// whose uses are the selection's variants.
func NewJudge(s *rule.Selection, includePassed bool, frameworks ...*framework.Framework) (*Judge, error) {
	j := &Judge{safelist: s.Safelist, waivers: s.Waivers, includePassed: includePassed, frameworks: frameworks, asked: s.Variants, off: s.Off, waived: map[*rule.Waiver]int{}}
	known := map[*rule.Chosen]bool{}
	for _, r := range s.Rules {
		c, err := compile(r, r.Values)
		if err != nil {
			return nil, err
		}
		known[r] = true
		j.rules = append(j.rules, c)
	}
	for _, a := range s.Variants {
		if a.Chosen == nil || known[a.Chosen] {
			continue
		}
		c, err := compile(a.Chosen, a.Values)
		if err != nil {
			return nil, err
		}
		known[a.Chosen] = true
		j.variants = append(j.variants, c)
	}
	return j, nil
}

// all are the rules of the run, variants too.
func (j *Judge) all() []*compiled { return slices.Concat(j.rules, j.variants) }

// Needs reports whether a rule reads a fact of a source.
func (j *Judge) Needs(name iam.SourceName) bool {
	return slices.ContainsFunc(j.all(), func(c *compiled) bool { return slices.Contains(c.program.Sources, string(name)) })
}

// Warnings are what the rules' checks remarked, in the rules' order and with
// their places.
func (j *Judge) Warnings() []string {
	var out []string
	for _, c := range j.rules {
		for _, w := range c.warnings {
			out = append(out, c.Render(w))
		}
	}
	return out
}

// Account judges a snapshot at a time; clock says what that time is.
func (j *Judge) Account(s *iam.Snapshot, now iam.Time, clock string) (*Account, error) {
	j.judged = append(j.judged, s.Account.ID)
	e := entity.New(s, j.safelist.At(now))
	e.Since(j.baselines[s.Account.ID])
	more := e.View.UsersKnown() != nil
	if more {
		j.safelist.Unsure()
	}
	a := &Account{ID: s.Account.ID, Alias: s.Account.Alias, AssessedAt: now.String(), Clock: clock, Sources: j.sources(s),
		Warnings: s.Warnings, Findings: []*Finding{}, Unknown: []Missing{}, Users: len(s.Users) - 1, MoreUsers: more}
	if s.CollectedAt != 0 {
		a.CollectedAt = s.CollectedAt.String()
	}
	t := &trial{judge: j, entities: e, out: a, machine: &gsl.Machine{Now: int64(now)}}
	if err := t.rules(j.rules...); err != nil {
		return nil, err
	}
	t.cover()
	if err := t.frameworks(); err != nil {
		return nil, err
	}
	if j.inventory {
		a.Inventory = t.inventory()
	}
	return a, nil
}

// cover counts the users whom the safelist's entries match, and the findings that
// exceptions waive.
func (t *trial) cover() {
	for _, f := range t.out.Findings {
		if f.Exception != nil {
			t.judge.waived[f.Exception.by]++
		}
	}
	if t.judge.safelist == nil || !t.judge.asksSafelist() {
		return
	}
	t.entities.Each(entity.IamUser, func(obj any, _ entity.Named) {
		if u, ok := obj.(*entity.User); ok && !u.Root {
			t.judge.safelist.Cover(u.User)
		}
	})
}

// sources shows every source, also those that were not given, but for extra
// ones that nobody needs.
func (j *Judge) sources(s *iam.Snapshot) []Source {
	var out []Source
	for _, name := range iam.SourceNames {
		src := s.Source(name)
		if name.IsExtra() && src.State == iam.NotGiven && !j.Needs(name) {
			continue
		}
		shown := Source{Name: string(name), State: string(src.State), Detail: src.Note}
		if src.At != 0 {
			shown.At = src.At.String()
		}
		if src.State == iam.Denied && shown.Detail == "" {
			shown.Detail = cmp.Or(src.Permission, name.Permission()) + " is needed"
		}
		out = append(out, shown)
	}
	return out
}

// A trial is the judging of one account.
type trial struct {
	judge    *Judge
	entities *entity.Account
	machine  *gsl.Machine
	out      *Account
}

// rules judges by rules and puts what they find into the assessment, in their
// order.
func (t *trial) rules(list ...*compiled) error {
	rulings := make([]*ruling, len(list))
	var ofUsers []*ruling
	for i, c := range list {
		r, err := t.begin(c)
		if err != nil {
			return fmt.Errorf("rule %s: %w", c.ID, err)
		}
		if rulings[i] = r; c.program.Entity == entity.IamUser && !c.program.List {
			ofUsers = append(ofUsers, r)
		} else {
			r.run()
		}
		if t.judge.stopped() {
			return ErrStopped
		}
	}
	if err := t.eachUser(ofUsers); err != nil {
		return err
	}
	t.conclude(rulings)
	return nil
}

// few is how many users are judged by one rule before the next has its turn.
const few = 64

// eachUser judges the users by all rules, a few users at a time: what is known
// of a few stays at hand for the processor, and of thousands does not.
func (t *trial) eachUser(rulings []*ruling) error {
	for users := range slices.Chunk(t.entities.Users, few) {
		for _, r := range rulings {
			for i := range users {
				r.entity(&users[i], &users[i])
			}
		}
		if t.judge.stopped() {
			return ErrStopped
		}
	}
	gap := t.entities.View.UsersKnown()
	for _, r := range rulings {
		r.mayBeMore(gap)
	}
	return nil
}

// conclude puts together what the rulings came to.
func (t *trial) conclude(rulings []*ruling) {
	var found piles.Of[Finding]
	for _, r := range rulings {
		found.Take(&r.found)
		t.out.Rules = append(t.out.Rules, *r.row)
		if r.unknown.Count > 0 {
			t.out.Unknown = append(t.out.Unknown, r.unknown)
		}
	}
	t.out.Findings = found.Refs(t.out.Findings...)
}

// A ruling is one rule on one account.
type ruling struct {
	*trial
	*compiled
	row     *Rule
	void    bool // it applies to nobody, for what the row's note says
	found   piles.Of[Finding]
	unknown Missing   // what sources that are missing altogether leave open
	noted   []iam.Gap // that unknown has
}

// begin prepares a ruling. It is void where the rule lacks settings that it needs.
func (t *trial) begin(c *compiled) (*ruling, error) {
	row := &Rule{ID: c.ID, Aliases: c.Aliases, Title: c.Title, Risk: cmp.Or(c.Risk, c.Title), Action: c.Action, Category: c.Category,
		Severity: c.Severity.String(), Settings: c.Told(), Worded: c.Worded()}
	if !c.program.List {
		row.Entity = c.program.Entity
	}
	r := &ruling{trial: t, compiled: c, row: row, unknown: Missing{Rule: c.ID}}
	if len(c.Missing) > 0 {
		row.Note, r.void = c.Hint, true
	} else {
		usable, err := r.bindGroups()
		if err != nil {
			return nil, err
		}
		if !usable {
			row.Note, r.void = "a group of its settings does not exist", true
		}
	}
	if r.void {
		r.Unsure(rule.Anybody)
	}
	return r, nil
}

// run judges every entity of the rule's kind.
func (r *ruling) run() {
	if r.program.List && len(r.Missing) == 0 {
		r.judged(r.entities.All(r.program.Entity), r.entities.Resource())
		return
	}
	r.mayBeMore(r.entities.Each(r.program.Entity, r.entity))
}

// mayBeMore is for entities that were not read, for what gap says.
func (r *ruling) mayBeMore(gap *iam.Gap) {
	if gap != nil && len(r.Missing) == 0 {
		r.undecided(rule.Anybody, r.entities.Resource(), gsl.Explanation{Gaps: []any{gap}})
	}
}

// entity judges one entity.
func (r *ruling) entity(obj any, n entity.Named) {
	if r.void {
		r.notApplicable(n)
	} else {
		r.judged(obj, n)
	}
}

func (r *ruling) judged(obj any, n entity.Named) {
	switch r.program.Eval(r.machine, obj) {
	case gsl.Pass:
		r.passed(obj, n)
	case gsl.Fail:
		res := n.Resource()
		if res.Doubt != nil { // nobody is accused who may not exist
			r.undecided(r.matched(obj, res), res, gsl.Explanation{Gaps: []any{res.Doubt}})
			return
		}
		r.broken(obj, res)
	case gsl.Undecided:
		res := n.Resource()
		r.undecided(r.matched(obj, res), res, r.program.Explain(r.machine, obj, gsl.Undecided))
	default:
		r.notApplicable(n)
	}
}

func (r *ruling) passed(obj any, n entity.Named) {
	if r.program.Query() {
		r.row.Match++
		x := r.program.Explain(r.machine, obj, gsl.Pass)
		r.add(Match, r.Severity, n.Resource(), x, evidenceText(x))
		return
	}
	r.row.Pass++
	if r.judge.includePassed {
		r.add(Pass, r.Severity, n.Resource(), r.program.Explain(r.machine, obj, gsl.Pass), "passes")
	}
}

func (r *ruling) notApplicable(n entity.Named) {
	r.row.NotApplicable++
	if r.judge.includePassed {
		r.add(NotApplicable, r.Severity, n.Resource(), gsl.Explanation{}, cmp.Or(r.row.Note, "the rule does not apply"))
	}
}

// broken is a fail, unless an exception covers it.
func (r *ruling) broken(obj any, res *entity.Resource) {
	x := r.program.Explain(r.machine, obj, gsl.Fail)
	severity, message := r.words(r.machine, obj, x)
	r.failed(r.matched(obj, res), res, severity, x, message)
}

// failed adds a finding, waived where an exception covers it; nil where whether
// one does is unknown.
func (r *ruling) failed(m rule.Matched, res *entity.Resource, severity rule.Severity, x gsl.Explanation, message string) *Finding {
	by, expired, unknown := r.Waive(m, iam.Time(r.machine.Now))
	switch {
	case by != nil:
		r.row.Excepted++
		e := &Exception{Owner: by.Owner, Reason: by.Reason, Ticket: by.Ticket, Expires: by.Expires.String(), by: by}
		f := r.add(Excepted, severity, res, x, message+"; "+e.String())
		f.Exception = e
		return f
	case unknown:
		r.undecided(m, res, gsl.Explanation{Evidence: x.Evidence, Gaps: []any{r.entities.View.Gap(iam.Details)}})
		return nil
	case expired != nil:
		message += fmt.Sprintf("; the exception %s expired %s", expired, expired.Expires)
	}
	r.row.Fail++
	return r.add(Fail, severity, res, x, message)
}

// matched is what exceptions compare: the user, or a resource by its name, ARN
// and tags as if it were one.
func (r *ruling) matched(obj any, res *entity.Resource) rule.Matched {
	if u, ok := obj.(*entity.User); ok {
		return rule.Matched{User: u.User, IsUser: true}
	}
	grants := &iam.Grants{}
	if role, ok := obj.(*entity.Role); ok {
		grants.Tags = role.Tags
	}
	return rule.Matched{User: &iam.User{Name: res.Name, ARN: cmp.Or(res.ARN, iam.RootARN(iam.Account{ID: r.out.ID})), Grants: grants}}
}

func (r *ruling) add(status Status, severity rule.Severity, res *entity.Resource, x gsl.Explanation, message string) *Finding {
	f := Finding{Rule: r.ID, Severity: severity.String(), Status: status, Message: message, Parts: []Part{}, Evidence: []Evidence{},
		Resource:    Resource{Type: res.Type, Name: res.Name, ARN: res.ARN, Note: res.Note},
		Fingerprint: r.fingerprint(res)}
	if len(x.Parts) > 0 {
		f.Parts = make([]Part, 0, len(x.Parts))
	}
	for _, v := range x.Parts {
		if p, ok := entity.PartOf(v); ok {
			f.Parts = append(f.Parts, Part(p))
		}
	}
	if len(x.Evidence) > 0 {
		f.Evidence = make([]Evidence, len(x.Evidence))
	}
	for i, e := range x.Evidence {
		f.Evidence[i] = Evidence(e)
	}
	return r.found.Add(f)
}
