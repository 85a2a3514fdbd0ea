package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rollcall-iam/rollcall/internal/assess"
	"github.com/rollcall-iam/rollcall/internal/bounded"
	"github.com/rollcall-iam/rollcall/internal/fix"
	"github.com/rollcall-iam/rollcall/internal/fix/iac"
	"github.com/rollcall-iam/rollcall/internal/iam"
	"github.com/rollcall-iam/rollcall/internal/match"
	"github.com/rollcall-iam/rollcall/internal/outfile"
	"github.com/rollcall-iam/rollcall/internal/report"
	"github.com/rollcall-iam/rollcall/internal/rule"
)

func newFix(env *Env) *cobra.Command {
	return group("fix", "Plan how to remove findings, and do it", "fix plan, show, apply, resume, undo and list",
		newFixPlan(env), newFixShow(env), newFixApply(env), newFixResume(env), newFixUndo(env), newFixList(env))
}

// planOptions are the flags of fix plan.
type planOptions struct {
	liveFlags
	ruleFlags
	fix.Options
	rules, users []string
	output, at   string
	names        string
	breakGlass   []string
	states       []string
	tags         []string
	printPolicy  bool
	quiet        bool
	set          func(flag string) bool
}

func newFixPlan(env *Env) *cobra.Command {
	o := &planOptions{}
	c := &cobra.Command{
		Use:   "plan [SOURCE...] --rule ID",
		Short: "Plan how to remove findings, so that nobody loses or gains a permission",
		Long: `Plan makes the steps that remove the findings of some rules from one account, and
changes nothing. SOURCE is as for rollcall scan; without it the live account is
read. The same account gives the same plan.

` + patternHelp,
		Example: `  rollcall fix plan details.json --rule IAM-071
  rollcall fix plan acct.json.zst --rule user-direct-policies --user 'ci-*' -o plan.json
  rollcall fix show plan.json --format shell
` + exitHelp,
		RunE: func(c *cobra.Command, args []string) error {
			if len(o.rules) == 0 && len(o.Create.Names) > 0 {
				o.rules = []string{"individual-users"}
			}
			if len(o.rules) == 0 {
				return usagef("fix plan needs the rule whose findings are to go: give --rule IAM-071")
			}
			if len(args) > 0 && o.given(env, c.Flags()) {
				return usagef("flags that choose a live account do not go with files")
			}
			o.set = func(flag string) bool { return c.Flags().Changed(flag) }
			return runFixPlan(c.Context(), env, o, args)
		},
	}
	f := c.Flags()
	o.liveFlags.add(f)
	f.StringVarP(&o.config, "config", "c", "", "configuration (default: rollcall.yaml here or above)")
	f.StringVar(&o.dir, "rules", "", "folder with more rules")
	f.StringSliceVar(&o.rules, "rule", nil, "remove the findings of this rule, by id or alias (repeatable)")
	f.StringArrayVar(&o.users, "user", nil, "only of these users (repeatable)")
	f.StringVarP(&o.output, "output", "o", "", "write the plan, as JSON")
	f.StringVar(&o.at, "at", "", "judge as of this time")
	f.StringVar(&o.Group, "group-name", "", "name of a group that the plan makes")
	f.StringVar(&o.names, "group-names", "", "YAML file of names for groups: the name in the plan, and the one you want")
	f.BoolVar(&o.Inline, "inline", false, "keep inline policies inline in the groups, rather than make managed ones of them")
	f.BoolVar(&o.Minimise, "minimise", false, "look for fewer groups than one for each kind of users")
	f.BoolVar(&o.Delete, "delete", false, "delete unapproved users, rather than shut them out")
	f.BoolVar(&o.RemovePassword, "remove-password", false, "delete the passwords of users who are shut out too, which cannot be undone")
	f.StringArrayVar(&o.breakGlass, "break-glass", nil, "never shut out these users, beside those of the setting break-glass of unapproved-user (repeatable)")
	f.StringArrayVar(&o.states, "terraform-state", nil, "state of Terraform: users in it are left to it (repeatable)")
	f.StringSliceVar(&o.Create.Names, "create-user", nil, "make users of these names, with a password that is shown once")
	f.StringSliceVar(&o.Create.Groups, "group", nil, "groups that users to be made join")
	f.StringVar(&o.Create.Boundary, "boundary", "", "ARN of the permissions boundary of users to be made")
	f.StringArrayVar(&o.tags, "tag", nil, "tag of users to be made, as KEY=VALUE (repeatable)")
	f.BoolVar(&o.Create.NoPassword, "no-password", false, "make users without a password")
	f.BoolVar(&o.ReadPasswordPolicy, "read-password-policy", false, "let users who are to manage their own credentials read the rules for passwords")
	f.BoolVar(&o.printPolicy, "print-policy", false, "print the permissions that the plan needs, instead of the plan")
	f.BoolVarP(&o.quiet, "quiet", "q", false, "do not print the plan")
	return c
}

