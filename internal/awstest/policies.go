package awstest

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

func policyActions() map[string]action {
	return map[string]action{
		"CreatePolicy": (*StandIn).createPolicy, "GetPolicy": (*StandIn).getPolicy, "DeletePolicy": (*StandIn).deletePolicy,
		"CreatePolicyVersion": (*StandIn).createPolicyVersion, "GetPolicyVersion": (*StandIn).getPolicyVersion,
		"DeletePolicyVersion": (*StandIn).deletePolicyVersion,
	}
}

type managed struct {
	name, path, id string
	ofAWS          bool
	created        time.Time
	versions       []version // newest first
	current, made  int       // version numbers: the default, and the last
}

type version struct {
	number   int
	document string
	created  time.Time
}

func (p *managed) arn() string {
	if p.ofAWS {
		return ofAWSPrefix + strings.TrimPrefix(p.path, "/") + p.name
	}
	return arnPrefix + "policy" + p.path + p.name
}

const ofAWSPrefix = "arn:aws:iam::aws:policy/"

// ofAWS are the documents of AWS's policies that the stand-in knows. Others are
// there too, but not their text.
var ofAWS = map[string]string{
	"AdministratorAccess": `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`,
	"AWSDenyAll":          `{"Version":"2012-10-17","Statement":[{"Sid":"DenyAll","Effect":"Deny","Action":["*"],"Resource":"*"}]}`,
	"IAMFullAccess": `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["iam:*","organizations:DescribeAccount","organizations:DescribeOrganization",` +
		`"organizations:DescribeOrganizationalUnit","organizations:DescribePolicy","organizations:ListChildren","organizations:ListParents",` +
		`"organizations:ListPoliciesForTarget","organizations:ListRoots","organizations:ListPolicies","organizations:ListTargetsForPolicy"],"Resource":"*"}]}`,
}

// policy is one of the account, or one of AWS: each name of those is there.
func (s *state) policy(arn string) (*managed, error) {
	if rest, ok := strings.CutPrefix(arn, ofAWSPrefix); ok {
		cut := strings.LastIndexByte(rest, '/') + 1
		name := rest[cut:]
		return &managed{name: name, path: "/" + rest[:cut], id: "ANPA" + strings.ToUpper(name), ofAWS: true,
			created: awsBegan, versions: []version{{1, cmp.Or(s.texts[rest], ofAWS[name]), awsBegan}}, current: 1}, nil
	}
	for _, p := range s.policies {
		if p.arn() == arn {
			return p, nil
		}
	}
	return nil, noPolicy(arn)
}

var awsBegan = time.Date(2015, 2, 6, 18, 39, 46, 0, time.UTC)

func (s *StandIn) createPolicy(form url.Values) (any, error) {
	name, document := form.Get("PolicyName"), form.Get("PolicyDocument")
	if err := checkName(form, "PolicyName", plainName); err != nil {
		return nil, err
	}
	if slices.ContainsFunc(s.policies, func(p *managed) bool { return strings.EqualFold(p.name, name) }) {
		return nil, &fault{http.StatusConflict, "EntityAlreadyExists", "A policy called " + name + " already exists. Duplicate names are not allowed."}
	}
	if err := s.full("PoliciesQuota", "PoliciesPerAccount", len(s.policies)); err != nil {
		return nil, err
	}
	if err := s.checkManaged(document); err != nil {
		return nil, err
	}
	p := &managed{name: name, path: pathOf(form), id: s.id("ANPA", 17), created: s.clock, versions: []version{{1, document, s.clock}}, current: 1, made: 1}
	s.policies = append(s.policies, p)
	return struct{ Policy policyXML }{s.policyXML(p)}, nil
}

func (s *StandIn) checkManaged(document string) error {
	if err := checkDocument(document); err != nil {
		return err
	}
	if most := s.quota("PolicySizeQuota"); size(document) > most {
		return exceeds("PolicySize", most)
	}
	return nil
}

type policyXML struct {
	PolicyName, PolicyId, Arn, Path, DefaultVersionId, CreateDate, UpdateDate string //nolint:revive // AWS's spelling
	AttachmentCount, PermissionsBoundaryUsageCount                            int
	IsAttachable                                                              bool
}

func (s *state) policyXML(p *managed) policyXML {
	attached, boundaries := s.uses(p.arn())
	return policyXML{p.name, p.id, p.arn(), p.path, fmt.Sprint("v", p.current), stamp(p.created), stamp(p.versions[0].created), attached, boundaries, true}
}

// uses counts who has a policy, and whose boundary it is.
func (s *state) uses(arn string) (attached, boundaries int) {
	for _, u := range s.users {
		attached += oneIf(slices.Contains(u.attached, arn))
		boundaries += oneIf(u.boundary == arn)
	}
	for _, g := range s.groups {
		attached += oneIf(slices.Contains(g.attached, arn))
	}
	return attached, boundaries
}

func oneIf(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

func (s *StandIn) getPolicy(form url.Values) (any, error) {
	p, err := s.policy(form.Get("PolicyArn"))
	if err != nil {
		return nil, err
	}
	return struct{ Policy policyXML }{s.policyXML(p)}, nil
}

// deletePolicy needs a policy that nobody has and that has one version.
func (s *StandIn) deletePolicy(form url.Values) (any, error) {
	p, err := s.policy(form.Get("PolicyArn"))
	if err != nil {
		return nil, err
	}
	if p.ofAWS {
		return nil, &fault{http.StatusForbidden, "AccessDenied", "a policy of AWS"}
	}
	if attached, boundaries := s.uses(p.arn()); attached+boundaries > 0 {
		return nil, &fault{http.StatusConflict, "DeleteConflict", "Cannot delete a policy attached to entities."}
	}
	if len(p.versions) > 1 {
		return nil, &fault{http.StatusConflict, "DeleteConflict", "This policy has more than one version. Before you delete a policy, you must delete the policy's versions."}
	}
	s.policies = slices.DeleteFunc(s.policies, func(o *managed) bool { return o == p })
	return nil, nil
}
