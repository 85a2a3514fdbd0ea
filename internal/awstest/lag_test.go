package awstest_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	awsiam "github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/rollcall-iam/rollcall/internal/iam"
)

// A write is not seen by the calls right after it, and each counts as one.
func TestLag(t *testing.T) {
	s, _ := holding(t)
	s.StandIn.Lag = 2
	get := call((*awsiam.Client).GetGroup, &awsiam.GetGroupInput{GroupName: p("New")}, func(o *awsiam.GetGroupOutput) string { return *o.Group.GroupName })
	create := call((*awsiam.Client).CreateGroup, &awsiam.CreateGroupInput{GroupName: p("New")})
	remove := call((*awsiam.Client).DeleteGroup, &awsiam.DeleteGroupInput{GroupName: p("New")})
	join := call((*awsiam.Client).AddUserToGroup, &awsiam.AddUserToGroupInput{GroupName: p("New"), UserName: p("mia")})
	groups := call((*awsiam.Client).ListGroupsForUser, &awsiam.ListGroupsForUserInput{UserName: p("mia")},
		func(o *awsiam.ListGroupsForUserOutput) string { return groupNames(o.Groups) })
	leave := call((*awsiam.Client).RemoveUserFromGroup, &awsiam.RemoveUserFromGroupInput{GroupName: p("New"), UserName: p("mia")})
	run(t, s, []step{
		{"create", create, "", true},
		{"not seen", get, noEntity, true},
		{"not there to be joined", join, noEntity, true},
		{"seen", get, "New", true},
		{"join", join, "", true},
		{"not seen to be in it", groups, "[]", true},
		{"but it is not empty", remove, conflict, true},
		{"seen to be in it", groups, "[New]", true},
		{"leave", leave, "", true},
		{"writes know of it at once", leave, noEntity, true},
		{"seen to be in it still", groups, "[New]", true},
		{"delete", remove, "", true},
		{"still seen", get, "New", true},
		{"make again", create, "", true},
		{"the old one is seen, but cannot be joined", join, noEntity, true},
		{"nor is either seen", get, noEntity, true},
		{"seen", get, "New", true},
	})
}

// The report and the listings show what there is now.
func TestReadsAfterWrites(t *testing.T) {
	s, b := holding(t)
	s.Setenv(t, "testing", "testing")
	b.Password("mia")
	b.MFA("mia")
	key, _ := b.Key("mia")
	certificate := b.Certificate("mia")
	b.Tag("mia", "team", "night")
	b.Boundary("mia", b.Policy("Limit", document))
	b.Role("Audit", document)
	b.GroupIn("Paths", "/in/")
	used := time.Date(2026, 10, 1, 12, 0, 0, 0, time.UTC)
	s.StandIn.SetKeyUse(key, used)
	s.StandIn.SetPasswordUse("mia", used)
	run(t, s, []step{
		{"key off", call((*awsiam.Client).UpdateAccessKey, &awsiam.UpdateAccessKeyInput{UserName: p("mia"), AccessKeyId: &key, Status: types.StatusTypeInactive}), "", true},
		{"certificate off", call((*awsiam.Client).UpdateSigningCertificate, &awsiam.UpdateSigningCertificateInput{UserName: p("mia"), CertificateId: &certificate, Status: types.StatusTypeInactive}), "", true},
	})
	snapshot := readLive(t)
	mia := snapshot.Users[slices.IndexFunc(snapshot.Users, func(u iam.User) bool { return u.Name == "mia" })]
	r := mia.Report
	if r == nil || r.PasswordEnabled != iam.Is(true) || r.MFAActive != iam.Is(true) || r.Keys[0].Active != iam.Is(false) || r.Certificates[0].Active != iam.Is(false) ||
		r.Keys[0].LastUsed != iam.When(iam.At(used)) {
		t.Errorf("report %+v", r)
	}
	g := mia.Grants
	if fmt.Sprint(g.Tags) != "[{team night}]" || g.Boundary.ARN != "arn:aws:iam::123456789012:policy/Limit" {
		t.Errorf("grants %+v", g)
	}
	if len(snapshot.Roles) != 1 || snapshot.Roles[0].Trust == nil || snapshot.Groups[1].ARN != "arn:aws:iam::123456789012:group/in/Paths" {
		t.Errorf("roles %v, groups %v", snapshot.Roles, snapshot.Groups)
	}
}

// A stale report is the first one, whatever happens.
func TestStaleReport(t *testing.T) {
	s, b := holding(t)
	s.StandIn.StaleReport = true
	report := call((*awsiam.Client).GetCredentialReport, &awsiam.GetCredentialReportInput{}, func(o *awsiam.GetCredentialReportOutput) string {
		return fmt.Sprint(strings.Count(string(o.Content), "\n"))
	})
	generate := call((*awsiam.Client).GenerateCredentialReport, &awsiam.GenerateCredentialReportInput{})
	run(t, s, []step{{"asked for", generate, "", true}, {"root and mia", report, "2", true}})
	b.User("pat", "/")
	run(t, s, []step{{"asked for again", generate, "", true}, {"still so", report, "2", true}})
	s.StandIn.StaleReport = false
	run(t, s, []step{{"and now", report, "3", true}})
}
