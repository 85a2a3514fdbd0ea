package awstest

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
)

// sshKeyText is a public key whose private half is nowhere.
const sshKeyText = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQDTbMVnVkMJxYPEAqzXVRG7ADfE8JfYQv0G5cyL2BJ1kZQnqkYgBHyzGXwzrPiaeyEiXx9Gqi8XLTLPXXWZkMZkF5zZ0kQZLsV3Uj9DpmwJgkPtbWQcrhC9eZzNQwYvQYvXnXRmGmRkqXNzkaNAVgPV2T4PyEFGW0kdlJtyEhVQ8w== nobody"

// SSHKey gives a user an SSH public key.
func (b *Builder) SSHKey(user string) {
	_, err := b.iam.UploadSSHPublicKey(ctx, &iam.UploadSSHPublicKeyInput{UserName: &user, SSHPublicKeyBody: aws.String(sshKeyText)})
	must(b, 0, err)
}

// ServerCertificate keeps a certificate, which is none, under a name.
func (b *Builder) ServerCertificate(name string) {
	_, err := b.iam.UploadServerCertificate(ctx, &iam.UploadServerCertificateInput{ServerCertificateName: &name,
		CertificateBody: aws.String("-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----"), PrivateKey: aws.String("none")})
	must(b, 0, err)
}

// ServiceCredential gives a user a credential for a service. Moto cannot.
func (b *Builder) ServiceCredential(user, service string) {
	_, err := b.iam.CreateServiceSpecificCredential(ctx, &iam.CreateServiceSpecificCredentialInput{UserName: &user, ServiceName: &service})
	must(b, 0, err)
}

// owned is a credential that only its own listing shows.
type owned struct{ id, user, service string }

// credentialActions are the actions on what no bulk read shows.
func credentialActions() map[string]action {
	return map[string]action{
		"UploadSSHPublicKey": (*StandIn).uploadSSHKey, "ListSSHPublicKeys": (*StandIn).listSSHKeys,
		"CreateServiceSpecificCredential": (*StandIn).createServiceCredential, "ListServiceSpecificCredentials": (*StandIn).listServiceCredentials,
		"UploadServerCertificate": (*StandIn).uploadCertificate, "ListServerCertificates": (*StandIn).listCertificates,
		"ListAccessKeys": (*StandIn).listAccessKeys, "ListMFADevices": (*StandIn).listMFADevices, "GetLoginProfile": (*StandIn).loginProfile,
	}
}

func (s *StandIn) uploadSSHKey(form url.Values) (any, error) {
	u, err := s.user(form)
	if err == nil {
		s.sshKeys = append(s.sshKeys, owned{id: s.id("APKA"), user: u.name})
	}
	return nil, err
}

func (s *StandIn) listSSHKeys(form url.Values) (any, error) {
	type keyXML struct{ UserName, SSHPublicKeyId, Status, UploadDate string } //nolint:revive // AWS's spelling
	u, err := s.user(form)
	if err != nil {
		return nil, err
	}
	var out struct {
		List        []keyXML `xml:"SSHPublicKeys>member"`
		IsTruncated bool
	}
	for _, o := range s.sshKeys {
		if o.user == u.name {
			out.List = append(out.List, keyXML{u.name, o.id, "Active", stamp(s.clock)})
		}
	}
	return out, nil
}

func (s *StandIn) createServiceCredential(form url.Values) (any, error) {
	u, err := s.user(form)
	if err == nil {
		s.services = append(s.services, owned{s.id("ACCA"), u.name, form.Get("ServiceName")})
	}
	return nil, err
}

// listServiceCredentials is of one user, or of all.
func (s *StandIn) listServiceCredentials(form url.Values) (any, error) {
	type credentialXML struct {
		UserName, ServiceName, ServiceUserName, ServiceSpecificCredentialId, Status, CreateDate string //nolint:revive // AWS's spelling
	}
	var out struct {
		List        []credentialXML `xml:"ServiceSpecificCredentials>member"`
		IsTruncated bool
		Marker      string `xml:",omitempty"`
	}
	if form.Get("AllUsers") != "true" {
		return nil, &fault{http.StatusBadRequest, "ValidationError", "the stand-in lists those of all users only"}
	}
	from, to, marker := s.page(form, len(s.services))
	out.Marker, out.IsTruncated = marker, marker != ""
	for _, o := range s.services[from:to] {
		out.List = append(out.List, credentialXML{o.user, o.service, o.user + "-at-" + AccountID, o.id, "Active", stamp(s.clock)})
	}
	return out, nil
}

func (s *StandIn) uploadCertificate(form url.Values) (any, error) {
	s.certificates = append(s.certificates, owned{id: s.id("ASCA"), user: form.Get("ServerCertificateName")})
	return nil, nil
}

func (s *StandIn) listCertificates(form url.Values) (any, error) {
	type certificateXML struct {
		ServerCertificateName, ServerCertificateId, Arn, Path, UploadDate, Expiration string //nolint:revive // AWS's spelling
	}
	var out struct {
		List        []certificateXML `xml:"ServerCertificateMetadataList>member"`
		IsTruncated bool
		Marker      string `xml:",omitempty"`
	}
	from, to, marker := s.page(form, len(s.certificates))
	out.Marker, out.IsTruncated = marker, marker != ""
	for _, o := range s.certificates[from:to] {
		out.List = append(out.List, certificateXML{o.user, o.id, arnPrefix + "server-certificate/" + o.user, "/", stamp(s.clock), stamp(s.clock.Add(90 * 24 * time.Hour))})
	}
	return out, nil
}

func (s *StandIn) listAccessKeys(form url.Values) (any, error) {
	type keyXML struct{ UserName, AccessKeyId, Status, CreateDate string } //nolint:revive // AWS's spelling
	u, err := s.user(form)
	if err != nil {
		return nil, err
	}
	var out struct {
		List        []keyXML `xml:"AccessKeyMetadata>member"`
		IsTruncated bool
	}
	for _, k := range u.keys {
		status := "Inactive"
		if k.active {
			status = "Active"
		}
		out.List = append(out.List, keyXML{u.name, k.id, status, stamp(k.created)})
	}
	return out, nil
}

func (s *StandIn) listMFADevices(form url.Values) (any, error) {
	type deviceXML struct{ UserName, SerialNumber, EnableDate string }
	u, err := s.user(form)
	if err != nil {
		return nil, err
	}
	var out struct {
		List        []deviceXML `xml:"MFADevices>member"`
		IsTruncated bool
	}
	for _, d := range s.devices {
		if strings.EqualFold(d.user, u.name) {
			out.List = append(out.List, deviceXML{u.name, arnPrefix + "mfa/" + d.name, stamp(s.clock)})
		}
	}
	return out, nil
}

func (s *StandIn) loginProfile(form url.Values) (any, error) {
	type profileXML struct {
		UserName, CreateDate  string
		PasswordResetRequired bool
	}
	u, err := s.user(form)
	if err != nil {
		return nil, err
	}
	if !u.password {
		return nil, &fault{http.StatusNotFound, "NoSuchEntity", "Login Profile for User " + u.name + " cannot be found."}
	}
	return struct{ LoginProfile profileXML }{profileXML{u.name, stamp(s.clock), false}}, nil
}
