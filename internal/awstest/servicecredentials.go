package awstest

import (
	"net/url"
	"slices"
	"strings"
)

const perService = 2

type serviceXML struct {
	UserName, ServiceName, ServiceUserName, ServiceSpecificCredentialId, Status, CreateDate string //nolint:revive // AWS's spelling
}

func (u *user) serviceXML(c credential) serviceXML {
	return serviceXML{u.name, c.text, u.name + "-at-" + AccountID, c.id, c.status(), stamp(c.created)}
}

func (s *StandIn) createServiceCredential(form url.Values) (any, error) {
	u, err := s.user(form)
	if err != nil {
		return nil, err
	}
	service, n := form.Get("ServiceName"), 0
	for _, c := range u.services {
		n += oneIf(c.text == service)
	}
	if n >= perService {
		return nil, exceeds("ServiceSpecificCredentialsPerUser", perService)
	}
	c := ofServices.add(u, credential{id: s.id("ACCA", 16), text: service, created: s.clock})
	type withPassword struct {
		serviceXML
		ServicePassword string
	}
	return struct{ ServiceSpecificCredential withPassword }{withPassword{u.serviceXML(c), "secret-of-" + c.id}}, nil
}

// listServiceCredentials is of one user, or of all, and of one service where
// one is named.
func (s *StandIn) listServiceCredentials(form url.Values) (any, error) {
	users := s.users
	if form.Get("AllUsers") != "true" {
		u, err := s.user(form)
		if err != nil {
			return nil, err
		}
		users = []*user{u}
	}
	var all []serviceXML
	for _, u := range users {
		all = append(all, each(u.services, u.serviceXML).List...)
	}
	if service := form.Get("ServiceName"); service != "" {
		all = slices.DeleteFunc(all, func(x serviceXML) bool { return !strings.EqualFold(x.ServiceName, service) })
	}
	var out struct {
		ServiceSpecificCredentials members[serviceXML]
		listing
	}
	page, end := cut(s, form, all)
	out.ServiceSpecificCredentials, out.listing = list(page...), end
	return out, nil
}
