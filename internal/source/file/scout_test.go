package file

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/rollcall-iam/rollcall/internal/iam"
)

const (
	scoutArn  = `"arn":"arn:aws:iam::111122223333:`
	scoutAnn  = `"AIDA1":{"id":"AIDA1","name":"ann",` + scoutArn + `user/ann","CreateDate":"2024-01-01 00:00:00+00:00"`
	staff     = `"AGPA1":{"id":"AGPA1","name":"Staff",` + scoutArn + `group/Staff","users":["AIDA9"],"inline_policies":{},"inline_policies_count":0}`
	scoutRow  = `"scoutid-1":{"user":"ann",` + scoutArn + `user/ann","password_enabled":"true","mfa_active":"false","access_key_1_active":"false","access_key_1_last_rotated":null,"access_key_1_last_used_date":null}`
	oneInline = `"inline_policies":{"scoutid-1":{"name":"own","PolicyDocument":{"Statement":[]}}}`
)

// suite is a ScoutSuite file of one user with these members, and more of IAM.
func suite(user string, more ...string) string {
	if user != "" {
		user = "," + user
	}
	return suiteOf(append([]string{`"users":{` + scoutAnn + user + `}}`}, more...)...)
}

func suiteOf(members ...string) string {
	return `scoutsuite_results =
{"account_id":"111122223333","last_run":{"time":"2026-03-01 10:00:00+0100"},"provider_code":"aws","services":{"iam":{` + strings.Join(members, ",") + `}}}`
}

// scout2 is a file of Scout2's first version.
func scout2(user string, more ...string) string {
	if !strings.Contains(strings.Join(more, ""), "groups_count") {
		more = append(more, `"groups_count":0,"roles_count":0`)
	}
	ann := `"ann":{"id":"AIDA1","name":"ann",` + scoutArn + `user/ann","create_date":"2014-01-01T00:00:00Z",` + user + `}`
	return "iam_info =\n{" + strings.Join(append([]string{`"permissions":{},"users_count":1,"users":{` + ann + `}`}, more...), ",") + "}"
}

func pages(element string) string {
	return "[" + strings.TrimSuffix(strings.Repeat(element+",", onePage), ",") + "]"
}

// manyInline are so many policies as one page holds.
func manyInline() string {
	var b strings.Builder
	for i := range onePage {
		fmt.Fprintf(&b, `,"scoutid-%d":{"name":"p%d","PolicyDocument":{"Statement":[]}}`, i, i)
	}
	return fmt.Sprintf(`"inline_policies":{%s},"inline_policies_count":%d`, b.String()[1:], onePage)
}

