package awstest

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// status is that of a region: those of the United States are on by default.
func (s *StandIn) status(region string) string {
	_, on := s.Analyzers[region]
	switch {
	case strings.HasPrefix(region, "us-"):
		return "ENABLED_BY_DEFAULT"
	case on:
		return "ENABLED"
	}
	return "DISABLED"
}

// listRegions has one region that is not enabled.
func (s *StandIn) listRegions(form url.Values) (any, error) {
	names := append(slices.Sorted(maps.Keys(s.Analyzers)), "af-south-1")
	asked := form["RegionOptStatusContains"]
	names = slices.DeleteFunc(names, func(n string) bool { return len(asked) > 0 && !slices.Contains(asked, s.status(n)) })
	from, to, marker := s.page(form, len(names))
	list := []map[string]string{}
	for _, n := range names[from:to] {
		list = append(list, map[string]string{"RegionName": n, "RegionOptStatus": s.status(n)})
	}
	return paged("Regions", list, "NextToken", marker), nil
}

func (s *StandIn) listAnalyzers(form url.Values) (any, error) {
	region := form.Get("Region")
	if s.Closed[region] {
		return nil, &fault{http.StatusForbidden, "AccessDeniedException", "denied by a policy of the organization"}
	}
	all := s.Analyzers[region]
	from, to, marker := s.page(form, len(all))
	list := []map[string]string{}
	for _, a := range all[from:to] {
		kind, status, _ := strings.Cut(a, " ")
		list = append(list, map[string]string{"arn": "arn:aws:access-analyzer:" + region + ":" + AccountID + ":analyzer/" + kind,
			"name": kind, "type": kind, "status": status, "createdAt": stamp(s.clock)})
	}
	return paged("analyzers", list, "nextToken", marker), nil
}

func paged(name string, list any, token, marker string) map[string]any {
	out := map[string]any{name: list}
	if marker != "" {
		out[token] = marker
	}
	return out
}
