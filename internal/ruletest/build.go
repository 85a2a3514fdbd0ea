package ruletest

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml"

	"github.com/rollcall-iam/rollcall/internal/iam"
	"github.com/rollcall-iam/rollcall/internal/iam/policy"
)

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
		RequireNumbers: p.Numbers, RequireUppercase: p.Uppercase, RequireLowercase: p.Lowercase, HardExpiry: p.Hard, AllowUsersToChange: p.Change})
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
		if len(devices) == 0 && u.Report != nil && u.Report.MFA { // most are virtual
			devices = []iam.MFADevice{{Serial: "arn:aws:iam::" + AccountID + ":mfa/" + name}}
		}
		if u.Report != nil && len(u.Report.Keys) > 0 && u.Report.Keys[0].ID != "" {
			list := []iam.AccessKey{}
			for _, k := range u.Report.Keys {
				list = append(list, iam.AccessKey{ID: k.ID, Active: k.active(), Created: b.time(k.Created)})
			}
			to.AccessKeys = &list
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
	p.AccountWide = accountWide(c, read)
}

func given[T any](read bool, to **T, list *T) {
	if read {
		*to = list
	}
}

// userID is another one for a user who was made again.
func userID(name string, created iam.Time) string {
	return fmt.Sprintf("AIDA%s%d", strings.ToUpper(name), created)
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
		p.Details = append(p.Details, iam.User{Name: name, Path: iam.PathOf(userARN(name, u)), ARN: userARN(name, u), ID: userID(name, b.created(u)),
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
	if p.Groups == nil {
		p.Groups = []iam.Group{}
	}
	for _, arn := range c.Roles {
		p.Roles = append(p.Roles, iam.Role{ARN: arn, Name: lastPart(arn), Path: iam.PathOf(arn), Attached: attached(c.RolePolicies[arn]),
			Trust: b.document(c.RoleTrust[arn])})
	}
}

func (b *builder) listing(c *Case, p *iam.Parts) {
	for _, name := range keys(c.Users) {
		if u := c.Users[name]; u.Only != "report" {
			p.Listed = append(p.Listed, iam.ListedUser{Name: name, Path: iam.PathOf(userARN(name, u)), ARN: userARN(name, u),
				ID: userID(name, b.created(u)), Created: b.created(u), PasswordLastUsed: iam.None[iam.Time]()})
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
