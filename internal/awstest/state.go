package awstest

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// state is what the account holds.
type state struct {
	users    []*user
	groups   []*group
	policies []*managed
	devices  []*device

	sshKeys, services, certificates []owned
	contacts                        []string
	clock                           time.Time
	asked                           int // calls of GenerateCredentialReport
}

type user struct {
	name, path, id string
	created        time.Time
	grants
	groups   []string
	password bool
	keys     []key
}

type group struct {
	name, id string
	created  time.Time
	grants
}

// grants are what a user or group has of its own.
type grants struct {
	inline   []inline
	attached []string
}

type inline struct{ name, document string }

type managed struct {
	name, document string
	created        time.Time
}

type key struct {
	id      string
	active  bool
	created time.Time
}

type device struct{ name, user string }

func newState() state { return state{clock: time.Now().UTC().Truncate(time.Second)} }

const arnPrefix = "arn:aws:iam::" + AccountID + ":"

func (u *user) arn() string    { return arnPrefix + "user" + u.path + u.name }
func (g *group) arn() string   { return arnPrefix + "group/" + g.name }
func (p *managed) arn() string { return arnPrefix + "policy/" + p.name }

func noSuch(what, name string) error {
	return &fault{http.StatusNotFound, "NoSuchEntity", fmt.Sprintf("The %s with name %s cannot be found.", what, name)}
}

func (s *StandIn) user(form url.Values) (*user, error) {
	name := form.Get("UserName")
	for _, u := range s.users {
		if strings.EqualFold(u.name, name) {
			return u, nil
		}
	}
	return nil, noSuch("user", name)
}

func (s *StandIn) group(form url.Values) (*group, error) {
	name := form.Get("GroupName")
	for _, g := range s.groups {
		if strings.EqualFold(g.name, name) {
			return g, nil
		}
	}
	return nil, noSuch("group", name)
}

// id makes AWS's kind of id, new each time.
func (s *StandIn) id(prefix string) string {
	return fmt.Sprintf("%s%017d", prefix, len(s.users)+len(s.groups)+len(s.policies)+s.total)
}

func (s *StandIn) createUser(form url.Values) (any, error) {
	if _, err := s.user(form); err == nil {
		return nil, &fault{http.StatusConflict, "EntityAlreadyExists", "it exists"}
	}
	path := form.Get("Path")
	if path == "" {
		path = "/"
	}
	u := &user{name: form.Get("UserName"), path: path, id: s.id("AIDA"), created: s.clock}
	s.users = append(s.users, u)
	return struct{ User userXML }{u.xml()}, nil
}

func (s *StandIn) createGroup(form url.Values) (any, error) {
	g := &group{name: form.Get("GroupName"), id: s.id("AGPA"), created: s.clock}
	s.groups = append(s.groups, g)
	return nil, nil
}

func (s *StandIn) createPolicy(form url.Values) (any, error) {
	p := &managed{name: form.Get("PolicyName"), document: form.Get("PolicyDocument"), created: s.clock}
	s.policies = append(s.policies, p)
	return struct{ Policy struct{ Arn string } }{struct{ Arn string }{p.arn()}}, nil
}

func (s *StandIn) addUserToGroup(form url.Values) (any, error) {
	u, err := s.user(form)
	if err != nil {
		return nil, err
	}
	g, err := s.group(form)
	if err == nil && !slices.Contains(u.groups, g.name) {
		u.groups = append(u.groups, g.name)
	}
	return nil, err
}

// holder is the user or group that a policy is for.
func (s *StandIn) holder(form url.Values) (*grants, error) {
	if form.Has("GroupName") {
		g, err := s.group(form)
		if err != nil {
			return nil, err
		}
		return &g.grants, nil
	}
	u, err := s.user(form)
	if err != nil {
		return nil, err
	}
	return &u.grants, nil
}

func (s *StandIn) putPolicy(form url.Values) (any, error) {
	h, err := s.holder(form)
	if err == nil {
		h.inline = append(h.inline, inline{form.Get("PolicyName"), form.Get("PolicyDocument")})
	}
	return nil, err
}

func (s *StandIn) attachPolicy(form url.Values) (any, error) {
	h, err := s.holder(form)
	if err == nil {
		h.attached = append(h.attached, form.Get("PolicyArn"))
	}
	return nil, err
}

func (s *StandIn) createAccessKey(form url.Values) (any, error) {
	u, err := s.user(form)
	if err != nil {
		return nil, err
	}
	k := key{id: s.id("AKIA"), active: true, created: s.clock}
	u.keys = append(u.keys, k)
	type keyXML struct{ UserName, AccessKeyId, Status, SecretAccessKey, CreateDate string } //nolint:revive // AWS's spelling
	return struct{ AccessKey keyXML }{keyXML{u.name, k.id, "Active", "secret-of-" + k.id, stamp(k.created)}}, nil
}

func (s *StandIn) createLoginProfile(form url.Values) (any, error) {
	u, err := s.user(form)
	if err != nil {
		return nil, err
	}
	u.password = true
	return struct {
		LoginProfile struct{ UserName, CreateDate string }
	}{struct{ UserName, CreateDate string }{u.name, stamp(s.clock)}}, nil
}

func (s *StandIn) createVirtualMFADevice(form url.Values) (any, error) {
	d := &device{name: form.Get("VirtualMFADeviceName")}
	s.devices = append(s.devices, d)
	return struct{ VirtualMFADevice struct{ SerialNumber string } }{struct{ SerialNumber string }{arnPrefix + "mfa/" + d.name}}, nil
}

func (s *StandIn) enableMFADevice(form url.Values) (any, error) {
	for _, d := range s.devices {
		if arnPrefix+"mfa/"+d.name == form.Get("SerialNumber") {
			d.user = form.Get("UserName")
			return nil, nil
		}
	}
	return nil, noSuch("device", form.Get("SerialNumber"))
}
