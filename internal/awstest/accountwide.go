package awstest

import (
	"net/http"
	"net/url"
)

func (s *StandIn) organizationFeatures(url.Values) (any, error) {
	if s.Outside != "" {
		return nil, &fault{http.StatusBadRequest, s.Outside, "the request was rejected"}
	}
	return struct {
		OrganizationId  string   //nolint:revive // AWS's spelling
		EnabledFeatures []string `xml:"EnabledFeatures>member"`
	}{"o-exampleorgid", s.Features}, nil
}
