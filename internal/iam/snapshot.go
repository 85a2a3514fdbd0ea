package iam

import "github.com/rollcall-iam/rollcall/internal/iam/policy"

// RootName is how the credential report, and so every rule, names the root user.
const RootName = "<root_account>"

// A Snapshot is one account at one moment.
type Snapshot struct {
	Account     Account
	CollectedAt Time // when it was read from AWS; 0 for files, which have times of their own
	Sources     []Source

	PasswordPolicy Fact[PasswordPolicy]
	Summary        map[string]int // GetAccountSummary; nil when not read
	Users          []User         // root first, then by name
	Groups         []Group
	Roles          []Role
	Policies       []ManagedPolicy
	Warnings       []string // what was odd in the input, for people
}

// An Account is named by its number; both fields may be empty.
type Account struct {
	ID        string
	Alias     string
	Partition string // aws, aws-cn, aws-us-gov, …
}

// A User is an IAM user or root. Facts are grouped by the source that gives
// them; a nil group means the source does not cover the user.
type User struct {
	Name, Path, ARN, ID string
	Created             Time // 0 when no source gave it
	Root                bool
	Grants              *Grants         // Details
	Listed              bool            // ListUsers has the user
	PasswordLastUsed    Fact[Time]      // ListUsers
	Report              *ReportRow      // CredentialReport
	VirtualMFA          []VirtualDevice // VirtualMFA
}

// Grants are what a user has directly.
type Grants struct {
	Inline   []InlinePolicy
	Attached []PolicyRef
	Groups   []string
	Boundary Boundary
	Tags     []Tag
}

// An InlinePolicy belongs to the one user, group or role that holds it.
type InlinePolicy struct {
	Name     string
	Document *policy.Document
}

// A PolicyRef names a managed policy that is attached.
type PolicyRef struct{ Name, ARN string }

// A Boundary is the managed policy that limits what a user may be granted;
// its ARN is empty where there is none.
type Boundary struct{ ARN, Type string }

// A Tag is a key and its value.
type Tag struct{ Key, Value string }

// A VirtualDevice is a virtual MFA device.
type VirtualDevice struct {
	Serial  string
	Enabled Time // 0 when not given
}

// A ReportRow is a user's line of the credential report. A column that the
// report lacks, or says is not supported, is unknown.
type ReportRow struct {
	PasswordEnabled      Fact[bool]
	PasswordLastUsed     Fact[Time]
	PasswordLastChanged  Fact[Time]
	PasswordNextRotation Fact[Time]
	MFAActive            Fact[bool]
	Keys                 [2]KeySlot
	Certificates         [2]CertificateSlot
}

// A KeySlot is one of the report's two places for access keys; which key is
// in which says nothing about their ages.
type KeySlot struct {
	Active          Fact[bool]
	LastRotated     Fact[Time] // when it was created; Absent where there is no key
	LastUsed        Fact[Time]
	LastUsedRegion  Fact[string]
	LastUsedService Fact[string]
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
	Active      Fact[bool]
	LastRotated Fact[Time]
}

// A Group is an IAM group; its members are found through the users.
type Group struct {
	Name, Path, ARN, ID string
	Created             Time
	Inline              []InlinePolicy
	Attached            []PolicyRef
}

// A Role is an IAM role.
type Role struct {
	Name, Path, ARN, ID string
	Created             Time
	Trust               *policy.Document // who may assume it; nil when not given
	Inline              []InlinePolicy
	Attached            []PolicyRef
	Boundary            Boundary
	Tags                []Tag
	LastUsed            Fact[Time]
}

// A ManagedPolicy is a customer's or AWS's managed policy in its default version.
type ManagedPolicy struct {
	Name, Path, ARN, ID string
	DefaultVersion      string
	Document            *policy.Document // nil when not given
	Attachments         int
	Created             Time
}

// A PasswordPolicy is the account's rules for passwords. Numbers are 0 where
// the policy sets none.
type PasswordPolicy struct {
	MinimumLength      int
	RequireSymbols     bool
	RequireNumbers     bool
	RequireUppercase   bool
	RequireLowercase   bool
	AllowUsersToChange bool
	ExpirePasswords    bool
	MaxAge             int // days
	ReusePrevention    int // passwords remembered
	HardExpiry         bool
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
	return &Gap{Source: name, State: src.State, Note: src.Note}
}

// String is the policy's name.
func (p *InlinePolicy) String() string { return p.Name }

// String is the policy's name.
func (p *PolicyRef) String() string { return p.Name }

// String is key=value.
func (t *Tag) String() string { return t.Key + "=" + t.Value }
