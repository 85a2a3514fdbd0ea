package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/rollcall-iam/rollcall/internal/entity"
	"github.com/rollcall-iam/rollcall/internal/gsl"
	"github.com/rollcall-iam/rollcall/internal/gsl/syntax"
	"github.com/rollcall-iam/rollcall/internal/iam"
	"github.com/rollcall-iam/rollcall/internal/match"
)

func newGSLExplain(env *Env) *cobra.Command {
	var user, at string
	c := &cobra.Command{
		Use:     "explain 'RULE' SOURCE... --user NAME",
		Short:   "Say what decides a rule for a user",
		Example: "  rollcall gsl explain 'IamUser should have attachedGroups length() > 0' details.json --user alice\n" + exitHelp,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) < 2 {
				return usagef("gsl explain needs a rule and a source")
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error {
			e, err := newExplainer(env, args[0], user, at)
			if err != nil {
				return err
			}
			if err := eachFile(env, args[1:], nil, false, e.account); err != nil {
				return err
			}
			if e.found == 0 {
				return fmt.Errorf("no user matches %q", user)
			}
			return nil
		},
	}
	c.Flags().StringVar(&user, "user", "*", "the user: a name with * and ?, an ARN, or one of regex:, path:, tag:, account:")
	c.Flags().StringVar(&at, "at", "", "judge as of this time, or now")
	return c
}

// An explainer explains one rule on the users that match.
type explainer struct {
	env     *Env
	program *gsl.Program
	users   *match.Matcher
	at      iam.Time
	found   int
}

func newExplainer(env *Env, text, user, at string) (*explainer, error) {
	e := &explainer{env: env}
	tree, err := syntax.Parse(text)
	if err == nil {
		e.program, _, err = gsl.Compile(entity.Schema, tree, gsl.Options{})
	}
	if err != nil {
		return nil, wrongRule(err)
	}
	if e.program.Entity != entity.IamUser || e.program.List {
		return nil, usagef("gsl explain is for rules on %s", entity.IamUser)
	}
	p, err := match.Parse(user)
	if err != nil {
		return nil, usagef("--user: %w", err)
	}
	if e.users, err = p.Compile(); err != nil {
		return nil, usagef("--user: %w", err)
	}
	if at != "" {
		e.at, err = parseAt(env, at)
	}
	return e, err
}

var outcomeWords = map[gsl.Outcome]string{gsl.Pass: "passes", gsl.Fail: "fails", gsl.Undecided: "unknown", gsl.NotApplicable: "not applicable"}

func (e *explainer) account(a *account) error {
	if e.at != 0 {
		a.clock = e.at
	}
	m := &gsl.Machine{Now: int64(a.clock)}
	entities := entity.New(a.Snapshot, nil)
	for i := range entities.Users {
		u := &entities.Users[i]
		if e.users.Match(u.User) != iam.Is(true) {
			continue
		}
		e.found++
		e.show(u.Name, e.program.Eval(m, u), e.program.Explain(m, u))
	}
	return nil
}

func (e *explainer) show(name string, outcome gsl.Outcome, x gsl.Explanation) {
	fmt.Fprintf(e.env.Stdout, "%s: %s\n", plain(name), outcomeWords[outcome])
	for _, reason := range gsl.Reasons(x.Evidence) {
		fmt.Fprintf(e.env.Stdout, "  %s\n", plain(reason))
	}
	for _, g := range x.Gaps {
		if gap, ok := g.(*iam.Gap); ok {
			fmt.Fprintf(e.env.Stdout, "  unknown because of %s\n", plain(gap.String()))
		}
	}
}
