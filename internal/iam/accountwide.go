package iam

// AccountWide are facts of the account as a whole that take reads of their
// own. Each is read only where a rule needs it, and unknown where it was not.
type AccountWide struct {
	// CentralRoot are the features of central root access that are on, by
	// OrganizationFeatures; Absent where the account is in no organization.
	CentralRoot Fact[[]string] `json:"centralRoot,omitzero"`
	// Contacts says of each of ContactKinds whether it is set, by
	// AlternateContacts; one that it does not name is unknown. Who the contacts
	// are is never kept.
	Contacts map[string]bool `json:"contacts,omitzero"`
}

// ContactKinds are the alternate contacts that an account may have.
var ContactKinds = []string{"security", "billing", "operations"}
