package movein

import (
	"regexp"
	"strings"
	"testing"

	"github.com/rollcall-iam/rollcall/internal/iam"
	"github.com/rollcall-iam/rollcall/internal/rule"
	"github.com/rollcall-iam/rollcall/rules"
)

func catalogue(t testing.TB) *rule.Set {
	t.Helper()
	set, err := rule.LoadAll(rules.FS)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// made reads files and returns the lines of the configuration, without
// comments, and all that is said of them.
func made(t *testing.T, files ...string) (yaml, said string) {
	t.Helper()
	m := New(catalogue(t))
	for i, text := range files {
		if err := m.Read("fgh"[i:i+1], []byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	r, err := m.Result()
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, line := range strings.Split(string(r.YAML), "\n") {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n"), strings.Join(append(m.Kept, m.Lost...), "\n")
}

// An example is what a fragment of a foreign file comes to: lines that must be
// there, all of them, and a part of what is said.
type example struct{ name, in, want, said string }

func run(t *testing.T, frame string, cases []example) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			yaml, said := made(t, strings.Replace(frame, "…", c.in, 1))
			if yaml != c.want {
				t.Errorf("made\n%s\nwant\n%s", yaml, c.want)
			}
			if c.said == "" && said != "" || !strings.Contains(said, c.said) {
				t.Errorf("said %q, want %q", said, c.said)
			}
		})
	}
}