// A list counts as whole only where the file bears it out.
func TestScoutGrants(t *testing.T) {
	attached := `"policies":{"ANPA1":{"id":"ANPA1","name":"p",` + scoutArn + `policy/p","PolicyDocument":{"Statement":[]},"attached_to":{"users":[{"id":"AIDA1","name":"ann"}]}}}`
	managed := func(count int) string {
		return fmt.Sprintf(`"managed_policies_count":%d,"managed_policies":{"arn:aws:iam::111122223333:policy/p":{"policy_name":"p","policy_id":"ANPA1","policy_document":"%%7B%%7D"}}`, count)
	}
	const oldRow = `"credential_report":{"ann":{"user":"ann",` + scoutArn + `user/ann","mfa_active":"true"},"":{"user":""}}`
	for _, tt := range []struct {
		name, file string
		part       iam.Part
		want       string // what is known of the part
		whole      bool   // and nothing else is
	}{
		{"no inline policies", suite(`"inline_policies":{},"inline_policies_count":0`), iam.InlinePart, "", true},
		{"an inline policy", suite(oneInline + `,"inline_policies_count":1`), iam.InlinePart, "own", true},
		{"inline policies that were not listed", suite(`"inline_policies":{}`), iam.InlinePart, "", false},
		{"inline policies of which one was not read", suite(oneInline), iam.InlinePart, "own", false},
		{"as many inline policies as a page holds", suite(manyInline()), iam.InlinePart, "100 policies", false},
		{"Scout2's inline policies", scout2(`"policies":{"own":{"policy_document":"%7B%7D"}}`), iam.InlinePart, "own", true},
		{"later Scout2's inline policies", "aws_info =\n" + `{"account_id":"TODO","services":{"iam":{"users":{` + scoutAnn + `,"inline_policies_count":0}}}}}`, iam.InlinePart, "", false},

		{"groups", suite(`"groups":["Staff"]`), iam.GroupsPart, "Staff", true},
		{"groups that were not read", suite(""), iam.GroupsPart, "", false},
		{"no groups, as their members bear out", suite(`"groups":[]`, `"groups":{`+staff+`}`), iam.GroupsPart, "", true},
		{"no groups, and none were listed", suite(`"groups":[]`), iam.GroupsPart, "", false},
		{"no groups, and a group says otherwise", suite(`"groups":[]`, `"groups":{`+strings.Replace(staff, "AIDA9", "AIDA1", 1)+`}`), iam.GroupsPart, "Staff", false},
		{"no groups, and members were not read", suite(`"groups":[]`, `"groups":{`+strings.Replace(staff, `"users":["AIDA9"]`, `"users":null`, 1)+`}`), iam.GroupsPart, "", false},
		{"no groups, and a page of members", suite(`"groups":[]`, `"groups":{`+strings.Replace(staff, `["AIDA9"]`, pages(`"AIDA9"`), 1)+`}`), iam.GroupsPart, "", false},
		{"no groups, and a group is missing", suite(`"groups":[]},`+strings.NewReplacer("AIDA1", "AIDA2", "ann", "bob").Replace(scoutAnn)+`,"groups":["Lost"]`, `"groups":{`+staff+`}`), iam.GroupsPart, "", false},
		{"Scout2's groups", scout2(`"groups":[{"group_name":"Staff"}]`), iam.GroupsPart, "Staff", true},
		{"Scout2's user without groups", scout2(`"groups":[]`), iam.GroupsPart, "", true},

		{"a policy or boundary", suite(`"policies":["ANPA1"]`, attached), iam.AttachedPart, "", false},
		{"a policy before there were boundaries", strings.Replace(suite(`"policies":["ANPA1"]`, attached), "2026-03", "2018-03", 1), iam.AttachedPart, "p", false},
		{"no policy", suite("", attached), iam.AttachedPart, "", false},
		{"Scout2's policies", scout2(`"managed_policies":["arn:aws:iam::111122223333:policy/p"]`, managed(1), oldRow), iam.AttachedPart, "p", true},
		{"Scout2's policies, one lost", scout2(`"managed_policies":["arn:aws:iam::111122223333:policy/p"]`, managed(2), oldRow), iam.AttachedPart, "p", false},
		{"Scout2's policies, a holder lost", scout2(`"groups":[]`, managed(1), oldRow), iam.AttachedPart, "", false},
		{"Scout2's policies, a group lost", scout2(`"managed_policies":["arn:aws:iam::111122223333:policy/p"]`, managed(1), oldRow, `"groups_count":1,"roles_count":0`), iam.AttachedPart, "p", false},
		{"Scout2 run today", scout2(`"managed_policies":["arn:aws:iam::111122223333:policy/p"]`, managed(1)), iam.AttachedPart, "", false},

		{"a boundary", suite(""), iam.BoundaryPart, "", false},
		{"no boundary in 2018", strings.Replace(suite(""), "2026-03", "2018-03", 1), iam.BoundaryPart, "", true},
		{"no boundary in 2015", scout2(`"groups":[]`, oldRow), iam.BoundaryPart, "", true},

		{"tags", suite(`"tags":{"owner":"ops","team":"a"}`), iam.TagsPart, "owner=ops team=a", true},
		{"tags as AWS answers", suite(`"tags":{"Tags":[{"Key":"owner","Value":"ops"}],"IsTruncated":false}`), iam.TagsPart, "owner=ops", true},
		{"no tags", suite(`"tags":{}`), iam.TagsPart, "", true},
		{"tags that were not read", suite(`"tags":null`), iam.TagsPart, "", false},
	} {
		s, err := readFiles(t, tt.file)
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		g := s.Users[1].Grants
		if got := partOf(g, tt.part); got != tt.want || (g.Untold[tt.part] == "") != tt.whole {
			t.Errorf("%s: %q, and untold: %q", tt.name, got, g.Untold[tt.part])
		}
	}
}

