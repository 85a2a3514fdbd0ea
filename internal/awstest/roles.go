package awstest

import (
	"net/url"
	"slices"
	"strings"
	"time"
)

type role struct {
	name, path, id, trust string
	created               time.Time
}

type roleXML struct{ RoleName, Path, RoleId, Arn, CreateDate, AssumeRolePolicyDocument string } //nolint:revive // AWS's spelling

func (r role) xml() roleXML {
	return roleXML{r.name, r.path, r.id, arnPrefix + "role" + r.path + r.name, stamp(r.created), encode(r.trust)}
}

// roleDetail is of roles without policies, since none can be given here.
type roleDetail struct {
	roleXML
	InstanceProfileList, RolePolicyList, AttachedManagedPolicies, Tags members[string]
	RoleLastUsed                                                       struct{}
}

func (r role) detail() roleDetail { return roleDetail{roleXML: r.xml()} }

func (s *StandIn) createRole(form url.Values) (any, error) {
	name, trust := form.Get("RoleName"), form.Get("AssumeRolePolicyDocument")
	if slices.ContainsFunc(s.roles, func(r role) bool { return strings.EqualFold(r.name, name) }) {
		return nil, exists("Role", name)
	}
	if err := checkDocument(trust); err != nil {
		return nil, err
	}
	if err := s.full("RolesQuota", "RolesPerAccount", len(s.roles)); err != nil {
		return nil, err
	}
	r := role{name, pathOf(form), s.id("AROA", 17), trust, s.clock}
	s.roles = append(s.roles, r)
	return struct{ Role roleXML }{r.xml()}, nil
}