func TestConformity(t *testing.T) {
	run(t, `{"ruleSettings":[…]}`, []example{
		{"a threshold in the id", `{"id":"IAM-001","enabled":true}`, "settings:\nkey-rotation: {age: 30d}", ""},
		{"a number of its own", `{"id":"IAM-028","extraSettings":[{"name":"n","type":"single-number-value","value":"60"}]}`, "settings:\nunused-password: {idle: 60d}", ""},
		{"a number for two rules", `{"id":"IAM-003","extraSettings":[{"type":"single-number-value","value":30}]}`, "settings:\nunused-key: {idle: 30d}\nunused-password: {idle: 30d}", ""},
		{"a number that is no time", `{"id":"IAM-005","extraSettings":[{"type":"single-number-value","value":16}]}`, "settings:\npassword-length: {length: 16}", ""},
		{"expired alone", `{"id":"IAM-021","enabled":true}`, "settings:\nserver-certificate-expiry: {within: 0d}\nrules:\nserver-certificate-expiry: {enabled: true}", ""},
		{"the stricter of two", `{"id":"IAM-038","enabled":true},{"id":"IAM-002","enabled":true}`, "settings:\nkey-rotation: {age: 45d}", "age is 90d by IAM-038 in f and 45d by IAM-002 in f: 45d is kept"},
		{"the longer warning", `{"id":"IAM-039","enabled":true},{"id":"IAM-041","enabled":true}`, "settings:\npassword-expiring: {within: 45d}\nrules:\npassword-expiring: {enabled: true}", "45d is kept"},
		{"no such number", `{"id":"IAM-028","extraSettings":[{"name":"n","type":"single-number-value","value":0}]}`, "", `setting "n" (single-number-value: 0) has no counterpart`},
		{"two numbers", `{"id":"IAM-028","extraSettings":[{"name":"a","type":"single-number-value","value":1},{"name":"b","type":"single-number-value","value":2}]}`, "", `setting "b"`},
		{"the life of an event", `{"id":"IAM-038","enabled":false,"extraSettings":[{"name":"ttl","type":"ttl","value":"72"}]}`, "", `setting "ttl" (ttl: 72) has no counterpart`},
		{"extreme", `{"id":"IAM-070","enabled":true,"riskLevel":"EXTREME"}`, "rules:\nuser-in-group: {severity: critical}", ""},
		{"a strange level", `{"id":"IAM-070","riskLevel":"SEVERE"}`, "", `riskLevel "SEVERE" is none of`},
		{"off", `{"id":"IAM-070","enabled":false,"riskLevel":"HIGH","exceptions":{"tags":["a"]}}`, "rules:\nuser-in-group: {enabled: false}", ""},
		{"off under one of its ids", `{"id":"IAM-071","enabled":false}`, "", "off by IAM-071 in f, but IAM-016, which it answers too, is not: it stays on"},
		{"off under all", `{"id":"IAM-071","enabled":false},{"id":"IAM-016","enabled":false}`, "rules:\nuser-direct-policies: {enabled: false}", ""},
		{"off here and on there", `{"id":"IAM-001","enabled":false},{"id":"IAM-038","enabled":true}`, "settings:\nkey-rotation: {age: 90d}", ""},
		{"one that is off with us", `{"id":"IAM-025","enabled":true}`, "rules:\nseveral-ssh-keys: {enabled: true}", ""},
		{"the safelist, by name", `{"id":"IAM-058","extraSettings":[{"type":"multiple-string-values","values":[{"value":"alice"},{"value":"1234"},{"value":"off","enabled":false}]}]}`, "safelist:\n- {user: alice}\n- {user: \"1234\"}", ""},
		{"a star is a letter", `{"id":"IAM-058","extraSettings":[{"type":"multiple-string-values","values":["ci-*"]}]}`, "", "Conformity has no wildcards"},
		{"who may change policies, by ARN", `{"id":"IAM-037","extraSettings":[{"type":"multiple-string-values","values":["arn:aws:iam::111122223333:user/a","bob"]}]}`, "exceptions:\n- {rule: policy-editor, arn: \"arn:aws:iam::111122223333:user/a\", reason: \"may change policies, by IAM-037\"}", `"bob" is no ARN`},
		{"a user, a key and a tag", `{"id":"IAM-070","exceptions":{"resources":["user-ann","AKIAIOSFODNN7EXAMPLE"],"tags":["team::x"]}}`, "exceptions:\n- {rule: user-in-group, user: ann, reason: \"excepted in Conformity\"}\n- {rule: user-in-group, tag: \"team=x\", reason: \"excepted in Conformity\"}", "not by ids of users or keys"},
		{"a bare tag", `{"id":"IAM-070","exceptions":{"filterTags":["sandbox"]}}`, "exceptions:\n- {rule: user-in-group, tag: sandbox, reason: \"excepted in Conformity\"}", "as the value of any key it has no counterpart"},
		{"a group", `{"id":"IAM-017","exceptions":{"resourceIds":["groups-spare"],"tags":["x"]}}`, "exceptions:\n- {rule: empty-group, glob: spare, reason: \"excepted in Conformity\"}", "has no tags with us"},
		{"the account's policy", `{"id":"IAM-006","exceptions":{"resources":["PasswordPolicy"]}}`, "exceptions:\n- {rule: password-policy, glob: \"*\", reason: \"excepted in Conformity\"}", ""},
		{"of one id, not of the other", `{"id":"IAM-071","enabled":true,"exceptions":{"resources":["user-a"]}},{"id":"IAM-016","enabled":true}`, "", "would waive IAM-016 too: both are user-direct-policies"},
		{"none of ours", `{"id":"IAM-047","enabled":true},{"id":"IAM-055","enabled":false},{"id":"EC2-001","enabled":true}`, "", "f: IAM-047: no rule of ours answers it"},
	})
}

// The API and Vision One have the same in other frames.
func TestConformityShapes(t *testing.T) {
	want := "rules:\nuser-in-group: {severity: high}"
	for _, text := range []string{
		`{"data":{"type":"profiles","id":"p","attributes":{"name":"n"}},"included":[{"type":"rules","id":"IAM-070","attributes":{"enabled":true,"riskLevel":"HIGH","provider":"aws","exceptions":null}},{"type":"users","id":"IAM-071"}]}`,
		`{"id":"x","name":"n","scanRules":[{"id":"IAM-070","provider":"aws","enabled":true,"riskLevel":"HIGH","extraSettings":null}]}`,
		"\ufeff" + `{"schema":"s","version":"1.1","ruleSettings":[{"id":"IAM-070","enabled":true,"riskLevel":"HIGH"}]}`,
	} {
		if yaml, said := made(t, text); yaml != want || said != "" {
			t.Errorf("%s\ncomes to %s %s", text, yaml, said)
		}
	}
}

