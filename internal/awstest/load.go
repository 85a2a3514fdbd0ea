package awstest

import (
	"encoding/json"
	"strconv"
	"strings"
	"testing"
	"time"
)

// Load fills a stand-in that holds nothing with what the aws CLI prints of an
// account by get-account-authorization-details, ids and dates included. Another
// account's number becomes the stand-in's. What roles may do is left out.
func (s *StandIn) Load(t testing.TB, details []byte, account string) {
	t.Helper()
	var d loaded
	if err := json.Unmarshal([]byte(strings.ReplaceAll(string(details), account, AccountID)), &d); err != nil {
		t.Fatal(err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, u := range d.UserDetailList {
		in := &user{name: u.UserName, path: u.Path, id: u.UserId, created: u.CreateDate, groups: u.GroupList, boundary: u.PermissionsBoundary.PermissionsBoundaryArn,
			grants: grantsOf(u.UserPolicyList, u.AttachedManagedPolicies)}
		for _, x := range u.Tags {
			in.tags = append(in.tags, tag{x.Key, x.Value})
		}
		s.users = append(s.users, in)
	}
	for _, g := range d.GroupDetailList {
		s.groups = append(s.groups, &group{name: g.GroupName, path: g.Path, id: g.GroupId, created: g.CreateDate, grants: grantsOf(g.GroupPolicyList, g.AttachedManagedPolicies)})
	}
	for _, r := range d.RoleDetailList {
		s.roles = append(s.roles, role{r.RoleName, r.Path, r.RoleId, string(r.AssumeRolePolicyDocument), r.CreateDate})
	}
	for _, p := range d.Policies {
		s.loadPolicy(t, p)
	}
}

func (s *StandIn) loadPolicy(t testing.TB, p loadedPolicy) {
	t.Helper()
	in := &managed{name: p.PolicyName, path: p.Path, id: p.PolicyId, created: p.CreateDate}
	for _, v := range p.PolicyVersionList {
		n, err := strconv.Atoi(strings.TrimPrefix(v.VersionId, "v"))
		if err != nil {
			t.Fatal(err)
		}
		in.versions, in.made = append(in.versions, version{n, string(v.Document), v.CreateDate}), max(in.made, n)
		if v.IsDefaultVersion {
			in.current = n
		}
	}
	if rest, ok := strings.CutPrefix(p.Arn, ofAWSPrefix); !ok {
		s.policies = append(s.policies, in)
	} else if len(in.versions) > 0 {
		if s.texts == nil {
			s.texts = map[string]string{}
		}
		s.texts[rest] = in.versions[0].document
	}
}

func grantsOf(own []loadedInline, attached []loadedRef) (out grants) {
	for _, p := range own {
		out.inline = append(out.inline, inline{p.PolicyName, string(p.PolicyDocument)})
	}
	for _, p := range attached {
		out.attached = append(out.attached, p.PolicyArn)
	}
	return out
}

// The CLI's names of what it prints.
type (
	loaded struct {
		UserDetailList  []loadedUser
		GroupDetailList []loadedGroup
		RoleDetailList  []loadedRole
		Policies        []loadedPolicy
	}
	loadedUser struct {
		UserName, UserId, Path  string //nolint:revive // AWS's spelling
		CreateDate              time.Time
		GroupList               []string
		UserPolicyList          []loadedInline
		AttachedManagedPolicies []loadedRef
		PermissionsBoundary     struct{ PermissionsBoundaryArn string }
		Tags                    []struct{ Key, Value string }
	}
	loadedGroup struct {
		GroupName, GroupId, Path string //nolint:revive // AWS's spelling
		CreateDate               time.Time
		GroupPolicyList          []loadedInline
		AttachedManagedPolicies  []loadedRef
	}
	loadedRole struct {
		RoleName, RoleId, Path   string //nolint:revive // AWS's spelling
		CreateDate               time.Time
		AssumeRolePolicyDocument json.RawMessage
	}
	loadedPolicy struct {
		PolicyName, PolicyId, Arn, Path string //nolint:revive // AWS's spelling
		CreateDate                      time.Time
		PolicyVersionList               []struct {
			VersionId        string //nolint:revive // AWS's spelling
			IsDefaultVersion bool
			CreateDate       time.Time
			Document         json.RawMessage
		}
	}
	loadedInline struct {
		PolicyName     string
		PolicyDocument json.RawMessage
	}
	loadedRef struct{ PolicyArn string }
)
