// Package ruletest runs the cases that a rule folder brings along: small
// accounts, written out in YAML, each with the exact verdicts that the rule
// must give. The cases are the rule's tests and its best examples.
package ruletest

import (
	"fmt"
	"io/fs"

	"github.com/goccy/go-yaml"
	"golang.org/x/tools/txtar"

	"github.com/rollcall-iam/rollcall/internal/assess"
	"github.com/rollcall-iam/rollcall/internal/bounded"
	"github.com/rollcall-iam/rollcall/internal/iam"
	"github.com/rollcall-iam/rollcall/internal/rule"
)

// A Case is one account and what the rule says of it.
type Case struct {
	Name   string         `yaml:"-"`
	At     string         `yaml:"at"`     // the clock; 2026-11-20 when not given
	Config map[string]any `yaml:"config"` // a rollcall.yaml

	Users    map[string]user           `yaml:"users"`
	Groups   map[string]group          `yaml:"groups"`
	Policies map[string]map[string]any `yaml:"policies"` // documents by ARN
	Roles    []string                  `yaml:"roles"`    // ARNs
	Summary  map[string]int            `yaml:"summary"`
	// AllowChange is what the password policy says of users changing their own.
	AllowChange    bool            `yaml:"allowChange"`
	PasswordPolicy *passwordPolicy `yaml:"passwordPolicy"` // nil: one that asks for nothing
	NoPolicy       bool            `yaml:"noPasswordPolicy"`
	// RolePolicies are ARNs of policies, and RoleTrust says who may assume it, by
	// the role's ARN; Certificates are server certificates.
	RolePolicies map[string][]string       `yaml:"rolePolicies"`
	RoleTrust    map[string]map[string]any `yaml:"roleTrust"`
	Certificates []certificate             `yaml:"certificates"`
	Root         *credentials              `yaml:"root"`
	// CentralRoot are the features of central root access that are on;
	// Standalone is an account in no organization.
	CentralRoot []string `yaml:"centralRoot"`
	Standalone  bool     `yaml:"standalone"`
	// Contacts are the alternate contacts that are set.
	Contacts []string `yaml:"contacts"`
	// Regions are the enabled ones, with the type and status of each analyzer
	// there; null where the analyzers could not be read.
	Regions map[string]*[]string `yaml:"regions"`
	// Unread are sources that were denied; ReportAt is when the report was made.
	Unread   []string `yaml:"unread"`
	ReportAt string   `yaml:"reportAt"`

	// Want are the verdicts other than pass and not-applicable, in order:
	// "fail alice: message". An unknown for want of a source has no user.
	Want []string `yaml:"want"`
	// Baseline is the account as it was; its other members say nothing.
	Baseline *Case `yaml:"baseline"`
	// Passes and Spared are the users that pass and to whom the rule does not apply.
	Passes []string `yaml:"passes"`
	Spared []string `yaml:"spared"`
}

type user struct {
	Created  string                    `yaml:"created"`
	Path     string                    `yaml:"path"`
	Inline   map[string]map[string]any `yaml:"inline"`
	Attached []string                  `yaml:"attached"` // ARNs
	Groups   []string                  `yaml:"groups"`
	Boundary string                    `yaml:"boundary"`
	Tags     map[string]string         `yaml:"tags"`
	Report   *credentials              `yaml:"report"` // nil: no password, no keys, no MFA
	SSHKeys  []key                     `yaml:"sshKeys"`
	Services []service                 `yaml:"services"`
	Devices  []string                  `yaml:"devices"` // serial numbers
	// Only is details or report where one source alone has the user.
	Only string `yaml:"only"`
}

type service struct {
	Service string `yaml:"service"`
	Status  string `yaml:"status"` // Active when not given
	Created string `yaml:"created"`
	Expires string `yaml:"expires"` // never when not given
}

type certificate struct {
	Name    string `yaml:"name"`
	Expires string `yaml:"expires"`
}

type passwordPolicy struct {
	Length    int  `yaml:"length"`
	MaxAge    int  `yaml:"maxAge"`
	Reuse     int  `yaml:"reuse"`
	Symbols   bool `yaml:"symbols"`
	Numbers   bool `yaml:"numbers"`
	Uppercase bool `yaml:"uppercase"`
	Lowercase bool `yaml:"lowercase"`
	Change    bool `yaml:"change"`
	Hard      bool `yaml:"hard"` // expired passwords let nobody in
}

