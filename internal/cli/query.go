package cli

import (
	"errors"

	"github.com/spf13/cobra"

	"github.com/rollcall-iam/rollcall/internal/gsl/syntax"
	"github.com/rollcall-iam/rollcall/internal/rule"
)

func newQuery(env *Env) *cobra.Command {
	o := &scanOptions{list: true}
	c := &cobra.Command{
		Use:   "query 'GSL' [SOURCE...]",
		Short: "Ask one question in GSL",
		Long: `Query runs one GSL rule that is given on the command line. A target without
should lists what matches; with should it says what passes and fails, and why.`,
		Example: `  rollcall query "IamUser where passwordEnabled = true and mfaActive = false" report.csv
  rollcall query "IamUser should have attachedGroups length() > 0" details.json
` + exitHelp,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usagef("query needs a rule, such as 'IamUser where mfaActive = false'")
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			tree, err := syntax.Parse(args[0])
			var at *syntax.Error
			if errors.As(err, &at) {
				return usage(errors.New(at.Render("")))
			}
			selection, err := o.selection(env)
			if err != nil {
				return err
			}
			o.typed = o.given(env, c.Flags())
			selection.Rules = []*rule.Chosen{rule.Query(tree)}
			return runScan(c.Context(), env, o, selection, args[1:])
		},
	}
	o.add(c.Flags())
	c.Flags().StringVarP(&o.config, "config", "c", "", "configuration, for its safelist")
	return c
}
