package entity

import (
	"github.com/rollcall-iam/rollcall/internal/gsl"
	"github.com/rollcall-iam/rollcall/internal/iam"
)

// counted is what the account summary counts of root's own things, such as
// AccountMFAEnabled: 0 or 1.
func (u *User) counted(name string) (n int, ok bool) {
	if u.root {
		n, ok = u.account.View.Summary[name]
	}
	return n, ok
}

// uncounted says why a fact is unknown that neither the report nor the account
// summary tells: for want of the one that was asked for and refused.
func (u *User) uncounted() *iam.Gap {
	if gap := u.account.gaps[iam.AccountSummary]; u.root && gap != nil && (gap.State == iam.Denied || gap.State == iam.Failed) {
		return gap
	}
	return u.account.gap(u.User, iam.CredentialReport)
}

// hardwareMFA reports a device that is not virtual: listed, or the only kind
// left where there is one and no virtual one.
func (u *User) hardwareMFA() gsl.Value {
	if u.devicesListed() {
		return u.listedHardware()
	}
	active, virtual := u.mfaActive(), u.virtualMFA()
	switch {
	case active.State != iam.Known:
		return gsl.Unknown(u.noMFA())
	case !active.Value:
		return gsl.Bool(false)
	case virtual.Kind() == gsl.UnknownKind:
		return virtual
	case !u.root: // the report and the list of virtual devices are not of one moment
		return gsl.Unknown(u.noDevices())
	case virtual.Num() == 0 && u.account.oneMoment:
		return gsl.Bool(true)
	case virtual.Num() == 0:
		return gsl.Unknown(otherMoments)
	}
	return gsl.Unknown(rootDevices)
}

func (u *User) listedHardware() gsl.Value {
	unknown := false
	for i := range *u.MFADevices {
		switch (*u.MFADevices)[i].Kind() {
		case iam.VirtualKind:
		case "":
			unknown = true
		default:
			return gsl.Bool(true)
		}
	}
	if unknown {
		return gsl.Unknown(noSerial)
	}
	return gsl.Bool(false)
}

var otherMoments = &iam.Gap{Source: iam.VirtualMFA, State: iam.Read, Note: "the virtual devices were listed at another time than root's MFA was looked at"}

var rootDevices = &iam.Gap{Source: iam.VirtualMFA, State: iam.Read, Note: "root has a virtual device, and whether there is another beside it cannot be read"}

// tellsPasswords reports whether the credential report tells of anybody's
// password: only then does it say something that it is silent on root's.
func (a *Account) tellsPasswords() bool {
	for i := range a.Users {
		if r := a.Users[i].Report; r != nil && r.PasswordEnabled.State == iam.Known {
			return true
		}
	}
	return false
}

// rootCredentials tells whether root can sign in at all. A report that says
// nothing of root's password, as those did until 2024, is of a time when root
// always had one.
func (u *User) rootCredentials() gsl.Value {
	if !u.root {
		return gsl.Null
	}
	password, anyKey := u.rootPassword(), len(u.keys) > 0
	switch {
	case password == iam.Is(true), anyKey:
		return gsl.String("present")
	case password == iam.Is(false) && u.keysGap == nil:
		return gsl.String("removed")
	case u.Report == nil:
		return u.noReport()
	case u.account.tellsPasswords():
		return gsl.String("present")
	}
	return gsl.Unknown(u.unsaid("password or access keys"))
}

// rootPassword is what the newer of account summary and report says; older
// summaries do not count root's password.
func (u *User) rootPassword() iam.Fact[bool] {
	if n, ok := u.counted("AccountPasswordPresent"); ok && (u.Report == nil || u.account.newer.summary) {
		return iam.Is(n > 0)
	}
	if u.Report == nil {
		return iam.Fact[bool]{}
	}
	return u.Report.PasswordEnabled
}
