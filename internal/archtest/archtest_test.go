// Package archtest holds the arrows of docs/design.md: which package may
// import which, who may use the AWS SDK, and what the module may depend on.
package archtest

import (
	"encoding/json"
	"errors"
	"go/parser"
	"go/token"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const module = "github.com/rollcall-iam/rollcall"

// levels of the packages: imports point to lower levels only.
var levels = map[string]int{
	"rules": 0, "examples": 0, "frameworks": 0, // data and its embedding
	"internal/iam/policy": 0, "internal/gsl/syntax": 1, "internal/spell": 0, "internal/outfile": 0, "internal/bounded": 0, "internal/clean": 0, "internal/noun": 0, "internal/piles": 0, "internal/heap": 0,
	"internal/iam": 1,
	"internal/gsl": 2, "internal/match": 2, "internal/iam/credreport": 2,
	"internal/entity": 3, "internal/source/file": 3, "internal/source/live": 3,
	"internal/rule":      4,
	"internal/framework": 5, "internal/movein": 5,
	"internal/assess": 6,
	"internal/fix":    7, "internal/report/page": 7,
	"internal/report": 8, "internal/apply": 8, "internal/fix/iac": 8,
	"internal/ruletest": 7,
	"internal/cli":      9,
	"cmd/rollcall":      10,
	"internal/archtest": 10,
}

// testOnly packages may be imported by tests alone.
var testOnly = map[string]bool{"internal/awstest": true, "internal/browsertest": true}

// restricted modules, and who may import them.
var restricted = map[string][]string{
	"github.com/aws/": {"internal/source/live", "internal/apply", "internal/awstest"},
}

// direct are the modules that may stand in go.mod, each with what for. One
// that the standard library can replace is not on the list.
var direct = map[string]string{
	"charm.land/lipgloss/v2":                              "tables on the terminal",
	"github.com/aws/aws-sdk-go-v2":                        "reading live accounts",
	"github.com/aws/aws-sdk-go-v2/config":                 "credentials as the aws CLI finds them",
	"github.com/aws/aws-sdk-go-v2/credentials":            "assuming roles",
	"github.com/aws/aws-sdk-go-v2/service/account":        "the account's alternate contacts and regions",
	"github.com/aws/aws-sdk-go-v2/service/accessanalyzer": "the analyzers of each region",
	"github.com/aws/aws-sdk-go-v2/service/iam":            "reading live accounts",
	"github.com/aws/aws-sdk-go-v2/service/securityhub":    "tests: the form of findings in Security Hub",
	"github.com/aws/aws-sdk-go-v2/service/sts":            "whose account it is",
	"github.com/aws/smithy-go":                            "the SDK's errors",
	"github.com/chromedp/cdproto":                         "tests: what chromedp says to the browser",
	"github.com/chromedp/chromedp":                        "tests: the report in a real browser",
	"github.com/go-json-experiment/json":                  "streaming JSON, twice as fast as the standard library's",
	"github.com/goccy/go-yaml":                            "strict YAML with messages that show the line",
	"github.com/google/go-cmp":                            "tests: differences",
	"github.com/hashicorp/hcl/v2":                         "rulesets written for Terraform",
	"github.com/klauspost/compress":                       "zstd for snapshots",
	"github.com/rogpeppe/go-internal":                     "tests: scripts of the whole program",
	"github.com/spf13/cobra":                              "the command line",
	"github.com/spf13/pflag":                              "the command line's flags",
	"github.com/yuin/goldmark":                            "the rules' pages in the report",
	"github.com/zclconf/go-cty":                           "the values of hcl",
	"github.com/santhosh-tekuri/jsonschema/v6":            "tests: files against their schemas",
	"golang.org/x/sync":                                   "parallel reading",
	"golang.org/x/term":                                   "is this a terminal, and how wide",
	"golang.org/x/text":                                   "files in UTF-16, as Windows writes them",
	"golang.org/x/time":                                   "the rate of calls",
	"golang.org/x/tools":                                  "txtar, the form of rule cases",
	"pgregory.net/rapid":                                  "tests: properties",
}

const root = "../.."

// A goPackage is what go list says of a package.
type goPackage struct {
	ImportPath, Doc                    string
	Imports, TestImports, XTestImports []string
	GoFiles                            []string
	Module                             *struct{ Path, Dir string }
	Standard                           bool
}

func list(t *testing.T, args ...string) []goPackage {
	t.Helper()
	cmd := exec.Command("go", append([]string{"list", "-json=ImportPath,Doc,Imports,TestImports,XTestImports,GoFiles,Module,Standard"}, args...)...)
	cmd.Dir = root
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var pkgs []goPackage
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p goPackage
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return pkgs
		} else if err != nil {
			t.Fatal(err)
		}
		pkgs = append(pkgs, p)
	}
}

