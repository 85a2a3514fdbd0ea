package ruletest

import (
	"slices"

	"github.com/rollcall-iam/rollcall/internal/iam"
)

// accountWide are the facts of the account that take reads of their own.
func accountWide(c *Case, read func(iam.SourceName) bool) (w iam.AccountWide) {
	if read(iam.OrganizationFeatures) {
		w.CentralRoot = iam.Is(c.CentralRoot)
		if c.Standalone {
			w.CentralRoot = iam.None[[]string]()
		}
	}
	if read(iam.AlternateContacts) {
		w.Contacts = map[string]bool{}
		for _, kind := range iam.ContactKinds {
			w.Contacts[kind] = slices.Contains(c.Contacts, kind)
		}
	}
	return w
}
