package iam

import (
	"slices"
	"strings"
)

// Credentials are what no bulk read tells of a user's credentials. Each is
// read only where a rule needs it, and nil, or unknown, where it was not.
type Credentials struct {
	AccessKeys         *[]AccessKey         `json:"accessKeys,omitzero"`         // AccessKeyList
	SSHKeys            *[]SSHKey            `json:"sshKeys,omitzero"`            // SSHKeyList
	MFADevices         *[]MFADevice         `json:"mfaDevices,omitzero"`         // MFADeviceList
	ServiceCredentials *[]ServiceCredential `json:"serviceCredentials,omitzero"` // ServiceCredentialList
	Certificates       *[]Certificate       `json:"certificates,omitzero"`       // CertificateList; not the report's places
	Login              Fact[Login]          `json:"login,omitzero"`              // LoginProfile; Absent without password
}

// An AccessKey is an access key by its id, which is no secret.
type AccessKey struct {
	ID      string `json:"id"`
	Active  bool   `json:"active"`
	Created Time   `json:"created"`
}

// An SSHKey is a public key for CodeCommit.
type SSHKey struct {
	ID       string `json:"id"`
	Active   bool   `json:"active"`
	Uploaded Time   `json:"uploaded"`
	Body     string `json:"body,omitzero"` // the public key, by SSHKeyBody
}

// A Certificate is a user's X.509 signing certificate.
type Certificate struct {
	ID       string `json:"id"`
	Active   bool   `json:"active"`
	Uploaded Time   `json:"uploaded"`
	Body     string `json:"body"` // PEM; the private key is nowhere in AWS
}

// An MFADevice is a device of any kind.
type MFADevice struct {
	Serial  string `json:"serial"`
	Enabled Time   `json:"enabled"`
}

// The kinds of MFA devices.
const (
	VirtualKind  = "virtual"
	FIDOKind     = "fido" // security keys and passkeys
	HardwareKind = "hardware"
	SMSKind      = "sms"
)

// Kind tells the device's kind by the form of its serial number: that of a
// hardware token is no ARN. It is "" where there is none.
func (d *MFADevice) Kind() string {
	a, ok := ParseARN(d.Serial)
	kind, _, _ := strings.Cut(a.Resource, "/")
	switch {
	case d.Serial == "":
		return ""
	case !ok:
		return HardwareKind
	case kind == "u2f":
		return FIDOKind
	case kind == "sms-mfa":
		return SMSKind
	}
	return VirtualKind
}

// A ServiceCredential is a user name with a password, or an API key, for one
// service.
type ServiceCredential struct {
	ID       string `json:"id"`
	Service  string `json:"service"`           // such as codecommit.amazonaws.com
	UserName string `json:"userName,omitzero"` // at the service
	Status   string `json:"status"`            // Active, Inactive or Expired
	Created  Time   `json:"created"`           //
	Expires  Time   `json:"expires,omitzero"`  // 0 for never
	Alias    string `json:"alias,omitzero"`    // of an API key
}

// String is the key in words.
func (k *SSHKey) String() string { return inWords("SSH key "+k.ID, k.Active, k.Uploaded) }

// String is the device in words.
func (d *MFADevice) String() string { return d.Kind() + " MFA device " + d.Serial }

// String is the credential in words.
func (c *ServiceCredential) String() string {
	return inWords("credential "+c.ID+" for "+c.Service, c.Status == "Active", c.Created)
}

func inWords(what string, active bool, since Time) string {
	if !active {
		what += ", inactive"
	}
	if since != 0 {
		what += ", of " + since.String()
	}
	return what
}

// A Login is a console password, of which nobody can read more.
type Login struct {
	Created       Time `json:"created"`
	ResetRequired bool `json:"resetRequired"`
}

// A ServerCertificate is a TLS certificate kept in IAM.
type ServerCertificate struct {
	Name     string `json:"name"`
	ARN      string `json:"arn"`
	ID       string `json:"id"`
	Path     string `json:"path,omitzero"`
	Uploaded Time   `json:"uploaded,omitzero"`
	Expires  Time   `json:"expires,omitzero"`
}

// add takes over what more is known.
func (c *Credentials) add(more Credentials) {
	put(&c.AccessKeys, more.AccessKeys)
	put(&c.SSHKeys, more.SSHKeys)
	put(&c.MFADevices, more.MFADevices)
	put(&c.ServiceCredentials, more.ServiceCredentials)
	put(&c.Certificates, more.Certificates)
	if more.Login.State != Unknown {
		c.Login = more.Login
	}
}

func put[T any](to **T, from *T) {
	if from != nil {
		*to = from
	}
}

// addCredentials gives users what was read of them by name. A name that was
// deleted and made again means the user that exists now.
func (m *merger) addCredentials(byName map[string]*Credentials) {
	if len(byName) == 0 {
		return
	}
	for i := range m.users {
		u := &m.users[i]
		if more := byName[strings.ToLower(u.Name)]; more != nil && !u.Root && (u.Grants != nil || u.Listed || len(m.byARN[u.ARN]) == 1) {
			u.add(*more)
		}
	}
}

// CredentialsOf is the place for what single reads tell of a user.
func (p *Parts) CredentialsOf(name string) *Credentials {
	if p.Credentials == nil {
		p.Credentials = map[string]*Credentials{}
	}
	key := strings.ToLower(name)
	if p.Credentials[key] == nil {
		p.Credentials[key] = &Credentials{}
	}
	return p.Credentials[key]
}

// HasKey tells whether the user has an access key, by the credential report.
func (u *User) HasKey() Fact[bool] {
	if u.Report == nil {
		return Fact[bool]{}
	}
	slots := [2]Fact[bool]{u.Report.Keys[0].Present(), u.Report.Keys[1].Present()}
	switch {
	case slices.Contains(slots[:], Is(true)):
		return Is(true)
	case slots[0] == Is(false) && slots[1] == Is(false):
		return Is(false)
	}
	return Fact[bool]{}
}
