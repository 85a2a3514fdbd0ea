package cli

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/rollcall-iam/rollcall/internal/clean"
	"github.com/rollcall-iam/rollcall/internal/iam"
	"github.com/rollcall-iam/rollcall/internal/match"
	"github.com/rollcall-iam/rollcall/internal/noun"
	"github.com/rollcall-iam/rollcall/internal/outfile"
	"github.com/rollcall-iam/rollcall/internal/rule"
)

func newSafelist(env *Env) *cobra.Command {
	return group("safelist", "Show and change the approved users", "safelist list, add, remove and check",
		newSafelistList(env), newSafelistAdd(env), newSafelistRemove(env), newSafelistCheck(env))
}

const patternHelp = `A pattern is a name, a name with * and ?, an ARN, or one with a prefix:
regex:, path:, tag:, account:.`

// safelistFlags say which file is meant.
type safelistFlags struct {
	config string
	dryRun bool
}

// path is the file to change: that of -c or the one found, else a new one here.
func (o *safelistFlags) path() string { return cmp.Or(o.config, findConfig(), configName) }

func (o *safelistFlags) file(path string) (*rule.Config, error) {
	c, err := rule.ReadConfig(path)
	if errors.Is(err, fs.ErrNotExist) && !isFile(path) {
		return rule.ParseConfig(path, nil)
	}
	return c, usageOf(err)
}

// save writes the changed file, with the permissions it had.
func (o *safelistFlags) save(env *Env, c *rule.Config, done string) error {
	if o.dryRun {
		fmt.Fprintf(env.Stderr, "%s would be:\n", c.Path())
		_, err := env.Stdout.Write(c.Text())
		return err
	}
	if err := outfile.Replace(c.Path(), c.Text()); err != nil {
		return err
	}
	fmt.Fprintf(env.Stderr, "%s %s\n", done, plain(c.Path()))
	return nil
}

// change makes one change to the file and writes it, while nobody else does.
func (o *safelistFlags) change(env *Env, done string, change func(*rule.Config) (*rule.Config, error)) error {
	path := o.path()
	if !o.dryRun {
		unlock, err := outfile.Lock(path)
		if err != nil {
			return err
		}
		defer unlock()
	}
	c, err := o.file(path)
	if err != nil {
		return err
	}
	if c, err = change(c); err != nil {
		return usage(err)
	}
	return o.save(env, c, done)
}

func (o *safelistFlags) add(c *cobra.Command, edits bool) {
	c.Flags().StringVarP(&o.config, "config", "c", "", "the file (default: rollcall.yaml here or above)")
	if edits {
		c.Flags().BoolVar(&o.dryRun, "dry-run", false, "print what the file would be, and change nothing")
	}
}

// entryFlags say who answers for entries.
type entryFlags struct{ owner, reason, ticket, expires string }

func (e *entryFlags) add(c *cobra.Command) {
	f := c.Flags()
	f.StringVar(&e.owner, "owner", "", "who answers for it")
	f.StringVar(&e.reason, "reason", "", "why")
	f.StringVar(&e.ticket, "ticket", "", "where it was decided")
	f.StringVar(&e.expires, "expires", "", "the last day, YYYY-MM-DD")
}

// entries are the patterns as safelist entries.
func (e *entryFlags) entries(patterns []string, now time.Time) (out []rule.Entry, err error) {
	var until rule.Date
	if e.expires != "" {
		if until.Time, err = time.Parse(time.DateOnly, e.expires); err != nil {
			return nil, usagef("--expires: %q is not a date such as 2027-01-31", e.expires)
		}
		if until.Over(iam.At(now)) {
			return nil, usagef("--expires: %q is past: such an entry approves nobody", e.expires)
		}
	}
	for _, p := range patterns {
		pattern, err := match.Parse(p)
		if err != nil {
			return nil, usage(err)
		}
		out = append(out, rule.Entry{Pattern: pattern, Owner: e.owner, Reason: e.reason, Ticket: e.ticket, Expires: until})
	}
	return out, nil
}

