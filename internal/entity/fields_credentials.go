package entity

import (
	"github.com/rollcall-iam/rollcall/internal/gsl"
	"github.com/rollcall-iam/rollcall/internal/iam"
)

var sshKeyType = &gsl.Type{Name: "SSHKey", Doc: "a public key for CodeCommit", Fields: []gsl.Field{
	field("id", gsl.StringKind, fromSSHList, "the key's id", func(k *iam.SSHKey) gsl.Value { return gsl.String(k.ID) }),
	known("isActive", fromSSHList, "the key can be used", func(k *iam.SSHKey) bool { return k.Active }),
	field("uploadDate", gsl.DateKind, fromSSHList, "when it was uploaded", func(k *iam.SSHKey) gsl.Value { return moment(k.Uploaded) }),
}}

var mfaDeviceType = &gsl.Type{Name: "MFADevice", Doc: "an MFA device", Fields: []gsl.Field{
	field("serialNumber", gsl.StringKind, fromMFAList, "the device's serial number, mostly an ARN", func(d *iam.MFADevice) gsl.Value { return gsl.String(d.Serial) }),
	field("kind", gsl.StringKind, fromMFAList, "virtual, fido (security keys and passkeys), hardware or sms", deviceKind),
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
	unreadTags("ListServerCertificateTags"),
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
