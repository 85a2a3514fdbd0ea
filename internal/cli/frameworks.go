package cli

import (
	"encoding/csv"
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/rollcall-iam/rollcall/frameworks"
	"github.com/rollcall-iam/rollcall/internal/framework"
)

func newFrameworks(env *Env) *cobra.Command {
	return group("frameworks", "Show the compliance frameworks", "frameworks list and show", newFrameworksList(env), newFrameworksShow(env))
}

func newFrameworksList(env *Env) *cobra.Command {
	format := "text"
	c := &cobra.Command{Use: "list", Short: "List the frameworks", Args: noArgs,
		Example: "  rollcall frameworks list\n" + exitHelp,
		RunE: func(*cobra.Command, []string) error {
			all, err := framework.All(frameworks.FS)
			if err != nil {
				return err
			}
			var list []listedFramework
			for _, f := range all {
				list = append(list, listFramework(f))
			}
			return printAs(env, format, list, func() error { return writeFrameworks(env, list) })
		}}
	c.Flags().StringVar(&format, "format", format, "text or json")
	return c
}

// A listedFramework is a framework in the JSON form of the list.
type listedFramework struct {
	ID        string   `json:"id"`
	Aliases   []string `json:"aliases"`
	Title     string   `json:"title"`
	Publisher string   `json:"publisher"`
	Scope     string   `json:"scope"`
	Judged    int      `json:"judged"` // controls that rules serve
	Manual    int      `json:"manual"`
	Outside   int      `json:"outOfScope"`
}

func listFramework(f *framework.Framework) listedFramework {
	l := listedFramework{ID: f.ID, Aliases: append([]string{}, f.Aliases...), Title: f.Title, Publisher: f.Publisher, Scope: f.Scope}
	for _, c := range f.Controls {
		switch {
		case c.Manual != "":
			l.Manual++
		case c.Out != "":
			l.Outside++
		default:
			l.Judged++
		}
	}
	return l
}

func writeFrameworks(env *Env, list []listedFramework) error {
	w := tabwriter.NewWriter(env.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "ID\tJUDGED\tMANUAL\tOUT OF SCOPE\tTITLE")
	for _, l := range list {
		fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%s\n", l.ID, l.Judged, l.Manual, l.Outside, l.Title)
	}
	return w.Flush()
}

func newFrameworksShow(env *Env) *cobra.Command {
	format := "text"
	c := &cobra.Command{Use: "show ID", Short: "Show a framework's controls, and the rules that judge them",
		Args:    oneArg("frameworks show needs one framework, such as cis-aws-5.0"),
		Example: "  rollcall frameworks show cis-aws-5.0\n  rollcall frameworks show pci-dss-4.0 --format csv\n" + exitHelp,
		RunE: func(_ *cobra.Command, args []string) error {
			f, err := framework.Load(frameworks.FS, args[0])
			if err != nil {
				return usage(err)
			}
			switch format {
			case "json":
				return printJSON(env.Stdout, f)
			case "csv":
				return writeMatrix(env, f)
			case "text":
				return showFramework(env, f)
			}
			return usagef("--format %q: expected text, json or csv", format)
		}}
	c.Flags().StringVar(&format, "format", format, "text, json or csv")
	return c
}

// judgedBy says how a control is judged, in one line.
func judgedBy(c *framework.Control) string {
	switch {
	case c.Manual != "":
		return "manual: " + c.Manual
	case c.Out != "":
		return "out of scope: " + c.Out
	}
	var out []string
	for _, u := range c.Rules {
		out = append(out, u.String())
	}
	if c.Rest != "" {
		out = append(out, "rest: "+c.Rest)
	}
	if c.Basis == framework.Ours {
		out = append(out, "basis: ours")
	}
	return strings.Join(out, ", ")
}

func showFramework(env *Env, f *framework.Framework) error {
	fmt.Fprintf(env.Stdout, "%s  %s\n%s\n\n", f.ID, f.Title, f.Scope)
	w := tabwriter.NewWriter(env.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "CONTROL\tTITLE\tJUDGED BY")
	for i := range f.Controls {
		c := &f.Controls[i]
		fmt.Fprintf(w, "%s\t%s\t%s\n", c.ID, c.Title, judgedBy(c))
	}
	return w.Flush()
}

func writeMatrix(env *Env, f *framework.Framework) error {
	w := csv.NewWriter(env.Stdout)
	_ = w.Write([]string{"framework", "control", "title", "judged_by"}) // errors stay until Flush
	for i := range f.Controls {
		c := &f.Controls[i]
		_ = w.Write([]string{f.ID, c.ID, c.Title, judgedBy(c)})
	}
	w.Flush()
	return w.Error()
}
