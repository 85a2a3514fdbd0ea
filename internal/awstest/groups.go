package awstest

import (
	"net/http"
	"net/url"
	"slices"
)

func groupActions() map[string]action {
	return map[string]action{
		"CreateGroup": (*StandIn).createGroup, "GetGroup": (*StandIn).getGroup, "DeleteGroup": (*StandIn).deleteGroup,
		"AddUserToGroup": (*StandIn).addUserToGroup, "RemoveUserFromGroup": (*StandIn).removeUserFromGroup,
		"ListGroupsForUser": (*StandIn).listGroupsForUser,
	}
}

type groupXML struct{ GroupName, Path, GroupId, Arn, CreateDate string } //nolint:revive // AWS's spelling

func (g *group) xml() groupXML { return groupXML{g.name, g.path, g.id, g.arn(), stamp(g.created)} }

func (s *StandIn) createGroup(form url.Values) (any, error) {
	if _, err := s.group(form); err == nil {
		return nil, exists("Group", form.Get("GroupName"))
	}
	if err := s.full("GroupsQuota", "GroupsPerAccount", len(s.groups)); err != nil {
		return nil, err
	}
	g := &group{name: form.Get("GroupName"), path: pathOf(form), id: s.id("AGPA", 17), created: s.clock}
	s.groups = append(s.groups, g)
	return struct{ Group groupXML }{g.xml()}, nil
}

// members are the users in a group.
func (s *state) members(g *group) (out []*user) {
	for _, u := range s.users {
		if slices.Contains(u.groups, g.name) {
			out = append(out, u)
		}
	}
	return out
}

func (s *StandIn) getGroup(form url.Values) (any, error) {
	g, err := s.group(form)
	if err != nil {
		return nil, err
	}
	var out struct {
		Group groupXML
		Users members[userXML]
		listing
	}
	page, end := cut(s, form, s.members(g))
	out.Group, out.Users, out.listing = g.xml(), each(page, (*user).xml), end
	return out, nil
}

func (s *StandIn) deleteGroup(form url.Values) (any, error) {
	g, err := s.group(form)
	if err != nil {
		return nil, err
	}
	if len(s.members(g))+len(g.inline)+len(g.attached) > 0 {
		return nil, inUse()
	}
	s.groups = slices.DeleteFunc(s.groups, func(o *group) bool { return o == g })
	return nil, nil
}

func (s *StandIn) both(form url.Values) (*user, *group, error) {
	g, err := s.group(form)
	if err != nil {
		return nil, nil, err
	}
	u, err := s.user(form)
	return u, g, err
}

func (s *StandIn) addUserToGroup(form url.Values) (any, error) {
	u, g, err := s.both(form)
	if err != nil || slices.Contains(u.groups, g.name) {
		return nil, err
	}
	if err := s.full("GroupsPerUserQuota", "GroupsPerUser", len(u.groups)); err != nil {
		return nil, err
	}
	u.groups = append(u.groups, g.name)
	return nil, nil
}

func (s *StandIn) removeUserFromGroup(form url.Values) (any, error) {
	u, g, err := s.both(form)
	if err != nil {
		return nil, err
	}
	at := slices.Index(u.groups, g.name)
	if at < 0 {
		return nil, &fault{http.StatusNotFound, "NoSuchEntity", "The user " + u.name + " is not in the group " + g.name + "."}
	}
	u.groups = slices.Delete(u.groups, at, at+1)
	return nil, nil
}

func (s *StandIn) listGroupsForUser(form url.Values) (any, error) {
	u, err := s.user(form)
	if err != nil {
		return nil, err
	}
	all := slices.DeleteFunc(slices.Clone(s.groups), func(g *group) bool { return !slices.Contains(u.groups, g.name) })
	var out struct {
		Groups members[groupXML]
		listing
	}
	page, end := cut(s, form, all)
	out.Groups, out.listing = each(page, (*group).xml), end
	return out, nil
}
