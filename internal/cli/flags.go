package cli

import (
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/rollcall-iam/rollcall/internal/framework"
	"github.com/rollcall-iam/rollcall/internal/report"
	"github.com/rollcall-iam/rollcall/internal/source/live"
)

// liveFlags say which account to read from AWS.
type liveFlags struct {
	profile, region, endpoint string
	roleARN, externalID       string
	mfaSerial, mfaCode        string
	timeout                   time.Duration
}

func (l *liveFlags) add(f *pflag.FlagSet) {
	f.StringVar(&l.profile, "profile", "", "AWS profile to read with")
	f.StringVar(&l.region, "region", "", "AWS region, which decides the partition")
	f.StringVar(&l.roleARN, "role-arn", "", "role to assume for reading")
	f.StringVar(&l.externalID, "external-id", "", "external id for --role-arn")
	f.StringVar(&l.mfaSerial, "mfa-serial", "", "MFA device for --role-arn")
	f.StringVar(&l.mfaCode, "mfa-code", "", "the device's code, instead of being asked")
	f.StringVar(&l.endpoint, "endpoint-url", "", "read from here instead of AWS")
	f.DurationVar(&l.timeout, "timeout", 10*time.Minute, "longest time to read an account, throttling included")
}

func (l *liveFlags) options(env *Env) live.Options {
	return live.Options{Profile: l.profile, Region: l.region, Endpoint: l.endpoint, RoleARN: l.roleARN,
		ExternalID: l.externalID, MFASerial: l.mfaSerial, MFACode: func() (string, error) { return askMFA(env, l.mfaCode) }}
}

// given reports whether a flag that chooses a live account was typed.
func (l *liveFlags) given(env *Env, f *pflag.FlagSet) bool {
	return typed(env, f, "profile", "region", "role-arn", "external-id", "mfa-serial", "mfa-code", "endpoint-url") != ""
}

// typed is the first of some flags that was typed, "" for none: what the
// environment says keeps nobody from what a flag would not go with.
func typed(env *Env, f *pflag.FlagSet, names ...string) string {
	for _, name := range names {
		if f.Changed(name) && !env.fromEnvironment[name] {
			return name
		}
	}
	return ""
}

// ruleFlags choose rules and configuration.
type ruleFlags struct {
	config     string
	dir        string
	only, skip []string
	deep       bool
	compared   bool     // with a baseline
	names      []string // of --framework
	frameworks []*framework.Framework
	read       []string // configurations, once they are
}

func (r *ruleFlags) add(f *pflag.FlagSet) {
	f.StringVarP(&r.config, "config", "c", "", "configuration (default: rollcall.yaml here or above)")
	f.StringVar(&r.dir, "rules", "", "folder with more rules")
	f.StringSliceVar(&r.only, "only", nil, "judge by these rules only, by id or alias")
	f.BoolVar(&r.deep, "deep", false, "use, and read for, the rules that take more than the bulk reads: key ids, kinds of MFA devices, SSH keys, …")
	f.StringSliceVar(&r.names, "framework", nil, "judge by the controls of this framework (rollcall frameworks list), with the settings they ask for")
	f.StringSliceVar(&r.skip, "skip", nil, "leave these rules out")
}

// outFlags say where results go.
type outFlags struct {
	format string
	files  []string
	quiet  bool
	by     string // rule or user
	redact []string
	save   string // file for the snapshot, where one is kept
	// configs are the configurations that are read: no report goes there.
	configs []string
	rules   string // of --rules, for the advice
	readme  func(rule string) string
}

func (o *outFlags) add(f *pflag.FlagSet) {
	f.StringVar(&o.format, "format", "", strings.Join(report.Formats(), ", "))
	f.StringArrayVarP(&o.files, "output", "o", nil, "write a file, in the format of its ending (repeatable)")
	o.addGrouping(f)
	f.StringSliceVar(&o.redact, "redact", nil, "placeholders in place of: names, arns, keys")
	f.BoolVarP(&o.quiet, "quiet", "q", false, "no table, no advice")
}

// addGrouping is for those whose only other output is files of their own.
func (o *outFlags) addGrouping(f *pflag.FlagSet) {
	f.StringVar(&o.by, "group-by", "rule", "rows of the table: rule or user")
}
