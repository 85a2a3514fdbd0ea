package cli

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/rollcall-iam/rollcall/examples"
)

func newDemo(env *Env) *cobra.Command {
	o := &scanOptions{}
	c := &cobra.Command{
		Use:     "demo",
		Short:   "Scan the sample account that Rollcall brings along",
		Example: "  rollcall demo    a table here, and report.html to click through",
		Args:    noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			dir, err := os.MkdirTemp("", "rollcall-demo-")
			if err != nil {
				return err
			}
			defer func() { _ = os.RemoveAll(dir) }()
			if err := unpack(dir); err != nil {
				return err
			}
			o.today = sampleTime
			o.config = filepath.Join(dir, configName)
			sources := []string{filepath.Join(dir, "account.json"), filepath.Join(dir, "credential-report.json")}
			if err := runScan(c.Context(), env, o, o.chooser(env), sources); err != nil {
				return err
			}
			for _, f := range o.files {
				if f == "-" {
					continue
				}
				fmt.Fprintf(env.Stderr, "%s is written: open it to see each user with the reason\n", f)
			}
			return nil
		},
	}
	c.Flags().StringArrayVarP(&o.files, "output", "o", []string{"report.html"}, "files to write, in the format of their ending")
	o.addGrouping(c.Flags())
	return c
}

// sampleTime is when the sample account's files were made.
var sampleTime = time.Date(2026, 11, 20, 6, 30, 0, 0, time.UTC)

// unpack writes the sample account to a folder.
func unpack(dir string) error {
	return fs.WalkDir(examples.FS, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := fs.ReadFile(examples.FS, path)
		if err != nil {
			return err
		}
		to := filepath.Join(dir, path)
		if err := os.WriteFile(to, b, 0o600); err != nil {
			return err
		}
		return os.Chtimes(to, sampleTime, sampleTime)
	})
}
