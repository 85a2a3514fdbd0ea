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
	// Regions are the names of the enabled regions, by RegionList; nil when they
	// were not listed. Analyzers are by region, of those that AnalyzerList told of.
	Regions   *[]string                  `json:"regions,omitzero"`
	Analyzers map[string]RegionAnalyzers `json:"analyzers,omitzero"`
}

// RegionAnalyzers are what IAM Access Analyzer has in one region.
type RegionAnalyzers struct {
	List  []Analyzer `json:"list"`
	Whole bool       `json:"whole"` // there are no others
}

// An Analyzer is an analyzer of IAM Access Analyzer, of any kind.
type Analyzer struct {
	ARN    string `json:"arn"`
	Type   string `json:"type"`   // such as ACCOUNT or ORGANIZATION_UNUSED_ACCESS
	Status string `json:"status"` // ACTIVE, CREATING, DISABLED or FAILED
}

// ContactKinds are the alternate contacts that an account may have.
var ContactKinds = []string{"security", "billing", "operations"}
