package cli

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	"charm.land/lipgloss/v2"
	"github.com/spf13/cobra"

	"github.com/rollcall-iam/rollcall/frameworks"
	"github.com/rollcall-iam/rollcall/internal/entity"
	"github.com/rollcall-iam/rollcall/internal/framework"
	"github.com/rollcall-iam/rollcall/internal/gsl"
	"github.com/rollcall-iam/rollcall/internal/iam"
	"github.com/rollcall-iam/rollcall/internal/report"
	"github.com/rollcall-iam/rollcall/internal/rule"
)

func newRulesList(env *Env) *cobra.Command {
	o := &ruleFlags{}
	format, needs := "text", false
	c := &cobra.Command{
		Use:   "list",
		Short: "List the rules",
		Long: `List shows every rule there is, and which are on when nobody says otherwise. With
--needs it says what each reads, and the permission that takes.`,
		Example: "  rollcall rules list --needs\n  rollcall rules list --format json\n" + exitHelp,
		Args:    noArgs,
		RunE: func(*cobra.Command, []string) error {
			set, err := o.catalogue()
			if err != nil {
				return err
			}
			list, err := listed(set)
			if err != nil {
				return err
			}
			return printAs(env, format, list, func() error { return writeRules(env, list, needs) })
		}}
	c.Flags().StringVar(&o.dir, "rules", "", "folder with more rules")
	c.Flags().StringVar(&format, "format", format, "text or json")
	c.Flags().BoolVar(&needs, "needs", false, "show what each rule reads, and with which permission")
	return c
}

// A listedRule is a rule in the JSON form of the list.
type listedRule struct {
	ID       string                   `json:"id"`
	Aliases  []string                 `json:"aliases"`
	Title    string                   `json:"title"`
	Severity string                   `json:"severity"`
	Category string                   `json:"category"`
	Entity   string                   `json:"entity"`
	Default  bool                     `json:"default"` // on when nobody says otherwise
	Off      string                   `json:"off,omitempty"`
	Settings map[string]listedSetting `json:"settings"`
	Needs    []need                   `json:"needs"`
	// Frameworks are the controls that the rule serves, by framework.
	Frameworks map[string][]string `json:"frameworks"`
}

type listedSetting struct {
	Type    string   `json:"type"`
	Default any      `json:"default,omitempty"`
	Values  []string `json:"values,omitempty"`
	Doc     string   `json:"doc"`
}

// A need is a source that a rule reads.
type need struct {
	Source     string `json:"source"`
	Permission string `json:"permission"`
}

func listed(set *rule.Set) ([]listedRule, error) {
	out := []listedRule{}
	all, err := framework.All(frameworks.FS)
	if err != nil {
		return nil, err
	}
	for _, r := range set.Rules {
		needs, err := needsOf(r)
		if err != nil {
			return nil, err
		}
		l := listedRule{ID: r.ID, Aliases: append([]string{}, r.Aliases...), Title: r.Title, Severity: r.Severity.String(), Category: r.Category,
			Entity: r.Tree.Target.Text, Default: r.ByDefault(false), Off: r.Off, Settings: map[string]listedSetting{}, Needs: needs}
		if r.Deep {
			l.Off = "it takes more than the bulk reads"
		}
		for name, s := range r.Settings {
			l.Settings[name] = listedSetting{s.Type, s.Default, s.Values, s.Doc}
		}
		l.Frameworks = serving(all, r.ID)
		out = append(out, l)
	}
	return out, nil
}

// serving are the controls that a rule serves, by framework.
func serving(all []*framework.Framework, id string) map[string][]string {
	out := map[string][]string{}
	for _, f := range all {
		if controls := f.Serving(id); controls != nil {
			out[f.ID] = controls
		}
	}
	return out
}

// implied reports whether a rule takes a source by what it is: the users must
// be listed, and a report made before it can be had.
func implied(name iam.SourceName, r *rule.Rule, sources []string) bool {
	switch name {
	case iam.Details:
		return r.Tree.Target.Text == entity.IamUser
	case iam.ReportGeneration:
		return slices.Contains(sources, string(iam.CredentialReport))
	}
	return false
}

// needsOf are the sources of the facts that a rule looks at, in order.
func needsOf(r *rule.Rule) ([]need, error) {
	values, err := r.Settle(nil)
	if err != nil {
		return nil, err
	}
	p, _, err := gsl.Compile(entity.Schema, r.Tree, gsl.Options{Settings: r.Placeholders(values), Lenient: r.Imported})
	if err != nil {
		return nil, r.Wrong(err)
	}
	out := []need{}
	for _, name := range iam.SourceNames {
		if slices.Contains(p.Sources, string(name)) || implied(name, r, p.Sources) {
			out = append(out, need{string(name), name.Permission()})
		}
	}
	return out, nil
}

// writeRules lists the rules in columns. Where the terminal has no room for all of
// them, what the last would have stands below, broken between words.
func writeRules(env *Env, list []listedRule, needs bool) error {
	width := textWidth(env)
	var b bytes.Buffer
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	last := "ALSO KNOWN AS"
	if needs {
		last = "READS, WITH PERMISSION"
	}
	if width > 0 {
		last = ""
	}
	fmt.Fprintln(w, strings.TrimSuffix("ID\tSEVERITY\tON\tTITLE\t"+last, "\t"))
	for _, r := range list {
		on := "yes"
		if !r.Default {
			on = "no"
		}
		tail := r.tail(needs)
		if width > 0 {
			tail = ""
		}
		fmt.Fprintln(w, strings.TrimSuffix(fmt.Sprintf("%s\t%s\t%s\t%s\t%s", r.ID, r.Severity, on, r.Title, tail), "\t"))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if width == 0 {
		_, err := b.WriteTo(env.Stdout)
		return err
	}
	head, lines, _ := strings.Cut(b.String(), "\n")
	fmt.Fprintln(env.Stdout, head)
	for i, line := range slices.Collect(strings.Lines(lines)) {
		if lipgloss.Width(line) > width {
			line = strings.TrimRight(strings.TrimSuffix(strings.TrimRight(line, "\n"), list[i].Title), " ") + "\n" + report.Wrapped("    "+list[i].Title, width) + "\n"
		}
		fmt.Fprint(env.Stdout, line)
		if tail := list[i].tail(needs); tail != "" {
			fmt.Fprintln(env.Stdout, report.Wrapped("    "+tail, width))
		}
	}
	return nil
}

// tail are the rule's aliases, or what it reads.
func (r *listedRule) tail(needs bool) string {
	if !needs {
		return strings.Join(r.Aliases, ", ")
	}
	var reads []string
	for _, n := range r.Needs {
		reads = append(reads, n.Source+" ("+n.Permission+")")
	}
	return strings.Join(reads, ", ")
}
