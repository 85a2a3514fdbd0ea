package entity_test

import (
	"testing"

	"github.com/rollcall-iam/rollcall/internal/entity"
	"github.com/rollcall-iam/rollcall/internal/gsl"
	"github.com/rollcall-iam/rollcall/internal/gsl/syntax"
	"github.com/rollcall-iam/rollcall/internal/iam"
)

const (
	old, young = iam.Time(1_600_000_000), iam.Time(1_700_000_000)
	userARN    = "arn:aws:iam::111122223333:user/ann"
)

// A key is what the list of keys says it is, and was used as the report says
// of the key of its age; devices are those that some read showed.
func TestCredentials(t *testing.T) {
	slot := func(created iam.Time) iam.KeySlot {
		return iam.KeySlot{Active: iam.Is(true), LastRotated: iam.Is(created), LastUsed: iam.Is(young)}
	}
	empty := iam.KeySlot{Active: iam.Is(false), LastRotated: iam.None[iam.Time]()}
	key := func(id string, created iam.Time) iam.AccessKey { return iam.AccessKey{ID: id, Created: created} }
	for _, tt := range []struct {
		name    string
		slots   [2]iam.KeySlot
		listed  *[]iam.AccessKey
		devices *[]iam.MFADevice
		virtual []iam.VirtualDevice
		mfa     bool
		login   iam.Fact[iam.Login]
		older   iam.SourceName // a list that was read before the report was made
		rule    string
		want    gsl.Outcome
	}{
		{name: "the second slot's key, switched off since", slots: [2]iam.KeySlot{empty, slot(old)}, listed: &[]iam.AccessKey{key("AKIA1", old)},
			rule: "accessKeys contain [ id = 'AKIA1' and slot = 2 and isActive = false and lastUsedDate > 0 ]", want: gsl.Pass},
		{name: "a key newer than the report was used nobody knows when", slots: [2]iam.KeySlot{empty, empty}, listed: &[]iam.AccessKey{key("AKIA1", young)},
			rule: "accessKeys contain [ id = 'AKIA1' and lastUsedDate > 0 ]", want: gsl.Undecided},
		{name: "its age is known", slots: [2]iam.KeySlot{empty, empty}, listed: &[]iam.AccessKey{key("AKIA1", young)},
			rule: "accessKeys contain [ lastRotated > 1650000000 and not slot ]", want: gsl.Pass},
		{name: "a key deleted since the report", slots: [2]iam.KeySlot{slot(old), empty}, listed: &[]iam.AccessKey{},
			rule: "accessKeys isEmpty()", want: gsl.Pass},
		{name: "two keys of one age cannot be told apart", slots: [2]iam.KeySlot{slot(old), slot(old)}, listed: &[]iam.AccessKey{key("AKIA1", old), key("AKIA2", old)},
			rule: "accessKeys contain [ id = 'AKIA2' and lastUsedDate > 0 ]", want: gsl.Undecided},
		{name: "without the list a key has no id", slots: [2]iam.KeySlot{slot(old), empty}, rule: "accessKeys contain [ id = 'AKIA1' ]", want: gsl.Undecided},
		{name: "without the list the report tells the rest", slots: [2]iam.KeySlot{slot(old), empty}, rule: "accessKeys contain [ slot = 1 and isActive = true ]", want: gsl.Pass},

		{name: "devices by their serial numbers", mfa: true, devices: &[]iam.MFADevice{{Serial: "arn:aws:iam::111122223333:u2f/user/ann/k"}, {Serial: "GAKT1"}},
			rule: "mfaDevices length() = 2 and mfaDevices contain [ kind = 'fido' ] and mfaDevices contain [ kind = 'hardware' ] and mfaType = 'fido'", want: gsl.Pass},
		{name: "no MFA, no device", rule: "mfaDevices isEmpty() and mfaType isEmpty() and hasHardwareMfa = false", want: gsl.Pass},
		{name: "beside a virtual device there may be others", mfa: true, virtual: []iam.VirtualDevice{{Serial: "arn:aws:iam::111122223333:mfa/ann"}},
			rule: "mfaDevices contain [ kind = 'virtual' ] and mfaDevices contain [ kind = 'fido' ]", want: gsl.Undecided},
		{name: "a virtual device enrolled since the report", virtual: []iam.VirtualDevice{{Serial: "arn:aws:iam::111122223333:mfa/ann"}},
			rule: "mfaDevices contain [ kind = 'virtual' ]", want: gsl.Pass},
		{name: "one key in two places of one age", slots: [2]iam.KeySlot{slot(old), slot(old)}, listed: &[]iam.AccessKey{key("AKIA1", old)},
			rule: "accessKeys contain [ lastUsedDate > 0 ]", want: gsl.Undecided},
		{name: "a key made since the list", slots: [2]iam.KeySlot{slot(old), slot(young)}, listed: &[]iam.AccessKey{key("AKIA1", old)}, older: iam.AccessKeyList,
			rule: "accessKeys length() = 2 and accessKeys contain [ id = 'AKIA1' and isActive = true ] and accessKeys contain [ slot = 2 and isActive = true ]", want: gsl.Pass},
		{name: "an older list says of a younger key nothing", slots: [2]iam.KeySlot{slot(young), empty}, listed: &[]iam.AccessKey{}, older: iam.AccessKeyList,
			rule: "accessKeys contain [ id = 'AKIA1' ]", want: gsl.Undecided},

		{name: "a device enrolled since the report", devices: &[]iam.MFADevice{{Serial: "GAKT1"}}, rule: "mfaActive = true", want: gsl.Pass},
		{name: "a device taken away since the report", mfa: true, devices: &[]iam.MFADevice{}, rule: "mfaActive = false and mfaDevices isEmpty()", want: gsl.Pass},
		{name: "a list older than the report", mfa: true, devices: &[]iam.MFADevice{}, older: iam.MFADeviceList, rule: "mfaActive = true", want: gsl.Pass},
		{name: "which then does not tell the kind", mfa: true, devices: &[]iam.MFADevice{{Serial: "GAKT1"}}, older: iam.MFADeviceList, rule: "hasHardwareMfa = true", want: gsl.Undecided},
		{name: "the first of several devices is known where all are", mfa: true, virtual: []iam.VirtualDevice{{Serial: "arn:aws:iam::111122223333:mfa/ann"}},
			rule: "mfaType = 'virtual'", want: gsl.Undecided},
		{name: "no serial number, no kind", devices: &[]iam.MFADevice{{}}, rule: "mfaType = 'hardware' or hasHardwareMfa = true", want: gsl.Undecided},

		{name: "a password set since the report", login: iam.Is(iam.Login{Created: young}), rule: "passwordEnabled = true", want: gsl.Pass},
		{name: "of its age the report knows nothing", login: iam.Is(iam.Login{Created: young}), rule: "passwordLastChanged > 0", want: gsl.Undecided},
		{name: "nor of its use", login: iam.Is(iam.Login{Created: young}), rule: "passwordLastUsed > 0", want: gsl.Undecided},
		{name: "a login profile older than the report", login: iam.Is(iam.Login{Created: young}), older: iam.LoginProfile, rule: "passwordEnabled = false", want: gsl.Pass},
		{name: "a device that is not virtual may be gone by now", mfa: true, rule: "hasHardwareMfa = true", want: gsl.Undecided},
	} {
		u := iam.User{Name: "ann", ARN: userARN, Grants: &iam.Grants{}, VirtualMFA: tt.virtual, Report: &iam.ReportRow{Keys: tt.slots, MFAActive: iam.Is(tt.mfa),
			PasswordEnabled: iam.Is(false), PasswordLastChanged: iam.None[iam.Time](), PasswordLastUsed: iam.None[iam.Time]()}}
		u.AccessKeys, u.MFADevices, u.Login = tt.listed, tt.devices, tt.login
		if tt.slots == [2]iam.KeySlot{} {
			u.Report.Keys = [2]iam.KeySlot{empty, empty}
		}
		s := &iam.Snapshot{Users: []iam.User{{Name: iam.RootName, Root: true}, u}, Sources: []iam.Source{
			{Name: iam.Details, State: iam.Read}, {Name: iam.CredentialReport, State: iam.Read, At: young}, {Name: iam.VirtualMFA, State: iam.Read}}}
		if tt.older != "" {
			s.Sources = append(s.Sources, iam.Source{Name: tt.older, State: iam.Read, At: old})
		}
		r, err := syntax.Parse("IamUser where name = 'ann' should have " + tt.rule)
		if err != nil {
			t.Fatal(err)
		}
		p, _, err := gsl.Compile(entity.Schema, r, gsl.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got := p.Eval(&gsl.Machine{Now: int64(young)}, &entity.New(s, nil).Users[1]); got != tt.want {
			t.Errorf("%s: outcome %d, want %d", tt.name, got, tt.want)
		}
	}
}
