package cli

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/rollcall-iam/rollcall/internal/assess"
	"github.com/rollcall-iam/rollcall/internal/iam"
	"github.com/rollcall-iam/rollcall/internal/rule"
	"github.com/rollcall-iam/rollcall/internal/source/file"
)

// scanOptions are the flags of scan, which query shares.
type scanOptions struct {
	liveFlags
	ruleFlags
	outFlags
	at            string
	baseline      string
	last          bool
	includePassed bool
	failOn        string
	allowPartial  bool
	list          bool      // name each finding in the table
	today         time.Time // what counts as today where the files are older; zero for now
	typed         bool      // a flag that chooses a live account is on the command line
}

func (o *scanOptions) add(f *pflag.FlagSet) {
	o.liveFlags.add(f)
	o.outFlags.add(f)
	f.StringVar(&o.at, "at", "", "judge as of this time, or now (default: now; offline, when the credential report was made, else the newest file's time)")
	f.StringVar(&o.baseline, "baseline", "", "an earlier assessment, snapshot or the files of one, to say what is new, fixed and still there")
	f.BoolVar(&o.last, "last", false, "judge the snapshot that was collected last")
	f.StringVar(&o.save, "save", "", "keep the snapshot in this file (.json or .json.zst)")
	f.BoolVar(&o.includePassed, "include-passed", false, "write out every verdict, passed ones too (not in text, sarif and junit)")
	f.StringVar(&o.failOn, "fail-on", "", "exit 3 on findings of this severity or worse: low, medium, high, critical; or new, new:high, … for those that the baseline does not have; unknown verdicts and the matches of a query are no findings")
	f.BoolVar(&o.allowPartial, "allow-partial", false, "do not exit 4 when a read was denied or failed")
}

func newScan(env *Env) *cobra.Command {
	o := &scanOptions{}
	c := &cobra.Command{
		Use:   "scan [SOURCE...]",
		Short: "Read an account and say which users break the rules",
		Long: `Scan reads an account and judges its users. Without SOURCE it reads the live
account of the default AWS credentials. A SOURCE is a file or a folder of files:
what aws iam get-account-authorization-details and get-credential-report print,
the CSV of a credential report, or a snapshot that rollcall saved.`,
		Example: `  rollcall scan                                   the account of the default credentials
  rollcall scan --profile audit -o report.html    another profile, and a page to click through
  rollcall scan details.json report.json          offline, from what the aws CLI printed
  rollcall scan acct.json.zst --only IAM-071      a saved snapshot, one rule
` + exitHelp,
		RunE: func(c *cobra.Command, args []string) error {
			o.compared = o.baseline != "" && !isAssessment(o.baseline)
			o.typed = o.given(env, c.Flags())
			o.rules = o.dir
			return runScan(c.Context(), env, o, o.chooser(env), args)
		},
	}
	o.add(c.Flags())
	o.ruleFlags.add(c.Flags())
	return c
}

// A scan is one run: its judge, its reports, and what came of it.
type scan struct {
	*scanOptions
	env    *Env
	judge  *assess.Judge
	out    *outputs
	at     iam.Time // 0 for the account's own clock
	unread int      // how many sources were denied or failed
	worst  rule.Severity
	fresh  rule.Severity              // the worst that the baseline does not have
	before map[string]*assess.Account // the baseline, by account
	seen   []string                   // accounts compared with it
}

func runScan(ctx context.Context, env *Env, o *scanOptions, choose chooser, sources []string) error {
	s := &scan{scanOptions: o, env: env}
	threshold, err := s.prepare(ctx, choose, sources)
	if err != nil {
		return err
	}
	defer s.out.abort()
	s.judge.Stop(ctx.Done())
	if err := s.run(ctx, sources); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	footer := s.judge.Footer()
	for _, id := range slices.Sorted(maps.Keys(s.before)) {
		if !slices.Contains(s.seen, id) {
			footer.NotScanned = append(footer.NotScanned, id)
		}
	}
	if err := s.out.commit(footer); err != nil {
		return err
	}
	for _, id := range footer.NotScanned {
		fmt.Fprintf(s.env.Stderr, "rollcall: the baseline has account %s, which was not scanned: what became of its findings is not known\n", plain(id))
	}
	return s.status(threshold)
}

// prepare checks all flags before anything is read.
func (s *scan) prepare(ctx context.Context, choose chooser, sources []string) (threshold threshold, err error) {
	selection, err := choose()
	if err != nil {
		return threshold, err
	}
	if s.last && len(sources) > 0 {
		return threshold, usagef("--last judges the snapshot collected last: it takes no SOURCE")
	}
	if s.typed && (s.last || len(sources) > 0) {
		return threshold, usagef("flags that choose a live account do not go with files")
	}
	if s.by == "user" && len(s.frameworks) > 0 {
		return threshold, usagef("--group-by user does not go with --framework, whose table has a row for each control")
	}
	if threshold, err = s.threshold(); err != nil {
		return threshold, err
	}
	if s.scanOptions.at != "" {
		if s.at, err = parseAt(s.env, s.scanOptions.at); err != nil {
			return threshold, err
		}
	}
	s.configs = s.read
	if err := s.checkSave(sources); err != nil {
		return threshold, err
	}
	if s.judge, err = assess.NewJudge(selection, s.includePassed, s.frameworks...); err != nil {
		return threshold, usage(err)
	}
	for _, w := range s.judge.Warnings() {
		fmt.Fprintln(s.env.Stderr, "rollcall: warning: "+plain(w))
	}
	if err := s.readBaseline(ctx, choose); err != nil {
		return threshold, err
	}
	s.readme = selection.Readme
	if s.out, err = s.open(s.env, s.list, sources); err != nil {
		return threshold, err
	}
	if s.out.inventory || s.out.redaction.Any() {
		s.judge.TakeInventory()
	}
	return threshold, nil
}

