// Package ruletest runs the cases that a rule folder brings along: small
// accounts, written out in YAML, each with the exact verdicts that the rule
// must give. The cases are the rule's tests and its best examples.
package ruletest

import (
	"cmp"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml"
	"golang.org/x/tools/txtar"

	"github.com/rollcall-iam/rollcall/internal/assess"
	"github.com/rollcall-iam/rollcall/internal/iam"
	"github.com/rollcall-iam/rollcall/internal/iam/policy"
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
	// RolePolicies are ARNs of policies by the role's ARN; Certificates are
	// server certificates.
	RolePolicies map[string][]string `yaml:"rolePolicies"`
	Certificates []certificate       `yaml:"certificates"`
	Root         *credentials        `yaml:"root"`
	// Unread are sources that were denied; ReportAt is when the report was made.
	Unread   []string `yaml:"unread"`
	ReportAt string   `yaml:"reportAt"`

	// Want are the verdicts other than pass and not-applicable, in order:
	// "fail alice: message". An unknown for want of a source has no user.
	Want []string `yaml:"want"`
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
	text, err := fs.ReadFile(fsys, dir+"/cases.txtar")
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
	config, err := c.config()
	if err != nil {
		return nil, err
	}
	selection, err := set.Select(config, rule.Selector{Only: []string{id}})
	if err != nil {
		return nil, err
	}
	judge, err := assess.NewJudge(selection, true)
	if err != nil {
		return nil, err
	}
	at := c.At
	if at == "" {
		at = "2026-11-20"
	}
	now, err := iam.ParseTime(at)
	if err != nil {
		return nil, err
	}
	b := &builder{}
	snapshot := b.snapshot(c)
	if b.err != nil {
		return nil, b.err
	}
	a, err := judge.Account(snapshot, now, "the case")
	if err != nil {
		return nil, err
	}
	return result(a), nil
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

// builder makes the snapshot of a case and keeps its first error.
type builder struct {
	docs policy.Table
	err  error
}

func (b *builder) time(s string) iam.Time {
	if s == "" {
		return 0
	}
	t, err := iam.ParseTime(s)
	b.keep(err)
	return t
}

func (b *builder) keep(err error) {
	if b.err == nil {
		b.err = err
	}
}

func (b *builder) document(d map[string]any) *policy.Document {
	if d == nil {
		return nil
	}
	text, err := yaml.MarshalWithOptions(d, yaml.JSON())
	b.keep(err)
	return b.docs.Intern(text)
}

func (b *builder) snapshot(c *Case) *iam.Snapshot {
	p := iam.Parts{Account: iam.Account{ID: AccountID, Partition: "aws"}, Summary: c.Summary}
	report := b.time(c.ReportAt)
	if report == 0 {
		report = iam.At(time.Date(2026, 11, 19, 0, 0, 0, 0, time.UTC))
	}
	for _, name := range iam.SourceNames {
		src := iam.Source{Name: name, State: iam.Read, At: report}
		if slices.Contains(c.Unread, string(name)) {
			src.State = iam.Denied
		}
		p.Sources = append(p.Sources, src)
	}
	read := func(name iam.SourceName) bool { return !slices.Contains(c.Unread, string(name)) }
	if read(iam.Details) {
		b.details(c, &p)
	}
	if read(iam.CredentialReport) {
		b.report(c, &p)
	}
	if read(iam.UserListing) {
		b.listing(c, &p)
	}
	if read(iam.VirtualMFA) {
		b.devices(c, &p)
	}
	b.extra(c, &p, read)
	if !read(iam.AccountSummary) {
		p.Summary = nil
	}
	if read(iam.PasswordPolicyGet) {
		p.PasswordPolicy = c.passwordPolicy()
	}
	return p.Snapshot()
}

func (c *Case) passwordPolicy() iam.Fact[iam.PasswordPolicy] {
	p := c.PasswordPolicy
	switch {
	case c.NoPolicy:
		return iam.None[iam.PasswordPolicy]()
	case p == nil:
		return iam.Is(iam.PasswordPolicy{AllowUsersToChange: c.AllowChange})
	}
	return iam.Is(iam.PasswordPolicy{MinimumLength: p.Length, MaxAge: p.MaxAge, ExpirePasswords: p.MaxAge > 0, ReusePrevention: p.Reuse, RequireSymbols: p.Symbols,
		RequireNumbers: p.Numbers, RequireUppercase: p.Uppercase, RequireLowercase: p.Lowercase, AllowUsersToChange: p.Change})
}

// extra fills in what is read for single users: what a case does not give is
// known not to be there, unless its source was denied.
func (b *builder) extra(c *Case, p *iam.Parts, read func(iam.SourceName) bool) {
	for _, name := range keys(c.Users) {
		u, to := c.Users[name], p.CredentialsOf(name)
		var ssh []iam.SSHKey
		for i, k := range u.SSHKeys {
			ssh = append(ssh, iam.SSHKey{ID: fmt.Sprintf("APKA%d", i+1), Active: k.active(), Uploaded: b.time(k.Created)})
		}
		var services []iam.ServiceCredential
		for i, s := range u.Services {
			services = append(services, iam.ServiceCredential{ID: fmt.Sprintf("ACCA%d", i+1), Service: s.Service, Status: cmp.Or(s.Status, "Active"),
				Created: b.time(s.Created), Expires: b.time(s.Expires)})
		}
		var devices []iam.MFADevice
		for _, serial := range u.Devices {
			devices = append(devices, iam.MFADevice{Serial: serial})
		}
		given(read(iam.SSHKeyList), &to.SSHKeys, &ssh)
		given(read(iam.ServiceCredentialList), &to.ServiceCredentials, &services)
		given(read(iam.MFADeviceList), &to.MFADevices, &devices)
	}
	var certificates []iam.ServerCertificate
	for _, s := range c.Certificates {
		certificates = append(certificates, iam.ServerCertificate{Name: s.Name, ARN: "arn:aws:iam::" + AccountID + ":server-certificate/" + s.Name, Expires: b.time(s.Expires)})
	}
	given(read(iam.ServerCertificateList), &p.Certificates, &certificates)
}

func given[T any](read bool, to **T, list *T) {
	if read {
		*to = list
	}
}

func userARN(name string, u user) string {
	path := "/"
	if u.Path != "" {
		path = u.Path
	}
	return "arn:aws:iam::" + AccountID + ":user" + path + name
}

func (b *builder) created(u user) iam.Time {
	if u.Created == "" {
		return iam.At(time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC))
	}
	return b.time(u.Created)
}

