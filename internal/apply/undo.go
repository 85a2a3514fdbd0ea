package apply

import (
	"context"
	"errors"
	"fmt"

	"github.com/rollcall-iam/rollcall/internal/fix"
)

// Undo walks a run backwards, from wherever it ended. It returns what is not as
// it was before the run: what cannot come back, and what somebody else changed.
func (r *Runner) Undo(ctx context.Context, j *Journal) ([]Changed, error) {
	if s := j.State(); s == "undone" {
		return nil, fmt.Errorf("run %s is undone already", j.ID)
	}
	if err := r.right(ctx, j.Plan); err != nil {
		return nil, err
	}
	if err := r.rest(ctx, j); err != nil {
		return nil, err
	}
	if err := j.add(r.Now(), 0, Undoing, nil); err != nil {
		return nil, err
	}
	gave := false // what was taken away was given back, and AWS may not have taken it in
	for i := len(j.Plan.Steps) - 1; i >= 0; i-- {
		s := &j.Plan.Steps[i]
		switch j.last(s.Number) {
		case "", Undone, Unfixable, Foreign:
			continue
		}
		if s.Stage == fix.Join && gave {
			if err := r.settle(ctx); err != nil {
				return nil, r.halted(j, s, err)
			}
			gave = false
		}
		if err := r.back(ctx, j, s); err != nil {
			return nil, r.halted(j, s, err)
		}
		gave = gave || s.Stage == fix.Take
	}
	changed, err := r.settled(ctx, j.Plan.Start)
	if err != nil {
		return nil, fmt.Errorf("all is undone, and reading how it is now failed: %w", err)
	}
	return changed, j.add(r.Now(), 0, Ended, nil)
}

func (r *Runner) halted(j *Journal, s *fix.Step, err error) error {
	return &Stopped{fmt.Errorf("stopped at undoing step %d, %s: %w\nrollcall fix undo %s goes on", s.Number, s.Call, err, j.ID)}
}

// back undoes one step.
func (r *Runner) back(ctx context.Context, j *Journal, s *fix.Step) error {
	if s.Undo == nil {
		r.Say(fmt.Sprintf("step %d cannot be undone: %s", s.Number, s.Call))
		return j.add(r.Now(), s.Number, Unfixable, nil)
	}
	r.Say(fmt.Sprintf("undoing %d: %s", s.Number, s.Undo))
	if err := j.add(r.Now(), s.Number, Undoing, nil); err != nil {
		return err
	}
	if err := r.do(ctx, *s.Undo, true); err != nil {
		return errors.Join(err, j.add(r.Now(), s.Number, Failed, err))
	}
	return j.add(r.Now(), s.Number, Undone, nil)
}
