package iam

import "github.com/rollcall-iam/rollcall/internal/iam/policy"

// RootName is how the credential report, and so every rule, names the root user.
const RootName = "<root_account>"

// A Snapshot is one account at one moment.
type Snapshot struct {
	Account        Account              `json:"account"`
	CollectedAt    Time                 `json:"collectedAt,omitzero"` // when it was read from AWS; 0 for files, which have times of their own
	Sources        []Source             `json:"sources"`
	PasswordPolicy Fact[PasswordPolicy] `json:"passwordPolicy,omitzero"`
	Summary        map[string]int       `json:"summary,omitzero"` // GetAccountSummary; nil when not read
	Users          []User               `json:"users"`            // root first, then by name
	Groups         []Group              `json:"groups,omitzero"`
	Roles          []Role               `json:"roles,omitzero"` // nil when they were not listed
	Policies       []ManagedPolicy      `json:"policies,omitzero"`
	Certificates   *[]ServerCertificate `json:"certificates,omitzero"` // ServerCertificateList; nil when not read
	Warnings       []string             `json:"warnings,omitzero"`     // what was odd in the input, for people
	AccountWide
}

// An Account is named by its number; both fields may be empty.
type Account struct {
	ID        string `json:"id,omitzero"`
	Alias     string `json:"alias,omitzero"`
	Partition string `json:"partition,omitzero"` // aws, aws-cn, aws-us-gov, …
}

// A User is an IAM user or root. Facts are grouped by the source that gives
// them; a nil group means the source does not cover the user.
type User struct {
	Name             string          `json:"name"`
	Path             string          `json:"path,omitzero"`
	ARN              string          `json:"arn,omitzero"`
	ID               string          `json:"id,omitzero"`
	Created          Time            `json:"created,omitzero"` // 0 when no source gave it
	Root             bool            `json:"root,omitzero"`
	Grants           *Grants         `json:"grants,omitzero"`           // Details
	Listed           bool            `json:"listed,omitzero"`           // ListUsers has the user
	PasswordLastUsed Fact[Time]      `json:"passwordLastUsed,omitzero"` // ListUsers
	Report           *ReportRow      `json:"report,omitzero"`           // CredentialReport
	VirtualMFA       []VirtualDevice `json:"virtualMfa,omitzero"`       // VirtualMFA
	Credentials
}

// Grants are what a user has directly.
type Grants struct {
	Inline   []InlinePolicy `json:"inline,omitzero"`
	Attached []PolicyRef    `json:"attached,omitzero"`
	Groups   []string       `json:"groups,omitzero"`
	Boundary Boundary       `json:"boundary,omitzero"`
	Tags     []Tag          `json:"tags,omitzero"`
	Untold   Untold         `json:"untold,omitzero"`
}

// An InlinePolicy belongs to the one user, group or role that holds it.
type InlinePolicy struct {
	Name     string           `json:"name"`
	Document *policy.Document `json:"document,omitzero"`
}

// A PolicyRef names a managed policy that is attached.
type PolicyRef struct {
	Name string `json:"name"`
	ARN  string `json:"arn"`
}

// A Boundary is the managed policy that limits what a user may be granted;
// its ARN is empty where there is none.
type Boundary struct {
	ARN  string `json:"arn"`
	Type string `json:"type"`
}

// A Tag is a key and its value.
type Tag struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

// A VirtualDevice is a virtual MFA device.
type VirtualDevice struct {
	Serial  string `json:"serial,omitzero"`
	Enabled Time   `json:"enabled,omitzero"` // 0 when not given
}

// A ReportRow is a user's line of the credential report. A column that the
// report lacks, or says is not supported, is unknown.
type ReportRow struct {
	PasswordEnabled      Fact[bool]         `json:"passwordEnabled,omitzero"`
	PasswordLastUsed     Fact[Time]         `json:"passwordLastUsed,omitzero"`
	PasswordLastChanged  Fact[Time]         `json:"passwordLastChanged,omitzero"`
	PasswordNextRotation Fact[Time]         `json:"passwordNextRotation,omitzero"`
	MFAActive            Fact[bool]         `json:"mfaActive,omitzero"`
	Keys                 [2]KeySlot         `json:"keys,omitzero"`
	Certificates         [2]CertificateSlot `json:"certificates,omitzero"`
}

// A KeySlot is one of the report's two places for access keys; which key is
// in which says nothing about their ages.
type KeySlot struct {
	Active          Fact[bool]   `json:"active,omitzero"`
	LastRotated     Fact[Time]   `json:"lastRotated,omitzero"` // when it was created; Absent where there is no key
	LastUsed        Fact[Time]   `json:"lastUsed,omitzero"`
	LastUsedRegion  Fact[string] `json:"lastUsedRegion,omitzero"`
	LastUsedService Fact[string] `json:"lastUsedService,omitzero"`
}

