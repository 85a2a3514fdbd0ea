package cli

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"

	"github.com/rollcall-iam/rollcall/internal/assess"
	"github.com/rollcall-iam/rollcall/internal/outfile"
	"github.com/rollcall-iam/rollcall/internal/report"
	"github.com/rollcall-iam/rollcall/internal/source/file"
)

// outputs are the reports of a run; all are written, or no file is.
type outputs struct {
	writers   []report.Writer
	inventory bool // a report shows what accounts hold
	redaction *assess.Redaction
	files     []*outfile.File
}

// open begins every report that the flags ask for. list asks the table to
// name each finding.
func (o *outFlags) open(env *Env, list bool, sources []string) (*outputs, error) {
	redaction, err := assess.ParseRedaction(o.redact)
	if err != nil {
		return nil, usagef("--redact: %w", err)
	}
	out := &outputs{redaction: redaction}
	stdout := o.format
	switch {
	case o.quiet && (len(o.files) > 0 || o.format == ""):
		stdout = ""
	case len(o.files) > 0 || o.format == "":
		stdout = "text"
	}
	if o.format != "" {
		if err := report.Check(o.format); err != nil {
			return nil, usagef("--format: %w", err)
		}
	}
	if o.by != "rule" && o.by != "user" && o.by != "" {
		return nil, usagef("--group-by %q is neither rule nor user", o.by)
	}
	if err := o.distinct(sources); err != nil {
		return nil, err
	}
	for _, path := range o.files {
		if path == "-" {
			stdout = cmp.Or(o.format, "text")
		}
	}
	if err := out.openFiles(env, o, list); err != nil {
		out.abort()
		return nil, err
	}
	if stdout == "" {
		return out, nil
	}
	shown := env.Stdout
	if len(out.files) > 0 {
		shown = &unheard{w: env.Stdout}
	}
	return out, out.add(stdout, shown, o.shownOptions(env, list))
}

// unheard goes on where whoever listened has gone, as head and less do: the files are
// wanted all the same.
type unheard struct {
	w    io.Writer
	gone bool
}

func (u *unheard) Write(p []byte) (int, error) {
	if u.gone {
		return len(p), nil
	}
	n, err := u.w.Write(p)
	if u.gone = errors.Is(err, syscall.EPIPE); u.gone {
		return len(p), nil
	}
	return n, err
}

// distinct refuses to write two things to one file, or over what is read.
func (o *outFlags) distinct(sources []string) error {
	seen := map[string]string{}
	if abs, err := filepath.Abs(o.save); err == nil && o.save != "" {
		seen[abs] = "the snapshot of --save"
	}
	for _, path := range o.files {
		if err := notRead(path, sources, o.configs); err != nil {
			return err
		}
		abs, err := filepath.Abs(path)
		if other := seen[abs]; err == nil && other != "" {
			return usagef("-o %q is %s: each needs a file of its own", path, other)
		}
		seen[abs] = "given twice"
	}
	return nil
}

// notRead refuses to write over a source or a configuration.
func notRead(path string, sources, configs []string) error {
	if err := notSource(path, sources); err != nil {
		return err
	}
	if slices.ContainsFunc(configs, func(config string) bool { return sameFile(path, config) }) {
		return usagef("%q is read as configuration: it cannot be written to as well", path)
	}
	return nil
}

func sameFile(a, b string) bool {
	one, err := os.Stat(a)
	if err != nil {
		return false
	}
	two, err := os.Stat(b)
	return err == nil && os.SameFile(one, two)
}

// notSource refuses to write over a source, or over a file that is read of a folder.
func notSource(path string, sources []string) error {
	if _, err := os.Stat(path); err != nil {
		return nil //nolint:nilerr // it is not there yet
	}
	if set, err := file.Find(sources); len(sources) > 0 && err == nil {
		sources = slices.Concat(sources, set.Paths())
	}
	for _, source := range sources {
		if sameFile(path, source) {
			return usagef("%q is a source: it cannot be written to as well", path)
		}
	}
	return nil
}

// options are those of a report in a file.
func (o *outFlags) options(env *Env, list bool) report.Options {
	return report.Options{Version: Version, Region: region(env), List: list, ByUser: o.by == "user", Rules: o.rules, Readme: o.readme}
}

// shownOptions are those of a report that is shown, with the terminal's width and colors.
func (o *outFlags) shownOptions(env *Env, list bool) report.Options {
	out := o.options(env, list)
	out.Width, out.Color, out.Quiet = textWidth(env), color(env, env.Stdout), o.quiet
	out.Page = slices.ContainsFunc(o.files, func(path string) bool { return report.FormatOf(path) == "html" })
	return out
}

// textWidth is how many columns text has; 0 for any.
func textWidth(env *Env) int {
	width, terminal := env.Terminal(env.Stdout)
	if asked, err := strconv.Atoi(env.Getenv("COLUMNS")); err == nil && !terminal { // for a pager
		width = max(0, asked)
	}
	return width
}

// region is where whoever sends findings on is.
func region(env *Env) string {
	return cmp.Or(env.Getenv("AWS_REGION"), env.Getenv("AWS_DEFAULT_REGION"))
}

func (out *outputs) openFiles(env *Env, o *outFlags, list bool) error {
	for _, path := range o.files {
		if path == "-" {
			continue
		}
		format := report.FormatOf(path)
		if format == "" {
			format = o.format
		}
		if format == "" {
			return usagef("-o %q: the ending tells no format: give --format", path)
		}
		f, err := outfile.Create(path)
		if err != nil {
			return err
		}
		out.files = append(out.files, f)
		if err := out.add(format, f, o.options(env, list)); err != nil {
			return err
		}
	}
	return nil
}

func (out *outputs) add(format string, w io.Writer, o report.Options) error {
	if format == "asff" && out.redaction.ARNs {
		return usagef("asff is for Security Hub, which takes findings of accounts with their numbers alone: --redact arns leaves none")
	}
	r, err := report.New(format, w, o)
	if err != nil {
		return usagef("--format: %w", err)
	}
	out.writers = append(out.writers, r)
	out.inventory = out.inventory || report.TakesInventory(format)
	return nil
}

func (out *outputs) account(a *assess.Account) error {
	if err := out.redaction.Account(a); err != nil {
		return fmt.Errorf("--redact: %w", err)
	}
	if !out.inventory {
		a.Inventory = nil
	}
	for _, w := range out.writers {
		if err := w.Account(a); err != nil {
			return fmt.Errorf("writing the report: %w", err)
		}
	}
	return nil
}

// commit ends the reports and puts the files in place.
func (out *outputs) commit(f assess.Footer) error {
	out.redaction.Footer(&f)
	for _, w := range out.writers {
		if err := w.Close(f); err != nil {
			return fmt.Errorf("writing the report: %w", err)
		}
	}
	for _, f := range out.files {
		if err := f.Commit(); err != nil {
			return err
		}
	}
	return nil
}

func (out *outputs) abort() {
	for _, f := range out.files {
		f.Abort()
	}
}
