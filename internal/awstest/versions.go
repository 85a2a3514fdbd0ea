package awstest

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
)

type versionXML struct {
	Document, VersionId, CreateDate string //nolint:revive // AWS's spelling
	IsDefaultVersion                bool
}

func (p *managed) versionXML(v version) versionXML {
	return versionXML{encode(v.document), fmt.Sprint("v", v.number), stamp(v.created), v.number == p.current}
}

func (s *StandIn) createPolicyVersion(form url.Values) (any, error) {
	p, err := s.policy(form.Get("PolicyArn"))
	if err != nil {
		return nil, err
	}
	if most := s.quota("VersionsPerPolicyQuota"); len(p.versions) >= most {
		return nil, &fault{http.StatusConflict, "LimitExceeded", fmt.Sprintf("A managed policy can have up to %d versions.", most)}
	}
	document := form.Get("PolicyDocument")
	if err := s.checkManaged(document); err != nil {
		return nil, err
	}
	p.made++
	v := version{p.made, document, s.clock}
	if p.versions = slices.Insert(p.versions, 0, v); form.Get("SetAsDefault") == "true" {
		p.current = v.number
	}
	return struct{ PolicyVersion versionXML }{p.versionXML(v)}, nil
}

// version finds the one that a call names.
func (s *StandIn) version(form url.Values) (*managed, int, error) {
	p, err := s.policy(form.Get("PolicyArn"))
	if err != nil {
		return nil, 0, err
	}
	at := slices.IndexFunc(p.versions, func(v version) bool { return fmt.Sprint("v", v.number) == form.Get("VersionId") })
	if at < 0 {
		return nil, 0, &fault{http.StatusNotFound, "NoSuchEntity", "Policy " + p.arn() + " version " + form.Get("VersionId") + " does not exist or is not attachable."}
	}
	return p, at, nil
}

// getPolicyVersion gives no text in place of one that it does not know.
func (s *StandIn) getPolicyVersion(form url.Values) (any, error) {
	p, at, err := s.version(form)
	if err != nil {
		return nil, err
	}
	if p.versions[at].document == "" {
		return nil, &fault{http.StatusNotImplemented, "NotImplemented", "the stand-in does not know the document of " + p.arn()}
	}
	return struct{ PolicyVersion versionXML }{p.versionXML(p.versions[at])}, nil
}

func (s *StandIn) deletePolicyVersion(form url.Values) (any, error) {
	p, at, err := s.version(form)
	if err != nil {
		return nil, err
	}
	if p.versions[at].number == p.current {
		return nil, &fault{http.StatusConflict, "DeleteConflict", "Cannot delete the default version of a policy."}
	}
	p.versions = slices.Delete(p.versions, at, at+1)
	return nil, nil
}
