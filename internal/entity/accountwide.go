package entity

import (
	"github.com/rollcall-iam/rollcall/internal/gsl"
	"github.com/rollcall-iam/rollcall/internal/iam"
)

func (i *Iam) inOrganization() gsl.Value {
	if i.account.View.CentralRoot.State == iam.Unknown {
		return gsl.Unknown(i.account.View.Gap(iam.OrganizationFeatures))
	}
	return gsl.Bool(i.account.View.CentralRoot.State == iam.Known)
}

func (i *Iam) centralRootFeatures() gsl.Value {
	f := &i.account.View.CentralRoot
	if f.State == iam.Unknown {
		return gsl.Unknown(i.account.View.Gap(iam.OrganizationFeatures))
	}
	return gsl.ListOf((*words)(&f.Value))
}
