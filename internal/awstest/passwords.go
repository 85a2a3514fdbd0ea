package awstest

import (
	"net/http"
	"net/url"
	"strconv"
	"time"
)

func passwordActions() map[string]action {
	return map[string]action{
		"CreateLoginProfile": (*StandIn).createLoginProfile, "GetLoginProfile": (*StandIn).getLoginProfile,
		"UpdateLoginProfile": (*StandIn).updateLoginProfile, "DeleteLoginProfile": (*StandIn).deleteLoginProfile,
		"GetAccountPasswordPolicy": (*StandIn).getPasswordPolicy, "UpdateAccountPasswordPolicy": (*StandIn).updatePasswordPolicy,
		"DeleteAccountPasswordPolicy": (*StandIn).deletePasswordPolicy,
	}
}

// A password is never changed in place, so that copies of the state may share it.
type password struct {
	created, changed time.Time
	reset            bool
}

// profile finds the user that a call is about, who has a password.
func (s *StandIn) profile(form url.Values) (*user, error) {
	u, err := s.user(form)
	if err == nil && u.password == nil {
		return nil, &fault{http.StatusNotFound, "NoSuchEntity", "Login Profile for User " + u.name + " cannot be found."}
	}
	return u, err
}

func (u *user) profileXML() any {
	type profile struct {
		UserName, CreateDate  string
		PasswordResetRequired bool
	}
	return struct{ LoginProfile profile }{profile{u.name, stamp(u.password.created), u.password.reset}}
}

func (s *StandIn) createLoginProfile(form url.Values) (any, error) {
	u, err := s.user(form)
	if err != nil {
		return nil, err
	}
	if u.password != nil {
		return nil, &fault{http.StatusConflict, "EntityAlreadyExists", "Login Profile for user " + u.name + " already exists."}
	}
	u.password = &password{s.clock, s.clock, form.Get("PasswordResetRequired") == "true"}
	return u.profileXML(), nil
}

func (s *StandIn) getLoginProfile(form url.Values) (any, error) {
	u, err := s.profile(form)
	if err != nil {
		return nil, err
	}
	return u.profileXML(), nil
}

// updateLoginProfile changes what is given.
func (s *StandIn) updateLoginProfile(form url.Values) (any, error) {
	u, err := s.profile(form)
	if err != nil {
		return nil, err
	}
	p := *u.password
	if form.Has("Password") {
		p.changed = s.clock
	}
	if form.Has("PasswordResetRequired") {
		p.reset = form.Get("PasswordResetRequired") == "true"
	}
	u.password = &p
	return nil, nil
}

func (s *StandIn) deleteLoginProfile(form url.Values) (any, error) {
	u, err := s.profile(form)
	if err == nil {
		u.password = nil
	}
	return nil, err
}

// passwordPolicy is one as AWS sends it: numbers that are not set are left out.
type passwordPolicy struct {
	MinimumPasswordLength                                                                  int
	RequireSymbols, RequireNumbers, RequireUppercaseCharacters, RequireLowercaseCharacters bool
	AllowUsersToChangePassword, ExpirePasswords                                            bool
	MaxPasswordAge, PasswordReusePrevention                                                int   `xml:",omitempty"`
	HardExpiry                                                                             *bool `xml:",omitempty"`
}

func (s *StandIn) getPasswordPolicy(url.Values) (any, error) {
	if s.passwords == nil {
		return nil, noSuch("Password Policy with domain name", AccountID)
	}
	return struct{ PasswordPolicy *passwordPolicy }{s.passwords}, nil
}

// updatePasswordPolicy sets all of it: what is not given is as AWS begins.
func (s *StandIn) updatePasswordPolicy(form url.Values) (any, error) {
	yes := func(name string) bool { return form.Get(name) == "true" }
	p := &passwordPolicy{RequireSymbols: yes("RequireSymbols"), RequireNumbers: yes("RequireNumbers"),
		RequireUppercaseCharacters: yes("RequireUppercaseCharacters"), RequireLowercaseCharacters: yes("RequireLowercaseCharacters"),
		AllowUsersToChangePassword: yes("AllowUsersToChangePassword")}
	if form.Has("HardExpiry") {
		hard := yes("HardExpiry")
		p.HardExpiry = &hard
	}
	for _, n := range []struct {
		name        string
		to          *int
		least, most int
		unset       int
	}{{"MinimumPasswordLength", &p.MinimumPasswordLength, 6, 128, 6}, {"MaxPasswordAge", &p.MaxPasswordAge, 1, 1095, 0},
		{"PasswordReusePrevention", &p.PasswordReusePrevention, 1, 24, 0}} {
		*n.to = n.unset
		if !form.Has(n.name) {
			continue
		}
		v, err := strconv.Atoi(form.Get(n.name))
		if err != nil || v < n.least || v > n.most {
			return nil, invalid("1 validation error detected: Value '%s' at '%s' failed to satisfy constraint: from %d to %d", form.Get(n.name), n.name, n.least, n.most)
		}
		*n.to = v
	}
	p.ExpirePasswords = p.MaxPasswordAge > 0
	s.passwords = p
	return nil, nil
}

func (s *StandIn) deletePasswordPolicy(url.Values) (any, error) {
	if s.passwords == nil {
		return nil, noSuch("account policy", "PasswordPolicy")
	}
	s.passwords = nil
	return nil, nil
}
