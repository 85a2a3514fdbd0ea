package entity

import (
	"github.com/rollcall-iam/rollcall/internal/gsl"
	"github.com/rollcall-iam/rollcall/internal/iam"
)

// fileTimes is why a time that is a file's does not say when AWS was asked.
var fileTimes = &iam.Gap{Source: iam.Details, State: iam.Read, Note: "the listing does not say when it was made, and its file may be newer"}

// reportLag is how much older the credential report is than the listing: what
// changed between them one of the two does not show.
func (i *Iam) reportLag() gsl.Value {
	if most := i.reportLagAtMost(); i.account.View.CollectedAt != 0 || most.Kind() != gsl.NumberKind {
		return most
	}
	return gsl.Unknown(fileTimes)
}

func (i *Iam) reportLagAtMost() gsl.Value {
	var listed iam.Time
	for _, name := range []iam.SourceName{iam.Details, iam.UserListing} {
		if src := i.account.View.Source(name); src.State == iam.Read {
			listed = max(listed, src.At)
		}
	}
	return i.sinceReport(listed)
}

func (i *Iam) reportLagAtLeast() gsl.Value {
	v := i.account.View
	var youngest iam.Time
	for k := range v.Users {
		if u := &v.Users[k]; u.Grants != nil || u.Listed {
			youngest = max(youngest, u.Created)
		}
	}
	for k := range v.Groups {
		youngest = max(youngest, v.Groups[k].Created)
	}
	for k := range v.Roles {
		youngest = max(youngest, v.Roles[k].Created)
	}
	return i.sinceReport(youngest)
}

// sinceReport are the seconds from the report to a moment, none before it.
func (i *Iam) sinceReport(at iam.Time) gsl.Value {
	if gap, ok := i.account.gaps[iam.CredentialReport]; ok {
		return gsl.Unknown(gap)
	}
	return gsl.Number(float64(max(0, at-i.account.reportAt)))
}
