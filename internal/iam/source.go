package iam

import (
	"cmp"
	"slices"
)

// A SourceName is the AWS operation that a part of a snapshot comes from.
type SourceName string

// The sources, in the order in which they are shown.
const (
	CallerIdentity    SourceName = "GetCallerIdentity"
	AccountSummary    SourceName = "GetAccountSummary"
	PasswordPolicyGet SourceName = "GetAccountPasswordPolicy"
	AccountAliases    SourceName = "ListAccountAliases"
	Details           SourceName = "GetAccountAuthorizationDetails"
	ManagedDocuments  SourceName = "GetAccountAuthorizationDetails(AWSManagedPolicy)"
	UserListing       SourceName = "ListUsers"
	ReportGeneration  SourceName = "GenerateCredentialReport"
	CredentialReport  SourceName = "GetCredentialReport"
	VirtualMFA        SourceName = "ListVirtualMFADevices"

	// These are read only where a rule needs them. Those from AccessKeyList on
	// take a call for each user concerned.
	ServiceCredentialList SourceName = "ListServiceSpecificCredentials"
	ServerCertificateList SourceName = "ListServerCertificates"
	OrganizationFeatures  SourceName = "ListOrganizationsFeatures"
	AlternateContacts     SourceName = "GetAlternateContact"
	RegionList            SourceName = "ListRegions"
	AnalyzerList          SourceName = "ListAnalyzers" // in each of the regions
	AccessKeyList         SourceName = "ListAccessKeys"
	MFADeviceList         SourceName = "ListMFADevices"
	SSHKeyList            SourceName = "ListSSHPublicKeys"
	LoginProfile          SourceName = "GetLoginProfile"

	// No rule looks at these: plans that delete a user do, to tell what goes with
	// it and to bring back what can come back.
	CertificateList SourceName = "ListSigningCertificates"
	SSHKeyBody      SourceName = "GetSSHPublicKey" // of each key of SSHKeyList

	// SafelistConfig is no source of a snapshot: what is missing is configuration.
	SafelistConfig SourceName = "safelist"
	// BaselineGiven is none either: an earlier snapshot that nobody gave.
	BaselineGiven SourceName = "baseline"
)

// Extra are the sources that are read only where a rule needs them.
var Extra = []SourceName{ServiceCredentialList, ServerCertificateList, OrganizationFeatures, AlternateContacts, RegionList, AnalyzerList, AccessKeyList, MFADeviceList, SSHKeyList, LoginProfile}

// ForPlans are the sources that only plans need.
var ForPlans = []SourceName{CertificateList, SSHKeyBody}

// SourceNames lists every source in order.
var SourceNames = append([]SourceName{CallerIdentity, AccountSummary, PasswordPolicyGet, AccountAliases, Details,
	ManagedDocuments, UserListing, ReportGeneration, CredentialReport, VirtualMFA}, slices.Concat(Extra, ForPlans)...)

// IsExtra reports whether the source is read only where a rule, or a plan, needs it.
func (n SourceName) IsExtra() bool { return slices.Contains(Extra, n) || slices.Contains(ForPlans, n) }

// Permission is the IAM action that reading the source takes; "" for none.
func (n SourceName) Permission() string {
	switch n {
	case CallerIdentity, SafelistConfig, BaselineGiven:
		return ""
	case ManagedDocuments:
		return "iam:" + string(Details)
	case AlternateContacts, RegionList:
		return "account:" + string(n)
	case AnalyzerList:
		return "access-analyzer:" + string(n)
	}
	return "iam:" + string(n)
}

// A SourceState says what became of a source.
type SourceState string

// The states of a source.
const (
	Read     SourceState = "read"
	Denied   SourceState = "denied"
	Failed   SourceState = "failed"
	NotGiven SourceState = "not given"
)

// A Source is where a part of the snapshot came from, and how that went.
type Source struct {
	Name       SourceName  `json:"name"`
	State      SourceState `json:"state"`
	At         Time        `json:"at,omitzero"`         // when it was read or made; 0 when it was not
	Cut        bool        `json:"cut,omitzero"`        // the listing broke off: what came before is kept
	Permission string      `json:"permission,omitzero"` // what was denied, where that is not the name's own
	Note       string      `json:"note,omitzero"`       // why it failed, or what to know about it
}

// A Gap says why a fact is unknown.
type Gap struct {
	Source SourceName
	State  SourceState
	Action string // the IAM action that was denied, where that is not the source's own
	Note   string
}

// Permission is the IAM action that would close the gap, "" if none would.
func (g *Gap) Permission() string {
	if g.State == Read {
		return ""
	}
	return cmp.Or(g.Action, g.Source.Permission())
}

// Whole reports whether all of the source is missing rather than one fact in it.
func (g *Gap) Whole() bool { return g.State != Read }

// String is one line: what was not read, and why.
func (g *Gap) String() string {
	s := string(g.Source)
	if g.State != Read {
		s += " was " + string(g.State)
	}
	if g.Note != "" {
		s += ": " + g.Note
	}
	if p := g.Permission(); p != "" {
		s += ", needs " + p
	}
	return s
}
