package awstest

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// GenerateFiles writes what the aws CLI would print of an account with so many
// users: details.json and report.json. The same number gives the same files.
// Of ten users one has policies of their own, three a password, seven a key.
func GenerateFiles(t testing.TB, dir, account string, users int) {
	t.Helper()
	g := &generator{Rand: rand.New(rand.NewPCG(1, uint64(users))), account: account, now: time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)}
	details, err := json.MarshalIndent(g.details(users), "", "    ")
	if err != nil {
		t.Fatal(err)
	}
	report, err := json.MarshalIndent(map[string]string{"Content": base64.StdEncoding.EncodeToString([]byte(strings.Join(g.rows, "\n"))),
		"ReportFormat": "text/csv", "GeneratedTime": stamp(g.now)}, "", "    ")
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string][]byte{"details.json": details, "report.json": report} {
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

type generator struct {
	*rand.Rand
	account string
	now     time.Time
	rows    []string
}

type object = map[string]any

func allow(actions ...string) object {
	return object{"Version": "2012-10-17", "Statement": []object{{"Effect": "Allow", "Action": actions, "Resource": "*"}}}
}

func (g *generator) ago(days int) time.Time {
	return g.now.Add(-time.Duration(g.IntN(days*86400)+60) * time.Second)
}

func (g *generator) arn(rest string) string { return "arn:aws:iam::" + g.account + ":" + rest }

func (g *generator) details(n int) object {
	root := g.arn("root")
	none := "false,N/A,N/A,N/A,N/A"
	g.rows = []string{reportHeader, "<root_account>," + root + "," + stamp(g.now.AddDate(-8, 0, 0)) + ",true,no_information," + stamp(g.now.AddDate(-8, 0, 0)) + ",not_supported,true," + none + "," + none + ",false,N/A,false,N/A"}
	own := []string{g.arn("user/${aws:username}"), g.arn("user/*/${aws:username}")}
	self := object{"Version": "2012-10-17", "Statement": []object{
		{"Effect": "Allow", "Action": []string{"iam:*AccessKey*", "iam:*Password", "iam:*MFADevice*", "iam:UpdateLoginProfile"}, "Resource": own},
		{"Effect": "Allow", "Action": []string{"iam:CreateVirtualMFADevice", "iam:DeleteVirtualMFADevice"}, "Resource": g.arn("mfa/${aws:username}")}}}
	groups := []object{g.group("AllUsers", self)}
	for i := range max(1, n/50) {
		groups = append(groups, g.group(fmt.Sprintf("team-%03d", i), allow(fmt.Sprintf("service%d:Get*", i), "s3:Get*", "s3:List*")))
	}
	users := make([]object, n)
	for i := range users {
		users[i] = g.user(i, len(groups)-1)
	}
	return object{"UserDetailList": users, "GroupDetailList": groups, "RoleDetailList": []object{}, "Policies": []object{}}
}

func (g *generator) group(name string, document object) object {
	return object{"Path": "/", "GroupName": name, "GroupId": "AGPA" + name, "Arn": g.arn("group/" + name), "CreateDate": "2020-01-01T00:00:00+00:00",
		"GroupPolicyList": []object{{"PolicyName": "granted", "PolicyDocument": document}}, "AttachedManagedPolicies": []object{}}
}

func (g *generator) user(i, teams int) object {
	name := fmt.Sprintf("user-%05d", i)
	created := g.ago(1500)
	u := object{"Path": "/staff/", "UserName": name, "UserId": fmt.Sprintf("AIDA%017d", i), "Arn": g.arn("user/staff/" + name), "CreateDate": stamp(created),
		"GroupList": []string{"AllUsers", fmt.Sprintf("team-%03d", i%teams)}, "AttachedManagedPolicies": []object{},
		"Tags": []object{{"Key": "owner", "Value": name + "@example.com"}}}
	switch i % 20 {
	case 3:
		u["UserPolicyList"] = []object{{"PolicyName": "direct", "PolicyDocument": allow("s3:GetObject", fmt.Sprintf("dynamodb:Item%d", i))}}
	case 7:
		u["AttachedManagedPolicies"] = []object{{"PolicyName": "PowerUserAccess", "PolicyArn": "arn:aws:iam::aws:policy/PowerUserAccess"}}
	}
	g.row(name, created, i)
	return u
}

func (g *generator) row(name string, created time.Time, i int) {
	password := "false,N/A,N/A,N/A"
	if i%10 < 3 {
		password = "true," + stamp(g.ago(90)) + "," + stamp(created) + ",N/A"
	}
	keys := [2]string{"false,N/A,N/A,N/A,N/A", "false,N/A,N/A,N/A,N/A"}
	for k := range keys {
		if k == 0 && i%10 < 7 || k == 1 && i%10 == 0 {
			keys[k] = fmt.Sprintf("%t,%s,%s,us-east-1,s3", k == 0, stamp(g.ago(400)), stamp(g.ago(30)))
		}
	}
	g.rows = append(g.rows, fmt.Sprintf("%s,%s,%s,%s,%t,%s,%s,false,N/A,false,N/A", name, g.arn("user/staff/"+name), stamp(created), password, i%3 == 0, keys[0], keys[1]))
}
