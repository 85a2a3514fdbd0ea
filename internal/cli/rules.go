package cli

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rollcall-iam/rollcall/frameworks"
	"github.com/rollcall-iam/rollcall/internal/fix"
	"github.com/rollcall-iam/rollcall/internal/framework"
	"github.com/rollcall-iam/rollcall/internal/rule"
)

func newRules(env *Env) *cobra.Command {
	return group("rules", "Show the rules", "rules list, show, new, test and import",
		newRulesList(env), newRulesShow(env), newRulesNew(env), newRulesTest(env), newRulesImport(env))
}

// show prints a rule: what it says, what can be set, its text, which controls it
// serves, and what plans its fix.
func show(env *Env, r *rule.Rule, serves map[string][]string) {
	fmt.Fprintf(env.Stdout, "%s\n", strings.TrimSpace(r.GSL))
	for _, name := range slices.Sorted(maps.Keys(r.Settings)) {
		s := r.Settings[name]
		value := "nothing unless configured"
		switch {
		case s.Default != nil:
			value = fmt.Sprintf("%v unless configured", s.Default)
		case slices.Contains(r.Configure, name):
			value = "must be configured"
		}
		fmt.Fprintf(env.Stdout, "setting %s: %s (%s)\n", name, s.Doc, value)
	}
	text := strings.TrimSpace(r.Readme)
	if text == "" {
		text = "# " + r.Title
	}
	fmt.Fprintf(env.Stdout, "\n%s\n\n", text)
	for _, f := range slices.Sorted(maps.Keys(serves)) {
		fmt.Fprintf(env.Stdout, "serves %s: %s\n", f, strings.Join(serves[f], ", "))
	}
	if fix.Check(r.ID) == nil {
		fmt.Fprintf(env.Stdout, "rollcall fix plan --rule %s -o plan.json plans the fix, with the real names\n", r.ID)
	}
}

func newRulesShow(env *Env) *cobra.Command {
	o := &ruleFlags{}
	c := &cobra.Command{Use: "show ID", Short: "Show a rule by its id or any of its aliases", Args: oneArg("rules show needs one rule, such as IAM-071"),
		RunE: func(_ *cobra.Command, args []string) error {
			set, err := o.catalogue()
			if err != nil {
				return err
			}
			found, err := set.Named(args[0])
			if err != nil {
				return usage(err)
			}
			all, err := framework.All(frameworks.FS)
			if err != nil {
				return err
			}
			for _, r := range found {
				fmt.Fprintf(env.Stdout, "%s  %s\n", r.ID, r.Severity)
				if len(r.Aliases) > 0 {
					fmt.Fprintf(env.Stdout, "also known as %s\n", strings.Join(r.Aliases, ", "))
				}
				if asked := r.AskedBy(args[0]); asked != nil {
					fmt.Fprintf(env.Stdout, "%s asks for %s: so does --only %[1]s\n", args[0], framework.Use{Settings: asked}.Asked())
				}
				show(env, r, serving(all, r.ID))
			}
			return nil
		}}
	c.Flags().StringVar(&o.dir, "rules", "", "folder with more rules")
	return c
}
