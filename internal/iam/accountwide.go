package iam

// AccountWide are facts of the account as a whole that take reads of their
// own. Each is read only where a rule needs it, and unknown where it was not.
type AccountWide struct {
	// CentralRoot are the features of central root access that are on, by
	// OrganizationFeatures; Absent where the account is in no organization.
	CentralRoot Fact[[]string] `json:"centralRoot,omitzero"`
}
