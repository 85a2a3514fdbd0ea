package report

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/csv"
	"flag"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rollcall-iam/rollcall/internal/assess"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// hostile is what an account may call things.
const hostile = "<script>alert(1)</script>\x1b[31m=cmd|'/C calc'!A0\u202e|`x`\r\n[a](javascript:b)"

// sample has every part of an assessment, and a hostile name in each of them.
func sample() *assess.Account {
	finding := func(name, rule, severity string, status assess.Status) *assess.Finding {
		return &assess.Finding{Rule: rule, Severity: severity, Status: status, Message: "says " + hostile, Fingerprint: "f-" + rule + string(status),
			Resource: assess.Resource{Type: "user", Name: name, ARN: "arn:aws:iam::111122223333:user/" + name},
			Parts:    []assess.Part{{Type: "access-key", Slot: 2, Text: "access key 2"}, {Type: "inline-policy", ID: hostile, Text: hostile}},
			Evidence: []assess.Evidence{{Field: "name", Value: hostile, Expression: "name = 'x'", Result: "false"}}}
	}
	only := finding("only", "two", "critical", assess.Fail)
	only.Resource.Note = "in the credential report only"
	return &assess.Account{ID: "111122223333", Alias: hostile, AssessedAt: "2026-11-20T06:30:00Z", Clock: "given by --at", Users: 3,
		Sources: []assess.Source{{Name: "GetCredentialReport", State: "read", At: "2026-11-20T03:30:00Z"},
			{Name: "ListUsers", State: "denied", Detail: "iam:ListUsers is needed"}, {Name: "ListAccountAliases", State: "not given"}},
		Rules: []assess.Rule{{ID: "one", Aliases: []string{"IAM-1"}, Title: "First", Risk: "Not first", Severity: "low", Fail: 1, Pass: 2},
			{ID: "two", Aliases: []string{}, Title: "Second", Risk: "Not second", Severity: "critical", Fail: 1, Excepted: 1, Unknown: 3},
			{ID: "three", Aliases: []string{}, Title: "Third", Risk: "Not third", Severity: "high", NotApplicable: 4, Note: "configure me"},
			{ID: "four", Aliases: []string{}, Title: "Fourth", Risk: "Not fourth", Severity: "high", Pass: 4}},
		Findings: []*assess.Finding{finding(hostile, "one", "low", assess.Fail), only, finding("ex", "two", "critical", assess.Excepted), finding("un", "two", "critical", assess.Unknown)},
		Unknown:  []assess.Missing{{Rule: "two", Count: 2, Missing: []assess.Gap{{Source: "ListUsers", State: "denied", Permission: "iam:ListUsers", Detail: hostile}}}},
		Warnings: []string{"warns " + hostile}}
}

func write(t *testing.T, format string) string {
	t.Helper()
	var b bytes.Buffer
	w, err := New(format, &b, Options{Version: "v0"})
	if err != nil {
		t.Fatal(err)
	}
	other := sample()
	other.ID, other.Alias, other.Findings, other.Unknown = "444455556666", "", nil, nil
	for _, a := range []*assess.Account{sample(), other} {
		if err := w.Account(a); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(assess.Footer{StaleSafelist: []string{hostile}}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestGolden(t *testing.T) {
	for _, format := range Formats() {
		got := write(t, format)
		if format == "html" {
			got = code.ReplaceAllString(got, "$1…$3") + unpacked(t, got) // the browser's tests look at what the code does
		}
		path := filepath.Join("testdata", format+".golden")
		if *update {
			if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), got); diff != "" {
			t.Errorf("%s (-want +got); go test ./internal/report -update rewrites:\n%s", format, diff)
		}
	}
}

var chunk = regexp.MustCompile(`class="chunk">([^<]*)<`)

// unpacked is the data that a page carries, a line for each of its pieces.
func unpacked(t *testing.T, page string) string {
	t.Helper()
	var b strings.Builder
	for _, m := range chunk.FindAllStringSubmatch(page, -1) {
		z, err := gzip.NewReader(base64.NewDecoder(base64.RawURLEncoding, strings.NewReader(m[1])))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(&b, z); err != nil { //nolint:gosec // ours
			t.Fatal(err)
		}
		b.WriteString("\n")
	}
	return b.String()
}

// code are styles, scripts, packed data and what names them.
var code = regexp.MustCompile(`(?s)(<style>|<script[^>]*>|-src &#39;sha256-)(.*?)(</style>|</script>|&#39;)`)

// No format lets a name out of its place.
func TestHostileNamesStayText(t *testing.T) {
	for _, format := range Formats() {
		got := write(t, format)
		letters := "\x1b\r\u202e"
		if format == "json" || format == "jsonl" { // which keep what was read, to be read again
			letters = "\x1b\r"
		}
		if strings.ContainsAny(got, letters) {
			t.Errorf("%s: a control character came through", format)
		}
		switch format {
		case "html":
			if strings.ContainsAny(unpacked(t, got), letters) {
				t.Error("html: a control character came through in the data")
			}
			// The data of two accounts, what they share, and the code.
			if n := strings.Count(got, "<script"); n != 4 {
				t.Errorf("html: %d scripts", n)
			}
		case "csv":
			checkCells(t, got)
		}
	}
}

func checkCells(t *testing.T, text string) {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil || len(rows) < 5 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	for _, row := range rows {
		for _, cell := range row {
			if cell != "" && strings.ContainsRune("=+-@", rune(cell[0])) {
				t.Errorf("a cell is a formula: %q", cell)
			}
		}
	}
}

// A run of no account is still a whole document.
func TestEmptyRun(t *testing.T) {
	for _, format := range Formats() {
		var b bytes.Buffer
		w, err := New(format, &b, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Close(assess.Footer{StaleSafelist: []string{}}); err != nil {
			t.Errorf("%s: %v", format, err)
		}
		checkSyntax(t, format, b.String())
	}
}

func TestFormats(t *testing.T) {
	if err := Check("pdf"); err == nil || !strings.Contains(err.Error(), "text, json") {
		t.Errorf("%v", err)
	}
	for path, want := range map[string]string{"a.HTML": "html", "b.md": "markdown", "c": "", "d.json": "json", "e.pdf": ""} {
		if got := FormatOf(path); got != want {
			t.Errorf("%s is %q, want %q", path, got, want)
		}
	}
}

func TestAge(t *testing.T) {
	for at, want := range map[string]string{"2026-11-20T06:00:00Z": ", 30 minutes old", "2026-11-20T01:30:00Z": ", 5 hours old",
		"2026-11-10T06:30:00Z": ", 10 days old", "2026-11-20T06:30:00Z": "", "2026-11-21T00:00:00Z": "", "x": ""} {
		if got := age(at, "2026-11-20T06:30:00Z"); got != want {
			t.Errorf("%s: %q, want %q", at, got, want)
		}
	}
}
