package cli

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/rollcall-iam/rollcall/internal/apply"
	"github.com/rollcall-iam/rollcall/internal/fix"
	"github.com/rollcall-iam/rollcall/internal/iam"
	"github.com/rollcall-iam/rollcall/internal/noun"
	"github.com/rollcall-iam/rollcall/internal/outfile"
	"github.com/rollcall-iam/rollcall/internal/source/live"
)

// applyOptions are the flags of what changes an account.
type applyOptions struct {
	liveFlags
	journal, confirm  string
	settle            time.Duration
	allowIrreversible bool
}

func (o *applyOptions) add(c *cobra.Command, forward bool) {
	f := c.Flags()
	o.liveFlags.add(f)
	f.StringVar(&o.journal, "journal", "", "folder for the journals of runs (default: rollcall/journal in the XDG state folder)")
	f.StringVar(&o.confirm, "confirm", "", "the account's number, instead of being asked to type it")
	f.DurationVar(&o.settle, "settle", time.Minute, "how long AWS may take to take in what was changed")
	if forward {
		f.BoolVar(&o.allowIrreversible, "allow-irreversible", false, "do steps that cannot be undone, without being asked")
	}
}

func (o *applyOptions) dir(env *Env) string {
	if o.journal != "" {
		return o.journal
	}
	return filepath.Join(xdg(env, "XDG_STATE_HOME", ".local/state"), "journal")
}

// confirmed asks for the account's number, and again for what cannot be undone.
func (o *applyOptions) confirmed(ctx context.Context, env *Env, plan *fix.Plan, what string, irreversible int) error {
	_, terminal := env.Terminal(env.Stdin)
	switch {
	case o.confirm == plan.Account.ID:
	case o.confirm != "":
		return usagef("--confirm %q is not the account of the plan, %s: nothing was done", o.confirm, plan.Account.ID)
	case !terminal:
		return usagef("there is no terminal to ask at: give --confirm %s to %s", plan.Account.ID, what)
	}
	q := newAsker(ctx, env)
	if o.confirm == "" {
		typed := q.line(fmt.Sprintf("To %s, type the number of the account, %s:", what, plan.Account.ID), func(s string) (string, error) { return s, nil })
		if q.err != nil {
			return q.err
		}
		if typed != plan.Account.ID {
			return usagef("%q is not %s: nothing was done", typed, plan.Account.ID)
		}
	}
	if irreversible == 0 || o.allowIrreversible {
		return nil
	}
	if !terminal {
		return usagef("%s cannot be undone: give --allow-irreversible to do them", noun.Count(irreversible, "step"))
	}
	if !q.yes(noun.Count(irreversible, "step")+" cannot be undone. Do them?", false) {
		return errors.Join(q.err, usagef("nothing was done"))
	}
	return nil
}

// runner is what runs plans against the live account, while no other run of the
// same person on this machine does, wherever its journal is.
func (o *applyOptions) runner(ctx context.Context, env *Env, account string) (*apply.Runner, func(), error) {
	cfg, err := live.Config(ctx, o.options(env))
	if err != nil {
		return nil, nil, err
	}
	unlock, taken, err := outfile.TryLock(filepath.Join(xdg(env, "XDG_STATE_HOME", ".local/state"), "locks"), account+".lock")
	if err != nil {
		return nil, nil, fmt.Errorf("locking account %s: %w", account, err)
	}
	if taken {
		return nil, nil, fmt.Errorf("another run is changing account %s: wait until it has ended", account)
	}
	known := func(ctx context.Context) (func(fix.Condition) ([]string, bool), error) {
		p := newProgress(env, false)
		defer p.end()
		a, err := readLive(ctx, env, &o.liveFlags, func(iam.SourceName) bool { return false }, p)
		if err != nil {
			return nil, err
		}
		return fix.Known(a.Snapshot), nil
	}
	return &apply.Runner{Account: apply.NewLive(cfg), Dir: o.dir(env), Settle: o.settle, Now: env.Now, Sleep: sleep, Known: known,
		Say: func(s string) { fmt.Fprintln(env.Stderr, plain(s)) }, Show: shower(env)}, unlock, nil
}

// shower shows a password on the terminal; nil where the conversation goes
// elsewhere, for a file or a log would keep it.
func shower(env *Env) func(user, password string) error {
	if _, terminal := env.Terminal(env.Stderr); !terminal {
		return nil
	}
	return func(user, password string) error {
		_, err := fmt.Fprintf(env.Stderr, "password of %s, which is shown this once: %s\n", plain(user), password)
		return err
	}
}

func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

func newFixApply(env *Env) *cobra.Command {
	o := &applyOptions{}
	c := &cobra.Command{
		Use:   "apply PLAN",
		Short: "Do what a plan says",
		Long: `Apply shows the plan, asks for the account's number, looks whether the account is
still as the plan has it, and does the steps. Each is written into a journal before
and after it is done, so that a run can be taken up, or undone, from wherever it ended.`,
		Example: `  rollcall fix apply plan.json
  rollcall fix apply plan.json --confirm 123456789012 --journal journal
` + exitHelp,
		Args: oneArg("fix apply needs a plan, as rollcall fix plan -o writes it"),
		RunE: func(c *cobra.Command, args []string) error {
			plan, err := readPlan(args[0])
			if err != nil {
				return err
			}
			if err := showPlan(env, plan); err != nil || len(plan.Steps) == 0 {
				return err
			}
			irreversible := 0
			for _, s := range plan.Steps {
				if s.Reversal == fix.Irreversible {
					irreversible++
				}
			}
			if err := o.confirmed(c.Context(), env, plan, "do this", irreversible); err != nil {
				return err
			}
			r, unlock, err := o.runner(c.Context(), env, plan.Account.ID)
			if err != nil {
				return err
			}
			defer unlock()
			j, err := r.Apply(c.Context(), plan)
			if err != nil {
				return err
			}
			fmt.Fprintf(env.Stderr, "done: %s; rollcall fix undo %s goes back\n", noun.Count(len(plan.Steps), "step"), j.ID)
			return nil
		}}
	o.add(c, true)
	return c
}

