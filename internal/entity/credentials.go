package entity

import (
	"github.com/rollcall-iam/rollcall/internal/gsl"
	"github.com/rollcall-iam/rollcall/internal/iam"
)

// Where the facts come from that are read only when a rule needs them.
const (
	fromKeyList      = string(iam.AccessKeyList)
	fromSSHList      = string(iam.SSHKeyList)
	fromMFAList      = string(iam.MFADeviceList)
	fromServiceList  = string(iam.ServiceCredentialList)
	fromLogin        = string(iam.LoginProfile)
	fromCertificates = string(iam.ServerCertificateList)
	fromFeatures     = string(iam.OrganizationFeatures)
	fromContacts     = string(iam.AlternateContacts)
	fromRegions      = string(iam.RegionList)
	fromAnalyzers    = string(iam.AnalyzerList)
)

// owned is a list that is read on demand; root's is not for others to list.
func owned[T any](u *User, list *[]T, name iam.SourceName) gsl.Value {
	if list == nil {
		return gsl.Unknown(u.account.gap(u.User, name))
	}
	return objects(list)
}

// hasPassword is what the newer of login profile and report says.
func (u *User) hasPassword() iam.Fact[bool] {
	switch {
	case u.Login.State != iam.Unknown && (u.Report == nil || u.account.newer.login):
		return iam.Is(u.Login.State == iam.Known)
	case u.Report == nil:
		return iam.Fact[bool]{}
	}
	return u.Report.PasswordEnabled
}

func (u *User) noPassword() *iam.Gap { return u.untold("password") }

// passwordSince reports whether the password is newer than the report, which
// then tells of another or of none.
func (u *User) passwordSince() bool {
	return u.Login.State == iam.Known && u.hasPassword() == iam.Is(true) &&
		(u.Report.PasswordEnabled == iam.Is(false) || u.Login.Value.Created > u.account.reportAt)
}

var newPassword = &iam.Gap{Source: iam.CredentialReport, State: iam.Read, Note: "the password was set after the credential report"}

// passwordDate makes a reader of a date of the report's on the password.
func passwordDate(read func(*iam.ReportRow) iam.Fact[iam.Time]) func(*User) gsl.Value {
	return func(u *User) gsl.Value {
		switch {
		case u.Report == nil:
			return u.noReport()
		case u.passwordSince():
			return gsl.Unknown(newPassword)
		}
		return u.told(date(read(u.Report)), "password")
	}
}

// passwordLastUsed is the later of what the report and ListUsers say; ListUsers
// keeps it current within minutes.
func (u *User) passwordLastUsed() gsl.Value {
	live := u.PasswordLastUsed
	if u.Report == nil {
		if live.State != iam.Unknown {
			return date(live)
		}
		return u.noReport()
	}
	reported := u.Report.PasswordLastUsed
	switch {
	case reported.State == iam.Unknown && live.State == iam.Unknown:
		return gsl.Unknown(u.unsaid("last sign-in"))
	case live.State == iam.Unknown && u.passwordSince():
		return gsl.Unknown(newPassword)
	case reported.State != iam.Known, live.State == iam.Known && live.Value > reported.Value:
		if live.State != iam.Unknown {
			return date(live)
		}
	}
	return date(reported)
}

// mfaActive is what the newest of list, account summary, which counts root's
// alone, and report says.
func (u *User) mfaActive() iam.Fact[bool] {
	if u.devicesListed() {
		return iam.Is(len(*u.MFADevices) > 0)
	}
	if n, ok := u.counted("AccountMFAEnabled"); ok && (u.Report == nil || u.account.newer.summary) {
		return iam.Is(n > 0)
	}
	if u.Report == nil {
		return iam.Fact[bool]{}
	}
	return u.Report.MFAActive
}

func (u *User) noMFA() *iam.Gap {
	if u.Report == nil {
		return u.uncounted()
	}
	return u.unsaid("MFA")
}

// devicesListed reports whether the user's devices were listed, and since the
// report.
func (u *User) devicesListed() bool {
	return u.MFADevices != nil && (u.Report == nil || u.account.newer.devices)
}

// devices are the MFA devices: all of them where they were listed, none where
// there are said to be none, and else the virtual ones, which may not be all.
func (u *User) devices() gsl.Value {
	if u.devicesListed() {
		return objects(u.MFADevices)
	}
	if u.mfaActive() == iam.Is(false) && len(u.VirtualMFA) == 0 {
		return nothing
	}
	out := make(gsl.Values, len(u.VirtualMFA))
	for i, d := range u.VirtualMFA {
		out[i] = gsl.Object(&iam.MFADevice{Serial: d.Serial, Enabled: d.Enabled})
	}
	return gsl.Partial(out, u.noDevices())
}

// noDevices says why not all devices are known.
func (u *User) noDevices() *iam.Gap {
	if u.MFADevices != nil {
		return &iam.Gap{Source: iam.MFADeviceList, State: iam.Read, Note: "the list is older than the credential report"}
	}
	return u.account.gap(u.User, iam.MFADeviceList)
}

// mfaType is the first device's kind, which is known where all of them are.
func (u *User) mfaType() gsl.Value {
	l := u.devices().Object().(gsl.List)
	switch {
	case l.Gap() != nil:
		return gsl.Unknown(l.Gap())
	case l.Len() == 0:
		return gsl.String("")
	}
	return deviceKind(l.At(0).Object().(*iam.MFADevice))
}

func deviceKind(d *iam.MFADevice) gsl.Value {
	if d.Kind() == "" {
		return gsl.Unknown(noSerial)
	}
	return gsl.String(d.Kind())
}

var noSerial = &iam.Gap{Source: iam.MFADeviceList, State: iam.Read, Note: "the device has no serial number"}

func (u *User) resetRequired() gsl.Value {
	switch u.Login.State {
	case iam.Known:
		return gsl.Bool(u.Login.Value.ResetRequired)
	case iam.Absent:
		return gsl.Bool(false)
	}
	if u.hasPassword() == iam.Is(false) {
		return gsl.Bool(false)
	}
	return gsl.Unknown(u.account.gap(u.User, iam.LoginProfile))
}
