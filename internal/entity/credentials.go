package entity

import (
	"strconv"

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
)

// owned is a list that is read on demand; root's is not for others to list.
func owned[T any](u *User, list *[]T, name iam.SourceName) gsl.Value {
	if list == nil {
		return gsl.Unknown(u.account.gap(u.User, name))
	}
	return objects(list)
}

// A Key is an access key: what the credential report has in one of its two
// places, what ListAccessKeys says of it, or both.
type Key struct {
	Slot int // 1 or 2; 0 where the report does not have the key
	*iam.KeySlot
	Listed *iam.AccessKey // nil where it was not read
	user   *User
}

// Describe is the key's place or id, age and use in words.
func (k *Key) Describe() string {
	s := "access key"
	switch {
	case k.Slot > 0:
		s += " " + strconv.Itoa(k.Slot)
	case k.Listed != nil:
		s += " " + k.Listed.ID
	}
	if k.active() == iam.Is(false) {
		s += ", inactive"
	}
	if at := k.created(); at.State == iam.Known {
		s += ", created " + at.Value.String()
	}
	if k.KeySlot == nil {
		return s
	}
	switch k.LastUsed.State {
	case iam.Known:
		s += ", last used " + k.LastUsed.Value.String()
	case iam.Absent:
		s += ", never used"
	}
	return s
}

// String is Describe.
func (k *Key) String() string { return k.Describe() }

// active and created are the list's where it was read, which is of now.
func (k *Key) active() iam.Fact[bool] {
	if k.Listed != nil {
		return iam.Is(k.Listed.Active)
	}
	return k.Active
}

func (k *Key) created() iam.Fact[iam.Time] {
	if k.Listed != nil {
		return iam.Is(k.Listed.Created)
	}
	return k.LastRotated
}

// id is known where the list was read and has one key only of that age.
func (k *Key) id() gsl.Value {
	if k.Listed == nil {
		if k.user.AccessKeys != nil {
			return gsl.Unknown(&iam.Gap{Source: iam.AccessKeyList, State: iam.Read, Note: "several keys are of the same age"})
		}
		return gsl.Unknown(k.user.account.gap(k.user.User, iam.AccessKeyList))
	}
	return gsl.String(k.Listed.ID)
}

func (k *Key) isActive() gsl.Value { return k.user.toldOfKeys(boolean(k.active())) }

func (k *Key) lastRotated() gsl.Value { return k.user.toldOfKeys(date(k.created())) }

func (k *Key) slot() gsl.Value {
	if k.Slot == 0 {
		return gsl.Null
	}
	return gsl.Number(float64(k.Slot))
}

// unreported says why the report tells nothing of a listed key.
func (k *Key) unreported() *iam.Gap {
	if k.user.Report == nil {
		return k.user.account.gap(k.user.User, iam.CredentialReport)
	}
	return k.user.unsaid("access key " + k.Listed.ID)
}

func (u *User) toldOfKeys(v gsl.Value) gsl.Value { return u.told(v, "access keys") }

// readKeys collects the access keys there are. Where they were listed, that
// says which there are and the report says of their use; else the report does.
func (u *User) readKeys() {
	if u.Report != nil {
		for i := range u.Report.Keys {
			u.slots[i] = Key{Slot: i + 1, KeySlot: &u.Report.Keys[i], user: u}
		}
	}
	if u.AccessKeys != nil {
		u.keys = u.listedKeys()
		return
	}
	if u.Report == nil {
		u.keysGap = u.account.gap(u.User, iam.CredentialReport)
		return
	}
	u.keys = u.two[:0]
	for i := range u.slots {
		switch present := u.slots[i].Present(); {
		case present == iam.Is(true):
			u.keys = append(u.keys, &u.slots[i])
		case present.State != iam.Known:
			u.keysGap = u.unsaid("access keys")
		}
	}
}

func (u *User) listedKeys() []*Key {
	var out []*Key
	for i := range *u.AccessKeys {
		k := &Key{Listed: &(*u.AccessKeys)[i], user: u}
		if slot := u.slotOf(k.Listed); slot != nil {
			k.Slot, k.KeySlot = slot.Slot, slot.KeySlot
		}
		out = append(out, k)
	}
	return out
}

// slotOf is the report's place for a listed key: the one of its age, where no
// other key is of that age.
func (u *User) slotOf(listed *iam.AccessKey) *Key {
	same := 0
	for _, k := range *u.AccessKeys {
		if k.Created == listed.Created {
			same++
		}
	}
	if u.Report == nil || same > 1 {
		return nil
	}
	for i := range u.slots {
		if u.slots[i].LastRotated == iam.Is(listed.Created) {
			return &u.slots[i]
		}
	}
	return nil
}

// keyList is the List of a user's keys.
type keyList User

func (l *keyList) Len() int           { return len(l.keys) }
func (l *keyList) At(i int) gsl.Value { return gsl.Object(l.keys[i]) }
func (l *keyList) Gap() any {
	if l.keysGap == nil {
		return nil
	}
	return l.keysGap
}

func (u *User) accessKeys() gsl.Value {
	if u.Report == nil && u.AccessKeys == nil {
		if n, ok := u.counted("AccountAccessKeysPresent"); ok && n == 0 {
			return gsl.ListOf(noWords)
		}
		return u.uncounted()
	}
	return gsl.ListOf((*keyList)(u))
}

