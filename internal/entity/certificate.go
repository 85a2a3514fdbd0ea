package entity

import (
	"strconv"

	"github.com/rollcall-iam/rollcall/internal/gsl"
	"github.com/rollcall-iam/rollcall/internal/iam"
)

// A certificate is one of the report's two places for signing certificates;
// its slot is 0 where only the account summary counts it.
type certificate struct {
	*iam.CertificateSlot
	user *User
	slot int
}

// String is the certificate's place and age in words.
func (c *certificate) String() string {
	if c.slot == 0 {
		return "a signing certificate that the account summary counts"
	}
	s := "signing certificate " + strconv.Itoa(c.slot)
	if c.Active == iam.Is(false) {
		s += ", inactive"
	}
	if c.LastRotated.State == iam.Known {
		s += ", of " + c.LastRotated.Value.String()
	}
	return s
}

// signingCertificates are those there are.
func (u *User) signingCertificates() gsl.Value {
	var out gsl.Values
	var gap *iam.Gap
	for i := range 2 {
		c := u.certificateIn(i)
		switch {
		case c == nil:
			return gsl.Unknown(u.uncounted())
		case *c == (iam.CertificateSlot{}) && u.Report == nil, c.Active.State == iam.Unknown && u.Report != nil && c != &u.Report.Certificates[i]:
			return gsl.ListOf(gsl.Values{gsl.Object(&certificate{c, u, 0})})
		case c.LastRotated.State == iam.Known, c.Active == iam.Is(true):
			out = append(out, gsl.Object(&certificate{c, u, i + 1}))
		case c.Active.State == iam.Unknown:
			gap = u.untold("signing certificates")
		}
	}
	switch {
	case gap != nil:
		return gsl.Partial(out, gap)
	case out == nil: // as for nearly everybody
		return nothing
	}
	return gsl.ListOf(out)
}

func certificateSlot(name string, i int, doc string) gsl.Field {
	return field(name, gsl.ObjectKind, fromReport, doc, func(u *User) gsl.Value {
		slot := u.certificateIn(i)
		if slot == nil {
			return gsl.Unknown(u.uncounted())
		}
		return gsl.Object(&certificate{slot, u, i + 1})
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
	ours(field("slot", gsl.NumberKind, fromReport, "1 or 2, as the report numbers them", func(c *certificate) gsl.Value { return gsl.Number(float64(c.slot)) })),
	field("isActive", gsl.BoolKind, fromReport, "the certificate can be used", certificateFact(func(c *iam.CertificateSlot) gsl.Value { return boolean(c.Active) })),
	field("lastRotated", gsl.DateKind, fromReport, "when it was uploaded; never where there is none", certificateFact(func(c *iam.CertificateSlot) gsl.Value { return date(c.LastRotated) })),
}}
