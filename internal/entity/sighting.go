package entity

import "github.com/rollcall-iam/rollcall/internal/iam"

// Where a user was seen: the listings and the credential report are read at
// different moments, and either may be of another time, or cut.

func (u *User) inListing() iam.Fact[bool] {
	if u.account.View.Listing() != nil {
		return iam.Fact[bool]{}
	}
	return iam.Is(u.root || u.Grants != nil || u.Listed)
}

func (u *User) noListing() *iam.Gap { return u.account.View.Listing() }

func (u *User) inReport() iam.Fact[bool] {
	if u.noReportRead() != nil {
		return iam.Fact[bool]{}
	}
	return iam.Is(u.Report != nil)
}

func (u *User) noReportRead() *iam.Gap { return u.account.gaps[iam.CredentialReport] }

func (u *User) newerThanReport() bool {
	return u.Report == nil && u.account.reportAt != 0 && u.Created > u.account.reportAt
}
