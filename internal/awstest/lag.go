package awstest

import (
	"net/url"
	"slices"
)

// A moment is the state before the write that was the so many-th call.
type moment struct {
	call   int
	before state
}

// seen is the state as it is visible at this call: that before the oldest
// write within Lag.
func (s *StandIn) seen() *state {
	s.past = slices.DeleteFunc(s.past, func(m moment) bool { return m.call < s.total-s.Lag })
	if len(s.past) > 0 {
		return &s.past[0].before
	}
	return &s.state
}

// lookBack makes the visible state the current one until it is told to stop.
func (s *StandIn) lookBack() (stop func()) {
	now := s.state
	s.state = *s.seen()
	return func() { s.state = now }
}

// write acts on the newest state and keeps the one before it.
func (s *StandIn) write(name string, form url.Values, f action) (any, error) {
	if err := s.unseen(name, form); err != nil {
		return nil, err
	}
	if err := checkNames(form); err != nil {
		return nil, err
	}
	if s.Lag > 0 {
		s.past = append(s.past, moment{s.total, s.clone()})
	}
	return f(s, form)
}

// unseen is the error of a write about something that was made so lately that
// it is not visible yet.
func (s *StandIn) unseen(name string, form url.Values) error {
	seen := s.seen()
	if u, err := s.user(form); err == nil && name != "CreateUser" && !slices.ContainsFunc(seen.users, func(o *user) bool { return o.id == u.id }) {
		return noSuch("user", u.name)
	}
	if g, err := s.group(form); err == nil && name != "CreateGroup" && !slices.ContainsFunc(seen.groups, func(o *group) bool { return o.id == g.id }) {
		return noSuch("group", g.name)
	}
	for _, param := range []string{"PolicyArn", "PermissionsBoundary"} {
		if p, err := s.policy(form.Get(param)); err == nil && !p.ofAWS && !slices.ContainsFunc(seen.policies, func(o *managed) bool { return o.id == p.id }) {
			return noPolicy(p.arn())
		}
	}
	return nil
}

// clone copies the state so deep that no write changes both.
func (s *state) clone() state {
	c := *s
	c.users = copies(s.users, func(u *user) {
		deepenGrants(&u.grants)
		u.groups, u.tags = slices.Clone(u.groups), slices.Clone(u.tags)
		for _, list := range []*[]credential{&u.keys, &u.sshKeys, &u.certificates, &u.services} {
			*list = slices.Clone(*list)
		}
	})
	c.groups = copies(s.groups, func(g *group) { deepenGrants(&g.grants) })
	c.policies = copies(s.policies, func(p *managed) { p.versions = slices.Clone(p.versions) })
	c.devices = copies(s.devices, func(*device) {})
	c.roles, c.serverCertificates, c.contacts = slices.Clone(s.roles), slices.Clone(s.serverCertificates), slices.Clone(s.contacts)
	return c
}

func deepenGrants(g *grants) {
	g.inline, g.attached = slices.Clone(g.inline), slices.Clone(g.attached)
}

func copies[T any](list []*T, deepen func(*T)) []*T {
	out := make([]*T, len(list))
	for i, e := range list {
		c := *e
		deepen(&c)
		out[i] = &c
	}
	return out
}