// readBaseline reads the accounts as they were.
func (s *scan) readBaseline(ctx context.Context, choose chooser) (err error) {
	if s.baseline == "" {
		return nil
	}
	var earlier []*iam.Snapshot
	s.before, err = s.assessed(ctx, s.env, s.baseline, s.quiet, choose, func(s *iam.Snapshot) { earlier = append(earlier, s) })
	if err != nil {
		return fmt.Errorf("--baseline: %w", err)
	}
	s.judge.Since(earlier...)
	return nil
}

// A threshold is what --fail-on asks for: findings of a severity or worse, 0 for
// none, or those alone that the baseline does not have.
type threshold struct {
	severity rule.Severity
	fresh    bool
}

func (s *scan) threshold() (t threshold, err error) {
	text, fresh := strings.CutPrefix(strings.ToLower(s.failOn), "new")
	switch {
	case s.failOn == "":
		return t, nil
	case fresh && s.baseline == "":
		return t, usagef("--fail-on %s needs a --baseline to compare with", s.failOn)
	case fresh && text == "":
		return threshold{rule.Low, true}, nil
	case fresh && text[0] != ':':
		return t, usagef("--fail-on %q: did you mean new:%s?", s.failOn, text)
	case fresh:
		text = text[1:]
	}
	severity, err := rule.ParseSeverity(text)
	if err != nil {
		return t, usagef("--fail-on: %w, or new, or new and one of these, such as new:high", err)
	}
	return threshold{severity, fresh}, nil
}

func (s *scan) checkSave(sources []string) error {
	if s.save == "" {
		return nil
	}
	if err := file.CheckName(s.save); err != nil {
		return usagef("--save: %w", err)
	}
	return notRead(s.save, sources, s.configs)
}

func (s *scan) run(ctx context.Context, sources []string) error {
	p := newProgress(s.env, s.quiet)
	defer p.end()
	switch {
	case s.last:
		path := lastPath(s.env)
		if !isFile(path) {
			return fmt.Errorf("no snapshot was collected yet (rollcall collect, or a live scan, keeps one in %q)", path)
		}
		sources = []string{path}
	case len(sources) == 0:
		a, err := readLive(ctx, s.env, &s.liveFlags, s.judge.Needs, p)
		if err != nil {
			return err
		}
		return s.account(a)
	}
	one := ""
	if s.save != "" {
		one = "--save keeps one account"
	}
	return eachFile(s.env, sources, p, one, func(a *account) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		return s.account(a)
	})
}

// account judges one account and writes it to every report.
func (s *scan) account(a *account) error {
	if s.save != "" {
		if err := file.Save(s.save, a.Snapshot); err != nil {
			return err
		}
	}
	if s.at != 0 {
		a.clock, a.basis = s.at, givenAt
	}
	result, err := s.judge.Account(a.Snapshot, a.clock, a.basis)
	if err != nil {
		return err
	}
	if s.at == 0 && !a.live {
		result.Warnings = slices.Concat(result.Warnings, s.lapsed(a.clock))
	}
	if a.live {
		s.unread += len(a.Unread())
	}
	if s.before != nil {
		old := s.before[result.ID]
		s.seen = append(s.seen, result.ID)
		result.Since(old)
		if old == nil {
			result.Warnings = append(slices.Clip(result.Warnings), fmt.Sprintf("the baseline does not have account %s: all its findings count as new", result.ID))
		}
	}
	s.weigh(result)
	return s.out.account(result)
}

// weigh remembers the worst finding.
func (s *scan) weigh(a *assess.Account) {
	s.weighAll(a.Findings)
	for _, f := range a.Frameworks {
		for _, c := range f.Controls {
			s.weighAll(c.Findings)
		}
	}
}

func (s *scan) weighAll(list []*assess.Finding) {
	for _, f := range list {
		if f.Status == assess.Fail {
			severity, _ := rule.ParseSeverity(f.Severity)
			s.worst = max(s.worst, severity)
			if f.Change == assess.New || f.Was != "" && worse(severity, f.Was) { // what got worse was not there as it is
				s.fresh = max(s.fresh, severity)
			}
		}
	}
}

// worse reports whether a severity is worse than one by name.
func worse(severity rule.Severity, than string) bool {
	was, _ := rule.ParseSeverity(than)
	return severity > was
}

// lapsed warns of approvals and exceptions that the age of the files keeps alive.
func (s *scan) lapsed(clock iam.Time) []string {
	today := s.today
	if today.IsZero() {
		today = s.env.Now()
	}
	var out []string
	for _, e := range s.judge.Lapsed(clock, iam.At(today)) {
		out = append(out, fmt.Sprintf("the %s has expired since the time judged by; --at now judges as of today", e))
	}
	return out
}

// status is how the run ends: reads that failed outweigh findings.
func (s *scan) status(t threshold) error {
	worst := s.worst
	if t.fresh {
		worst = s.fresh
	}
	switch {
	case s.unread > 0 && !s.allowPartial:
		return &exit{exitPartial, fmt.Errorf("%d of the reads were denied or failed, so some verdicts are unknown (rollcall collect --print-policy shows the permissions to give)", s.unread)}
	case t.severity != 0 && worst >= t.severity:
		return &exit{status: exitFindings}
	}
	return nil
}
