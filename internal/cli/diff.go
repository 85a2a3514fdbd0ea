package cli

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"

	"charm.land/lipgloss/v2"
	"github.com/spf13/cobra"

	"github.com/rollcall-iam/rollcall/internal/assess"
	"github.com/rollcall-iam/rollcall/internal/iam"
	"github.com/rollcall-iam/rollcall/internal/report"
)

func newDiff(env *Env) *cobra.Command {
	flags, format, all := &ruleFlags{}, "text", false
	c := &cobra.Command{
		Use:   "diff OLD NEW",
		Short: "Say which findings are new, fixed, changed or still there",
		Long: `Diff compares two assessments, as scan -o findings.json writes them, or two
snapshots or folders of files, which it judges by the same rules, each as of its own
time. A finding that is gone counts as fixed only where that is known.`,
		Example: `  rollcall diff last-week.json findings.json
  rollcall diff monday.json.zst friday.json.zst --only IAM-071
` + exitHelp,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 2 {
				return usagef("diff needs two files: OLD and NEW")
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			if name := typed(env, c.Flags(), "config", "rules", "only", "skip", "deep", "framework"); name != "" && isAssessment(args[0]) && isAssessment(args[1]) {
				return usagef("--%s says how files are judged, and both of these were judged already: give snapshots or other files, or leave it out", name)
			}
			d, err := difference(c.Context(), env, flags, args[0], args[1])
			if err != nil {
				return err
			}
			return printAs(env, format, d, func() error { return d.text(env.Stdout, all, textWidth(env)) })
		},
	}
	flags.add(c.Flags())
	c.Flags().StringVar(&format, "format", format, "text or json")
	c.Flags().BoolVar(&all, "all", false, "name the findings that are as they were too")
	return c
}

// differences are what diff prints.
type differences struct {
	Schema   string              `json:"schema"`
	Accounts []accountDifference `json:"accounts"`
}

type accountDifference struct {
	ID       string                `json:"id"`
	Old      string                `json:"old"` // when it was judged; "" where OLD does not have the account
	New      string                `json:"new"`
	Counts   map[assess.Change]int `json:"counts"`
	Findings []assess.Difference   `json:"findings"`
}

func difference(ctx context.Context, env *Env, flags *ruleFlags, old, now string) (*differences, error) {
	choose, ignore := flags.chooser(env), func(*iam.Snapshot) {}
	was, err := flags.assessed(ctx, env, old, false, choose, ignore)
	if err != nil {
		return nil, err
	}
	is, err := flags.assessed(ctx, env, now, false, choose, ignore)
	if err != nil {
		return nil, err
	}
	out := &differences{"rollcall.diff/v1", []accountDifference{}}
	for _, id := range slices.Sorted(maps.Keys(merged(was, is))) {
		out.Accounts = append(out.Accounts, compared(id, was[id], is[id]))
	}
	return out, nil
}

func merged(a, b map[string]*assess.Account) map[string]bool {
	out := map[string]bool{}
	for _, m := range []map[string]*assess.Account{a, b} {
		for id := range m {
			out[id] = true
		}
	}
	return out
}

// compared is the difference of one account; one that is in one file only has
// nothing to be compared with.
func compared(id string, old, now *assess.Account) accountDifference {
	out := accountDifference{ID: id, Counts: map[assess.Change]int{}, Findings: []assess.Difference{}}
	if old != nil {
		out.Old = old.AssessedAt
	}
	if now != nil {
		out.New = now.AssessedAt
	}
	if old == nil || now == nil {
		return out
	}
	out.Findings = assess.Compare(old, now)
	for _, d := range out.Findings {
		out.Counts[d.Change]++
	}
	return out
}

// text shows what changed, and what did not in numbers.
func (d *differences) text(w io.Writer, all bool, width int) error {
	var b strings.Builder
	for i, a := range d.Accounts {
		if i > 0 {
			b.WriteByte('\n')
		}
		switch {
		case a.Old == "":
			fmt.Fprintf(&b, "Account %s: only in NEW, so nothing is compared\n", plain(a.ID))
			continue
		case a.New == "":
			fmt.Fprintf(&b, "Account %s: only in OLD, so nothing is compared\n", plain(a.ID))
			continue
		}
		b.WriteString(report.Wrapped(fmt.Sprintf("Account %s, %s to %s: %s\n", plain(a.ID), plain(a.Old), plain(a.New), report.Changes(a.Counts)), width))
		if err := a.text(&b, all, width); err != nil {
			return err
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// text lists the findings in columns; the reason stands below them where the
// terminal has no room beside.
func (a *accountDifference) text(b *strings.Builder, all bool, width int) error {
	var heads strings.Builder
	var reasons []string
	t := tabwriter.NewWriter(&heads, 0, 0, 2, ' ', 0)
	for _, f := range a.Findings {
		if f.Change == assess.Still && !all {
			continue
		}
		fmt.Fprintf(t, "  %s\t%s\t%s\t%s\t\n", f.Change, f.Finding.Severity, plain(f.Finding.Rule), plain(f.Finding.Resource.Name))
		reasons = append(reasons, plain(said(&f)))
	}
	if err := t.Flush(); err != nil {
		return err
	}
	for i, head := range strings.Split(strings.TrimSuffix(heads.String(), "\n"), "\n") {
		switch {
		case len(reasons) == 0:
		case width > 0 && lipgloss.Width(head+reasons[i]) > width:
			fmt.Fprintf(b, "%s\n%s\n", report.Wrapped(strings.TrimRight(head, " "), width), report.Wrapped("      "+reasons[i], width))
		default:
			fmt.Fprintf(b, "%s%s\n", head, reasons[i])
		}
	}
	return nil
}

// other is what of an old finding is not as it is now, in words.
func other(was, is *assess.Finding) (out []string) {
	if was.Severity != is.Severity {
		out = append(out, was.Severity)
	}
	if !assess.SaysTheSame(was, is) || out == nil {
		out = append(out, was.Message)
	}
	return out
}

// said is the reason with what else is to be known.
func said(d *assess.Difference) string {
	s := d.Finding.Message
	if d.Was != nil {
		s += " (was " + strings.Join(other(d.Was, &d.Finding), ", ") + ")"
	}
	if d.Why != "" {
		s += " (" + d.Why + ")"
	}
	return strings.TrimSpace(s)
}
