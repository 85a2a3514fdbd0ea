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
		Short:   "Say what decides a rule, for one user or for everything it is about",
		Example: "  rollcall gsl explain 'IamUser should have attachedGroups length() > 0' details.json --user alice\n" + exitHelp,
		Args:    someArgs(2, "gsl explain needs a rule and a source"),
		RunE: func(_ *cobra.Command, args []string) error {
			e, err := newExplainer(env, args[0], user, at)
			if err != nil {
				return err
			}
			if err := eachFile(env, args[1:], nil, "", e.account); err != nil {
				return err
			}
			if e.found == 0 && user != everybody {
				return fmt.Errorf("no user matches %q", user)
			}
			return nil
		},
	}
	c.Flags().StringVar(&user, "user", everybody, "the user: a name with * and ?, an ARN, or one of regex:, path:, tag:, account:")
	c.Flags().StringVar(&at, "at", "", "judge as of this time, or now")
	return c
}

// everybody is the pattern that leaves nobody out.
const everybody = "*"

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
	if user != everybody && (e.program.Entity != entity.IamUser || e.program.List) {
		return nil, usagef("--user is for rules on %s", entity.IamUser)
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
	explain := func(obj any, n entity.Named) {
		if u, ok := obj.(*entity.User); ok && e.users.Match(u.User) != iam.Is(true) {
			return
		}
		e.found++
		outcome := e.program.Eval(m, obj)
		e.show(n.Resource().Name, outcome, e.program.Explain(m, obj, outcome))
	}
	if e.program.List {
		explain(entities.All(e.program.Entity), entities.Resource())
		return nil
	}
	if gap := entities.Each(e.program.Entity, explain); gap != nil {
		fmt.Fprintf(e.env.Stdout, "there may be more: %s\n", plain(gap.String()))
	}
	return nil
}

func (e *explainer) show(name string, outcome gsl.Outcome, x gsl.Explanation) {
	word := outcomeWords[outcome]
	if outcome == gsl.Pass && e.program.Query() {
		word = "matches"
	}
	fmt.Fprintf(e.env.Stdout, "%s: %s\n", plain(name), word)
	for _, reason := range gsl.Reasons(x.Evidence) {
		fmt.Fprintf(e.env.Stdout, "  %s\n", plain(reason))
	}
	said := map[string]bool{}
	for _, g := range x.Gaps {
		if gap, ok := g.(*iam.Gap); ok && !said[gap.String()] {
			said[gap.String()] = true
			fmt.Fprintf(e.env.Stdout, "  unknown because of %s\n", plain(gap.String()))
		}
	}
}