func TestScoutSuite(t *testing.T) {
	run(t, `{"about":"x","rules":{…}}`, []example{
		{"days", `"iam-user-no-key-rotation.json":[{"enabled":true,"level":"danger","args":["Active","60"]},{"enabled":true,"level":"warning","args":["Inactive","90"]}]`, "settings:\ninactive-key: {age: 90d}\nkey-rotation: {age: 60d}\nrules:\ninactive-key: {severity: medium}\nkey-rotation: {severity: high}", ""},
		{"groups, any of them", `"iam-user-not-in-common-group.json":[{"enabled":true,"args":[["AllUsers","Staff"]]}]`, "settings:\ncommon-group: {groups: [AllUsers, Staff], need: 1}", ""},
		{"groups as a macro", `"iam-user-not-in-category-group.json":[{"enabled":true,"args":["_LIST_(A1, B2)"]}]`, "settings:\ncategory-group: {groups: [\"A1\", \"B2\"], need: 1}", ""},
		{"no groups", `"iam-user-not-in-common-group.json":[{"enabled":true,"args":[[]]}]`, "settings:\ncommon-group: {need: 1}", "groups is empty"},
		{"any expiry", `"iam-password-policy-no-expiration.json":[{"enabled":true}]`, "settings:\npassword-expiry: {days: 1095}\nrules:\npassword-expiry: {enabled: true}", ""},
		{"any reuse", `"iam-password-policy-reuse-enabled.json":[{"enabled":true}]`, "settings:\npassword-reuse: {remembered: 1}", ""},
		{"length", `"iam-password-policy-minimum-length.json":[{"enabled":true,"args":["14"]}]`, "settings:\npassword-length: {length: 14}", ""},
		{"unused", `"iam-unused-credentials-not-disabled.json":[{"enabled":true,"args":["90"]}]`, "settings:\nunused-key: {idle: 90d}\nunused-password: {idle: 90d}", ""},
		{"not a number", `"iam-password-policy-minimum-length.json":[{"args":["many"]}]`, "", `setting length is "many"`},
		{"off", `"iam-group-with-no-users.json":[{"enabled":false,"level":"warning"}]`, "rules:\nempty-group: {enabled: false}", ""},
		{"versions", `"iam-group-with-no-users.json":[{"enabled":true,"versions":{"a":{"level":"danger"}}}]`, "rules:\nempty-group: {severity: high}", ""},
		{"wider with us", `"iam-user-with-policies.json":[{"enabled":true,"level":"warning","args":["inline","inline_policies"]}]`, "rules:\nuser-direct-policies: {severity: medium}", "it finds more"},
		{"another definition with us", `"iam-user-unused-access-key-initial-setup.json":[{"enabled":true,"level":"warning"}]`, "rules:\nkey-at-setup: {severity: medium}", "ours goes by keys made within a minute of the user"},
		{"another question with us", `"iam-service-user-with-password.json":[{"enabled":true,"args":[["Robots"]]}]`, "", "by a pattern of names"},
		{"none of ours", `"iam-assume-role-no-mfa.json":[{"enabled":true}],"iam-role-with-inline-policies.json":[{"enabled":false}],"s3-x.json":[{}]`, "", "iam-assume-role-no-mfa: no rule of ours answers it"},
	})
}