func (b *builder) details(c *Case, p *iam.Parts) {
	for _, name := range keys(c.Users) {
		u := c.Users[name]
		if u.Only == "report" {
			continue
		}
		g := &iam.Grants{Inline: b.inline(u.Inline), Attached: attached(u.Attached), Groups: u.Groups}
		if u.Boundary != "" {
			g.Boundary = iam.Boundary{ARN: u.Boundary, Type: "Policy"}
		}
		for _, k := range keys(u.Tags) {
			g.Tags = append(g.Tags, iam.Tag{Key: k, Value: u.Tags[k]})
		}
		p.Details = append(p.Details, iam.User{Name: name, Path: iam.PathOf(userARN(name, u)), ARN: userARN(name, u), ID: "AIDA" + strings.ToUpper(name),
			Created: b.created(u), Grants: g})
	}
	for _, name := range keys(c.Groups) {
		g := c.Groups[name]
		p.Groups = append(p.Groups, iam.Group{Name: name, Path: "/", ARN: "arn:aws:iam::" + AccountID + ":group/" + name,
			Inline: b.inline(g.Inline), Attached: attached(g.Attached)})
	}
	for _, arn := range keys(c.Policies) {
		p.Policies = append(p.Policies, iam.ManagedPolicy{ARN: arn, Name: lastPart(arn), Document: b.document(c.Policies[arn])})
	}
	p.Roles = []iam.Role{}
	for _, arn := range c.Roles {
		p.Roles = append(p.Roles, iam.Role{ARN: arn, Name: lastPart(arn), Path: iam.PathOf(arn), Attached: attached(c.RolePolicies[arn])})
	}
}

