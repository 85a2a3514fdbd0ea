package file

import (
	"errors"

	"github.com/rollcall-iam/rollcall/internal/iam"
)

// The outputs that are about one user name the user in each element, so one
// without elements says nothing of anybody.

// perUser reads a list whose elements name their users, and puts together
// what belongs to each.
func perUser[W, T any](r *reader, d *decoder, convert func(*W) (user string, v T), place func(*iam.Credentials) **[]T) error {
	byUser := map[string][]T{}
	err := d.array(func() error {
		w := new(W)
		if err := d.into(w); err != nil {
			return err
		}
		user, v := convert(w)
		if user == "" {
			return errors.New("UserName is missing")
		}
		byUser[user] = append(byUser[user], v)
		return nil
	})
	for user, list := range byUser {
		*place(r.parts.CredentialsOf(user)) = &list
	}
	return err
}

func (r *reader) accessKeys(d *decoder) error {
	type wire struct {
		UserName, AccessKeyId, Status string //nolint:revive // AWS's spelling
		CreateDate                    iam.Time
	}
	return perUser(r, d, func(w *wire) (string, iam.AccessKey) {
		return w.UserName, iam.AccessKey{ID: w.AccessKeyId, Active: w.Status == "Active", Created: w.CreateDate}
	}, func(c *iam.Credentials) **[]iam.AccessKey { return &c.AccessKeys })
}

func (r *reader) sshKeys(d *decoder) error {
	type wire struct {
		UserName, SSHPublicKeyId, Status string //nolint:revive // AWS's spelling
		UploadDate                       iam.Time
	}
	return perUser(r, d, func(w *wire) (string, iam.SSHKey) {
		return w.UserName, iam.SSHKey{ID: w.SSHPublicKeyId, Active: w.Status == "Active", Uploaded: w.UploadDate}
	}, func(c *iam.Credentials) **[]iam.SSHKey { return &c.SSHKeys })
}

func (r *reader) mfaDevices(d *decoder) error {
	type wire struct {
		UserName, SerialNumber string
		EnableDate             iam.Time
	}
	return perUser(r, d, func(w *wire) (string, iam.MFADevice) {
		return w.UserName, iam.MFADevice{Serial: w.SerialNumber, Enabled: w.EnableDate}
	}, func(c *iam.Credentials) **[]iam.MFADevice { return &c.MFADevices })
}

// serviceCredentials reads a list that may be of all users or of one: only
// those it names are known to have what it says.
func (r *reader) serviceCredentials(d *decoder) error {
	type wire struct {
		UserName, Status, ServiceName, ServiceUserName, ServiceSpecificCredentialId, ServiceCredentialAlias string //nolint:revive // AWS's spelling
		CreateDate, ExpirationDate                                                                          iam.Time
	}
	return perUser(r, d, func(w *wire) (string, iam.ServiceCredential) {
		return w.UserName, iam.ServiceCredential{ID: w.ServiceSpecificCredentialId, Service: w.ServiceName, UserName: w.ServiceUserName,
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
		return errors.New("UserName is missing")
	}
	r.parts.CredentialsOf(w.UserName).Login = iam.Is(iam.Login{Created: w.CreateDate, ResetRequired: w.PasswordResetRequired})
	return nil
}

func (r *reader) certificates(d *decoder) error {
	type wire struct {
		ServerCertificateName, Arn, ServerCertificateId, Path string //nolint:revive // AWS's spelling
		UploadDate, Expiration                                iam.Time
	}
	list := []iam.ServerCertificate{}
	err := d.array(func() error {
		var w wire
		err := d.into(&w)
		list = append(list, iam.ServerCertificate{Name: w.ServerCertificateName, ARN: w.Arn, ID: w.ServerCertificateId, Path: w.Path,
			Uploaded: w.UploadDate, Expires: w.Expiration})
		return err
	})
	r.parts.Certificates = &list
	return err
}
