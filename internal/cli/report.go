package cli

import (
	"github.com/spf13/cobra"

	"github.com/rollcall-iam/rollcall/internal/rule"
)

func newReport(env *Env) *cobra.Command {
	o, flags := &outFlags{}, &ruleFlags{}
	c := &cobra.Command{
		Use:   "report FILE",
		Short: "Write a saved assessment in another format",
		Long: `Report takes the JSON that scan --format json writes and shows it as scan would
have shown it, in any format. It judges nothing anew.`,
		Example: `  rollcall report findings.json
  rollcall report findings.json -o report.html -o findings.sarif
` + exitHelp,
		Args: oneArg("report needs an assessment, as rollcall scan -o findings.json writes it"),
		RunE: func(_ *cobra.Command, args []string) error {
			set, err := flags.catalogue()
			if err != nil {
				return err
			}
			o.readme, o.rules = readmes(set), flags.dir
			out, err := o.open(env, false, args)
			if err != nil {
				return err
			}
			defer out.abort()
			footer, err := readAssessment(env, args[0], o.quiet, out.account)
			if err != nil {
				return err
			}
			return out.commit(footer)
		},
	}
	o.add(c.Flags())
	c.Flags().StringVar(&flags.dir, "rules", "", "folder with more rules, for their pages")
	return c
}

// readmes are the pages of a catalogue's rules.
func readmes(set *rule.Set) func(id string) string {
	return func(id string) string {
		for _, r := range set.Rules {
			if r.ID == id {
				return r.Readme
			}
		}
		return ""
	}
}