func runFixPlan(ctx context.Context, env *Env, o *planOptions, sources []string) error {
	o.only = o.rules
	selection, err := o.selection(env)
	if err != nil {
		return err
	}
	for _, r := range selection.Rules {
		if err := fix.Check(r.ID); err != nil {
			return usage(err)
		}
	}
	if err := errors.Join(o.meant(ruleIDs(selection)), o.configured(env)); err != nil {
		return err
	}
	judge, err := assess.NewJudge(selection, false)
	if err != nil {
		return usage(err)
	}
	if err := errors.Join(o.readNames(), o.readTags(), o.readStates()); err != nil {
		return err
	}
	users, err := matchers("--user", o.users)
	if err != nil {
		return err
	}
	use := func(a *account) error {
		if o.at != "" {
			if a.clock, err = parseAt(env, o.at); err != nil {
				return err
			}
		}
		return o.plan(env, judge, users, a)
	}
	p := newProgress(env, o.quiet)
	defer p.end()
	if len(sources) > 0 {
		return eachFile(env, sources, p, "a plan is for one account", use)
	}
	a, err := readLive(ctx, env, &o.liveFlags, judge.Needs, p)
	if err != nil {
		return err
	}
	if err := o.readMore(ctx, a, judge, users, ruleIDs(selection)); err != nil {
		return err
	}
	return use(a)
}

// meantFor are flags that mean something to the plans of some rules alone.
var meantFor = map[string][]string{
	"group-name": {moved, "self-managed-credentials"}, "group-names": {moved}, "inline": {moved, "group-inline-policies"}, "minimise": {moved},
	"delete": {"unapproved-user"}, "remove-password": {"unapproved-user"}, "read-password-policy": {"self-managed-credentials"},
	"create-user": {made}, "group": {made}, "boundary": {made}, "tag": {made}, "no-password": {made},
}

const moved, made = "user-direct-policies", "individual-users"

// meant refuses flags that the plan would not heed.
func (o *planOptions) meant(rules []string) error {
	for _, flag := range slices.Sorted(maps.Keys(meantFor)) {
		if o.set(flag) && !slices.ContainsFunc(meantFor[flag], func(id string) bool { return slices.Contains(rules, id) }) {
			return usagef("--%s is for plans of %s: give --rule %s too", flag, strings.Join(meantFor[flag], " and "), meantFor[flag][0])
		}
	}
	if len(o.Create.Names) > 0 {
		return nil
	}
	for _, flag := range []string{"boundary", "group", "no-password", "tag"} {
		if o.set(flag) {
			return usagef("--%s is about users to be made: give --create-user NAME too", flag)
		}
	}
	return nil
}

