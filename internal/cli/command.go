package cli

import (
	"encoding/json"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/rollcall-iam/rollcall/internal/outfile"
)

// group is a command that only holds others, of which there says the names.
func group(name, short, there string, commands ...*cobra.Command) *cobra.Command {
	c := &cobra.Command{Use: name, Short: short,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usagef("unknown command %q (there are %s)", name+" "+args[0], there)
			}
			return nil
		},
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() }}
	c.AddCommand(commands...)
	return c
}

// noArgs is for commands that take none.
func noArgs(c *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usagef("%s takes no %q", c.CommandPath(), args[0])
	}
	return nil
}

// oneArg is for commands that take exactly one, and else say what they need.
func oneArg(need string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) != 1 {
			return usagef("%s", need)
		}
		return nil
	}
}

// someArgs is for commands that take at least so many.
func someArgs(least int, need string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) < least {
			return usagef("%s", need)
		}
		return nil
	}
}

// printJSON prints a value for people and programs to read.
func printJSON(w io.Writer, v any) error {
	out := json.NewEncoder(w)
	out.SetIndent("", "  ")
	return out.Encode(v)
}

// printAs prints a value as --format says: as JSON or, by text, for people.
func printAs(env *Env, format string, v any, text func() error) error {
	switch format {
	case "json":
		return printJSON(env.Stdout, v)
	case "text":
		return text()
	}
	return usagef("--format %q: expected text or json", format)
}

// writeFolder writes files into a folder, which it makes where it is missing.
func writeFolder(dir string, files map[string]string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for name, text := range files {
		put := func(w io.Writer) error { _, err := io.WriteString(w, text); return err }
		if err := outfile.Write(filepath.Join(dir, name), put); err != nil {
			return err
		}
	}
	return nil
}
