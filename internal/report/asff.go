package report

import (
	"cmp"
	"io"
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

// asffRegion is where findings are imported: IAM is of no region.
const asffRegion = "us-east-1"

// asffWriter writes a list of findings in the AWS Security Finding Format, as
// BatchImportFindings takes them, a hundred a call.
type asffWriter struct {
	enc  *jsontext.Encoder
	open bool
}

func newASFF(w io.Writer, _ Options) Writer {
	return &asffWriter{enc: jsontext.NewEncoder(w, jsontext.WithIndent("  "), jsontext.AllowInvalidUTF8(true))}
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
	rules := ruleByID(a)
	for _, f := range append(found(a), wholly(a)...) {
		if f.Status == assess.NotApplicable {
			continue // Security Hub has no word for it
		}
		if err := json.MarshalEncode(w.enc, asff(a, rules[f.Rule], f), json.Deterministic(true)); err != nil {
			return err
		}
	}
	return nil
}

var (
	asffStatuses = map[assess.Status]string{assess.Fail: "FAILED", assess.Match: "FAILED", assess.Excepted: "FAILED", assess.Pass: "PASSED", assess.Unknown: "NOT_AVAILABLE"}
	asffTypes    = map[string]string{"user": "AwsIamUser", "group": "AwsIamGroup", "role": "AwsIamRole", "policy": "AwsIamPolicy"}
)

func asff(a *assess.Account, r *assess.Rule, f *assess.Finding) *asffFinding {
	partition := "aws"
	if arn, ok := iam.ParseARN(f.Resource.ARN); ok {
		partition = arn.Partition
	}
	out := &asffFinding{SchemaVersion: "2018-10-08", Id: "rollcall/" + clean.Text(a.ID) + "/" + f.Rule + "/" + f.Fingerprint,
		ProductArn:  "arn:" + partition + ":securityhub:" + asffRegion + ":" + clean.Text(a.ID) + ":product/" + clean.Text(a.ID) + "/default",
		GeneratorId: "rollcall/" + f.Rule, AwsAccountId: clean.Text(a.ID), Types: []string{"Software and Configuration Checks/AWS Security Best Practices"},
		CreatedAt: a.AssessedAt, UpdatedAt: a.AssessedAt, Severity: asffSeverity{strings.ToUpper(f.Severity)},
		Title: cut(clean.Text(f.Rule), asffTitle), Description: cut(clean.Text(f.Resource.Name)+": "+clean.Text(f.Message), asffDescription),
		Resources:  []asffResource{{cmp.Or(asffTypes[f.Resource.Type], "AwsAccount"), cut(clean.Text(cmp.Or(f.Resource.ARN, "AWS::::Account:"+a.ID)), 512), partition, asffRegion}},
		Compliance: asffCompliance{asffStatuses[f.Status], f.Controls[:min(len(f.Controls), asffRelated)]}, Workflow: asffWorkflow{"NEW"}, RecordState: "ACTIVE",
		ProductFields: map[string]string{"rollcall/rule": f.Rule, "rollcall/fingerprint": f.Fingerprint}}
	out.Remediation.Recommendation.Text = "rollcall rules show " + f.Rule
	if r != nil {
		out.Title = cut(clean.Text(cmp.Or(r.Risk, r.Title)), asffTitle)
		out.Remediation.Recommendation.Text = cut(out.Remediation.Recommendation.Text+": "+clean.Text(r.Title), asffRecommended)
	}
	switch f.Status {
	case assess.Excepted:
		out.Workflow.Status = "SUPPRESSED"
	case assess.Pass:
		out.Workflow.Status, out.Severity.Label = "RESOLVED", "INFORMATIONAL"
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