func short(path string) (string, bool) { return strings.CutPrefix(path, module+"/") }

func TestArrows(t *testing.T) {
	for _, p := range list(t, "./...") {
		name, _ := short(p.ImportPath)
		level, known := levels[name]
		if !known && !testOnly[name] {
			t.Errorf("%s has no level: give it one here and in docs/design.md", name)
		}
		for _, imported := range p.Imports {
			checkRestricted(t, name, imported)
			to, own := short(imported)
			switch {
			case !own || testOnly[name]:
			case testOnly[to]:
				t.Errorf("%s imports %s, which is for tests", name, to)
			case levels[to] >= level:
				t.Errorf("%s (level %d) imports %s (level %d): arrows point down", name, level, to, levels[to])
			}
		}
	}
}

func checkRestricted(t *testing.T, name, imported string) {
	t.Helper()
	for prefix, allowed := range restricted {
		if !strings.HasPrefix(imported, prefix) {
			continue
		}
		for _, a := range allowed {
			if a == name {
				return
			}
		}
		t.Errorf("%s imports %s: only %v may", name, imported, allowed)
	}
}

func TestPackagesSayWhatTheyAreFor(t *testing.T) {
	for _, p := range list(t, "./...") {
		if p.Doc == "" && len(p.GoFiles) > 0 {
			t.Errorf("%s has no package comment", p.ImportPath)
		}
	}
}

var requirement = regexp.MustCompile(`(?m)^\s*(?:require )?(\S+) v\S+$`)

func TestDirectDependencies(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, m := range requirement.FindAllStringSubmatch(string(text), -1) {
		seen[m[1]] = true
		if direct[m[1]] == "" {
			t.Errorf("go.mod requires %s: say here what for, or do without", m[1])
		}
	}
	for name := range direct {
		if !seen[name] {
			t.Errorf("%s is on the list and not in go.mod", name)
		}
	}
}

// Every module in the program is under a licence that goes with ours.
func TestLicences(t *testing.T) {
	good := regexp.MustCompile(`Apache License|MIT License|Permission is hereby granted, free of charge|Redistribution and use in source and binary forms|Mozilla Public License`)
	done := map[string]bool{}
	for _, p := range list(t, "-deps", "./cmd/rollcall") {
		if p.Standard || p.Module == nil || p.Module.Path == module || done[p.Module.Path] {
			continue
		}
		done[p.Module.Path] = true
		files, _ := filepath.Glob(filepath.Join(p.Module.Dir, "LICEN[CS]E*"))
		text := ""
		for _, f := range files {
			b, _ := os.ReadFile(f)
			text += string(b)
		}
		if !good.MatchString(text) || strings.Contains(text, "GNU AFFERO") {
			t.Errorf("%s: no licence that is known to be fine in %v", p.Module.Path, files)
		}
	}
	if len(done) < 5 {
		t.Errorf("only %d modules were looked at", len(done))
	}
}

// iam holds plain values: nothing but the standard library and the algebra below it.
func TestIAMIsPlain(t *testing.T) {
	for _, p := range list(t, "./internal/iam") {
		for _, imported := range p.Imports {
			if strings.Contains(imported, ".") && imported != module+"/internal/iam/policy" {
				t.Errorf("internal/iam imports %s", imported)
			}
		}
	}
}

// Nothing of the core asks for the time: it is an argument.
func TestTimeIsAnArgument(t *testing.T) {
	for _, dir := range []string{"iam", "iam/policy", "iam/credreport", "gsl", "gsl/syntax", "match", "entity", "rule", "assess", "report", "movein"} {
		files, err := filepath.Glob(filepath.Join(root, "internal", dir, "*.go"))
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %v", dir, err)
		}
		for _, f := range files {
			text, _ := os.ReadFile(f)
			if strings.HasSuffix(f, "_test.go") {
				continue
			}
			if strings.Contains(string(text), "time.Now(") || strings.Contains(string(text), "time.Since(") {
				t.Errorf("%s asks for the time", f)
			}
			if _, err := parser.ParseFile(token.NewFileSet(), f, text, parser.ImportsOnly); err != nil {
				t.Error(err)
			}
		}
	}
}