func (b *builder) listing(c *Case, p *iam.Parts) {
	for _, name := range keys(c.Users) {
		if u := c.Users[name]; u.Only != "report" {
			p.Listed = append(p.Listed, iam.ListedUser{Name: name, Path: iam.PathOf(userARN(name, u)), ARN: userARN(name, u),
				ID: "AIDA" + strings.ToUpper(name), Created: b.created(u), PasswordLastUsed: iam.None[iam.Time]()})
		}
	}
}

func (b *builder) devices(c *Case, p *iam.Parts) {
	add := func(serial, arn string, r *credentials) {
		if r != nil && r.Virtual {
			p.Devices = append(p.Devices, iam.Device{VirtualDevice: iam.VirtualDevice{Serial: "arn:aws:iam::" + AccountID + ":mfa/" + serial}, UserARN: arn})
		}
	}
	add("root-account-mfa-device", iam.RootARN(p.Account), c.Root)
	for _, name := range keys(c.Users) {
		add(name, userARN(name, c.Users[name]), c.Users[name].Report)
	}
}

func (b *builder) inline(list map[string]map[string]any) (out []iam.InlinePolicy) {
	for _, name := range keys(list) {
		out = append(out, iam.InlinePolicy{Name: name, Document: b.document(list[name])})
	}
	return out
}

func attached(arns []string) (out []iam.PolicyRef) {
	for _, arn := range arns {
		out = append(out, iam.PolicyRef{Name: lastPart(arn), ARN: arn})
	}
	return out
}

func (b *builder) report(c *Case, p *iam.Parts) {
	root := iam.ReportUser{Name: iam.RootName, ARN: iam.RootARN(p.Account), Created: iam.At(time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC))}
	root.Row = b.row(c.Root, root.Created)
	p.Report = append(p.Report, root)
	for _, name := range keys(c.Users) {
		u := c.Users[name]
		if u.Only == "details" {
			continue
		}
		p.Report = append(p.Report, iam.ReportUser{Name: name, ARN: userARN(name, u), Created: b.created(u), Row: b.row(u.Report, b.created(u))})
	}
}

func (b *builder) row(c *credentials, created iam.Time) iam.ReportRow {
	if c == nil {
		c = &credentials{Password: false}
	}
	none := iam.None[iam.Time]()
	r := iam.ReportRow{MFAActive: iam.Is(c.MFA), PasswordLastUsed: none, PasswordLastChanged: none, PasswordNextRotation: none}
	switch v := c.Password.(type) {
	case bool:
		r.PasswordEnabled = iam.Is(v)
		if v {
			r.PasswordLastChanged = iam.Is(created)
		}
		if c.Changed != "" {
			r.PasswordLastChanged = iam.Is(b.time(c.Changed))
		}
		if c.Expires != "" {
			r.PasswordNextRotation = iam.Is(b.time(c.Expires))
		}
		if c.Used != "" {
			r.PasswordLastUsed = iam.Is(b.time(c.Used))
		}
	case nil:
		r.PasswordEnabled = iam.Is(false)
	}
	for i := range r.Keys {
		r.Keys[i] = iam.KeySlot{Active: iam.Is(false), LastRotated: none, LastUsed: none, LastUsedRegion: iam.None[string](), LastUsedService: iam.None[string]()}
		r.Certificates[i] = iam.CertificateSlot{Active: iam.Is(false), LastRotated: none}
	}
	for i, k := range c.Keys {
		if k.Slot != 0 {
			i = k.Slot - 1
		}
		slot := &r.Keys[i]
		slot.Active = iam.Is(k.active())
		slot.LastRotated = iam.Is(b.time(k.Created))
		if k.Created == "" {
			slot.LastRotated = iam.Is(created + 86400)
		}
		if k.Used != "" {
			slot.LastUsed = iam.Is(b.time(k.Used))
		}
		if k.Service != "" {
			slot.LastUsedService = iam.Is(k.Service)
		}
	}
	for i, k := range c.Certificates {
		r.Certificates[i] = iam.CertificateSlot{Active: iam.Is(k.active()), LastRotated: iam.Is(b.time(k.Created))}
	}
	return r
}

func keys[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

func lastPart(arn string) string { return arn[strings.LastIndexByte(arn, '/')+1:] }
