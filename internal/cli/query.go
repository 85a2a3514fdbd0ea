package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/rollcall-iam/rollcall/internal/assess"
	"github.com/rollcall-iam/rollcall/internal/bounded"
	"github.com/rollcall-iam/rollcall/internal/entity"
	"github.com/rollcall-iam/rollcall/internal/gsl/syntax"
	"github.com/rollcall-iam/rollcall/internal/iam"
	"github.com/rollcall-iam/rollcall/internal/report"
	"github.com/rollcall-iam/rollcall/internal/rule"
)

func newQuery(env *Env) *cobra.Command {
	o := &scanOptions{list: true}
	entities := ""
	c := &cobra.Command{
		Use:   "query 'GSL' [SOURCE...]",
		Short: "Ask one question in GSL",
		Long: `Query runs one GSL rule that is given on the command line. A target without
should lists what matches; with should it says what passes and fails, and why.`,
		Example: `  rollcall query "IamUser where passwordEnabled = true and mfaActive = false" report.csv
  rollcall query "IamUser should have attachedGroups length() > 0" details.json
` + exitHelp,
		Args: someArgs(1, "query needs a rule, such as 'IamUser where mfaActive = false'"),
		RunE: func(c *cobra.Command, args []string) error {
			tree, err := syntax.Parse(args[0])
			if err != nil {
				return wrongRule(err)
			}
			if err := o.showMatches(tree.Should); err != nil {
				return err
			}
			if entities != "" {
				return runEntities(env, o, tree, entities, args[1:])
			}
			o.typed = o.given(env, c.Flags())
			return runScan(c.Context(), env, o, func() (*rule.Selection, error) {
				selection, err := o.selection(env)
				if err == nil {
					selection.Rules, selection.Off = []*rule.Chosen{rule.Query(tree)}, nil
				}
				return selection, err
			}, args[1:])
		},
	}
	o.add(c.Flags())
	c.Flags().StringVar(&entities, "entities", "", "ask CloudGuard's own entities: a JSON list of objects with a type")
	c.Flags().StringVarP(&o.config, "config", "c", "", "configuration, for its safelist")
	return c
}

// showMatches refuses formats that have no word for what a query without should lists.
func (o *scanOptions) showMatches(should bool) error {
	if should {
		return nil
	}
	formats := []string{o.format}
	for _, path := range o.files {
		formats = append(formats, report.FormatOf(path))
	}
	for _, format := range formats {
		if err := report.CheckMatches(format); err != nil {
			return usage(err)
		}
	}
	return nil
}

// runEntities asks a file of CloudGuard's entities.
func runEntities(env *Env, o *scanOptions, tree *syntax.Rule, path string, sources []string) error {
	if len(sources) > 0 || o.last || o.save != "" {
		return usagef("--entities is the source: it takes no other")
	}
	text, err := bounded.File(path, "list of entities", largestFile)
	if err != nil {
		return err
	}
	raw, err := entity.ParseRaw(string(text))
	if err != nil {
		return fmt.Errorf("reading %q: %w", path, err)
	}
	now, clock := iam.At(env.Now()), "now"
	if o.at != "" {
		if now, err = parseAt(env, o.at); err != nil {
			return err
		}
		clock = givenAt
	}
	accounts, err := assess.Raw(tree, raw, now, clock, o.includePassed)
	if err != nil {
		return wrongRule(err)
	}
	s := &scan{scanOptions: o, env: env}
	threshold, err := s.threshold()
	if err != nil {
		return err
	}
	if s.out, err = o.open(env, true, []string{path}); err != nil {
		return err
	}
	defer s.out.abort()
	for _, a := range accounts {
		s.weigh(a)
		if err := s.out.account(a); err != nil {
			return err
		}
	}
	if err := s.out.commit(assess.Footer{Expired: []string{}, StaleSafelist: []string{}, StaleExceptions: []string{}}); err != nil {
		return err
	}
	return s.status(threshold)
}
