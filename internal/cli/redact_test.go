package cli

import (
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/rollcall-iam/rollcall/examples"
	"github.com/rollcall-iam/rollcall/internal/report"
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

// What is redacted stands in no report, and what is the same has one placeholder.
func TestRedact(t *testing.T) {
	text, err := examples.FS.ReadFile("account.json")
	if err != nil {
		t.Fatal(err)
	}
	var d struct {
		UserDetailList, GroupDetailList []struct{ UserName, GroupName string }
	}
	if err := json.Unmarshal(text, &d); err != nil || len(d.UserDetailList) < 40 {
		t.Fatal(err)
	}
	// Names that are words of rules too would be found in these.
	own := strings.NewReplacer("111122223333", "444455556666", `"Administrators"`, `"Admins-x"`, `"Auditors"`, `"Audit-x"`, `"Developers"`, `"Devs-x"`, `"Support"`, `"Help-x"`, `"Finance"`, `"Fin-x"`)
	files := sampledAll(t)
	for i, path := range files {
		if b, err := os.ReadFile(path); err == nil && strings.HasSuffix(path, ".json") {
			var r struct{ Content string }
			if json.Unmarshal(b, &r) == nil && r.Content != "" {
				csv, err := base64.StdEncoding.DecodeString(r.Content)
				if err != nil {
					t.Fatal(err)
				}
				b = []byte(strings.ReplaceAll(string(b), r.Content, base64.StdEncoding.EncodeToString([]byte(own.Replace(string(csv))))))
			}
			if err := os.WriteFile(files[i], []byte(own.Replace(string(b))), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := json.Unmarshal([]byte(own.Replace(string(text))), &d); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	args := []string{"scan", "-q", "--redact", "names,arns,keys"}
	for _, format := range report.Formats() {
		args = append(args, "-o", filepath.Join(dir, map[string]string{"text": "r.txt", "json": "r.json", "jsonl": "r.jsonl", "csv": "r.csv", "markdown": "r.md", "html": "r.html",
			"sarif": "r.sarif", "junit": "r.xml", "ocsf": "r.ocsf.json", "asff": "r.asff.json"}[format]))
	}
	if r := rollcall(t, append(args, files...)...); r.status != exitOK {
		t.Fatalf("exit %d: %s", r.status, r.stderr)
	}
	reports, err := os.ReadDir(dir)
	if err != nil || len(reports) != len(report.Formats()) {
		t.Fatal(len(reports), err)
	}
	for _, f := range reports {
		b, err := os.ReadFile(filepath.Join(dir, f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		got := unpacked(t, string(b))
		secrets := []string{"444455556666", "larkspurbooks.example"}
		for _, u := range d.UserDetailList {
			secrets = append(secrets, u.UserName)
		}
		for _, g := range d.GroupDetailList {
			secrets = append(secrets, g.GroupName)
		}
		for _, s := range secrets {
			if i := strings.Index(got, s); i >= 0 {
				t.Errorf("%s tells %q: %s", f.Name(), s, got[max(0, i-80):min(len(got), i+80)])
			}
		}
	}
	a := assessment(t, rollcall(t, append([]string{"scan", "--format", "json", "--redact", "names", "--only", "IAM-071"}, sampledAll(t)...)...))
	if f := a.Findings[0]; !strings.HasPrefix(f.Resource.Name, "user-") || !strings.HasSuffix(f.Resource.ARN, "/"+f.Resource.Name) || a.ID != "111122223333" {
		t.Errorf("%+v", f.Resource)
	}
	if r := rollcall(t, "scan", "--redact", "faces"); r.status != exitUsage || !strings.Contains(r.stderr, `"faces" is none of names, arns and keys`) {
		t.Errorf("exit %d: %s", r.status, r.stderr)
	}
}
