package awstest

import (
	"net/url"
	"slices"
	"strings"
	"time"
)

func userActions() map[string]action {
	return map[string]action{
		"CreateUser": (*StandIn).createUser, "GetUser": (*StandIn).getUser, "ListUsers": (*StandIn).listUsers, "DeleteUser": (*StandIn).deleteUser,
		"TagUser": (*StandIn).tagUser, "UntagUser": (*StandIn).untagUser,
		"PutUserPermissionsBoundary": (*StandIn).putBoundary, "DeleteUserPermissionsBoundary": (*StandIn).deleteBoundary,
	}
}

type userXML struct {
	UserName, Path, UserId, Arn, CreateDate string //nolint:revive // AWS's spelling
	PasswordLastUsed                        string `xml:",omitempty"`
}

// wholeUserXML has what listings leave out.
type wholeUserXML struct {
	userXML
	PermissionsBoundary *boundaryXML     `xml:",omitempty"`
	Tags                *members[tagXML] `xml:",omitempty"`
}

func (u *user) xml() userXML {
	out := userXML{UserName: u.name, Path: u.path, UserId: u.id, Arn: u.arn(), CreateDate: stamp(u.created)}
	if !u.passwordUsed.IsZero() {
		out.PasswordLastUsed = stamp(u.passwordUsed)
	}
	return out
}

func (u *user) wholeXML() any {
	out := wholeUserXML{userXML: u.xml(), PermissionsBoundary: u.boundaryXML()}
	if len(u.tags) > 0 {
		tags := each(u.tags, tag.xml)
		out.Tags = &tags
	}
	return struct{ User wholeUserXML }{out}
}

func (s *StandIn) createUser(form url.Values) (any, error) {
	if _, err := s.user(form); err == nil {
		return nil, exists("User", form.Get("UserName"))
	}
	if err := s.full("UsersQuota", "UsersPerAccount", len(s.users)); err != nil {
		return nil, err
	}
	u := &user{name: form.Get("UserName"), path: pathOf(form), created: s.clock, boundary: form.Get("PermissionsBoundary")}
	if len(u.name) > 64 {
		return nil, invalid("The specified value for userName is invalid: it must have length less than or equal to 64")
	}
	if _, err := s.policy(u.boundary); u.boundary != "" && err != nil {
		return nil, err
	}
	if err := u.addTags(form); err != nil {
		return nil, err
	}
	u.id = s.id("AIDA", 17)
	s.users = append(s.users, u)
	return u.wholeXML(), nil
}

func (s *StandIn) getUser(form url.Values) (any, error) {
	u, err := s.user(form)
	if err != nil {
		return nil, err
	}
	return u.wholeXML(), nil
}

func (s *StandIn) listUsers(form url.Values) (any, error) {
	var out struct {
		Users members[userXML]
		listing
	}
	page, end := cut(s, form, s.users)
	out.Users, out.listing = each(page, (*user).xml), end
	return out, nil
}

// deleteUser moves the clock, so that a user who is made again is a younger one.
func (s *StandIn) deleteUser(form url.Values) (any, error) {
	u, err := s.user(form)
	if err != nil {
		return nil, err
	}
	if s.holdsAnything(u) {
		return nil, inUse()
	}
	s.users = slices.DeleteFunc(s.users, func(o *user) bool { return o == u })
	s.clock = s.clock.Add(time.Second)
	return nil, nil
}

// holdsAnything tells of all that hinders deletion. A boundary does not.
func (s *StandIn) holdsAnything(u *user) bool {
	n := len(u.keys) + len(u.sshKeys) + len(u.certificates) + len(u.services) + len(u.inline) + len(u.attached) + len(u.groups)
	return n > 0 || u.password != nil || s.hasDevice(u)
}

type boundaryXML struct{ PermissionsBoundaryType, PermissionsBoundaryArn string }

// boundaryXML has the type that AWS sends, which is not the one that it
// documents.
func (u *user) boundaryXML() *boundaryXML {
	if u.boundary == "" {
		return nil
	}
	return &boundaryXML{"Policy", u.boundary}
}

func (s *StandIn) putBoundary(form url.Values) (any, error) {
	u, err := s.user(form)
	if err != nil {
		return nil, err
	}
	p, err := s.policy(form.Get("PermissionsBoundary"))
	if err == nil {
		u.boundary = p.arn()
	}
	return nil, err
}

func (s *StandIn) deleteBoundary(form url.Values) (any, error) {
	u, err := s.user(form)
	if err != nil {
		return nil, err
	}
	if u.boundary == "" {
		return nil, noSuch("permissions boundary of the user", u.name)
	}
	u.boundary = ""
	return nil, nil
}

// SetPasswordUse tells when a user's password was last used. It is seen at once.
func (s *StandIn) SetPasswordUse(name string, at time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, u := range s.users {
		if strings.EqualFold(u.name, name) {
			u.passwordUsed = at
		}
	}
}
