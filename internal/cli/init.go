package cli

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/rollcall-iam/rollcall/internal/iam"
	"github.com/rollcall-iam/rollcall/internal/match"
	"github.com/rollcall-iam/rollcall/internal/noun"
	"github.com/rollcall-iam/rollcall/internal/outfile"
	"github.com/rollcall-iam/rollcall/internal/rule"
)

// answers are what init must know; each question has a flag.
type answers struct {
	liveFlags
	rules     ruleFlags
	path      string
	force     bool
	groups    []string
	noGroup   bool
	need      string
	level     string
	mode      string
	kinds     []string // category groups
	tags      []string
	userName  string
	programs  string // a pattern of service users' names
	on, off   []string
	approve   []string
	owner     string
	everyRule bool

	users []string // that exist now, once they were read
	since string   // when that was
}

func newInit(env *Env) *cobra.Command {
	a := &answers{}
	c := &cobra.Command{
		Use:   "init [SOURCE...]",
		Short: "Ask what is wanted, and write rollcall.yaml",
		Long: `Init asks which rules are wanted and what they need to know: the groups that users
must be in, how many of them are necessary, and who is approved. Where those are the
users that exist now, it reads them from SOURCE, as for rollcall scan, or from the
live account. Every question has a flag; without a terminal --group or --no-group
and --approve are needed.`,
		Example: `  rollcall init
  rollcall init --group AllUsers --approve current details.json
  rollcall init --no-group --approve none --on password-expiry -o isec.yaml
` + exitHelp,
		RunE: func(c *cobra.Command, args []string) error { return a.run(c.Context(), env, args, c) },
	}
	f := c.Flags()
	f.StringVarP(&a.path, "output", "o", configName, "file to write")
	f.BoolVar(&a.force, "force", false, "replace the file")
	f.StringSliceVar(&a.groups, "group", nil, "a group that every user must be in (repeatable)")
	f.BoolVar(&a.noGroup, "no-group", false, "no such group")
	f.StringVar(&a.need, "group-need", "", "how many of the groups are necessary: a number, or all (default all)")
	f.StringVar(&a.level, "group-level", "", "how bad it is not to be in them: low, medium, high or critical")
	f.StringVar(&a.mode, "individual-users", "", "whether there must be IAM users: require, allow-federation or forbid")
	f.StringSliceVar(&a.kinds, "category-group", nil, "a group for one kind of work, of which every user is in one (repeatable)")
	f.StringSliceVar(&a.tags, "required-tag", nil, "a tag that every user must have (repeatable)")
	f.StringVar(&a.userName, "user-name", "", "a regular expression that user names must match")
	f.StringVar(&a.programs, "service-users", "", "a regular expression that the names of programs' users match")
	f.StringSliceVar(&a.on, "on", nil, "rules to turn on, by id or alias")
	f.StringSliceVar(&a.off, "off", nil, "rules to turn off, by id or alias")
	f.BoolVar(&a.everyRule, "every-rule", false, "ask of each rule whether it is wanted")
	f.StringArrayVar(&a.approve, "approve", nil, "the approved users: current for those that exist now, none, or patterns (repeatable)")
	f.StringVar(&a.owner, "owner", "", "who answers for the approved users")
	f.StringVar(&a.rules.dir, "rules", "", "folder with more rules")
	a.add(f)
	return c
}

func (a *answers) run(ctx context.Context, env *Env, sources []string, c *cobra.Command) error {
	if err := a.check(sources); err != nil {
		return err
	}
	if a.given(env, c.Flags()) && len(sources) > 0 {
		return usagef("flags that choose a live account do not go with files")
	}
	set, err := a.rules.catalogue()
	if err != nil {
		return err
	}
	if err := a.ask(ctx, env, set, c); err != nil {
		return err
	}
	if slices.Contains(a.approve, "current") {
		if err := a.read(ctx, env, sources); err != nil {
			return err
		}
	}
	text, err := a.text(set)
	if err != nil {
		return err
	}
	return a.write(env, text)
}

// check refuses answers that contradict each other, and sources that are not
// there, before anything is asked.
func (a *answers) check(sources []string) error {
	if err := free(a.path, sources, a.force); err != nil {
		return err
	}
	for _, path := range sources {
		if _, err := os.Stat(path); err != nil {
			return err
		}
	}
	switch {
	case slices.Contains(a.approve, "none") && len(a.approve) > 1:
		return usagef("--approve none goes with no other --approve")
	case a.noGroup && (len(a.groups) > 0 || a.need != "" || a.level != ""):
		return usagef("--no-group goes with no --group, --group-need and --group-level")
	}
	return nil
}

// ask puts the questions that no flag answers, or says which flags are missing.
func (a *answers) ask(ctx context.Context, env *Env, set *rule.Set, c *cobra.Command) error {
	_, terminal := env.Terminal(env.Stdin)
	groupKnown := a.noGroup || len(a.groups) > 0
	if !terminal {
		var missing []string
		if !groupKnown {
			missing = append(missing, "--group NAME or --no-group")
		}
		if len(a.approve) == 0 {
			missing = append(missing, "--approve current, none or a pattern")
		}
		if missing != nil {
			return usagef("there is no terminal to ask at: give %s", strings.Join(missing, ", and "))
		}
		return nil
	}
	q := newAsker(ctx, env)
	given := func(flag string) bool { return c.Flags().Changed(flag) }
	a.askRules(q, set, given("on") || given("off"))
	if !groupKnown {
		a.askGroups(q)
	}
	if !given("individual-users") {
		a.mode = q.choice("Must there be IAM users, may there be none where an identity provider is, or must there be none?", "require", "allow-federation", "forbid")
	}
	a.askMore(q, given)
	if len(a.approve) == 0 {
		a.askApproved(q)
	}
	return q.err
}

