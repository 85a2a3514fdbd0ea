package awstest

import (
	"net/url"
	"strings"
	"time"
)

// state is what the account holds.
type state struct {
	users    []*user
	groups   []*group
	policies []*managed
	texts    map[string]string // documents of AWS's policies that were loaded, by path and name
	roles    []role
	devices  []*device

	serverCertificates []credential
	contacts           []string
	passwords          *passwordPolicy // nil for none
}

type user struct {
	name, path, id string
	created        time.Time
	grants
	groups       []string
	boundary     string
	tags         []tag
	password     *password // nil for none
	passwordUsed time.Time // stays when the password goes

	keys, sshKeys, certificates, services []credential
}

type group struct {
	name, path, id string
	created        time.Time
	grants
}

// grants are what a user or group has of its own.
type grants struct {
	inline   []inline
	attached []string
}

type inline struct{ name, document string }

const arnPrefix = "arn:aws:iam::" + AccountID + ":"

func (u *user) arn() string  { return arnPrefix + "user" + u.path + u.name }
func (g *group) arn() string { return arnPrefix + "group" + g.path + g.name }

// user is the one that a call names, in any letter case.
func (s *state) user(form url.Values) (*user, error) {
	name := form.Get("UserName")
	if name == "" {
		return nil, invalid("Must specify userName when calling with non-User credentials")
	}
	for _, u := range s.users {
		if strings.EqualFold(u.name, name) {
			return u, nil
		}
	}
	return nil, noSuch("user", name)
}

func (s *state) group(form url.Values) (*group, error) {
	name := form.Get("GroupName")
	for _, g := range s.groups {
		if strings.EqualFold(g.name, name) {
			return g, nil
		}
	}
	return nil, noSuch("group", name)
}
