package apply

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/rollcall-iam/rollcall/internal/fix"
)

// An Account is what a plan is run against.
type Account interface {
	// Caller is whose credentials are used: the account's number and the ARN.
	Caller(ctx context.Context) (account, arn string, err error)
	// Do makes a call. Its errors have AWS's code.
	Do(ctx context.Context, c fix.Call) error
	// Read returns a fact as conditions have it: nil for something that is not there.
	Read(ctx context.Context, c fix.Condition) ([]string, error)
}

// A Runner runs plans against an account.
type Runner struct {
	Account
	Dir    string        // for journals
	Settle time.Duration // how long AWS may take to take in what was changed
	Sleep  func(context.Context, time.Duration) error
	Now    func() time.Time
	Say    func(string) // what is being done
	// Show shows a new user's password, once; nil where there is nobody to see it.
	Show func(user, password string) error
	// Known reads facts in bulk before the first step, where a plan rests on many;
	// nil for a call for each.
	Known func(context.Context) (func(fix.Condition) ([]string, bool), error)

	held map[string]time.Time // when a condition on a group or policy was last seen to hold
}

// A Changed is a condition that no longer holds.
type Changed struct {
	fix.Condition
	Now []string
}

// String says what changed and how.
func (c Changed) String() string {
	show := func(list []string) string {
		if len(list) == 0 {
			return "nothing"
		}
		return strings.Join(list, ", ")
	}
	return fmt.Sprintf("%s %s: %s was %s, and is %s", c.Kind, c.Name, c.Fact, show(c.Is), show(c.Now))
}

// ErrChanged is that the account is not as the plan has it.
var ErrChanged = errors.New("the account has changed since the plan was made")

// Apply runs a plan from its beginning. Where the account is not as it was, or
// another one, nothing is done.
func (r *Runner) Apply(ctx context.Context, plan *fix.Plan) (*Journal, error) {
	if err := errors.Join(r.seen(plan), r.right(ctx, plan)); err != nil {
		return nil, err
	}
	changed, err := r.started(ctx, plan)
	if err != nil {
		return nil, err
	}
	if len(changed) > 0 {
		return nil, fmt.Errorf("%w, so nothing was done: make it anew\n%s", ErrChanged, list(changed))
	}
	j, err := create(r.Dir, plan, r.Now())
	if err != nil {
		return nil, err
	}
	return j, r.forward(ctx, j)
}

// Resume goes on where a run ended.
func (r *Runner) Resume(ctx context.Context, j *Journal) error {
	if s := j.State(); s != "stopped" {
		return fmt.Errorf("run %s is %s: there is nothing to go on with", j.ID, s)
	}
	if err := errors.Join(r.seen(j.Plan), r.right(ctx, j.Plan)); err != nil {
		return err
	}
	if err := r.rest(ctx, j); err != nil {
		return err
	}
	return r.forward(ctx, j)
}

// right refuses another account than the plan's, and the credentials of a user
// whom the plan shuts out: they would end half way.
func (r *Runner) right(ctx context.Context, plan *fix.Plan) error {
	id, caller, err := r.Caller(ctx)
	if err != nil {
		return fmt.Errorf("asking whose credentials these are: %w", err)
	}
	if id != plan.Account.ID {
		return fmt.Errorf("the plan is for account %s, and the credentials are of account %s: nothing was done", plan.Account.ID, id)
	}
	for _, name := range plan.ShutOut {
		if strings.EqualFold(caller[strings.LastIndexByte(caller, '/')+1:], name) && strings.Contains(caller, ":user/") {
			return fmt.Errorf("the plan shuts out %s, whose credentials these are: nothing was done; use those of somebody else", name)
		}
	}
	return nil
}

// many is from how many conditions on reading the account in bulk takes fewer
// calls.
const many = 50

// started are the conditions of a plan's start that do not hold. What the bulk
// reads show to be otherwise is looked at again by itself.
func (r *Runner) started(ctx context.Context, plan *fix.Plan) ([]Changed, error) {
	if r.Known == nil || len(plan.Start) < many {
		return r.changed(ctx, plan.Start)
	}
	known, err := r.Known(ctx)
	if err != nil {
		return nil, err
	}
	return r.changed(ctx, slices.DeleteFunc(slices.Clone(plan.Start), func(c fix.Condition) bool {
		now, ok := known(c)
		return ok && c.Holds(now)
	}))
}

