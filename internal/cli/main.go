package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/rollcall-iam/rollcall/internal/apply"
	"github.com/rollcall-iam/rollcall/internal/clean"
	"github.com/spf13/pflag"
)

// Version is what this binary calls itself; the build sets it.
var Version = "0.1.0-dev"

// An Env is the world as the program sees it.
type Env struct {
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	Getenv         func(string) string
	Now            func() time.Time
	// Terminal tells whether a stream is a terminal, and its width.
	Terminal func(stream any) (width int, ok bool)

	fromEnvironment map[string]bool // flags that were given as ROLLCALL_NAME
	asking          atomic.Bool     // somebody is being asked: no progress meanwhile
}

// The exit statuses.
const (
	exitOK          = 0
	exitError       = 1   // no credentials, network, unreadable input
	exitUsage       = 2   // command line or configuration
	exitFindings    = 3   // findings at or above --fail-on
	exitPartial     = 4   // a read was denied or failed
	exitInterrupted = 130 // Ctrl-C
)

const exitHelp = `
Exit status: 0 ran · 1 error (no credentials, network, unreadable input) · 2 usage or configuration ·
3 findings at or above --fail-on · 4 a read was denied or failed (see --allow-partial) · 130 interrupted`

// An exit ends the program with a status, with or without a message.
type exit struct {
	status int
	err    error
}

func (e *exit) Error() string {
	if e.err == nil {
		return ""
	}
	return e.err.Error()
}

func (e *exit) Unwrap() error { return e.err }

func usage(err error) error { return &exit{exitUsage, err} }

func usagef(format string, args ...any) error { return usage(fmt.Errorf(format, args...)) }

// usageOf makes an error, if there is one, the user's to mend.
func usageOf(err error) error {
	if err == nil {
		return nil
	}
	return usage(err)
}

// Main runs the program and returns its exit status.
func Main(ctx context.Context, env *Env, args []string) int {
	root := newRoot(env)
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return exitOK
	}
	if ctx.Err() != nil {
		said := "nothing was changed"
		if stopped := (*apply.Stopped)(nil); errors.As(err, &stopped) {
			said = plain(err.Error())
		}
		fmt.Fprintln(env.Stderr, "rollcall: interrupted: "+said)
		return exitInterrupted
	}
	var e *exit
	if !errors.As(err, &e) {
		e = &exit{exitError, err}
	}
	if msg := e.Error(); msg != "" && !errors.Is(err, syscall.EPIPE) { // nobody reads on: nothing to say

		fmt.Fprintln(env.Stderr, "rollcall: "+plain(msg))
	}
	return e.status
}

// plain keeps what a terminal would act upon, or not show, out of it; lines
// stay lines.
func plain(s string) string {
	lines := strings.Split(s, "\n")
	for i, line := range lines {
		lines[i] = clean.Text(strings.ReplaceAll(line, "\t", " "))
	}
	return strings.Join(lines, "\n")
}

func newRoot(env *Env) *cobra.Command {
	root := &cobra.Command{
		Use:   "rollcall",
		Short: "Rollcall calls the roll of an AWS account's IAM users",
		Long: `Rollcall reads everything AWS knows of an account's IAM users, says which of them
break the rules, and shows the proof. What it could not read it calls unknown:
it never guesses.`,
		SilenceErrors: true, SilenceUsage: true,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usagef("unknown command %q (rollcall --help lists them)", args[0])
			}
			return nil
		},
		RunE:              func(c *cobra.Command, _ []string) error { return c.Help() },
		PersistentPreRunE: func(c *cobra.Command, _ []string) error { return fromEnvironment(env, c.Flags()) },
		Version:           Version,
	}
	root.SetVersionTemplate("rollcall {{.Version}}\n")
	root.SetIn(env.Stdin)
	root.SetOut(env.Stdout)
	root.SetErr(env.Stderr)
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error { return usagef("%w (%s --help)", err, c.CommandPath()) })
	root.AddCommand(newScan(env), newReport(env), newDiff(env), newCollect(env), newQuery(env), newRules(env), newFrameworks(env), newConfig(env), newSafelist(env), newFix(env), newImport(env), newInit(env), newGSL(env), newDemo(env), newVersion(env))
	return root
}

// fromEnvironment gives flags that were not given the value of ROLLCALL_NAME.
func fromEnvironment(env *Env, flags *pflag.FlagSet) (err error) {
	env.fromEnvironment = map[string]bool{}
	flags.VisitAll(func(f *pflag.Flag) {
		name := "ROLLCALL_" + strings.ToUpper(strings.ReplaceAll(f.Name, "-", "_"))
		if f.Name == "help" || f.Name == "version" {
			return
		}
		if v := env.Getenv(name); v != "" && !f.Changed && err == nil {
			env.fromEnvironment[f.Name] = true
			if bad := flags.Set(f.Name, v); bad != nil {
				err = usagef("%s=%q: %w", name, v, bad)
			}
		}
	})
	return err
}

func newVersion(env *Env) *cobra.Command {
	return &cobra.Command{Use: "version", Short: "Print the version", Args: noArgs,
		Run: func(*cobra.Command, []string) { fmt.Fprintln(env.Stdout, "rollcall "+Version) }}
}
