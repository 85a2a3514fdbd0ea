package awstest

import (
	"net/http"
	"net/url"
	"strings"
	"time"
)

// credentialActions are the actions on what no bulk read shows.
func credentialActions() map[string]action {
	return map[string]action{
		"UploadSSHPublicKey": (*StandIn).uploadSSHKey, "GetSSHPublicKey": (*StandIn).getSSHKey, "ListSSHPublicKeys": (*StandIn).listSSHKeys,
		"UpdateSSHPublicKey": sshKeys.update, "DeleteSSHPublicKey": sshKeys.remove,
		"UploadSigningCertificate": (*StandIn).uploadCertificate, "ListSigningCertificates": (*StandIn).listCertificates,
		"UpdateSigningCertificate": certificates.update, "DeleteSigningCertificate": certificates.remove,
		"CreateServiceSpecificCredential": (*StandIn).createServiceCredential, "ListServiceSpecificCredentials": (*StandIn).listServiceCredentials,
		"UpdateServiceSpecificCredential": ofServices.update, "DeleteServiceSpecificCredential": ofServices.remove,
		"UploadServerCertificate": (*StandIn).uploadServerCertificate, "ListServerCertificates": (*StandIn).listServerCertificates,
	}
}

type sshKeyXML struct {
	UserName, SSHPublicKeyId, Status, UploadDate string //nolint:revive // AWS's spelling
	SSHPublicKeyBody                             string `xml:",omitempty"`
	Fingerprint                                  string `xml:",omitempty"`
}

func (u *user) sshKeyXML(k credential) sshKeyXML {
	return sshKeyXML{UserName: u.name, SSHPublicKeyId: k.id, Status: k.status(), UploadDate: stamp(k.created)}
}

// withBody is an SSH key as it is answered by itself.
func (x sshKeyXML) withBody(k credential) any {
	x.SSHPublicKeyBody, x.Fingerprint = k.text, fingerprint(k.text)
	return struct{ SSHPublicKey sshKeyXML }{x}
}

func (s *StandIn) uploadSSHKey(form url.Values) (any, error) {
	u, err := s.user(form)
	if err != nil {
		return nil, err
	}
	body := form.Get("SSHPublicKeyBody")
	switch {
	case !strings.HasPrefix(body, "ssh-") && !strings.HasPrefix(body, "-----BEGIN"):
		return nil, malformed("InvalidPublicKey", "public key")
	case sshKeys.has(u, body):
		return nil, duplicate(http.StatusBadRequest, "DuplicateSSHPublicKey", "SSH public key")
	case len(u.sshKeys) >= sshKeysPerUser:
		return nil, exceeds("SSHPublicKeysPerUser", sshKeysPerUser)
	}
	k := sshKeys.add(u, credential{id: s.id("APKA", 16), text: body, created: s.clock})
	return u.sshKeyXML(k).withBody(k), nil
}

// getSSHKey gives the body as it was uploaded, and turns none into another
// encoding.
func (s *StandIn) getSSHKey(form url.Values) (any, error) {
	u, at, err := sshKeys.find(s, form)
	if err != nil {
		return nil, err
	}
	k := u.sshKeys[at]
	if has := strings.HasPrefix(k.text, "ssh-"); has != (form.Get("Encoding") == "SSH") {
		return nil, &fault{http.StatusBadRequest, "UnrecognizedPublicKeyEncoding", "the stand-in has the key in the other encoding alone"}
	}
	return u.sshKeyXML(k).withBody(k), nil
}

func (s *StandIn) listSSHKeys(form url.Values) (any, error) {
	u, err := s.user(form)
	if err != nil {
		return nil, err
	}
	var out struct {
		SSHPublicKeys members[sshKeyXML]
		listing
	}
	page, end := cut(s, form, u.sshKeys)
	out.SSHPublicKeys, out.listing = each(page, u.sshKeyXML), end
	return out, nil
}

type certificateXML struct{ UserName, CertificateId, CertificateBody, Status, UploadDate string } //nolint:revive // AWS's spelling

func (u *user) certificateXML(c credential) certificateXML {
	return certificateXML{u.name, c.id, c.text, c.status(), stamp(c.created)}
}

// uploadCertificate refuses a certificate that any user of the account has.
func (s *StandIn) uploadCertificate(form url.Values) (any, error) {
	u, err := s.user(form)
	if err != nil {
		return nil, err
	}
	body := form.Get("CertificateBody")
	if !isCertificate(body) {
		return nil, malformed("MalformedCertificate", "certificate")
	}
	for _, o := range s.users {
		if certificates.has(o, body) {
			return nil, duplicate(http.StatusConflict, "DuplicateCertificate", "certificate")
		}
	}
	if err := s.full("SigningCertificatesPerUserQuota", "CertificatesPerUser", len(u.certificates)); err != nil {
		return nil, err
	}
	c := certificates.add(u, credential{id: s.id("", 32), text: body, created: s.clock})
	return struct{ Certificate certificateXML }{u.certificateXML(c)}, nil
}

func (s *StandIn) listCertificates(form url.Values) (any, error) {
	u, err := s.user(form)
	if err != nil {
		return nil, err
	}
	var out struct {
		Certificates members[certificateXML]
		listing
	}
	page, end := cut(s, form, u.certificates)
	out.Certificates, out.listing = each(page, u.certificateXML), end
	return out, nil
}

func (s *StandIn) uploadServerCertificate(form url.Values) (any, error) {
	s.serverCertificates = append(s.serverCertificates, credential{id: s.id("ASCA", 17), text: form.Get("ServerCertificateName"), created: s.clock})
	return nil, nil
}

func (s *StandIn) listServerCertificates(form url.Values) (any, error) {
	type certificateXML struct {
		ServerCertificateName, ServerCertificateId, Arn, Path, UploadDate, Expiration string //nolint:revive // AWS's spelling
	}
	var out struct {
		ServerCertificateMetadataList members[certificateXML]
		listing
	}
	page, end := cut(s, form, s.serverCertificates)
	out.ServerCertificateMetadataList, out.listing = each(page, func(c credential) certificateXML {
		return certificateXML{c.text, c.id, arnPrefix + "server-certificate/" + c.text, "/", stamp(c.created), stamp(c.created.Add(90 * 24 * time.Hour))}
	}), end
	return out, nil
}
