package cli

import (
	"github.com/spf13/cobra"

	"github.com/rollcall-iam/rollcall/internal/rule"
)

func newConfig(env *Env) *cobra.Command {
	return group("config", "Show the configuration", "config show and schema", newConfigShow(env), newConfigSchema(env))
}

func newConfigShow(env *Env) *cobra.Command {
	o := &ruleFlags{}
	var s rule.ShowOptions
	c := &cobra.Command{
		Use:   "show",
		Short: "Show what is configured, and where",
		Long: `Show prints what all configuration files come to as one rollcall.yaml: the user's
own (in ~/.config/rollcall), the project's or that of -c, and those they extend.`,
		Example: "  rollcall config show --origin\n  rollcall config show --all -c isec.yaml\n" + exitHelp,
		Args:    noArgs,
		RunE: func(*cobra.Command, []string) error {
			set, err := o.catalogue()
			if err != nil {
				return err
			}
			c, err := o.configuration(env)
			if err != nil {
				return err
			}
			return usageOf(set.Show(env.Stdout, c, s))
		}}
	c.Flags().StringVarP(&o.config, "config", "c", "", "configuration (default: rollcall.yaml here or above)")
	c.Flags().StringVar(&o.dir, "rules", "", "folder with more rules")
	c.Flags().BoolVar(&s.All, "all", false, "show defaults too")
	c.Flags().BoolVar(&s.Origin, "origin", false, "say where each value comes from: file and line, or default")
	return c
}

func newConfigSchema(env *Env) *cobra.Command {
	o := &ruleFlags{}
	c := &cobra.Command{
		Use:   "schema",
		Short: "Print a JSON Schema of rollcall.yaml, for editors",
		Long: `Schema prints a JSON Schema that knows every rule and its settings. Editors take
it from a first line in rollcall.yaml:

  ` + rule.SchemaComment(rule.SchemaName),
		Example: "  rollcall config schema > " + rule.SchemaName + "\n" + exitHelp,
		Args:    noArgs,
		RunE: func(*cobra.Command, []string) error {
			set, err := o.catalogue()
			if err != nil {
				return err
			}
			return printJSON(env.Stdout, set.JSONSchema())
		}}
	c.Flags().StringVar(&o.dir, "rules", "", "folder with more rules")
	return c
}