// readMore reads what the steps need, of the users with findings alone.
func (o *planOptions) readMore(ctx context.Context, a *account, judge *assess.Judge, users []*match.Matcher, rules []string) error {
	needs := func(name iam.SourceName) bool { return fix.Needs(name, o.Delete, rules...) }
	if !slices.ContainsFunc(iam.SourceNames, needs) {
		return nil
	}
	_, findings, err := findingsOf(judge, users, a)
	if err != nil {
		return err
	}
	concerned := map[string]bool{}
	for _, f := range findings {
		if f.Status == assess.Fail && f.Resource.Type == userType {
			concerned[f.Resource.Name] = true
		}
	}
	if len(concerned) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, o.timeout)
	defer cancel()
	return a.reader.More(ctx, a.Snapshot, needs, func(u *iam.User) bool { return concerned[u.Name] })
}

// userType is what findings on users are about.
const userType = "user"

// findingsOf judges an account and leaves out the findings on other users than
// those meant.
func findingsOf(judge *assess.Judge, users []*match.Matcher, a *account) (*assess.Account, []*assess.Finding, error) {
	result, err := judge.Account(a.Snapshot, a.clock, a.basis)
	if err != nil {
		return nil, nil, err
	}
	return result, slices.DeleteFunc(result.Findings, func(f *assess.Finding) bool {
		return len(users) > 0 && f.Resource.Type == userType && !concerns(users, a.Snapshot, f.Resource.Name)
	}), nil
}

// configured takes from the configuration the settings of all rules, the groups
// that they name, which no plan deletes, and the users whom none shuts out.
func (o *planOptions) configured(env *Env) error {
	all := o.ruleFlags
	all.only, all.deep = nil, true
	selection, err := all.selection(env)
	if err != nil {
		return err
	}
	o.Settings, o.Keep = map[string]rule.Values{}, nil
	for _, r := range selection.Rules {
		o.Settings[r.ID] = r.Values
		for name, s := range r.Settings {
			if s.Type == rule.Groups {
				o.Keep = append(o.Keep, fix.Texts(r.Values[name])...)
			}
		}
	}
	kept, err := matchers("setting break-glass of unapproved-user", fix.Texts(o.Settings["unapproved-user"]["break-glass"]))
	if err != nil {
		return err
	}
	o.BreakGlass, err = matchers("--break-glass", o.breakGlass)
	o.BreakGlass = append(o.BreakGlass, kept...)
	return err
}

// readTags reads the tags of users to be made.
func (o *planOptions) readTags() error {
	for _, text := range o.tags {
		key, value, ok := strings.Cut(text, "=")
		if !ok || key == "" {
			return usagef("--tag %q is not KEY=VALUE", text)
		}
		o.Create.Tags = append(o.Create.Tags, iam.Tag{Key: key, Value: value})
	}
	return nil
}

// readStates reads whom Terraform has.
func (o *planOptions) readStates() error {
	for _, path := range o.states {
		text, err := bounded.File(path, "Terraform state", largestFile)
		if err != nil {
			return usagef("--terraform-state: %w", err)
		}
		users, err := fix.TerraformUsers(text)
		if err != nil {
			return usagef("--terraform-state %q: %w", path, err)
		}
		if o.Terraform == nil {
			o.Terraform = map[string]string{}
		}
		for name, address := range users {
			o.Terraform[name] = address + " in " + path
		}
	}
	return nil
}

func ruleIDs(s *rule.Selection) (out []string) {
	for _, r := range s.Rules {
		out = append(out, r.ID)
	}
	return out
}

// readNames reads the owner's names for groups.
func (o *planOptions) readNames() error {
	if o.names == "" {
		return nil
	}
	text, err := bounded.File(o.names, "list of names", largestFile)
	if err != nil {
		return usagef("--group-names: %w", err)
	}
	if err := rule.Unmarshal(o.names, text, &o.Names); err != nil {
		return usagef("--group-names: %w", err)
	}
	return nil
}

// matchers are those of patterns; from is where they were given.
func matchers(from string, patterns []string) (out []*match.Matcher, err error) {
	for _, text := range patterns {
		p, err := match.Parse(text)
		if err != nil {
			return nil, usagef("%s: %w", from, err)
		}
		m, err := p.Compile()
		if err != nil {
			return nil, usagef("%s: %w", from, err)
		}
		out = append(out, m)
	}
	return out, nil
}

