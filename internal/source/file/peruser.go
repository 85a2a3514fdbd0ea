package file

import (
	"slices"

	"github.com/rollcall-iam/rollcall/internal/iam"
)

// The outputs that are about one user name the user in each element, so one
// without elements says nothing of anybody.

// A listed is one element of such an output as AWS writes it.
type listed interface {
	// user is whom it belongs to.
	user() string
	// lacks names the first member that AWS always writes and that is not there,
	// or has a value that says nothing; "" for none.
	lacks() string
}

// perUser reads a list whose elements name their users, and puts together what
// belongs to each once the listing has turned out to be whole.
func perUser[W listed, T any](r *reader, d *decoder, convert func(W) T, place func(*iam.Credentials) **[]T) error {
	byUser := map[string][]T{}
	err := d.array(func() error {
		var w W
		if err := d.into(&w); err != nil {
			return err
		}
		member := w.lacks()
		if w.user() == "" {
			member = "UserName"
		}
		if member != "" {
			return d.wrong(member + " is missing, or has a value that is not known")
		}
		byUser[w.user()] = append(byUser[w.user()], convert(w))
		return nil
	})
	r.keep = func(whole bool) {
		for user, list := range byUser {
			at := place(r.parts.CredentialsOf(user))
			*at = nil // what another page said is not all either
			if whole {
				*at = &list
			}
		}
	}
	return err
}

// lacking is the first member whose value is empty; members are names, each
// with its value.
func lacking(members ...string) string {
	for i := 0; i < len(members); i += 2 {
		if members[i+1] == "" {
			return members[i]
		}
	}
	return ""
}

// status is a status that AWS knows, "" for any other.
func status(s string) string {
	if s == "Active" || s == "Inactive" || s == "Expired" {
		return s
	}
	return ""
}

// dated is a moment as a member of lacking.
func dated(t iam.Time) string {
	if t == 0 {
		return ""
	}
	return t.String()
}

type wireKey struct {
	UserName, AccessKeyId, Status string //nolint:revive // AWS's spelling
	CreateDate                    iam.Time
}

func (w wireKey) user() string { return w.UserName }
func (w wireKey) lacks() string {
	return lacking("AccessKeyId", w.AccessKeyId, "Status", status(w.Status), "CreateDate", dated(w.CreateDate))
}

func (r *reader) accessKeys(d *decoder) error {
	return perUser(r, d, func(w wireKey) iam.AccessKey {
		return iam.AccessKey{ID: w.AccessKeyId, Active: w.Status == "Active", Created: w.CreateDate}
	}, func(c *iam.Credentials) **[]iam.AccessKey { return &c.AccessKeys })
}

type wireSSHKey struct {
	UserName, SSHPublicKeyId, Status string //nolint:revive // AWS's spelling
	UploadDate                       iam.Time
}

func (w wireSSHKey) user() string { return w.UserName }
func (w wireSSHKey) lacks() string {
	return lacking("SSHPublicKeyId", w.SSHPublicKeyId, "Status", status(w.Status), "UploadDate", dated(w.UploadDate))
}

func (r *reader) sshKeys(d *decoder) error {
	return perUser(r, d, func(w wireSSHKey) iam.SSHKey {
		return iam.SSHKey{ID: w.SSHPublicKeyId, Active: w.Status == "Active", Uploaded: w.UploadDate}
	}, func(c *iam.Credentials) **[]iam.SSHKey { return &c.SSHKeys })
}

type wireDevice struct {
	UserName, SerialNumber string
	EnableDate             iam.Time
}

func (w wireDevice) user() string  { return w.UserName }
func (w wireDevice) lacks() string { return lacking("SerialNumber", w.SerialNumber) }

func (r *reader) mfaDevices(d *decoder) error {
	return perUser(r, d, func(w wireDevice) iam.MFADevice {
		return iam.MFADevice{Serial: w.SerialNumber, Enabled: w.EnableDate}
	}, func(c *iam.Credentials) **[]iam.MFADevice { return &c.MFADevices })
}

type wireServiceCredential struct {
	UserName, Status, ServiceName, ServiceUserName, ServiceSpecificCredentialId, ServiceCredentialAlias string //nolint:revive // AWS's spelling
	CreateDate, ExpirationDate                                                                          iam.Time
}

func (w wireServiceCredential) user() string { return w.UserName }
func (w wireServiceCredential) lacks() string {
	return lacking("ServiceSpecificCredentialId", w.ServiceSpecificCredentialId, "ServiceName", w.ServiceName, "Status", status(w.Status),
		"CreateDate", dated(w.CreateDate))
}

// serviceCredentials reads a list that may be of all users or of one: only
// those it names are known to have what it says.
func (r *reader) serviceCredentials(d *decoder) error {
	return perUser(r, d, func(w wireServiceCredential) iam.ServiceCredential {
		return iam.ServiceCredential{ID: w.ServiceSpecificCredentialId, Service: w.ServiceName, UserName: w.ServiceUserName,
			Status: w.Status, Created: w.CreateDate, Expires: w.ExpirationDate, Alias: w.ServiceCredentialAlias}
	}, func(c *iam.Credentials) **[]iam.ServiceCredential { return &c.ServiceCredentials })
}

func (r *reader) login(d *decoder) error {
	var w struct {
		UserName              string
		CreateDate            iam.Time
		PasswordResetRequired bool
	}
	if err := d.into(&w); err != nil {
		return err
	}
	if w.UserName == "" {
		return d.wrong("UserName is missing")
	}
	r.parts.CredentialsOf(w.UserName).Login = iam.Is(iam.Login{Created: w.CreateDate, ResetRequired: w.PasswordResetRequired})
	return nil
}

// certificates are kept of every page; a listing that is cut is for the source
// to say.
func (r *reader) certificates(d *decoder) error {
	type wire struct {
		ServerCertificateName, Arn, ServerCertificateId, Path string //nolint:revive // AWS's spelling
		UploadDate, Expiration                                iam.Time
	}
	list := []iam.ServerCertificate{}
	err := d.array(func() error {
		var w wire
		if err := d.into(&w); err != nil {
			return err
		}
		if m := lacking("ServerCertificateName", w.ServerCertificateName, "Arn", w.Arn, "Expiration", dated(w.Expiration)); m != "" {
			return d.wrong(m + " is missing")
		}
		list = append(list, iam.ServerCertificate{Name: w.ServerCertificateName, ARN: w.Arn, ID: w.ServerCertificateId, Path: w.Path,
			Uploaded: w.UploadDate, Expires: w.Expiration})
		return nil
	})
	r.keep = func(whole bool) {
		if old := r.parts.Certificates; old != nil && !whole {
			list = newest(slices.Concat(*old, list), len(*old), func(c *iam.ServerCertificate) string { return c.ARN })
		}
		r.parts.Certificates = &list
	}
	return err
}