// changed are the conditions that do not hold.
func (r *Runner) changed(ctx context.Context, conditions []fix.Condition) (out []Changed, err error) {
	for _, c := range conditions {
		now, err := r.Read(ctx, c)
		if err != nil {
			return nil, fmt.Errorf("reading the %s of %s %s: %w", c.Fact, c.Kind, c.Name, err)
		}
		if !c.Holds(now) {
			out = append(out, Changed{c, now})
		}
	}
	return out, nil
}

func list(changed []Changed) string {
	out := make([]string, len(changed))
	for i, c := range changed {
		out[i] = "  " + c.String()
	}
	return strings.Join(out, "\n")
}

// forward does the steps that are not done.
func (r *Runner) forward(ctx context.Context, j *Journal) error {
	settled := !slices.ContainsFunc(j.Plan.Steps, func(s fix.Step) bool { return s.Stage == fix.Join })
	for i := range j.Plan.Steps {
		s := &j.Plan.Steps[i]
		if j.last(s.Number) == Done {
			continue
		}
		if s.Stage == fix.Take && !settled {
			if err := r.settle(ctx); err != nil {
				return r.stopped(j, s, err)
			}
			settled = true
		}
		if err := r.step(ctx, j, s); err != nil {
			return r.stopped(j, s, err)
		}
	}
	return j.add(r.Now(), 0, Ended, nil)
}

// stopped says where a run ended and what to do next. Nobody has lost anything
// that was moved: it is given before it is taken away.
func (r *Runner) stopped(j *Journal, s *fix.Step, err error) error {
	whole := "nobody has lost a permission; "
	for i := range j.Plan.Steps {
		if done := &j.Plan.Steps[i]; (done.Stage == fix.Off || done.Stage == fix.Gone) && !j.last(done.Number).untouched() {
			whole = "" // those whom the plan is about have
		}
	}
	return &Stopped{fmt.Errorf("stopped at step %d, %s: %w\n%srollcall fix resume %s goes on, and rollcall fix undo %[5]s goes back", s.Number, s.Call, err, whole, j.ID)}
}

// Stopped is that a run ended before its last step, with what to do next.
type Stopped struct{ error }

// Unwrap is why.
func (s *Stopped) Unwrap() error { return s.error }

func (r *Runner) settle(ctx context.Context) error {
	r.Say(fmt.Sprintf("waiting %s, until AWS has taken it in", r.Settle))
	return r.Sleep(ctx, r.Settle)
}

// rest waits where a run that is taken up ended a moment ago.
func (r *Runner) rest(ctx context.Context, j *Journal) error {
	if len(j.Events) == 0 || r.Now().Sub(j.Events[len(j.Events)-1].At) >= r.Settle {
		return nil
	}
	return r.settle(ctx)
}

// step does one step, if what it needs is so.
func (r *Runner) step(ctx context.Context, j *Journal, s *fix.Step) error {
	if !j.last(s.Number).untouched() && len(s.Leaves) > 0 { // it began in an earlier run, and may be done
		open, err := r.changed(ctx, s.Leaves)
		switch {
		case err != nil:
			return err
		case len(open) == 0:
			return j.add(r.Now(), s.Number, Done, nil)
		}
	}
	if err := r.needs(ctx, s); err != nil {
		return err
	}
	again := !j.last(s.Number).untouched()
	r.Say(fmt.Sprintf("%d of %d: %s", s.Number, len(j.Plan.Steps), s.Call))
	if err := j.add(r.Now(), s.Number, Began, nil); err != nil {
		return err
	}
	err := r.do(ctx, s.Call, again)
	switch {
	case errors.Is(err, errForeign):
		return errors.Join(err, j.add(r.Now(), s.Number, Foreign, err))
	case err != nil && !again && refused(err):
		return errors.Join(err, j.add(r.Now(), s.Number, Refused, err))
	case err != nil:
		return errors.Join(err, j.add(r.Now(), s.Number, Failed, err))
	}
	return j.add(r.Now(), s.Number, Done, nil)
}

