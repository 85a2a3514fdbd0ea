package entity

import (
	"github.com/rollcall-iam/rollcall/internal/gsl"
	"github.com/rollcall-iam/rollcall/internal/iam"
)

// counted is what the account summary counts of root's own things, such as
// AccountMFAEnabled: 0 or 1.
func (u *User) counted(name string) (n int, ok bool) {
	n, ok = u.account.View.Summary[name]
	return n, ok && u.root
}

// uncounted is what a fact is that neither the report nor the account summary
// tells: for want of the one that was asked for and refused.
func (u *User) uncounted() gsl.Value {
	if gap := u.account.gaps[iam.AccountSummary]; u.root && gap != nil && (gap.State == iam.Denied || gap.State == iam.Failed) {
		return gsl.Unknown(gap)
	}
	return u.noReport()
}

// mfaActive is the report's word, or the account summary's on root, which is
// of now.
func (u *User) mfaActive() gsl.Value {
	if n, ok := u.counted("AccountMFAEnabled"); ok {
		return gsl.Bool(n > 0)
	}
	if u.Report == nil {
		return u.uncounted()
	}
	return u.told(boolean(u.Report.MFAActive), "MFA")
}

// hardwareMFA reports a device that is not virtual: listed, or the only kind
// left where there is one and no virtual one.
func (u *User) hardwareMFA() gsl.Value {
	if u.MFADevices != nil {
		for i := range *u.MFADevices {
			if (*u.MFADevices)[i].Kind() != iam.VirtualKind {
				return gsl.Bool(true)
			}
		}
		return gsl.Bool(false)
	}
	active, virtual := u.mfaActive(), u.virtualMFA()
	switch {
	case active.Kind() == gsl.UnknownKind:
		return active
	case active.Num() == 0:
		return gsl.Bool(false)
	case virtual.Kind() == gsl.UnknownKind:
		return virtual
	case !u.root: // the report and the list of virtual devices are not of one moment
		return gsl.Unknown(u.account.gap(u.User, iam.MFADeviceList))
	case virtual.Num() == 0:
		return gsl.Bool(true)
	}
	return gsl.Unknown(rootDevices)
}

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
	if u.Report == nil {
		return u.noReport()
	}
	password, keys := u.Report.PasswordEnabled, u.HasKey()
	switch {
	case password == iam.Is(true), keys == iam.Is(true), password.State != iam.Known && u.account.tellsPasswords():
		return gsl.String("present")
	case password == iam.Is(false) && keys == iam.Is(false):
		return gsl.String("removed")
	}
	return gsl.Unknown(u.unsaid("password or access keys"))
}