type group struct {
	Inline   map[string]map[string]any `yaml:"inline"`
	Attached []string                  `yaml:"attached"`
}

type credentials struct {
	Password any    `yaml:"password"` // true, false, or not_supported
	Used     string `yaml:"used"`     // the password; never when not given
	Expires  string `yaml:"expires"`  // the password; never when not given
	Changed  string `yaml:"changed"`  // the password; when the user was created when not given
	MFA      bool   `yaml:"mfa"`
	Virtual  bool   `yaml:"virtual"` // the MFA device is a virtual one
	Keys     []key  `yaml:"keys"`
	// Certificates are signing certificates, by their slots.
	Certificates []key `yaml:"certificates"`
}

type key struct {
	ID      string `yaml:"id"`   // where it is given, the user's access keys were listed
	Slot    int    `yaml:"slot"` // 1, 2; in order when not given
	Active  *bool  `yaml:"active"`
	Created string `yaml:"created"`
	Used    string `yaml:"used"` // never when not given
	Service string `yaml:"service"`
}

func (k *key) active() bool { return k.Active == nil || *k.Active }

// AccountID is the account of every case.
const AccountID = "111122223333"

// Load reads a rule's cases.txtar.
func Load(fsys fs.FS, dir string) ([]*Case, error) {
	text, err := bounded.In(fsys, dir+"/cases.txtar", "file of cases", 64<<20)
	if err != nil {
		return nil, err
	}
	var out []*Case
	for _, f := range txtar.Parse(text).Files {
		c := &Case{}
		if err := yaml.UnmarshalWithOptions(f.Data, c, yaml.Strict()); err != nil {
			return nil, fmt.Errorf("%s/cases.txtar: case %q: %s", dir, f.Name, yaml.FormatError(err, false, true))
		}
		c.Name = f.Name
		out = append(out, c)
	}
	return out, nil
}

// A Result is what a rule said: verdicts as in Case.Want, and who passed or
// was spared.
type Result struct{ Verdicts, Passes, Spared []string }

// Run judges the case by one rule of the set.
func (c *Case) Run(set *rule.Set, id string) (*Result, error) {
	_, a, err := c.Assess(set, id)
	if err != nil {
		return nil, err
	}
	return result(a), nil
}

// Assess is the case's account, and all that one rule says of it.
func (c *Case) Assess(set *rule.Set, id string) (*iam.Snapshot, *assess.Account, error) {
	config, err := c.config()
	if err != nil {
		return nil, nil, err
	}
	selection, err := set.Select(config, rule.Selector{Only: []string{id}, Baseline: c.Baseline != nil})
	if err != nil {
		return nil, nil, err
	}
	judge, err := assess.NewJudge(selection, true)
	if err != nil {
		return nil, nil, err
	}
	at := c.At
	if at == "" {
		at = "2026-11-20"
	}
	now, err := iam.ParseTime(at)
	if err != nil {
		return nil, nil, err
	}
	b := &builder{}
	snapshot := b.snapshot(c)
	if c.Baseline != nil && b.err == nil {
		judge.Since(b.snapshot(c.Baseline))
	}
	if b.err != nil {
		return nil, nil, b.err
	}
	a, err := judge.Account(snapshot, now, "the case")
	return snapshot, a, err
}

func (c *Case) config() (*rule.Config, error) {
	if c.Config == nil {
		return nil, nil
	}
	text, err := yaml.Marshal(c.Config)
	if err != nil {
		return nil, err
	}
	return rule.ParseConfig("config", text)
}

func result(a *assess.Account) *Result {
	r := &Result{}
	for _, f := range a.Findings {
		switch f.Status {
		case assess.Pass:
			r.Passes = append(r.Passes, f.Resource.Name)
		case assess.NotApplicable:
			r.Spared = append(r.Spared, f.Resource.Name)
		default:
			severity := ""
			if f.Status == assess.Fail {
				severity = " " + f.Severity
			}
			r.Verdicts = append(r.Verdicts, fmt.Sprintf("%s%s %s: %s", f.Status, severity, f.Resource.Name, f.Message))
		}
	}
	return r
}
