package entity

import (
	"github.com/rollcall-iam/rollcall/internal/gsl"
	"github.com/rollcall-iam/rollcall/internal/iam"
)

// A certificate is one of the report's two places for signing certificates.
type certificate struct {
	*iam.CertificateSlot
	user *User
}

func certificateSlot(name string, i int, doc string) gsl.Field {
	return field(name, gsl.ObjectKind, fromReport, doc, func(u *User) gsl.Value {
		slot := u.certificateIn(i)
		if slot == nil {
			return gsl.Unknown(u.uncounted())
		}
		return gsl.Object(&certificate{slot, u})
	}).Of(certificateSlotType)
}

// certificateIn is the report's place for a certificate, nil without report. Of
// root's the account summary counts whether there are any, which settles it
// where the summary is newer than the report or all there is.
func (u *User) certificateIn(i int) *iam.CertificateSlot {
	n, ok := u.counted("AccountSigningCertificatesPresent")
	switch {
	case ok && (u.Report == nil || u.account.newer.summary) && n == 0:
		return &noCertificate
	case ok && (u.Report == nil || u.account.newer.summary && u.Report.Certificates == [2]iam.CertificateSlot{noCertificate, noCertificate}):
		return &iam.CertificateSlot{}
	case u.Report == nil:
		return nil
	}
	return &u.Report.Certificates[i]
}

var noCertificate = iam.CertificateSlot{Active: iam.Is(false), LastRotated: iam.None[iam.Time]()}

func certificateFact(f func(c *iam.CertificateSlot) gsl.Value) func(*certificate) gsl.Value {
	return func(c *certificate) gsl.Value {
		if v := f(c.CertificateSlot); v.Kind() != gsl.UnknownKind {
			return v
		}
		return gsl.Unknown(c.user.untold("signing certificates"))
	}
}

var certificateSlotType = &gsl.Type{Name: "CertificateSlot", Doc: "one of the credential report's two places for signing certificates", Fields: []gsl.Field{
	field("isActive", gsl.BoolKind, fromReport, "the certificate can be used", certificateFact(func(c *iam.CertificateSlot) gsl.Value { return boolean(c.Active) })),
	field("lastRotated", gsl.DateKind, fromReport, "when it was uploaded; never where there is none", certificateFact(func(c *iam.CertificateSlot) gsl.Value { return date(c.LastRotated) })),
}}