func TestScoutExceptions(t *testing.T) {
	run(t, "exceptions =\n"+`{"iam":{…},"s3":{"s3-x":["s3.buckets.b"]}}`, []example{
		{"a name, with dots", `"iam-user-without-mfa":["iam.users.john.smith.mfa_enabled"]`, "exceptions:\n- {rule: console-user-without-mfa, user: \"john.smith\", reason: \"excepted in ScoutSuite\"}", ""},
		{"an id", `"iam-user-without-mfa":["iam.users.AIDAEXAMPLEEXAMPLE123.mfa_enabled"]`, "", "names nobody by name"},
		{"root, by its hash", `"iam-root-account-no-mfa":["iam.credential_reports.` + rootHash() + `.mfa_active"]`, "exceptions:\n- {rule: root-mfa, user: \"<root_account>\", reason: \"excepted in ScoutSuite\"}", ""},
		{"a key with its argument", `"iam-user-no-Inactive-key-rotation":["iam.users.bo.AccessKeys.0"]`, "exceptions:\n- {rule: inactive-key, user: bo, reason: \"excepted in ScoutSuite\"}", ""},
		{"none of ours", `"iam-assume-role-no-mfa":["iam.roles.x"]`, "", "iam-assume-role-no-mfa: no rule of ours answers it"},
	})
}

func TestScout2(t *testing.T) {
	run(t, `{…}`, []example{
		{"groups, two of them", `"g":{"entity":"users","callback":"belongsToGroup","callback_args":["AllUsers Staff","2"],"level":"danger"}`, "settings:\ncommon-group: {groups: [AllUsers, Staff], need: 2}\nrules:\ncommon-group: {severity: high}", ""},
		{"more than there are", `"g":{"callback":"belongsToGroup","callback_args":["AllUsers","2"]}`, "settings:\ncommon-group: {groups: [AllUsers]}", "need: 2 does not go with the rest"},
		{"not asked", `"g":{"callback":"belongsToGroup","callback_args":[]}`, "", "it names no group"},
		{"keys", `"a":{"callback":"checkAccessKeys","callback_args":"Active","level":"danger"}`, "settings:\nkey-rotation: {age: 90d}\nrules:\nkey-rotation: {severity: high}", ""},
		{"several keys", `"a":{"callback":"hasMoreThan","callback_args":["1","access_keys","status","Active"]}`, "settings:\nseveral-active-keys: {most: 1}", ""},
		{"root", `"a":{"entity":"credential_report","callback":"lacksMFA","level":"danger"},"b":{"callback":"recentlyUsed"}`, "settings:\nroot-used: {since: 15d}\nrules:\nroot-mfa: {severity: high}", ""},
		{"none of ours", `"a":{"callback":"other"}`, "", "f: a: no rule of ours answers it"},
	})
}

func TestProwler(t *testing.T) {
	run(t, "Mutelist: {Accounts: {\"*\": {Checks: {…}}}}", []example{
		{"a name", `iam_user_accesskey_unused: {Regions: ["*"], Resources: [bob], Description: left}`, "exceptions:\n- {rule: unused-key, regex: \".*bob.*\", reason: left}", ""},
		{"a whole name", `iam_user_accesskey_unused: {Regions: [us-east-1], Resources: ["^bob$"]}`, "exceptions:\n- {rule: unused-key, regex: bob, reason: \"muted in Prowler\"}", ""},
		{"several checks", `"iam_user_.*_unused": {Regions: ["*"], Resources: ["*"]}`, "exceptions:\n- {rule: unused-key, glob: \"*\", reason: \"muted in Prowler\"}\n- {rule: unused-password, glob: \"*\", reason: \"muted in Prowler\"}", ""},
		{"another region", `iam_user_accesskey_unused: {Regions: [eu-west-1], Resources: ["*"]}`, "", "the findings on IAM are in us-east-1"},
		{"exceptions of its own", `iam_user_accesskey_unused: {Regions: ["*"], Resources: ["*"], Exceptions: {Resources: [a]}}`, "", "its Exceptions cannot be said with us"},
		{"exceptions elsewhere", `iam_user_accesskey_unused: {Regions: ["*"], Resources: [b], Exceptions: {Regions: [eu-west-1]}}`, "exceptions:\n- {rule: unused-key, regex: \".*b.*\", reason: \"muted in Prowler\"}", ""},
		{"a look ahead", `iam_user_accesskey_unused: {Regions: ["*"], Resources: ["(?!a)b"]}`, "", "no regular expression of ours (RE2)"},
		{"a tag", `iam_user_accesskey_unused: {Regions: ["*"], Resources: ["*"], Tags: ["env=dev|env=test"]}`, "exceptions:\n- {rule: unused-key, tag: \"env=dev\", reason: \"muted in Prowler\"}\n- {rule: unused-key, tag: \"env=test\", reason: \"muted in Prowler\"}", "is taken as the whole tag"},
		{"a name and a tag", `iam_user_accesskey_unused: {Regions: ["*"], Resources: [b], Tags: ["a=b"]}`, "", "by a name or by one tag"},
		{"something else there", `iam_administrator_access_with_mfa: {Regions: ["*"], Resources: [Admins]}`, "", "Prowler names the group there"},
		{"nothing", `iam_user_accesskey_unused: {Regions: ["*"], Resources: []}`, "", "it mutes nothing"},
		{"none of ours", `iam_role_administratoraccess_policy: {Regions: ["*"], Resources: ["*"]}, s3_x: {Regions: ["*"], Resources: ["*"]}`, "", "no rule of ours answers it"},
	})
	yaml, said := made(t, "Allowlist: {Accounts: {111122223333: {Checks: {iam_user_accesskey_unused: {Regions: ['*'], Resources: ['*']}}}, x: {Checks: {}}}}")
	if want := "exceptions:\n- {rule: unused-key, account: \"111122223333\", reason: \"muted in Prowler\"}"; yaml != want || !strings.Contains(said, "account x: it is not twelve digits") {
		t.Errorf("%s\n%s", yaml, said)
	}
}