// Present tells whether the slot holds a key at all, active or not.
func (k *KeySlot) Present() Fact[bool] {
	switch {
	case k.LastRotated.State == Known, k.Active == Is(true):
		return Is(true)
	case k.LastRotated.State == Absent && k.Active.State == Known:
		return Is(false)
	}
	return Fact[bool]{}
}

// A CertificateSlot is one of the report's two places for signing certificates.
type CertificateSlot struct {
	Active      Fact[bool] `json:"active,omitzero"`
	LastRotated Fact[Time] `json:"lastRotated,omitzero"`
}

// A Group is an IAM group; its members are found through the users.
type Group struct {
	Name     string         `json:"name"`
	Path     string         `json:"path,omitzero"`
	ARN      string         `json:"arn,omitzero"`
	ID       string         `json:"id,omitzero"`
	Created  Time           `json:"created,omitzero"`
	Inline   []InlinePolicy `json:"inline,omitzero"`
	Attached []PolicyRef    `json:"attached,omitzero"`
	Untold   Untold         `json:"untold,omitzero"`
}

// A Role is an IAM role.
type Role struct {
	Name     string           `json:"name"`
	Path     string           `json:"path,omitzero"`
	ARN      string           `json:"arn,omitzero"`
	ID       string           `json:"id,omitzero"`
	Created  Time             `json:"created,omitzero"`
	Trust    *policy.Document `json:"trust,omitzero"` // who may assume it; nil when not given
	Inline   []InlinePolicy   `json:"inline,omitzero"`
	Attached []PolicyRef      `json:"attached,omitzero"`
	Boundary Boundary         `json:"boundary,omitzero"`
	Tags     []Tag            `json:"tags,omitzero"`
	LastUsed Fact[Time]       `json:"lastUsed,omitzero"`
	Untold   Untold           `json:"untold,omitzero"`
}

// A ManagedPolicy is a customer's or AWS's managed policy in its default version.
type ManagedPolicy struct {
	Name           string           `json:"name"`
	Path           string           `json:"path,omitzero"`
	ARN            string           `json:"arn,omitzero"`
	ID             string           `json:"id,omitzero"`
	DefaultVersion string           `json:"defaultVersion,omitzero"`
	Document       *policy.Document `json:"document,omitzero"` // nil when not given
	Attachments    int              `json:"attachments,omitzero"`
	Created        Time             `json:"created,omitzero"`
	Untold         Untold           `json:"untold,omitzero"`
}

// A PasswordPolicy is the account's rules for passwords. Numbers are 0 where
// the policy sets none.
type PasswordPolicy struct {
	MinimumLength      int  `json:"minimumLength,omitzero"`
	RequireSymbols     bool `json:"requireSymbols,omitzero"`
	RequireNumbers     bool `json:"requireNumbers,omitzero"`
	RequireUppercase   bool `json:"requireUppercase,omitzero"`
	RequireLowercase   bool `json:"requireLowercase,omitzero"`
	AllowUsersToChange bool `json:"allowUsersToChange,omitzero"`
	ExpirePasswords    bool `json:"expirePasswords,omitzero"`
	MaxAge             int  `json:"maxAge,omitzero"`          // days
	ReusePrevention    int  `json:"reusePrevention,omitzero"` // passwords remembered
	HardExpiry         bool `json:"hardExpiry,omitzero"`
}

// Source returns the state of a source; one that is not listed was not given.
func (s *Snapshot) Source(name SourceName) Source {
	for _, src := range s.Sources {
		if src.Name == name {
			return src
		}
	}
	return Source{Name: name, State: NotGiven}
}

// Gap says why facts of a source are unknown.
func (s *Snapshot) Gap(name SourceName) *Gap {
	src := s.Source(name)
	return &Gap{Source: name, State: src.State, Action: src.Permission, Note: src.Note}
}

// Unread returns the sources that were asked for and not had.
func (s *Snapshot) Unread() []Source {
	var out []Source
	for _, src := range s.Sources {
		if src.State == Denied || src.State == Failed {
			out = append(out, src)
		}
	}
	return out
}

// String is the policy's name.
func (p *InlinePolicy) String() string { return p.Name }

// String is the policy's name.
func (p *PolicyRef) String() string { return p.Name }

// String is key=value.
func (t *Tag) String() string { return t.Key + "=" + t.Value }

// Unused reports whether a managed policy is AWS's own and nobody has it: its
// document is not kept.
func Unused(arn string, attachments, boundaries int) bool {
	return attachments == 0 && boundaries == 0 && policy.IsAWSManaged(arn)
}
