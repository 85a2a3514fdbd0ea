package report

import (
	"cmp"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/rollcall-iam/rollcall/internal/assess"
	"github.com/rollcall-iam/rollcall/internal/clean"
	"github.com/rollcall-iam/rollcall/internal/iam"
)

// The lengths that the AWS Security Finding Format takes.
const (
	asffTitle       = 256
	asffDescription = 1024
	asffRecommended = 512
	asffRelated     = 32
)

var accountNumber = regexp.MustCompile(`^[0-9]{12}$`)

// asffRegions are where a partition's findings are imported when nobody says
// another region: IAM is of none.
var asffRegions = map[string]string{"aws": "us-east-1", "aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1"}

// asffPlace is the partition of an account, by any ARN in it, and the region that
// its findings are for: the one that was asked for, where the partition has it.
func asffPlace(a *assess.Account, asked string) (partition, region string) {
	partition = "aws"
	for _, f := range a.Findings {
		if arn, ok := iam.ParseARN(f.Resource.ARN); ok {
			partition = arn.Partition
			break
		}
	}
	of := "aws"
	for _, other := range []string{"cn", "us-gov"} {
		if strings.HasPrefix(asked, other+"-") {
			of = "aws-" + other
		}
	}
	if asked != "" && of == partition {
		return partition, asked
	}
	return partition, cmp.Or(asffRegions[partition], asked, asffRegions["aws"])
}

// asffWriter writes a list of findings in the AWS Security Finding Format, as
// BatchImportFindings takes them, a hundred a call.
type asffWriter struct {
	enc    *jsontext.Encoder
	region string // that was asked for
	open   bool
}

func newASFF(w io.Writer, o Options) Writer {
	return &asffWriter{enc: jsontext.NewEncoder(w, jsontext.WithIndent("  "), jsontext.AllowInvalidUTF8(true)), region: o.Region}
}

type (
	asffFinding struct {
		SchemaVersion string
		Id            string //nolint:revive // AWS's spelling
		ProductArn    string
		GeneratorId   string //nolint:revive // AWS's spelling
		AwsAccountId  string //nolint:revive // AWS's spelling
		Types         []string
		CreatedAt     string
		UpdatedAt     string
		Severity      asffSeverity
		Title         string
		Description   string
		Remediation   asffRemediation
		Resources     []asffResource
		Compliance    asffCompliance
		Workflow      asffWorkflow
		RecordState   string
		ProductFields map[string]string
	}
	asffSeverity    struct{ Label string }
	asffRemediation struct{ Recommendation struct{ Text string } }
	asffResource    struct{ Type, Id, Partition, Region string } //nolint:revive // AWS's spelling
	asffCompliance  struct {
		Status              string
		RelatedRequirements []string `json:",omitempty"`
	}
	asffWorkflow struct{ Status string }
)

func (w *asffWriter) begin() error {
	if w.open {
		return nil
	}
	w.open = true
	return w.enc.WriteToken(jsontext.BeginArray)
}

func (w *asffWriter) Account(a *assess.Account) error {
	if err := w.begin(); err != nil {
		return err
	}
	if !accountNumber.MatchString(a.ID) {
		return Unfit(fmt.Sprintf("asff: Security Hub takes findings of accounts with their numbers alone, and there is none, or it is redacted: %q", a.ID))
	}
	if err := noMatches(a, "asff"); err != nil {
		return err
	}
	rules := ruleByID(a)
	partition, region := asffPlace(a, w.region)
	for _, f := range slices.Concat(found(a), wholly(a), settled(a)) {
		if f.Status == assess.NotApplicable {
			continue // Security Hub has no word for it
		}
		if err := json.MarshalEncode(w.enc, asff(a, rules[f.Rule], f, partition, region), json.Deterministic(true)); err != nil {
			return err
		}
	}
	return nil
}

var (
	asffStatuses = map[assess.Status]string{assess.Fail: "FAILED", assess.Excepted: "FAILED", assess.Pass: "PASSED", assess.Unknown: "NOT_AVAILABLE"}
	asffTypes    = map[string]string{"user": "AwsIamUser", "group": "AwsIamGroup", "role": "AwsIamRole", "policy": "AwsIamPolicy"}
)

func asff(a *assess.Account, r *assess.Rule, f *assess.Finding, partition, region string) *asffFinding {
	out := &asffFinding{SchemaVersion: "2018-10-08", Id: "rollcall/" + clean.Text(a.ID) + "/" + f.Rule + "/" + f.Fingerprint,
		ProductArn:  "arn:" + partition + ":securityhub:" + region + ":" + clean.Text(a.ID) + ":product/" + clean.Text(a.ID) + "/default",
		GeneratorId: "rollcall/" + f.Rule, AwsAccountId: clean.Text(a.ID), Types: []string{"Software and Configuration Checks/AWS Security Best Practices"},
		CreatedAt: a.AssessedAt, UpdatedAt: a.AssessedAt, Severity: asffSeverity{strings.ToUpper(f.Severity)},
		Title: cut(clean.Text(f.Rule), asffTitle), Description: cut(clean.Text(f.Resource.Name)+": "+clean.Text(f.Message), asffDescription),
		Resources:  []asffResource{{cmp.Or(asffTypes[f.Resource.Type], "AwsAccount"), cut(clean.Text(cmp.Or(f.Resource.ARN, "AWS::::Account:"+a.ID)), 512), partition, region}},
		Compliance: asffCompliance{asffStatuses[f.Status], f.Controls[:min(len(f.Controls), asffRelated)]}, Workflow: asffWorkflow{"NEW"}, RecordState: "ACTIVE",
		ProductFields: map[string]string{"rollcall/rule": f.Rule, "rollcall/fingerprint": f.Fingerprint}}
	out.Remediation.Recommendation.Text = "rollcall rules show " + f.Rule
	if r != nil {
		out.Title = cut(headline(r, f), asffTitle)
		out.Remediation.Recommendation.Text = cut(out.Remediation.Recommendation.Text+": "+clean.Text(r.Title), asffRecommended)
	}
	switch f.Status {
	case assess.Excepted: // a workflow cannot be imported again once the finding is there
		out.RecordState = "ARCHIVED"
	case assess.Pass:
		out.Workflow.Status, out.Severity.Label = "RESOLVED", "INFORMATIONAL"
	}
	if f.Change == assess.Fixed {
		out.RecordState = "ARCHIVED"
	}
	return out
}

// cut is a text of so many characters at most.
func cut(s string, most int) string {
	runes := []rune(s)
	if len(runes) <= most {
		return s
	}
	return string(runes[:most-1]) + "…"
}

func (w *asffWriter) Close(assess.Footer) error {
	if err := w.begin(); err != nil {
		return err
	}
	return w.enc.WriteToken(jsontext.EndArray)
}