// An expression picks here whom it picks there.
func TestNamePatterns(t *testing.T) {
	names := []string{"ci", "ci-bot", "my-ci-bot", "CI-bot", "bob", "bobby", "a.b", "axb", iam.RootName, "b$", "x"}
	for _, text := range []string{"ci", "^ci", "ci-bot$", "^bob$", "bob", ".*", ".+-bot", "*bot", "a.b", `a\.b`, "x|^ci", "^x|b$", "(?i)CI", `b\$`, `b\.*`, "^.*ci", "b.*$", "<root_account>", "[a-c]o", "$", "^"} {
		p, err := namePattern(text)
		if err != nil {
			t.Fatal(err)
		}
		m, err := p.Compile()
		if err != nil {
			t.Fatal(err)
		}
		theirs := regexp.MustCompile(strings.Replace(text, "*bot", ".*bot", 1))
		for _, name := range names {
			if got, want := m.Match(&iam.User{Name: name}), theirs.MatchString(name); got != iam.Is(want) {
				t.Errorf("%q as %q: %q is %v, want %v", text, p.Regex, name, got, want)
			}
		}
	}
}

// What several files say differently is named, and their order says nothing.
func TestFilesTogether(t *testing.T) {
	one := `{"ruleSettings":[{"id":"IAM-038","enabled":true,"riskLevel":"LOW"}]}`
	two := `{"rules":{"iam-user-no-key-rotation.json":[{"enabled":true,"level":"danger","args":["Active","30"]}],"iam-group-with-no-users.json":[{"enabled":false}]}}`
	three := `{"ruleSettings":[{"id":"IAM-017","enabled":true}]}`
	want := "settings:\nkey-rotation: {age: 30d}\nrules:\nkey-rotation: {severity: high}"
	for _, files := range [][]string{{one, two, three}, {three, two, one}} {
		yaml, said := made(t, files...)
		if yaml != want || !strings.Contains(said, "30d is kept") || !strings.Contains(said, "the higher is kept") || !strings.Contains(said, "empty-group: on by IAM-017 in") {
			t.Errorf("%s\n%s", yaml, said)
		}
	}
}