func newSafelistAdd(env *Env) *cobra.Command {
	o, e := &safelistFlags{}, &entryFlags{}
	c := &cobra.Command{
		Use:   "add PATTERN...",
		Short: "Approve users",
		Long:  "Add writes entries to the end of the safelist; all else in the file stays as it is.\n\n" + patternHelp,
		Example: `  rollcall safelist add alice --owner platform --reason "on call" --expires 2027-01-31
  rollcall safelist add 'ci-*' tag:team=build --owner build --dry-run
` + exitHelp,
		Args: someArgs(1, "safelist add needs a pattern, such as alice or 'ci-*'"),
		RunE: func(_ *cobra.Command, args []string) error {
			entries, err := e.entries(args, env.Now())
			if err != nil {
				return err
			}
			return o.change(env, fmt.Sprintf("%s added to", noun.Count(len(entries), "entry")),
				func(c *rule.Config) (*rule.Config, error) { return c.Add(entries...) })
		}}
	o.add(c, true)
	e.add(c)
	return c
}

func newSafelistRemove(env *Env) *cobra.Command {
	o := &safelistFlags{}
	c := &cobra.Command{
		Use:     "remove PATTERN...",
		Short:   "Take entries off the safelist",
		Long:    "Remove takes entries out as safelist list shows them; all else in the file stays as it is.",
		Example: "  rollcall safelist remove alice 'ci-*'\n" + exitHelp,
		Args:    someArgs(1, "safelist remove needs a pattern, as rollcall safelist list shows it"),
		RunE: func(_ *cobra.Command, args []string) error {
			return o.change(env, fmt.Sprintf("%s removed from", noun.Count(len(args), "entry")),
				func(c *rule.Config) (*rule.Config, error) { return c.Remove(args...) })
		}}
	o.add(c, true)
	return c
}

// A listedEntry is an entry in the JSON form of the list.
type listedEntry struct {
	Pattern string `json:"pattern"`
	Account string `json:"account,omitempty"`
	Owner   string `json:"owner,omitempty"`
	Reason  string `json:"reason,omitempty"`
	Ticket  string `json:"ticket,omitempty"`
	Expires string `json:"expires,omitempty"`
	Expired bool   `json:"expired"`
	File    string `json:"file"`
	Line    int    `json:"line,omitempty"`
}

func newSafelistList(env *Env) *cobra.Command {
	o, format := &ruleFlags{}, "text"
	c := &cobra.Command{
		Use:     "list",
		Short:   "List the approved users",
		Long:    "List shows the entries of all configuration files, with where they stand.",
		Example: "  rollcall safelist list\n" + exitHelp,
		Args:    noArgs,
		RunE: func(*cobra.Command, []string) error {
			c, err := o.configuration(env)
			if err != nil {
				return err
			}
			list := []listedEntry{}
			for _, e := range c.Approvals() {
				list = append(list, listedEntry{Pattern: e.String(), Account: e.Account, Owner: e.Owner, Reason: e.Reason, Ticket: e.Ticket,
					Expires: e.Expires.String(), Expired: e.Expires.Over(iam.At(env.Now())), File: e.File, Line: e.Line})
			}
			return printAs(env, format, list, func() error { return writeSafelist(env, list) })
		}}
	c.Flags().StringVarP(&o.config, "config", "c", "", "configuration (default: rollcall.yaml here or above)")
	c.Flags().StringVar(&format, "format", format, "text or json")
	return c
}

func writeSafelist(env *Env, list []listedEntry) error {
	if len(list) == 0 {
		fmt.Fprintln(env.Stderr, "nobody is approved: rollcall safelist add writes the first entry")
		return nil
	}
	w := tabwriter.NewWriter(env.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "WHO\tOWNER\tUNTIL\tREASON\tTICKET\tWHERE")
	for _, e := range list {
		until := e.Expires
		if e.Expired {
			until += " (expired)"
		}
		cells := []string{e.Pattern, e.Owner, until, e.Reason, e.Ticket, fmt.Sprintf("%s:%d", e.File, e.Line)}
		for i, cell := range cells {
			cells[i] = clean.Text(cell)
		}
		fmt.Fprintln(w, strings.Join(cells, "\t"))
	}
	return w.Flush()
}