func partOf(g *iam.Grants, part iam.Part) string {
	var out []string
	switch part {
	case iam.InlinePart:
		for _, p := range g.Inline {
			out = append(out, p.Name)
		}
	case iam.AttachedPart:
		for _, p := range g.Attached {
			out = append(out, p.Name)
		}
	case iam.GroupsPart:
		out = g.Groups
	case iam.TagsPart:
		for _, tag := range g.Tags {
			out = append(out, tag.String())
		}
	case iam.BoundaryPart:
		out = append(out, g.Boundary.ARN)
	}
	if len(out) == onePage {
		return "100 policies"
	}
	return strings.Join(out, " ")
}

// What was asked for each user is known where there is an answer.
func TestScoutCredentials(t *testing.T) {
	const key = `{"UserName":"ann","AccessKeyId":"AKIA1","Status":"Active","CreateDate":"2024-01-01 00:00:00+00:00"}`
	for _, tt := range []struct{ name, user, want string }{
		{"nothing", "", "keys? devices? login?"},
		{"null, as where a call failed", `"AccessKeys":null,"MFADevices":null`, "keys? devices? login?"},
		{"none", `"AccessKeys":[],"MFADevices":[]`, "0 keys 0 devices login?"},
		{"one each", `"AccessKeys":[` + key + `],"MFADevices":[{"UserName":"ann","SerialNumber":"S1"}],"LoginProfile":{"UserName":"ann","CreateDate":"2024-01-01 00:00:00+00:00","PasswordResetRequired":true}`, "1 keys 1 devices login"},
		{"a full page", `"AccessKeys":` + pages(key), "keys? devices? login?"},
		{"masked ids", `"AccessKeys":[` + strings.Replace(key, "AKIA1", "AKIA****", 1) + `]`, "keys? devices? login?"},
		{"a login profile that does not say all", `"LoginProfile":{"UserName":"ann"}`, "keys? devices? login?"},
	} {
		s, err := readFiles(t, suite(tt.user))
		if err != nil {
			t.Fatalf("%s: %v", tt.name, err)
		}
		if got := credentialsOf(&s.Users[1]); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
	s, err := readFiles(t, scout2(`"access_keys":[{"access_key_id":"AKIA1","status":"Inactive","create_date":"2014-01-01T00:00:00Z","user_name":"ann"}],"mfa_devices":[{"serial_number":"S1"}],"logins":{"create_date":"2014-01-01T00:00:00Z","password_reset_required":"false"}`))
	if err != nil || credentialsOf(&s.Users[1]) != "1 keys 1 devices login" || (*s.Users[1].AccessKeys)[0].Active || s.Users[1].Login.Value.ResetRequired {
		t.Errorf("Scout2: %+v, %v", s, err)
	}
}

func credentialsOf(u *iam.User) string {
	out := []string{"keys?", "devices?", "login?"}
	if u.AccessKeys != nil {
		out[0] = fmt.Sprint(len(*u.AccessKeys), " keys")
	}
	if u.MFADevices != nil {
		out[1] = fmt.Sprint(len(*u.MFADevices), " devices")
	}
	if u.Login.State == iam.Known {
		out[2] = "login"
	}
	return strings.Join(out, " ")
}

// The sources say what became of each thing, and why.
func TestScoutSources(t *testing.T) {
	report := `"credential_reports":{` + scoutRow + `}`
	gone := strings.ReplaceAll(report, "ann", "gone")
	comma := `"credential_reports":{` + scoutRow + `,"scoutid-2":{"user":"a","arn":"b","user_creation_time":"arn:aws:iam::111122223333:user/a"}}`
	policy := `"password_policy":{"MinimumPasswordLength":%s,"AllowUsersToChangePassword":true,"PasswordReusePrevention":true,"PreviousPasswordPrevented":5}`
	for _, tt := range []struct {
		name, file string
		source     iam.SourceName
		state      iam.SourceState
		note       string
	}{
		{"users as in the report", suite("", report), iam.UserListing, iam.Read, ""},
		{"users without report", suite(""), iam.UserListing, iam.Failed, "without a credential report"},
		{"users that only the report has", suite("", gone), iam.UserListing, iam.Failed, "the credential report has 1 users that the results lack"},
		{"users, and a row that is lost", suite("", comma), iam.UserListing, iam.Failed, "nothing in the results shows"},
		{"no users", suiteOf(`"users":{}`, report), iam.UserListing, iam.Failed, "the results hold no users"},
		{"users that Scout2 counted", scout2(`"groups":[]`), iam.UserListing, iam.Read, ""},
		{"users that Scout2 lost", strings.Replace(scout2(`"groups":[]`), `"users_count":1`, `"users_count":2`, 1), iam.UserListing, iam.Failed, "counted 2 users, the results hold 1"},
		{"details", suite("", report), iam.Details, iam.NotGiven, "ScoutSuite reads less"},
		{"report", suite("", report), iam.CredentialReport, iam.Read, "does not say when it was made, up to four hours before ScoutSuite ran"},
		{"no report", suite("", `"credential_reports":{}`), iam.CredentialReport, iam.Failed, "ScoutSuite did not get it"},
		{"password policy", suite("", fmt.Sprintf(policy, "8")), iam.PasswordPolicyGet, iam.Read, ""},
		{"a password policy of the tool's own", suite("", fmt.Sprintf(policy, `"1"`)), iam.PasswordPolicyGet, iam.Failed, "does not tell an account without one"},
		{"no password policy", suite(""), iam.PasswordPolicyGet, iam.NotGiven, ""},
		{"virtual devices", suite("", report), iam.VirtualMFA, iam.NotGiven, ""},
		{"keys", suite(""), iam.AccessKeyList, iam.Failed, "no lists of access keys"},
	} {
		s, err := readFiles(t, tt.file)
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		if src := s.Source(tt.source); src.State != tt.state || !strings.Contains(src.Note, tt.note) || tt.note == "" && src.Note != "" {
			t.Errorf("%s: %+v", tt.name, src)
		}
	}
}

// The report keeps what AWS's ways of giving no value say.
func TestScoutReport(t *testing.T) {
	s, err := readFiles(t, suite("", `"credential_reports":{`+scoutRow+`}`))
	if err != nil {
		t.Fatal(err)
	}
	r := s.Users[1].Report
	if r == nil || r.PasswordEnabled != iam.Is(true) || r.MFAActive != iam.Is(false) || r.Keys[0].Present() != iam.Is(false) ||
		r.Keys[0].LastUsed.State != iam.Absent || r.Keys[1].Present().State != iam.Unknown || r.PasswordLastUsed.State != iam.Unknown {
		t.Errorf("%+v", r)
	}
}

// Policies and roles are there as far as they were read.
func TestScoutPoliciesAndRoles(t *testing.T) {
	role := `"roles":{"AROA1":{"id":"AROA1","name":"deploy",` + scoutArn + `role/deploy","path":"/","create_date":"2024-01-01 00:00:00+00:00","assume_role_policy":{"PolicyDocument":{"Statement":[]}}}}`
	policy := `"policies":{"ANPA1":{"id":"ANPA1","name":"p",` + scoutArn + `policy/x/p","PolicyDocument":{"Statement":[]},"attached_to":{"groups":[{"name":"Staff"}]}}}`
	s, err := readFiles(t, suite("", role, policy, `"groups":{`+staff+`}`))
	if err != nil {
		t.Fatal(err)
	}
	r, p, g := s.Roles[0], s.Policies[0], s.Groups[0]
	if r.Trust == nil || r.Created == 0 || r.Untold[iam.BoundaryPart] == "" || r.Untold[iam.InlinePart] == "" || r.LastUsed.State != iam.Unknown {
		t.Errorf("%+v", r)
	}
	if p.Path != "/x/" || p.Document == nil || p.Untold[iam.AttachedPart] == "" || p.Untold[iam.CreatedPart] == "" {
		t.Errorf("%+v", p)
	}
	if len(g.Attached) != 1 || g.Attached[0].Name != "p" || g.Untold[iam.BoundaryPart] != "" || g.Untold[iam.InlinePart] != "" || g.Untold[iam.TagsPart] != "" {
		t.Errorf("%+v", g)
	}
}

// The clock is the run's where the file says it.
func TestScoutClock(t *testing.T) {
	l, err := readFiles(t, suite(""))
	if err != nil || l.Clock.String() != "2026-03-01T09:00:00Z" || l.Basis != "when ScoutSuite ran" || l.CollectedAt != l.Clock {
		t.Errorf("%+v, %v", l, err)
	}
	l, err = readFiles(t, scout2(`"groups":[]`))
	if err != nil || l.Basis != BasisFile || l.CollectedAt != 0 {
		t.Errorf("%+v, %v", l, err)
	}
}

// Whose results they are is told by what the file holds.
func TestScoutSniff(t *testing.T) {
	bare := func(text string) string { _, after, _ := strings.Cut(text, "\n"); return after }
	for _, text := range []string{suite(""), scout2(`"groups":[]`)} {
		for _, text := range []string{text, bare(text), strings.Replace(text, "=\n", "= ", 1), strings.Replace(text, "iam_info", "var  iam_info", 1), "\ufeff" + text,
			strings.Replace(text, `"account_id":"111122223333"`, `"account_id":"TODO"`, 1)} {
			l, err := readFiles(t, text)
			if err != nil || l.Account.ID != "111122223333" || len(l.Users) != 2 {
				t.Errorf("%s: %v", text, err)
			}
		}
	}
	camel := `{"PasswordPolicy":{"MinimumPasswordLength":8,"AllowUsersToChangePassword":false},"Permissions":{},"Users":{"ann":{"Id":"AIDA1","Name":"ann","Arn":"arn:aws:iam::111122223333:user/ann","CreateDate":"2015-01-01 00:00:00+00:00","Groups":[{"GroupName":"Staff"}],"MFADevices":[]}},"UsersCount":1}`
	l, err := readFiles(t, camel)
	if err != nil || l.PasswordPolicy.Value.MinimumLength != 8 || !slices.Equal(l.Users[1].Grants.Groups, []string{"Staff"}) || l.Source(iam.UserListing).State != iam.Read {
		t.Errorf("%+v, %v", l, err)
	}
}

// What is broken is refused with the place, the reason and what to do.
func TestScoutErrors(t *testing.T) {
	for text, want := range map[string]string{
		suite(`"groups":{}`):                                                                           "in /services/iam/users/AIDA1",
		suite(`"AccessKeys":[{"UserName":"ann"}]`):                                                     "of an access key, AccessKeyId is missing",
		suite(`"MFADevices":[{"UserName":"ann"}]`):                                                     "of an MFA device, SerialNumber is missing",
		suite(`"tags":{"owner":1}`):                                                                    `the value of tag "owner" is no string`,
		suite(`"LoginProfile":{"PasswordResetRequired":"often"}`):                                      "neither true nor false",
		strings.Replace(suite(""), `"name":"ann",`, "", 1):                                             "name is missing",
		strings.Replace(suite(""), "2026-03-01", "yesterday", 1):                                       "in /last_run/time",
		suite("", `"password_policy":{"MinimumPasswordLength":8.5,"AllowUsersToChangePassword":true}`): "no whole number",
		suite("", `"credential_reports":{`+strings.Replace(scoutRow, `"false"`, `"no"`, 1)+`}`):        `in the row of "ann", column mfa_active is "no"`,
		suite("", `"users":[]`):                                                                        "expected an object",
	} {
		_, err := readFiles(t, text)
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "0.json") || !strings.Contains(err.Error(), "run ScoutSuite again") {
			t.Errorf("%s:\ngot  %v\nwant %s", text, err, want)
		}
	}
}
