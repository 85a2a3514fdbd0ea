package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rollcall-iam/rollcall/internal/noun"
	"github.com/rollcall-iam/rollcall/internal/rule"
	"github.com/rollcall-iam/rollcall/internal/ruletest"
	"github.com/rollcall-iam/rollcall/rules"
)

func newRulesTest(env *Env) *cobra.Command {
	return &cobra.Command{
		Use:   "test DIR...",
		Short: "Run the cases that rule folders bring along",
		Long: `Test runs cases.txtar of each rule folder: small accounts, with the exact verdicts
that the rule must give. DIR is a rule's folder, or one that holds such folders.`,
		Example: "  rollcall rules test mine\n" + exitHelp,
		Args:    someArgs(1, "rules test needs a folder of rules"),
		RunE: func(_ *cobra.Command, args []string) error {
			t := &ruleTester{env: env}
			for _, dir := range args {
				if err := t.folder(dir); err != nil {
					return usage(err)
				}
			}
			fmt.Fprintf(env.Stdout, "%s, %d wrong\n", noun.Count(t.cases, "case"), t.wrong)
			if t.wrong > 0 {
				return &exit{status: exitError}
			}
			return nil
		},
	}
}

// A ruleTester runs cases and counts those that come out otherwise.
type ruleTester struct {
	env          *Env
	cases, wrong int
}

func (t *ruleTester) folder(dir string) error {
	f, err := findRules(dir)
	if err != nil {
		return err
	}
	set, err := rule.LoadThese(f.fs, f.names)
	if err != nil {
		return err
	}
	for _, r := range set.Rules {
		cases, err := ruletest.Load(f.fs, r.ID)
		if err != nil {
			return err
		}
		for _, c := range cases {
			got, err := c.Run(set, r.ID)
			if err != nil {
				return fmt.Errorf("%s: case %q: %w", r.ID, c.Name, err)
			}
			t.cases++
			t.compare(r.ID+", "+c.Name, c, got)
		}
	}
	return nil
}

// compare says what is missing of a case and what is there instead.
func (t *ruleTester) compare(name string, c *ruletest.Case, got *ruletest.Result) {
	var lines []string
	for _, part := range []struct {
		what      string
		want, got []string
	}{{"", c.Want, got.Verdicts}, {"passes: ", c.Passes, got.Passes}, {"spared: ", c.Spared, got.Spared}} {
		for _, w := range part.want {
			if !slices.Contains(part.got, w) {
				lines = append(lines, "  wanted "+part.what+w)
			}
		}
		for _, g := range part.got {
			if !slices.Contains(part.want, g) {
				lines = append(lines, "  got    "+part.what+g)
			}
		}
	}
	if lines != nil {
		t.wrong++
		fmt.Fprintf(t.env.Stderr, "%s:\n%s\n", plain(name), plain(strings.Join(lines, "\n")))
	}
}

func newRulesNew(env *Env) *cobra.Command {
	dir := "."
	c := &cobra.Command{
		Use:     "new ID",
		Short:   "Begin a rule of your own",
		Long:    "New makes a rule folder whose cases pass: change the rule, and the cases with it.",
		Example: "  rollcall rules new needs-team -o mine\n  rollcall rules test mine\n  rollcall scan --rules mine\n" + exitHelp,
		Args:    oneArg("rules new needs an id for the rule, such as needs-team"),
		RunE: func(_ *cobra.Command, args []string) error {
			if err := rule.CheckID(args[0]); err != nil {
				return usage(err)
			}
			if set, err := rule.LoadAll(rules.FS); err == nil && slices.ContainsFunc(set.Rules, func(r *rule.Rule) bool { return r.ID == args[0] }) {
				return usagef("%q is a built-in rule: choose another id", args[0])
			}
			return begin(env, filepath.Join(dir, args[0]), args[0])
		},
	}
	c.Flags().StringVarP(&dir, "output", "o", dir, "folder to make the rule's folder in")
	return c
}

// begin writes the files of a new rule, where there is none.
func begin(env *Env, dir, id string) error {
	if _, err := os.Stat(dir); err == nil {
		return usagef("%q is there already", dir)
	}
	files := map[string]string{rule.FileName: strings.ReplaceAll(newRule, "ID", id), "cases.txtar": newCases, "README.md": newReadme}
	if err := writeFolder(dir, files); err != nil {
		return err
	}
	fmt.Fprintf(env.Stdout, "%s is begun: change rule.yaml and cases.txtar, and run rollcall rules test %s\n", dir, dir)
	return nil
}

const newRule = `id: ID
title: Every user has a team
risk: Users have no team
severity: low
category: users
aliases: []
root: not covered
gsl: IamUser where not isRoot should have tags contain [ key = 'team' ]
outcomes:
  - text: "no team among the tags: {tags}"
references: []
`

const newCases = `-- a team, and none --
users:
  ann: {tags: {team: platform}}
  ben: {}
want:
  - "fail low ben: no team among the tags: none"
passes: [ann]
spared: [<root_account>]

-- nobody knows the tags --
unread: [GetAccountAuthorizationDetails]
users: {ben: {}}
want:
  - "unknown ben: GetAccountAuthorizationDetails was denied, needs iam:GetAccountAuthorizationDetails"
spared: [<root_account>]
`

const newReadme = `# Every user has a team

Say here why this matters, how to look, and how to put it right.
`