// errForeign is that what a step is to make is there, and this run did not make it.
var errForeign = errors.New("it is there already, made by somebody else since the account was looked at (or AWS's answer was lost): " +
	"look at it, and delete it or make the plan anew; undoing leaves it alone")

// needs waits for what a step needs: what was made a moment ago may not be
// everywhere yet.
func (r *Runner) needs(ctx context.Context, s *fix.Step) error {
	changed, err := r.settled(ctx, slices.DeleteFunc(slices.Clone(s.Needs), r.fresh))
	switch {
	case err != nil:
		return err
	case len(changed) > 0:
		return fmt.Errorf("it is not as the plan needs it\n%s", list(changed))
	}
	r.remember(s.Needs)
	return nil
}

// settled are the conditions that do not hold once AWS has had its time.
func (r *Runner) settled(ctx context.Context, conditions []fix.Condition) (changed []Changed, err error) {
	slept := r.patiently(ctx, func() bool {
		changed, err = r.changed(ctx, conditions)
		return err != nil || len(changed) == 0
	})
	return changed, cmp.Or(err, slept)
}

// patiently tries again, at growing distances, until it is done or AWS has had
// its time. Its error is that there was no more time to wait.
func (r *Runner) patiently(ctx context.Context, done func() bool) error {
	for waited, pause := time.Duration(0), firstPause; ; waited, pause = waited+pause, min(2*pause, longestPause) {
		if done() || waited >= max(r.Settle, firstPause) {
			return nil
		}
		if err := r.Sleep(ctx, pause); err != nil {
			return err
		}
	}
}

// The times between looks at something that may take AWS a while.
const (
	firstPause   = 250 * time.Millisecond
	longestPause = 4 * time.Second
)

// lasting is how long what holds of a group, which many steps ask for, is taken
// to hold.
const lasting = 30 * time.Second

func (r *Runner) fresh(c fix.Condition) bool {
	return r.Now().Sub(r.held[fmt.Sprint(c)]) < lasting
}

func (r *Runner) remember(conditions []fix.Condition) {
	for _, c := range conditions {
		if c.Kind != fix.KindUser && !r.fresh(c) {
			if r.held == nil {
				r.held = map[string]time.Time{}
			}
			r.held[fmt.Sprint(c)] = r.Now()
		}
	}
}

// do makes a call; again is whether this run may have made it before. One that is
// done already is done, but what somebody else made is theirs.
func (r *Runner) do(ctx context.Context, c fix.Call, again bool) error {
	if c.Action == "CreateLoginProfile" {
		return r.givePassword(ctx, c, again)
	}
	err := r.wait(ctx, c, again)
	switch code := codeOf(err); {
	case code == "" || code != c.DoneCode():
		return err
	case code == "EntityAlreadyExists" && !again:
		return errForeign
	}
	return nil
}

// wait makes a call until AWS has taken in what it rests on: one about something
// that was made a moment ago is tried again.
//
// That what is to go is not there may be because it was made a moment ago, and so
// is believed at once only where an earlier call may have taken it away.
func (r *Runner) wait(ctx context.Context, c fix.Call, again bool) (err error) {
	slept := r.patiently(ctx, func() bool {
		err = r.Do(ctx, c)
		code := codeOf(err)
		return again && code == c.DoneCode() || !slices.Contains(passing, code)
	})
	return cmp.Or(slept, err)
}

// passing are the codes of errors that go away once AWS has taken in what it was
// told before.
var passing = []string{"NoSuchEntity", "EntityTemporarilyUnmodifiable", "ConcurrentModification", "DeleteConflict"}

// refused reports an error by which AWS says that it did nothing.
func refused(err error) bool {
	var http interface{ HTTPStatusCode() int }
	return codeOf(err) != "" && (!errors.As(err, &http) || http.HTTPStatusCode() < 500)
}

// codeOf is AWS's code of an error.
func codeOf(err error) string {
	var coded interface{ ErrorCode() string }
	if errors.As(err, &coded) {
		return coded.ErrorCode()
	}
	return ""
}