// askRules goes through the rules, when that is wanted.
func (a *answers) askRules(q *asker, set *rule.Set, known bool) {
	if known || !a.everyRule && !q.yes(fmt.Sprintf("Of %d rules %d are on by default. Go through them one by one?", len(set.Rules), defaults(set)), false) {
		return
	}
	for _, r := range set.Rules {
		if len(r.Configure) > 0 { // asked for with what it needs
			continue
		}
		by := r.ByDefault(false)
		switch wanted := q.yes(fmt.Sprintf("Report this (%s): %s?", r.Severity, r.Risk), by); {
		case q.err != nil:
			return
		case wanted && !by:
			a.on = append(a.on, r.ID)
		case !wanted && by:
			a.off = append(a.off, r.ID)
		}
	}
}

func defaults(set *rule.Set) (n int) {
	for _, r := range set.Rules {
		if r.ByDefault(false) {
			n++
		}
	}
	return n
}

func (a *answers) askGroups(q *asker) {
	if a.noGroup = !q.yes("Would you like to ensure that all IAM users belong to a given IAM group?", false); a.noGroup {
		return
	}
	a.groups = q.words("What is the name of the group?", seen)
	if len(a.groups) > 1 && a.need == "" {
		a.need = q.line(fmt.Sprintf("How many of these %d groups are necessary? (a number, empty for all)", len(a.groups)), func(s string) (string, error) {
			n, err := strconv.Atoi(s)
			if s != "" && s != "all" && (err != nil || n < 1 || n > len(a.groups)) {
				return "", fmt.Errorf("%q is not a number from 1 to %d", s, len(a.groups))
			}
			return s, nil
		})
	}
	if a.level == "" && q.yes("Would you like to change the default level (medium)?", false) {
		a.level = q.choice("Enter the level", "medium", "low", "high", "critical")
	}
}

// askMore asks for what the other rules need that cannot go without.
func (a *answers) askMore(q *asker, given func(string) bool) {
	if !given("category-group") && q.yes("Are there groups for kinds of work, of which every user must be in one?", false) {
		a.kinds = q.words("What are their names?", seen)
	}
	if !given("required-tag") && q.yes("Must every user have certain tags?", false) {
		a.tags = q.words("Which?", seen)
	}
	if !given("user-name") && q.yes("Must user names have a certain form?", false) {
		a.userName = q.text("Which, as a regular expression?", isRegex)
	}
	if !given("service-users") && q.yes("Do names tell which users are programs, which need no password?", false) {
		a.programs = q.text("How, as a regular expression?", isRegex)
	}
}

func (a *answers) askApproved(q *asker) {
	switch q.choice("Who is approved: the users that exist now, nobody yet, or those that you name?", "current", "none", "name") {
	case "current":
		a.approve = []string{"current"}
	case "none":
		a.approve = []string{"none"}
	case "name":
		a.approve = q.words("Who? (names, names with * and ?, ARNs, or regex:, path:, tag:)", func(s string) error {
			_, err := match.Parse(s)
			return cmp.Or(err, seen(s))
		})
	}
	if a.owner == "" && q.err == nil && a.approve[0] != "none" {
		a.owner = q.line("Who answers for them? (empty for nobody yet)", func(s string) (string, error) { return s, nil })
	}
}

// read collects the names of the users that exist now.
func (a *answers) read(ctx context.Context, env *Env, sources []string) error {
	p := newProgress(env, false)
	defer p.end()
	take := func(got *account) error {
		if gap := iam.NewView(got.Snapshot).UsersKnown(); gap != nil {
			return fmt.Errorf("the users that exist now cannot be told: %s", gap)
		}
		for i := range got.Users {
			if u := &got.Users[i]; !u.Root {
				a.users = append(a.users, u.Name)
			}
		}
		a.since = got.clock.Std().Format(time.DateOnly)
		return nil
	}
	if len(sources) > 0 {
		return eachFile(env, sources, p, "init takes the users of one account", take)
	}
	got, err := readLive(ctx, env, &a.liveFlags, func(iam.SourceName) bool { return false }, p)
	if err != nil {
		return err
	}
	return take(got)
}

// write puts the file in place and says what to do with it.
func (a *answers) write(env *Env, text []byte) error {
	if toStdout(a.path) {
		_, err := env.Stdout.Write(text)
		return err
	}
	put := func(w io.Writer) error { _, err := w.Write(text); return err }
	if err := outfile.Write(a.path, put); err != nil {
		return err
	}
	approved := ""
	if len(a.users) > 0 {
		approved = ", with " + noun.Count(len(a.users), "approved user")
	}
	fmt.Fprintf(env.Stderr, "%s is written%s: look through it, then run rollcall scan\n", a.path, approved)
	return nil
}

// text is the configuration, which loads and means what was answered.
func (a *answers) text(set *rule.Set) ([]byte, error) {
	c, err := a.config(set)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	fmt.Fprintf(&out, "# Made by rollcall init. rollcall config show --all shows what can be set.\n")
	if err := set.Show(&out, c, rule.ShowOptions{}); err != nil {
		return nil, usage(err)
	}
	again, err := rule.ParseConfig(a.path, out.Bytes())
	if err == nil {
		_, err = set.Select(again, rule.Selector{})
	}
	return out.Bytes(), err
}
