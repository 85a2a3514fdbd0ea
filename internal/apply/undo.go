package apply

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

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
	kept, err := r.kept(ctx, j)
	if err != nil {
		return nil, err
	}
	gave := false // what was taken away was given back, and AWS may not have taken it in
	for i := len(j.Plan.Steps) - 1; i >= 0; i-- {
		s := &j.Plan.Steps[i]
		switch j.last(s.Number) {
		case "", Undone, Unfixable, Foreign, Refused:
			continue
		}
		if s.Stage == fix.Join && gave {
			if err := r.settle(ctx); err != nil {
				return nil, r.halted(j, s, err)
			}
			gave = false
		}
		if why := kept.why(s); why != "" {
			r.Say(fmt.Sprintf("step %d stays, %s: %s", s.Number, s.Call, why))
			if err := j.add(r.Now(), s.Number, Unfixable, nil); err != nil {
				return nil, err
			}
			continue
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
	if s.Call.Action == "UpdateAccountPasswordPolicy" {
		changed, err := r.changed(ctx, s.Leaves)
		if err != nil {
			return err
		}
		if len(changed) > 0 && j.last(s.Number) == Done {
			r.Say(fmt.Sprintf("step %d stays: somebody has changed the password policy since", s.Number))
			return j.add(r.Now(), s.Number, Unfixable, nil)
		}
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

// keeping is what an undo leaves as it is, since others rest on it by now, with
// why: groups by name in lower case, and policies by ARN.
type keeping struct{ groups, policies map[string]string }

// kept are the groups that the run made and that somebody joined since, with
// their policies.
func (r *Runner) kept(ctx context.Context, j *Journal) (*keeping, error) {
	out := &keeping{map[string]string{}, map[string]string{}}
	for _, s := range j.Plan.Steps {
		name := s.Call.Args["GroupName"]
		if s.Call.Action != "CreateGroup" || j.last(s.Number).untouched() {
			continue
		}
		members, err := r.Read(ctx, fix.Condition{Kind: fix.KindGroup, Name: name, Fact: fix.FactMembers})
		if err != nil {
			return nil, fmt.Errorf("reading who is in group %s: %w", name, err)
		}
		if others := slices.DeleteFunc(members, func(user string) bool { return joins(j.Plan, user, name) }); len(others) > 0 {
			out.groups[strings.ToLower(name)] = strings.Join(others, ", ") + " joined group " + name + " since"
		}
	}
	for _, s := range j.Plan.Steps {
		if why := out.groups[strings.ToLower(s.Call.Args["GroupName"])]; why != "" && s.Call.Action == "AttachGroupPolicy" {
			out.policies[s.Call.Args["PolicyArn"]] = why
		}
	}
	return out, nil
}

// joins reports whether a plan puts a user into a group.
func joins(p *fix.Plan, user, group string) bool {
	return slices.ContainsFunc(p.Steps, func(s fix.Step) bool {
		return s.Call.Action == "AddUserToGroup" && strings.EqualFold(s.Call.Args["UserName"], user) && strings.EqualFold(s.Call.Args["GroupName"], group)
	})
}

// why is why a step is not undone; "" where it is.
func (k *keeping) why(s *fix.Step) string {
	if s.Stage != fix.Make {
		return ""
	}
	if s.Call.Action == "CreatePolicy" && s.Undo != nil {
		return k.policies[s.Undo.Args["PolicyArn"]]
	}
	return k.groups[strings.ToLower(s.Call.Args["GroupName"])]
}
