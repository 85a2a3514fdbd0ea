package awstest

import (
	"net/url"
	"slices"
	"time"
)

// A credential is one that a user may have several of.
type credential struct {
	id      string
	text    string // what was uploaded; for a service's credential the service; for a server certificate its name
	active  bool
	created time.Time
	used    time.Time
}

func (c credential) status() string {
	if c.active {
		return "Active"
	}
	return "Inactive"
}

// A kind is one of the kinds of credentials that a user may have several of.
type kind struct {
	of          func(*user) *[]credential
	param, what string // what calls and what errors call its id
}

var (
	accessKeys   = kind{func(u *user) *[]credential { return &u.keys }, "AccessKeyId", "Access Key"}
	sshKeys      = kind{func(u *user) *[]credential { return &u.sshKeys }, "SSHPublicKeyId", "Public Key"}
	certificates = kind{func(u *user) *[]credential { return &u.certificates }, "CertificateId", "Certificate"}
	ofServices   = kind{func(u *user) *[]credential { return &u.services }, "ServiceSpecificCredentialId", "Service Specific Credential"}
)

// find finds the one that a call names, of the user that it names.
func (k kind) find(s *StandIn, form url.Values) (u *user, at int, err error) {
	if u, err = s.user(form); err != nil {
		return nil, 0, err
	}
	id := form.Get(k.param)
	if at = slices.IndexFunc(*k.of(u), func(c credential) bool { return c.id == id }); at < 0 {
		return nil, 0, noID(k.what, id)
	}
	return u, at, nil
}

func (k kind) update(s *StandIn, form url.Values) (any, error) {
	u, at, err := k.find(s, form)
	if err != nil {
		return nil, err
	}
	status := form.Get("Status")
	if status != "Active" && status != "Inactive" {
		return nil, invalid("1 validation error detected: Value '%s' at 'status' failed to satisfy constraint: Member must satisfy enum value set: [Active, Inactive]", status)
	}
	(*k.of(u))[at].active = status == "Active"
	return nil, nil
}

func (k kind) remove(s *StandIn, form url.Values) (any, error) {
	u, at, err := k.find(s, form)
	if err == nil {
		*k.of(u) = slices.Delete(*k.of(u), at, at+1)
	}
	return nil, err
}

// has tells whether a user has one with the same text.
func (k kind) has(u *user, text string) bool {
	return slices.ContainsFunc(*k.of(u), func(c credential) bool { return c.text == text })
}

// add gives a user a new one.
func (k kind) add(u *user, c credential) credential {
	c.active = true
	*k.of(u) = append(*k.of(u), c)
	return c
}

func keyActions() map[string]action {
	return map[string]action{
		"CreateAccessKey": (*StandIn).createAccessKey, "ListAccessKeys": (*StandIn).listAccessKeys,
		"UpdateAccessKey": accessKeys.update, "DeleteAccessKey": accessKeys.remove, "GetAccessKeyLastUsed": (*StandIn).keyLastUsed,
	}
}

func (s *StandIn) createAccessKey(form url.Values) (any, error) {
	u, err := s.user(form)
	if err != nil {
		return nil, err
	}
	if err := s.full("AccessKeysPerUserQuota", "AccessKeysPerUser", len(u.keys)); err != nil {
		return nil, err
	}
	k := accessKeys.add(u, credential{id: s.id("AKIA", 16), created: s.clock})
	type keyXML struct{ UserName, AccessKeyId, Status, SecretAccessKey, CreateDate string } //nolint:revive // AWS's spelling
	return struct{ AccessKey keyXML }{keyXML{u.name, k.id, "Active", "secret-of-" + k.id, stamp(k.created)}}, nil
}

func (s *StandIn) listAccessKeys(form url.Values) (any, error) {
	type keyXML struct{ UserName, AccessKeyId, Status, CreateDate string } //nolint:revive // AWS's spelling
	u, err := s.user(form)
	if err != nil {
		return nil, err
	}
	var out struct {
		AccessKeyMetadata members[keyXML]
		listing
	}
	page, end := cut(s, form, u.keys)
	out.AccessKeyMetadata, out.listing = each(page, func(k credential) keyXML { return keyXML{u.name, k.id, k.status(), stamp(k.created)} }), end
	return out, nil
}

// lastUse is when, in which region and with which service, as reports have it.
func (c credential) lastUse() []string {
	if c.used.IsZero() {
		return []string{"N/A", "N/A", "N/A"}
	}
	return []string{stamp(c.used), "us-east-1", "s3"}
}

func (s *StandIn) keyLastUsed(form url.Values) (any, error) {
	type lastUsed struct {
		LastUsedDate        string `xml:",omitempty"` // left out of a key that was never used
		Region, ServiceName string
	}
	id := form.Get("AccessKeyId")
	u, k := s.key(id)
	if k == nil {
		return nil, noID("Access Key", id)
	}
	use := k.lastUse()
	out := struct {
		UserName          string
		AccessKeyLastUsed lastUsed
	}{u.name, lastUsed{Region: use[1], ServiceName: use[2]}}
	if !k.used.IsZero() {
		out.AccessKeyLastUsed.LastUsedDate = use[0]
	}
	return out, nil
}

func (s *state) key(id string) (*user, *credential) {
	for _, u := range s.users {
		for i := range u.keys {
			if u.keys[i].id == id {
				return u, &u.keys[i]
			}
		}
	}
	return nil, nil
}

// SetKeyUse tells when an access key was last used. It is seen at once.
func (s *StandIn) SetKeyUse(id string, at time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, k := s.key(id); k != nil {
		k.used = at
	}
}