// devices are the MFA devices: all of them where they were listed, none where
// the report says so, and else the virtual ones, which may not be all.
func (u *User) devices() gsl.Value {
	if u.MFADevices != nil {
		return objects(u.MFADevices)
	}
	if u.Report != nil && u.Report.MFAActive == iam.Is(false) && len(u.VirtualMFA) == 0 {
		return gsl.ListOf(noWords)
	}
	out := make(gsl.Values, len(u.VirtualMFA))
	for i, d := range u.VirtualMFA {
		out[i] = gsl.Object(&iam.MFADevice{Serial: d.Serial, Enabled: d.Enabled})
	}
	return gsl.Partial(out, u.account.gap(u.User, iam.MFADeviceList))
}

// mfaType is the first device's kind.
func (u *User) mfaType() gsl.Value {
	v := u.devices()
	l := v.Object().(gsl.List)
	switch {
	case l.Len() > 0:
		return gsl.String(l.At(0).Object().(*iam.MFADevice).Kind())
	case l.Gap() != nil:
		return gsl.Unknown(l.Gap())
	}
	return gsl.String("")
}

func (u *User) resetRequired() gsl.Value {
	switch u.Login.State {
	case iam.Known:
		return gsl.Bool(u.Login.Value.ResetRequired)
	case iam.Absent:
		return gsl.Bool(false)
	}
	if u.Report != nil && u.Report.PasswordEnabled == iam.Is(false) {
		return gsl.Bool(false)
	}
	return gsl.Unknown(u.account.gap(u.User, iam.LoginProfile))
}

var sshKeyType = &gsl.Type{Name: "SSHKey", Doc: "a public key for CodeCommit", Fields: []gsl.Field{
	field("id", gsl.StringKind, fromSSHList, "the key's id", func(k *iam.SSHKey) gsl.Value { return gsl.String(k.ID) }),
	known("isActive", fromSSHList, "the key can be used", func(k *iam.SSHKey) bool { return k.Active }),
	field("uploadDate", gsl.DateKind, fromSSHList, "when it was uploaded", func(k *iam.SSHKey) gsl.Value { return moment(k.Uploaded) }),
}}

var mfaDeviceType = &gsl.Type{Name: "MFADevice", Doc: "an MFA device", Fields: []gsl.Field{
	field("serialNumber", gsl.StringKind, fromMFAList, "the device's serial number, mostly an ARN", func(d *iam.MFADevice) gsl.Value { return gsl.String(d.Serial) }),
	field("kind", gsl.StringKind, fromMFAList, "virtual, fido (security keys and passkeys), hardware or sms", func(d *iam.MFADevice) gsl.Value { return gsl.String(d.Kind()) }),
	field("enableDate", gsl.DateKind, fromMFAList, "when it was enabled", func(d *iam.MFADevice) gsl.Value { return moment(d.Enabled) }),
}}

var serviceCredentialType = &gsl.Type{Name: "ServiceCredential", Doc: "a user name with password, or an API key, for one service", Fields: []gsl.Field{
	field("id", gsl.StringKind, fromServiceList, "the credential's id", func(c *iam.ServiceCredential) gsl.Value { return gsl.String(c.ID) }),
	field("service", gsl.StringKind, fromServiceList, "such as codecommit.amazonaws.com or bedrock.amazonaws.com", func(c *iam.ServiceCredential) gsl.Value { return gsl.String(c.Service) }),
	field("status", gsl.StringKind, fromServiceList, "Active, Inactive or Expired", func(c *iam.ServiceCredential) gsl.Value { return gsl.String(c.Status) }),
	known("isActive", fromServiceList, "it can be used", func(c *iam.ServiceCredential) bool { return c.Status == "Active" }),
	field("createDate", gsl.DateKind, fromServiceList, "when it was created", func(c *iam.ServiceCredential) gsl.Value { return moment(c.Created) }),
	field("expirationDate", gsl.DateKind, fromServiceList, "when it expires, null for never", func(c *iam.ServiceCredential) gsl.Value { return moment(c.Expires) }),
}}

var certificateType = &gsl.Type{Name: IamServerCertificate, Doc: "a TLS certificate kept in IAM", Fields: append([]gsl.Field{
	field("id", gsl.StringKind, fromCertificates, "unique id", func(c *Certificate) gsl.Value { return gsl.String(c.ID) }),
	field("type", gsl.StringKind, fromCertificates, IamServerCertificate, func(*Certificate) gsl.Value { return gsl.String(IamServerCertificate) }),
	field("name", gsl.StringKind, fromCertificates, "name", func(c *Certificate) gsl.Value { return gsl.String(c.Name) }),
	field("arn", gsl.StringKind, fromCertificates, "ARN", func(c *Certificate) gsl.Value { return gsl.String(c.ARN) }),
	field("path", gsl.StringKind, fromCertificates, "path", func(c *Certificate) gsl.Value { return gsl.String(c.Path) }),
	field("accountNumber", gsl.StringKind, fromAny, "the account's number", func(c *Certificate) gsl.Value { return gsl.String(c.account.View.Account.ID) }),
	untold("ListServerCertificateTags"),
	field("expiration", gsl.DateKind, fromCertificates, "when it expires", func(c *Certificate) gsl.Value { return moment(c.Expires) }),
	field("uploadDate", gsl.DateKind, fromCertificates, "when it was uploaded", func(c *Certificate) gsl.Value { return moment(c.Uploaded) }),
}, common...)}

// A Certificate is a server certificate as rules see it.
type Certificate struct {
	*iam.ServerCertificate
	account *Account
}

// String is the certificate's name.
func (c *Certificate) String() string { return c.Name }
