package awstest

import (
	"encoding/base64"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

var actions map[string]action

func init() {
	actions = map[string]action{
		"CreateUser": (*StandIn).createUser, "CreateGroup": (*StandIn).createGroup, "CreatePolicy": (*StandIn).createPolicy,
		"AddUserToGroup": (*StandIn).addUserToGroup, "PutUserPolicy": (*StandIn).putPolicy, "PutGroupPolicy": (*StandIn).putPolicy,
		"AttachUserPolicy": (*StandIn).attachPolicy, "AttachGroupPolicy": (*StandIn).attachPolicy,
		"CreateAccessKey": (*StandIn).createAccessKey, "CreateLoginProfile": (*StandIn).createLoginProfile,
		"CreateVirtualMFADevice": (*StandIn).createVirtualMFADevice, "EnableMFADevice": (*StandIn).enableMFADevice,

		"GetCallerIdentity": (*StandIn).callerIdentity, "GetAccountSummary": (*StandIn).accountSummary,
		"GetAccountPasswordPolicy": (*StandIn).passwordPolicy, "ListAccountAliases": (*StandIn).aliases,
		"GetAccountAuthorizationDetails": (*StandIn).details, "ListUsers": (*StandIn).listUsers,
		"GenerateCredentialReport": (*StandIn).generateReport, "GetCredentialReport": (*StandIn).getReport,
		"ListVirtualMFADevices": (*StandIn).listDevices,
	}
	maps.Copy(actions, credentialActions())
	maps.Copy(actions, accountActions())
}

func (s *StandIn) callerIdentity(url.Values) (any, error) {
	return struct{ Arn, UserId, Account string }{"arn:aws:sts::" + AccountID + ":assumed-role/Audit/rollcall", "AROA:rollcall", AccountID}, nil //nolint:revive // AWS's spelling
}

type entry struct {
	Key   string `xml:"key"`
	Value int    `xml:"value"`
}

func (s *StandIn) accountSummary(url.Values) (any, error) {
	return struct {
		SummaryMap struct {
			Entry []entry `xml:"entry"`
		}
	}{struct {
		Entry []entry `xml:"entry"`
	}{[]entry{{"Users", len(s.users)}, {"Groups", len(s.groups)}, {"Providers", 0}, {"AccountMFAEnabled", 1}}}}, nil
}

func (s *StandIn) passwordPolicy(url.Values) (any, error) {
	return nil, noSuch("Password Policy with domain name", AccountID)
}

func (s *StandIn) aliases(url.Values) (any, error) {
	return struct {
		AccountAliases []string `xml:"AccountAliases>member"`
		IsTruncated    bool
	}{[]string{"stand-in"}, false}, nil
}

type userXML struct{ UserName, Path, UserId, Arn, CreateDate string } //nolint:revive // AWS's spelling

func (u *user) xml() userXML { return userXML{u.name, u.path, u.id, u.arn(), stamp(u.created)} }

type inlineXML struct{ PolicyName, PolicyDocument string }

type attachedXML struct{ PolicyName, PolicyArn string }

type userDetail struct {
	userXML
	UserPolicyList          *[]inlineXML  `xml:"UserPolicyList>member"` // left out when empty, as AWS does
	GroupList               []string      `xml:"GroupList>member"`
	AttachedManagedPolicies []attachedXML `xml:"AttachedManagedPolicies>member"`
}

type groupDetail struct {
	GroupName, Path, GroupId, Arn, CreateDate string        //nolint:revive // AWS's spelling
	GroupPolicyList                           []inlineXML   `xml:"GroupPolicyList>member"`
	AttachedManagedPolicies                   []attachedXML `xml:"AttachedManagedPolicies>member"`
}

type versionXML struct {
	Document, VersionId, CreateDate string //nolint:revive // AWS's spelling
	IsDefaultVersion                bool
}

type policyDetail struct {
	PolicyName, PolicyId, Arn, Path, DefaultVersionId, CreateDate string //nolint:revive // AWS's spelling
	AttachmentCount                                               int
	PolicyVersionList                                             []versionXML `xml:"PolicyVersionList>member"`
}

// encode is how AWS sends documents.
func encode(document string) string { return url.PathEscape(document) }

func (g *grants) inlineXML() (out []inlineXML) {
	for _, p := range g.inline {
		out = append(out, inlineXML{p.name, encode(p.document)})
	}
	return out
}

func (g *grants) attachedXML() (out []attachedXML) {
	for _, arn := range g.attached {
		out = append(out, attachedXML{arn[strings.LastIndexByte(arn, '/')+1:], arn})
	}
	return out
}

// details shares one page between all kinds, as AWS does.
func (s *StandIn) details(form url.Values) (any, error) {
	var out struct {
		UserDetailList  []userDetail   `xml:"UserDetailList>member"`
		GroupDetailList []groupDetail  `xml:"GroupDetailList>member"`
		Policies        []policyDetail `xml:"Policies>member"`
		IsTruncated     bool
		Marker          string `xml:",omitempty"`
	}
	total := len(s.users) + len(s.groups) + len(s.policies)
	from, to, marker := s.page(form, total)
	out.Marker, out.IsTruncated = marker, marker != ""
	for i := from; i < to; i++ {
		switch g, p := i-len(s.users), i-len(s.users)-len(s.groups); {
		case i < len(s.users):
			out.UserDetailList = append(out.UserDetailList, s.users[i].detail())
		case g < len(s.groups):
			out.GroupDetailList = append(out.GroupDetailList, s.groups[g].detail())
		default:
			out.Policies = append(out.Policies, s.policies[p].detail())
		}
	}
	return out, nil
}

func (u *user) detail() userDetail {
	d := userDetail{userXML: u.xml(), GroupList: u.groups, AttachedManagedPolicies: u.attachedXML()}
	if list := u.inlineXML(); list != nil {
		d.UserPolicyList = &list
	}
	return d
}

func (g *group) detail() groupDetail {
	return groupDetail{g.name, "/", g.id, g.arn(), stamp(g.created), g.inlineXML(), g.attachedXML()}
}

func (p *managed) detail() policyDetail {
	return policyDetail{p.name, "ANPA" + p.name, p.arn(), "/", "v2", stamp(p.created), 1, []versionXML{
		{encode(p.document), "v2", stamp(p.created), true},
		{encode(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`), "v1", stamp(p.created), false}}}
}

func (s *StandIn) listUsers(form url.Values) (any, error) {
	var out struct {
		Users       []userXML `xml:"Users>member"`
		IsTruncated bool
		Marker      string `xml:",omitempty"`
	}
	from, to, marker := s.page(form, len(s.users))
	out.Marker, out.IsTruncated = marker, marker != ""
	for _, u := range s.users[from:to] {
		out.Users = append(out.Users, u.xml())
	}
	return out, nil
}

func (s *StandIn) listDevices(form url.Values) (any, error) {
	type deviceUser struct{ Arn string }
	type deviceXML struct {
		SerialNumber, EnableDate string
		User                     deviceUser
	}
	var out struct {
		VirtualMFADevices []deviceXML `xml:"VirtualMFADevices>member"`
		IsTruncated       bool
		Marker            string `xml:",omitempty"`
	}
	from, to, marker := s.page(form, len(s.devices))
	out.Marker, out.IsTruncated = marker, marker != ""
	for _, d := range s.devices[from:to] {
		u, err := s.user(url.Values{"UserName": {d.user}})
		if err == nil {
			out.VirtualMFADevices = append(out.VirtualMFADevices, deviceXML{arnPrefix + "mfa/" + d.name, stamp(s.clock), deviceUser{u.arn()}})
		}
	}
	return out, nil
}

// generateReport takes ReportWait calls to make a report.
func (s *StandIn) generateReport(url.Values) (any, error) {
	state := "COMPLETE"
	if s.asked++; s.asked <= s.ReportWait {
		state = "STARTED"
	}
	return struct{ State string }{state}, nil
}

func (s *StandIn) getReport(url.Values) (any, error) {
	switch {
	case s.asked == 0:
		return nil, &fault{http.StatusGone, "ReportNotPresent", "no report"}
	case s.asked <= s.ReportWait:
		return nil, &fault{http.StatusNotFound, "ReportInProgress", "Unknown"}
	}
	return struct{ Content, ReportFormat, GeneratedTime string }{
		base64.StdEncoding.EncodeToString([]byte(s.report())), "text/csv", stamp(s.clock.Add(time.Minute))}, nil
}

const reportHeader = "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,mfa_active," +
	"access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service," +
	"access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service," +
	"cert_1_active,cert_1_last_rotated,cert_2_active,cert_2_last_rotated"

// report is the CSV as AWS writes it: root first, no newline at the end.
func (s *StandIn) report() string {
	none := "false,N/A,N/A,N/A,N/A"
	lines := []string{reportHeader, "<root_account>," + arnPrefix + "root," + stamp(s.clock.AddDate(-3, 0, 0)) + ",true,no_information," +
		stamp(s.clock.AddDate(-3, 0, 0)) + ",not_supported,true," + none + "," + none + ",false,N/A,false,N/A"}
	users := slices.Clone(s.users)
	slices.SortFunc(users, func(a, b *user) int { return strings.Compare(strings.ToLower(a.name), strings.ToLower(b.name)) })
	for _, u := range users {
		password, changed, used := "false", "N/A", "N/A"
		if u.password {
			password, changed, used = "true", stamp(s.clock), "no_information"
		}
		mfa := slices.ContainsFunc(s.devices, func(d *device) bool { return strings.EqualFold(d.user, u.name) })
		slots := []string{none, none}
		for i, k := range u.keys {
			slots[i] = fmt.Sprintf("%t,%s,N/A,N/A,N/A", k.active, stamp(k.created))
		}
		lines = append(lines, fmt.Sprintf("%s,%s,%s,%s,%s,%s,N/A,%t,%s,false,N/A,false,N/A",
			quoted(u.name), quoted(u.arn()), stamp(u.created), password, used, changed, mfa, strings.Join(slots, ",")))
	}
	return strings.Join(lines, "\n")
}

// quoted is a CSV field; names may hold commas.
func quoted(s string) string {
	if strings.Contains(s, ",") {
		return `"` + s + `"`
	}
	return s
}
