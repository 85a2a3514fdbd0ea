package cli

import (
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/rollcall-iam/rollcall/internal/report"
	"github.com/rollcall-iam/rollcall/internal/rule"
	"github.com/rollcall-iam/rollcall/rules"
)

var packedData = regexp.MustCompile(`class="chunk">([^<]*)<`)

// unpacked is a report with what is packed in it.
func unpacked(t *testing.T, text string) string {
	t.Helper()
	for _, m := range packedData.FindAllStringSubmatch(text, -1) {
		z, err := gzip.NewReader(base64.NewDecoder(base64.RawURLEncoding, strings.NewReader(m[1])))
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(z)
		if err != nil {
			t.Fatal(err)
		}
		text += string(b)
	}
	return text
}

// TestRedact reads the sample account under names that are no words of rules,
// and finds none of them, nor what people wrote of them, in any report: each
// format by itself, and all at once.
func TestRedact(t *testing.T) {
	own := strings.NewReplacer("111122223333", "444455556666", `"Administrators"`, `"Admins-x"`, `"Auditors"`, `"Audit-x"`, `"Developers"`, `"Devs-x"`, `"Support"`, `"Help-x"`, `"Finance"`, `"Fin-x"`)
	files := sampledAll(t)
	for _, path := range files[1:] {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		text := own.Replace(string(b))
		var r struct{ Content string }
		if json.Unmarshal(b, &r) == nil && r.Content != "" {
			csv, err := base64.StdEncoding.DecodeString(r.Content)
			if err != nil {
				t.Fatal(err)
			}
			text = strings.ReplaceAll(string(b), r.Content, base64.StdEncoding.EncodeToString([]byte(own.Replace(string(csv)))))
		}
		if strings.HasSuffix(path, ".yaml") {
			text += `
rules: {headless-user: {enabled: false, reason: Zaphod is being moved}}
exceptions:
  - {rule: user-direct-policies, user: grace.wanjiru, owner: Zaphod Beeblebrox, reason: the desk of Zaphod, ticket: ZAP-1, expires: 2027-01-31}
`
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	secrets := append(secretsOf(t, files), "444455556666", "larkspurbooks.example", "Zaphod", "ZAP-1")
	if len(secrets) < 75 {
		t.Fatalf("%d secrets: %q", len(secrets), secrets)
	}
	names := map[string]string{"text": "r.txt", "json": "r.json", "jsonl": "r.jsonl", "csv": "r.csv", "markdown": "r.md", "html": "r.html",
		"sarif": "r.sarif", "junit": "r.xml", "ocsf": "r.ocsf.json", "asff": "r.asff.json"}
	told := map[string]string{}
	all := slices.DeleteFunc(report.Formats(), func(format string) bool { return format == "asff" }) // which needs the account's number
	for _, formats := range append([][]string{all}, slices.Collect(slices.Chunk(all, 1))...) {
		dir := t.TempDir()
		args := []string{"scan", "-q", "--redact", "names,arns,keys", "--framework", "cis-aws-5.0", "--only", strings.Join(everyRuleID(t), ",")}
		for _, format := range formats {
			args = append(args, "-o", filepath.Join(dir, names[format]))
		}
		if r := rollcall(t, append(args, files...)...); r.status != exitOK {
			t.Fatalf("exit %d: %s", r.status, r.stderr)
		}
		for _, format := range formats {
			b, err := os.ReadFile(filepath.Join(dir, names[format]))
			if err != nil {
				t.Fatal(err)
			}
			got := unpacked(t, string(b))
			for _, s := range secrets {
				if i := strings.Index(got, s); i >= 0 {
					t.Errorf("%s tells %q: %s", format, s, got[max(0, i-80):min(len(got), i+80)])
				}
			}
			if old, ok := told[format]; ok && old != got {
				t.Errorf("%s by itself has other placeholders", format)
			}
			told[format] = got
		}
	}
	if strings.Contains(told["sarif"], "partialFingerprints") {
		t.Error("placeholders are fingerprints in SARIF")
	}
	if r := rollcall(t, append([]string{"scan", "--redact", "arns", "--format", "asff"}, files...)...); r.status == exitOK || !strings.Contains(r.stderr, "accounts with their numbers alone") {
		t.Errorf("exit %d: %s", r.status, r.stderr)
	}
}

// A pattern of names that somebody configured tells of them, and what is redacted is
// not redacted once more: other placeholders would stand for the same.
func TestRedactSettings(t *testing.T) {
	dir := t.TempDir()
	config, saved := filepath.Join(dir, "c.yaml"), filepath.Join(dir, "saved.json")
	if err := os.WriteFile(config, []byte("settings: {user-name: {pattern: '^zaphod-[a-z]+$'}}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, format := range []string{"json", "csv", "text", "markdown"} {
		r := rollcall(t, "scan", "-c", config, "--only", "user-name", "--redact", "names", "--format", format, sampledAll(t)[2])
		if r.status != exitOK || strings.Contains(r.stdout, "zaphod") {
			t.Errorf("%s: exit %d, %.600s", format, r.status, r.stdout)
		}
	}
	if r := rollcall(t, "scan", "-q", "--redact", "names", "-o", saved, sampledAll(t)[2]); r.status != exitOK {
		t.Fatal(r.stderr)
	}
	if r := rollcall(t, "report", saved, "--redact", "keys"); r.status == exitOK || !strings.Contains(r.stderr, "is redacted already (names)") {
		t.Errorf("exit %d: %s", r.status, r.stderr)
	}
}

// What controls alone find is redacted too: a certificate that no rule of the run is
// about, and a user who is named like a placeholder.
func TestRedactControls(t *testing.T) {
	dir := t.TempDir()
	user := func(name, created string) string {
		return `{"Path": "/", "UserName": "` + name + `", "UserId": "AIDAEXAMPLE` + name + `", "Arn": "arn:aws:iam::444455556666:user/` + name + `", "CreateDate": "` + created + `", "GroupList": [],
			"UserPolicyList": [{"PolicyName": "own-` + name + `", "PolicyDocument": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {"StringEquals": {"aws:username": "\u007aaphod"}}}]}}], "AttachedManagedPolicies": []}`
	}
	files := map[string]string{
		"details.json": `{"UserDetailList": [` + user("zaphod", "2020-01-01T00:00:00Z") + "," + user("user-1", "2021-01-01T00:00:00Z") + `], "GroupDetailList": [], "RoleDetailList": [], "Policies": []}`,
		"certificates.json": `{"ServerCertificateMetadataList": [{"Path": "/", "ServerCertificateName": "secret-project-web", "ServerCertificateId": "ASCAEXAMPLE1",
			"Arn": "arn:aws:iam::444455556666:server-certificate/secret-project-web", "UploadDate": "2020-01-01T00:00:00Z", "Expiration": "2020-06-01T00:00:00Z"}]}`,
	}
	args := []string{"scan", "--redact", "names,arns,keys", "--framework", "cis-aws-3.0,cis-aws-5.0,nist-800-53-r5,pci-dss-4.0", "--format", "json", "--at", "2026-11-20"}
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		args = append(args, path)
	}
	r := rollcall(t, args...)
	for _, secret := range []string{"zaphod", `\u007aaphod`, `\u007a`, "secret-project", "444455556666"} {
		if strings.Contains(r.stdout, secret) {
			t.Errorf("the assessment tells %q", secret)
		}
	}
	if !strings.Contains(r.stdout, `"rule": "server-certificate-expiry"`) {
		t.Error("no control finds the certificate")
	}
}

// secretsOf are all names in the files, but those that AWS gives.
func secretsOf(t *testing.T, files []string) (out []string) {
	t.Helper()
	b, err := os.ReadFile(files[slices.IndexFunc(files, func(path string) bool { return filepath.Base(path) == "account.json" })])
	if err != nil {
		t.Fatal(err)
	}
	text := regexp.MustCompile(`"PolicyName": "[^"]*",\s*"PolicyArn": "arn:aws:iam::aws:[^"]*"|"PolicyName": "[^"]*",\s*"PolicyId": "[^"]*",\s*"Arn": "arn:aws:iam::aws:[^"]*"`).ReplaceAllString(string(b), "")
	for _, m := range regexp.MustCompile(`"(?:UserName|GroupName|RoleName|PolicyName)": "([^"]+)"`).FindAllStringSubmatch(text, -1) {
		if !slices.Contains(out, m[1]) {
			out = append(out, m[1])
		}
	}
	return out
}

// everyRuleID names the whole catalogue.
func everyRuleID(t *testing.T) (out []string) {
	t.Helper()
	set, err := rule.LoadAll(rules.FS)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range set.Rules {
		out = append(out, r.ID)
	}
	return out
}

// What is not asked for stays, and what cannot be redacted is refused.
func TestRedactSome(t *testing.T) {
	a := assessment(t, rollcall(t, append([]string{"scan", "--format", "json", "--redact", "names", "--only", "IAM-071"}, sampledAll(t)...)...))
	if f := a.Findings[0]; !strings.HasPrefix(f.Resource.Name, "user-") || !strings.HasSuffix(f.Resource.ARN, "/"+f.Resource.Name) || a.ID != "111122223333" {
		t.Errorf("%+v", f.Resource)
	}
	if r := rollcall(t, "scan", "--redact", "faces"); r.status != exitUsage || !strings.Contains(r.stderr, `"faces" is none of names, arns and keys`) {
		t.Errorf("exit %d: %s", r.status, r.stderr)
	}
	path := filepath.Join(t.TempDir(), "redacted.json")
	if r := rollcall(t, append([]string{"scan", "-q", "-o", path, "--redact", "names"}, sampledAll(t)...)...); r.status != exitOK {
		t.Fatalf("exit %d: %s", r.status, r.stderr)
	}
	if r := rollcall(t, append([]string{"scan", "--baseline", path}, sampledAll(t)...)...); r.status != exitUsage || !strings.Contains(r.stderr, "is redacted (names), so its findings cannot be told from others") {
		t.Errorf("exit %d: %s", r.status, r.stderr)
	}
}