func TestUnknownFiles(t *testing.T) {
	for text, want := range map[string]string{
		"":                            "it is none of what can be imported",
		"{}":                          "it is none of what",
		"[]":                          "it is none of what",
		`{"rules":[]}`:                "rollcall rules import",
		`{"ruleSettings":[{"id":1}]}`: "ruleSettings of a Cloud Conformity profile",
		`{"rules":{"iam-x.json":1}}`:  "rules of a ScoutSuite ruleset",
		"{":                           `reading "f": `,
		"exceptions = [":              `reading "f": `,
		"Mutelist: {}":                "it has no Accounts",
		"Mutelist: {Accounts: {'*': {Checks: {a: b}}}}": `check "a" of account "*"`,
		"a: !!binary x": `reading "f": `,
		"user,arn\na,b": "it is none of what",
	} {
		if err := New(catalogue(t)).Read("f", []byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

// Every check and rule that the tables name exists.
func TestTables(t *testing.T) {
	set := catalogue(t)
	for _, c := range prowlerChecks {
		if _, err := set.Named(c.rule); err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	for file, meanings := range scoutMeanings {
		for _, meaning := range meanings {
			r, err := set.Named(meaning.rule)
			if err != nil {
				t.Errorf("%s: %v", file, err)
				continue
			}
			for _, s := range meaning.settings {
				if _, ok := r[0].Settings[s.name]; !ok {
					t.Errorf("%s: %s has no setting %s", file, meaning.rule, s.name)
				}
			}
		}
	}
	for id, threshold := range conformityThresholds {
		for _, r := range New(set).named(id) {
			if _, ok := r.Settings[threshold.setting]; !ok {
				t.Errorf("%s: %s has no setting %s", id, r.ID, threshold.setting)
			}
		}
	}
}

// Whatever a file holds, it is refused by name, or what is made of it loads and
// says what was meant.
func FuzzRead(f *testing.F) {
	for _, text := range []string{
		`{"ruleSettings":[{"id":"IAM-058","enabled":true,"riskLevel":"LOW","exceptions":{"tags":["a::b"],"resources":["user-a\n#"]},"extraSettings":[{"type":"multiple-string-values","values":[{"value":"a: \"b\""},"\u0085\ufeff"]}]}]}`,
		`{"included":[{"type":"rules","id":"IAM-038","attributes":{"enabled":false}}]}`, `{"scanRules":[null]}`,
		`{"rules":{"iam-user-no-key-rotation.json":[{"level":"danger","args":["Active",90]}],"iam-user-not-in-common-group.json":[{"args":[["a","A"]]}]}}`,
		"exceptions =\n" + `{"iam":{"iam-user-without-mfa":["iam.users.a.b.mfa_enabled"]}}`, `{"a":{"callback":"belongsToGroup","callback_args":["a b","3"]}}`,
		"Mutelist:\n  Accounts:\n    '*':\n      Checks:\n        iam_*:\n          Regions: ['*']\n          Resources: ['^a$', 'b|c']\n          Description: \"x\\ny\"\n",
		"a: &a [*a]", "\xff", "{\"Mutelist\": {\"Accounts\": {\"*\": {\"Checks\": {\"iam_user_accesskey_unused\": {\"Regions\": [\"*\"], \"Resources\": [\"true\", \"1e3\", \"\\u0007\"]}}}}}}",
	} {
		f.Add([]byte(text))
	}
	set := catalogue(f)
	f.Fuzz(func(t *testing.T, text []byte) {
		m := New(set)
		if err := m.Read("input", text); err != nil {
			if !strings.Contains(err.Error(), "input") {
				t.Errorf("the error does not name the file: %v", err)
			}
			return
		}
		r, err := m.Result()
		if err != nil {
			t.Fatalf("%v\n%s", err, r.YAML)
		}
		equal(t, m, r)
	})
}

// equal compares what was meant with what a reader of the file finds.
func equal(t *testing.T, m *Move, r *Result) {
	t.Helper()
	c, err := rule.ParseConfig("made", r.YAML)
	if err != nil {
		t.Fatal(err)
	}
	for i, w := range m.waivers() {
		if e := c.Exceptions[i]; e.Pattern != w.Pattern || e.Rule != w.rule.ID || e.Reason != w.reason {
			t.Errorf("exception %d is %+v, want %+v", i, e, w)
		}
	}
	if c.Safelist == nil != (r.Approved == 0) || len(c.Rules) != r.Rules || len(c.Exceptions) != r.Excepted {
		t.Errorf("%+v is not\n%s", r, r.YAML)
	}
}