// plan makes and writes the plan for one account.
func (o *planOptions) plan(env *Env, judge *assess.Judge, users []*match.Matcher, a *account) error {
	result, findings, err := findingsOf(judge, users, a)
	if err != nil {
		return err
	}
	plan, err := fix.New(fix.Input{Version: Version, Snapshot: a.Snapshot, Findings: findings, Options: o.Options})
	if err != nil {
		return usage(err)
	}
	for _, r := range result.Rules {
		if r.Unknown > 0 {
			fmt.Fprintf(env.Stderr, "rollcall: %s is unknown for %d: the plan does not touch them\n", r.ID, r.Unknown)
		}
	}
	if o.printPolicy {
		return printPolicy(env, plan.Permissions())
	}
	if o.output != "" {
		text, err := json.MarshalIndent(plan, "", "  ")
		if err != nil {
			return err
		}
		if err := outfile.Write(o.output, func(w io.Writer) error { _, err := w.Write(append(text, '\n')); return err }); err != nil {
			return err
		}
	}
	if o.quiet {
		return nil
	}
	if err := showPlan(env, plan); err != nil {
		return err
	}
	return o.advise(env, plan)
}

func (o *planOptions) advise(env *Env, plan *fix.Plan) error {
	if len(plan.Steps) == 0 {
		return nil
	}
	next := "write the plan with -o plan.json"
	if o.output != "" {
		next = "rollcall fix apply " + plain(o.output)
	}
	_, err := fmt.Fprintf(env.Stderr, "nothing was changed; next: %s\n", next)
	return err
}

// concerns reports whether a user of this name is among those meant.
func concerns(users []*match.Matcher, s *iam.Snapshot, name string) bool {
	return slices.ContainsFunc(s.Users, func(u iam.User) bool {
		return u.Name == name && slices.ContainsFunc(users, func(m *match.Matcher) bool { return m.Match(&u) == iam.Is(true) })
	})
}

func newFixShow(env *Env) *cobra.Command {
	format := "text"
	formats := maps.Clone(fix.Formats)
	maps.Copy(formats, iac.Formats)
	names := append(slices.Sorted(maps.Keys(formats)), "json")
	c := &cobra.Command{
		Use:     "show PLAN",
		Short:   "Show a plan: for people, as a script, or as code",
		Example: "  rollcall fix show plan.json\n  rollcall fix show plan.json --format shell > move.sh\n  rollcall fix show plan.json --format terraform > main.tf\n" + exitHelp,
		Args:    oneArg("fix show needs a plan, as rollcall fix plan -o writes it"),
		RunE: func(_ *cobra.Command, args []string) error {
			render, known := formats[format]
			if !known && format != "json" {
				return usagef("--format %q is none of %s", format, strings.Join(names, ", "))
			}
			plan, err := readPlan(args[0])
			if err != nil {
				return err
			}
			if format == "json" {
				return printJSON(env.Stdout, plan)
			}
			return render(env.Stdout, plan)
		}}
	c.Flags().StringVar(&format, "format", format, strings.Join(names, ", "))
	return c
}

// readPlan reads a plan that fix plan wrote.
func readPlan(path string) (*fix.Plan, error) {
	text, err := bounded.File(path, "plan", largestFile)
	if err != nil {
		return nil, err
	}
	plan, err := fix.Read(text)
	if err != nil {
		return nil, fmt.Errorf("reading the plan %q: %w", path, err)
	}
	return plan, nil
}

// showPlan writes a plan for people, as wide as their terminal.
func showPlan(env *Env, plan *fix.Plan) error {
	var b strings.Builder
	if err := fix.Text(&b, plan); err != nil {
		return err
	}
	_, err := io.WriteString(env.Stdout, report.Wrapped(b.String(), textWidth(env)))
	return err
}
