package cli

import (
	"context"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/rollcall-iam/rollcall/internal/assess"
	"github.com/rollcall-iam/rollcall/internal/noun"
	"github.com/rollcall-iam/rollcall/internal/rule"
)

// approvalRule judges by the safelist.
const approvalRule = "unapproved-user"

type checkOptions struct {
	safelistFlags
	entryFlags
	liveFlags
	adds, removes []string
	at            string
}

func newSafelistCheck(env *Env) *cobra.Command {
	o := &checkOptions{}
	c := &cobra.Command{
		Use:   "check [SOURCE...]",
		Short: "Say which findings a change of the safelist opens and closes",
		Long: `Check judges an account by the safelist as it is and as it would be, and says whose
finding opens and whose closes. Nothing is written. Without a change it says which
entries approve nobody, and who is not approved. SOURCE is as for rollcall scan.

` + patternHelp,
		Example: `  rollcall safelist check details.json report.json
  rollcall safelist check --add bob --remove 'tmp-*' acct.json.zst
` + exitHelp,
		RunE: func(c *cobra.Command, args []string) error {
			if o.given(env, c.Flags()) && len(args) > 0 {
				return usagef("flags that choose a live account do not go with files")
			}
			return o.run(c.Context(), env, args)
		}}
	o.safelistFlags.add(c, false)
	o.entryFlags.add(c)
	o.liveFlags.add(c.Flags())
	c.Flags().StringArrayVar(&o.adds, "add", nil, "with this pattern on the safelist (repeatable)")
	c.Flags().StringArrayVar(&o.removes, "remove", nil, "without this entry (repeatable)")
	c.Flags().StringVar(&o.at, "at", "", "judge as of this time, or now")
	return c
}

// run judges by both safelists.
func (o *checkOptions) run(ctx context.Context, env *Env, sources []string) error {
	before, after, err := o.configs(env)
	if err != nil {
		return err
	}
	var judges [2]*assess.Judge
	for i, c := range []*rule.Config{before, after} {
		if judges[i], err = approvalJudge(c); err != nil {
			return err
		}
	}
	p := newProgress(env, false)
	defer p.end()
	opened, closed := 0, 0
	each := func(a *account) error {
		var who [2][]*assess.Finding
		for i, j := range judges {
			if who[i], err = unapproved(env, j, a, o.at); err != nil {
				return err
			}
		}
		opened += o.compare(env, "opens", who[1], who[0])
		closed += o.compare(env, "closes", who[0], who[1])
		if o.unchanged() {
			o.compare(env, "is", who[0], nil)
		}
		return nil
	}
	if len(sources) > 0 {
		err = eachFile(env, sources, p, "", each)
	} else {
		var a *account
		if a, err = readLive(ctx, env, &o.liveFlags, judges[0].Needs, p); err == nil {
			err = each(a)
		}
	}
	if err != nil {
		return err
	}
	for _, e := range judges[1].Footer().StaleSafelist {
		fmt.Fprintf(env.Stdout, "matches nobody: %s\n", plain(e))
	}
	if !o.unchanged() {
		fmt.Fprintf(env.Stderr, "%s would open, %d close; nothing was written\n", noun.Count(opened, "finding"), closed)
	}
	return nil
}

func (o *checkOptions) unchanged() bool { return len(o.adds)+len(o.removes) == 0 }

// configs are the configuration as it is and as it would be.
func (o *checkOptions) configs(env *Env) (before, after *rule.Config, err error) {
	if before, err = o.file(o.path()); err != nil {
		return nil, nil, err
	}
	if err := putOverOwn(env, before); err != nil { // judged as scan judges
		return nil, nil, err
	}
	entries, err := o.entries(o.adds, env.Now())
	if err != nil {
		return nil, nil, err
	}
	if after, err = before.Remove(o.removes...); err == nil {
		after, err = after.Add(entries...)
	}
	return before, after, usageOf(err)
}

// approvalJudge judges by the safelist alone.
func approvalJudge(c *rule.Config) (*assess.Judge, error) {
	set, err := (&ruleFlags{}).catalogue()
	if err != nil {
		return nil, err
	}
	s, err := set.Select(c, rule.Selector{Only: []string{approvalRule}})
	if err != nil {
		return nil, usage(err)
	}
	return assess.NewJudge(s, false)
}

// unapproved are the findings on users who are not approved.
func unapproved(env *Env, j *assess.Judge, a *account, at string) (out []*assess.Finding, err error) {
	clock := a.clock
	if at != "" {
		if clock, err = parseAt(env, at); err != nil {
			return nil, err
		}
	}
	result, err := j.Account(a.Snapshot, clock, a.basis)
	if err != nil {
		return nil, err
	}
	for _, f := range result.Findings {
		if f.Status == assess.Fail {
			out = append(out, f)
		}
	}
	return out, nil
}

// compare names the findings of one list that are not in the other.
func (o *checkOptions) compare(env *Env, what string, list, other []*assess.Finding) (n int) {
	for _, f := range list {
		if slices.ContainsFunc(other, func(g *assess.Finding) bool { return g.Fingerprint == f.Fingerprint }) {
			continue
		}
		n++
		fmt.Fprintf(env.Stdout, "%-6s  %s: %s\n", what, plain(f.Resource.Name), plain(f.Message))
	}
	return n
}
