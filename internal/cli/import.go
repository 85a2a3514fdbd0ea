package cli

import (
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/rollcall-iam/rollcall/internal/bounded"
	"github.com/rollcall-iam/rollcall/internal/movein"
	"github.com/rollcall-iam/rollcall/internal/noun"
	"github.com/rollcall-iam/rollcall/internal/outfile"
)

func newImport(env *Env) *cobra.Command {
	o := &ruleFlags{}
	path, force := "", false
	c := &cobra.Command{
		Use:   "import FILE... [-o rollcall.yaml]",
		Short: "Turn the settings of another tool into a configuration",
		Long: `Import reads what another tool was told, and makes a configuration of it:

  Cloud Conformity   a profile, as downloaded, from the API or from Vision One: rules on and off,
                     risk levels, thresholds, safelisted users, exceptions
  ScoutSuite         a ruleset, and an exceptions file
  Scout2             a ruleset of 2015, findings-iam.NAME.json
  Prowler            a mutelist or allowlist

Several files come to one configuration. Where they differ the stricter is kept, and
said. What has no counterpart is said too, on standard error: nothing is waived or
approved that was not there. LOW to HIGH are low to high, VERY_HIGH and EXTREME
critical; ScoutSuite's danger is high, its warning medium. A rule that no file
mentions stays as Rollcall has it. CloudGuard rulesets go to rollcall rules import.`,
		Example: "  rollcall import profile.json -o rollcall.yaml\n  rollcall import ruleset.json exceptions.json mutelist.yaml > rollcall.yaml\n" + exitHelp,
		Args:    someArgs(1, "import needs a file: a Cloud Conformity profile, a ScoutSuite ruleset or exceptions file, or a Prowler mutelist"),
		RunE: func(_ *cobra.Command, args []string) error {
			if err := free(path, args, force); err != nil {
				return err
			}
			set, err := o.catalogue()
			if err != nil {
				return err
			}
			return runImport(env, movein.New(set), args, path)
		},
	}
	c.Flags().StringVarP(&path, "output", "o", "", "file to write, instead of standard output")
	c.Flags().BoolVar(&force, "force", false, "replace the file of -o")
	c.Flags().StringVar(&o.dir, "rules", "", "folder with more rules")
	return c
}

// free refuses to write over what is there, or what is read.
func free(path string, sources []string, force bool) error {
	if toStdout(path) {
		return nil
	}
	if err := notSource(path, sources); err != nil {
		return err
	}
	if _, err := os.Lstat(path); err == nil && !force {
		return usagef("%q is there already: give another file with -o, or --force to replace it", path)
	}
	return nil
}

func toStdout(path string) bool { return path == "" || path == "-" }

func runImport(env *Env, m *movein.Move, files []string, path string) error {
	for _, name := range files {
		text, err := bounded.File(name, "configuration", largestFile)
		if err != nil {
			return err
		}
		if err := m.Read(name, text); err != nil {
			return usage(err)
		}
	}
	made, err := m.Result()
	if err != nil {
		return err
	}
	put := func(w io.Writer) error { _, err := w.Write(made.YAML); return err }
	if toStdout(path) {
		err = put(env.Stdout)
	} else {
		err = outfile.Write(path, put)
	}
	if err == nil {
		told(env, m, made)
	}
	return err
}

// told says what was not taken as it stands, and how much was.
func told(env *Env, m *movein.Move, made *movein.Result) {
	for _, line := range m.Kept {
		fmt.Fprintf(env.Stderr, "rollcall: %s\n", plain(line))
	}
	for _, line := range m.Lost {
		fmt.Fprintf(env.Stderr, "rollcall: left out: %s\n", plain(line))
	}
	if m.Others > 0 {
		fmt.Fprintf(env.Stderr, "rollcall: %s about other services than IAM left out\n", entries(m.Others))
	}
	fmt.Fprintf(env.Stderr, "rollcall: imported %s, %s, %s and %s; %d left out\n", noun.Count(made.Settings, "setting"), noun.Count(made.Rules, "rule"),
		entries(made.Approved)+" of the safelist", noun.Count(made.Excepted, "exception"), len(m.Lost)+m.Others)
}

func entries(n int) string {
	if n == 1 {
		return "1 entry"
	}
	return fmt.Sprintf("%d entries", n)
}
