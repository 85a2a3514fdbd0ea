package awstest

import (
	"fmt"
	"net/http"
	"net/url"
)

// A count is an entry of the account's summary.
type count struct {
	Key   string `xml:"key"`
	Value int    `xml:"value"`
}

// quotas are AWS's own. The number of SSH keys is the one that it does not tell.
var quotas = []count{
	{"UsersQuota", 5000}, {"GroupsQuota", 300}, {"PoliciesQuota", 1500}, {"RolesQuota", 1000},
	{"GroupsPerUserQuota", 10}, {"AttachedPoliciesPerUserQuota", 10}, {"AttachedPoliciesPerGroupQuota", 10}, {"AttachedPoliciesPerRoleQuota", 20},
	{"UserPolicySizeQuota", 2048}, {"GroupPolicySizeQuota", 5120}, {"RolePolicySizeQuota", 10240}, {"PolicySizeQuota", 6144},
	{"VersionsPerPolicyQuota", 5}, {"AccessKeysPerUserQuota", 2}, {"SigningCertificatesPerUserQuota", 2},
}

const sshKeysPerUser = 5

func (s *StandIn) quota(name string) int {
	if n, set := s.Quotas[name]; set {
		return n
	}
	for _, q := range quotas {
		if q.Key == name {
			return q.Value
		}
	}
	panic("no such quota: " + name)
}

// full refuses one more than a quota allows. The error has another name for it
// than the summary.
func (s *StandIn) full(name, said string, n int) error {
	if most := s.quota(name); n >= most {
		return exceeds(said, most)
	}
	return nil
}

func exceeds(said string, most int) error {
	return &fault{http.StatusConflict, "LimitExceeded", fmt.Sprintf("Cannot exceed quota for %s: %d", said, most)}
}

func (s *StandIn) accountSummary(url.Values) (any, error) {
	type summary struct {
		Entry []count `xml:"entry"`
	}
	entries := []count{{"Users", len(s.users)}, {"Groups", len(s.groups)}, {"Policies", len(s.policies)}, {"Roles", len(s.roles)},
		{"MFADevices", len(s.devices)}, {"Providers", 0}, {"AccountMFAEnabled", 1}}
	for _, q := range quotas {
		entries = append(entries, count{q.Key, s.quota(q.Key)})
	}
	return struct{ SummaryMap summary }{summary{entries}}, nil
}