func newFixResume(env *Env) *cobra.Command {
	o := &applyOptions{}
	c := &cobra.Command{
		Use: "resume ID", Short: "Go on with a run that was stopped", Args: oneArg("fix resume needs the id of a run (rollcall fix list shows them)"),
		Example: "  rollcall fix resume 123456789012-20261123T080001Z\n" + exitHelp,
		RunE: func(c *cobra.Command, args []string) error {
			return o.again(c.Context(), env, args[0], "go on", func(r *apply.Runner, j *apply.Journal) error {
				if err := r.Resume(c.Context(), j); err != nil {
					return err
				}
				fmt.Fprintf(env.Stderr, "done; rollcall fix undo %s goes back\n", j.ID)
				return nil
			})
		}}
	o.add(c, true)
	return c
}

func newFixUndo(env *Env) *cobra.Command {
	o := &applyOptions{}
	c := &cobra.Command{
		Use: "undo ID", Short: "Take a run back", Args: oneArg("fix undo needs the id of a run (rollcall fix list shows them)"),
		Long:    "Undo says what comes back with another id, and what cannot come back, takes the steps\nback one by one, and looks afterwards whether all is as it was.",
		Example: "  rollcall fix undo 123456789012-20261123T080001Z\n" + exitHelp,
		RunE: func(c *cobra.Command, args []string) error {
			return o.again(c.Context(), env, args[0], "undo it", func(r *apply.Runner, j *apply.Journal) error {
				changed, err := r.Undo(c.Context(), j)
				if err != nil {
					return err
				}
				for _, is := range changed {
					fmt.Fprintln(env.Stderr, plain("not as before: "+is.String()))
				}
				fmt.Fprintln(env.Stderr, "undone")
				return nil
			})
		}}
	o.add(c, false)
	return c
}

// again takes up a run.
func (o *applyOptions) again(ctx context.Context, env *Env, id, what string, do func(*apply.Runner, *apply.Journal) error) error {
	j, err := apply.Open(o.dir(env), id)
	if err != nil {
		return usage(err)
	}
	o.foretell(env, j, what)
	if err := o.confirmed(ctx, env, j.Plan, what, 0); err != nil {
		return err
	}
	r, unlock, err := o.runner(ctx, env, j.Plan.Account.ID)
	if err != nil {
		return err
	}
	defer unlock()
	if j, err = apply.Open(o.dir(env), id); err != nil { // another run may have written until now
		return err
	}
	return do(r, j)
}

// foretell says what will not be as before.
func (o *applyOptions) foretell(env *Env, j *apply.Journal, what string) {
	fmt.Fprintf(env.Stderr, "run %s on account %s is %s\n", j.ID, j.Plan.Account.ID, j.State())
	if what != "undo it" {
		return
	}
	for _, s := range j.Plan.Steps {
		if s.Reversal != fix.Exact {
			fmt.Fprintf(env.Stderr, "%s: %s\n", s.Reversal, plain(s.Call.String()))
		}
	}
}

// A listedRun is a run in the JSON form of the list.
type listedRun struct {
	ID        string    `json:"id"`
	Account   string    `json:"account"`
	State     string    `json:"state"`
	StartedAt time.Time `json:"startedAt"`
	Steps     int       `json:"steps"`
}

func newFixList(env *Env) *cobra.Command {
	o, format := &applyOptions{}, "text"
	c := &cobra.Command{
		Use: "list", Short: "List the runs, the newest first", Args: noArgs, Example: "  rollcall fix list --format json\n" + exitHelp,
		RunE: func(*cobra.Command, []string) error {
			all, err := apply.List(o.dir(env))
			if err != nil {
				return err
			}
			runs := []listedRun{}
			for _, j := range all {
				runs = append(runs, listedRun{j.ID, j.Plan.Account.ID, j.State(), j.StartedAt, len(j.Plan.Steps)})
			}
			return printAs(env, format, runs, func() error {
				w := tabwriter.NewWriter(env.Stdout, 0, 0, 2, ' ', 0)
				fmt.Fprintln(w, strings.Join([]string{"ID", "ACCOUNT", "STATE", "STARTED", "STEPS"}, "\t"))
				for _, r := range runs {
					fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%d\n", plain(r.ID), plain(r.Account), r.State, r.StartedAt.Format(time.RFC3339), r.Steps)
				}
				return w.Flush()
			})
		}}
	c.Flags().StringVar(&o.journal, "journal", "", "folder for the journals of runs (default: rollcall/journal in the XDG state folder)")
	c.Flags().StringVar(&format, "format", format, "text or json")
	return c
}
