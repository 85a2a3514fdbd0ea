package cli

import (
	"context"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/rollcall-iam/rollcall/internal/assess"
	"github.com/rollcall-iam/rollcall/internal/iam"
	"github.com/rollcall-iam/rollcall/internal/source/file"
)

// collectOptions are the flags of collect.
type collectOptions struct {
	liveFlags
	ruleFlags
	output       string
	printPolicy  bool
	quiet        bool
	allowPartial bool
}

func newCollect(env *Env) *cobra.Command {
	o := &collectOptions{}
	c := &cobra.Command{
		Use:   "collect -o FILE",
		Short: "Read an account into a file, to judge it later and offline",
		Example: `  rollcall collect -o acct.json.zst
  rollcall scan acct.json.zst
  rollcall collect --print-policy    the least IAM policy for reading
` + exitHelp,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usagef("collect reads the live account, it takes no %q (rollcall scan reads files)", args[0])
			}
			return nil
		},
		RunE: func(c *cobra.Command, _ []string) error { return runCollect(c.Context(), env, o) },
	}
	o.liveFlags.add(c.Flags())
	o.ruleFlags.add(c.Flags())
	c.Flags().StringVarP(&o.output, "output", "o", "", "file for the snapshot (.json or .json.zst)")
	c.Flags().BoolVar(&o.printPolicy, "print-policy", false, "print the least IAM policy for the rules chosen, and read nothing")
	c.Flags().BoolVarP(&o.quiet, "quiet", "q", false, "no progress")
	c.Flags().BoolVar(&o.allowPartial, "allow-partial", false, "do not exit 4 when a read was denied or failed")
	return c
}

func runCollect(ctx context.Context, env *Env, o *collectOptions) error {
	if o.printPolicy {
		return o.printLeast(env)
	}
	if o.output == "" {
		return usagef("collect needs a file: give -o acct.json.zst")
	}
	if err := file.CheckName(o.output); err != nil {
		return usagef("-o: %w", err)
	}
	needs, err := o.needs(env)
	if err != nil {
		return err
	}
	p := newProgress(env, o.quiet)
	a, err := readLive(ctx, env, &o.liveFlags, needs, p)
	p.end()
	if err != nil {
		return err
	}
	if err := file.Save(o.output, a.Snapshot); err != nil {
		return err
	}
	return o.status(env, a.Snapshot)
}

func (o *collectOptions) status(env *Env, s *iam.Snapshot) error {
	unread := s.Unread()
	for _, src := range unread {
		fmt.Fprintf(env.Stderr, "rollcall: %s was %s: %s\n", src.Name, src.State, plain(s.Gap(src.Name).Permission()+" "+src.Note))
	}
	if len(unread) > 0 && !o.allowPartial {
		return &exit{exitPartial, fmt.Errorf("%q is written, but %d of the reads were denied or failed", o.output, len(unread))}
	}
	return nil
}

// needs says what reading takes beyond the bulk reads: what the rules chosen
// look at, or all there is.
func (o *collectOptions) needs(env *Env) (func(iam.SourceName) bool, error) {
	if o.deep {
		return func(name iam.SourceName) bool { return !slices.Contains(iam.ForPlans, name) }, nil
	}
	selection, err := o.selection(env)
	if err != nil {
		return nil, err
	}
	judge, err := assess.NewJudge(selection, false)
	if err != nil {
		return nil, usage(err)
	}
	return judge.Needs, nil
}

// printLeast prints the policy that reading takes. No read can be narrowed
// below "*" without leaving users out.
func (o *collectOptions) printLeast(env *Env) error {
	needs, err := o.needs(env)
	if err != nil {
		return err
	}
	var actions []string
	for _, name := range iam.SourceNames {
		if name.IsExtra() && !needs(name) {
			continue
		}
		if action := name.Permission(); action != "" && !slices.Contains(actions, action) {
			actions = append(actions, action)
		}
	}
	return printPolicy(env, actions)
}

// printPolicy prints the IAM policy that allows some actions.
func printPolicy(env *Env, actions []string) error {
	type statement struct {
		Sid, Effect string
		Action      []string
		Resource    string
	}
	return printJSON(env.Stdout, struct {
		Version   string
		Statement []statement
	}{"2012-10-17", []statement{{Sid: "Rollcall", Effect: "Allow", Action: actions, Resource: "*"}}})
}
