package report

import (
	"cmp"
	"io"
	"slices"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/rollcall-iam/rollcall/internal/assess"
	"github.com/rollcall-iam/rollcall/internal/clean"
	"github.com/rollcall-iam/rollcall/internal/noun"
)

// ocsfVersion is that of the Open Cybersecurity Schema Framework whose class
// Compliance Finding the events are of: the newest that they can be checked against.
const ocsfVersion = "1.2.0"

// ocsfWriter writes a list of events, one for each finding and for each verdict
// that is unknown or written out; compared with a baseline, also for each finding
// that is fixed.
type ocsfWriter struct {
	enc  *jsontext.Encoder
	o    Options
	open bool
}

func newOCSF(w io.Writer, o Options) Writer {
	return &ocsfWriter{enc: jsontext.NewEncoder(w, jsontext.WithIndent("  "), jsontext.AllowInvalidUTF8(true)), o: o}
}

type (
	ocsfEvent struct {
		Activity     int            `json:"activity_id"` // 1: create, 2: update, 3: close
		ActivityName string         `json:"activity_name"`
		Category     int            `json:"category_uid"` // 2: findings
		CategoryName string         `json:"category_name"`
		Class        int            `json:"class_uid"` // 2003: compliance finding
		ClassName    string         `json:"class_name"`
		Type         int            `json:"type_uid"`
		TypeName     string         `json:"type_name"`
		Time         int64          `json:"time"` // milliseconds since 1970
		Severity     int            `json:"severity_id"`
		SeverityName string         `json:"severity"`
		Status       int            `json:"status_id"` // 1: new, 3: suppressed, 4: resolved
		StatusName   string         `json:"status"`
		StatusDetail string         `json:"status_detail,omitempty"`
		Message      string         `json:"message"`
		Metadata     ocsfMetadata   `json:"metadata"`
		Info         ocsfInfo       `json:"finding_info"`
		Compliance   ocsfCompliance `json:"compliance"`
		Resource     ocsfResource   `json:"resource"`
		Cloud        ocsfCloud      `json:"cloud"`
		Remediation  *ocsfText      `json:"remediation,omitzero"`
	}
	ocsfMetadata struct {
		Version  string      `json:"version"`
		Product  ocsfProduct `json:"product"`
		Profiles []string    `json:"profiles"`
		Code     string      `json:"event_code"`
	}
	ocsfProduct struct {
		Name    string `json:"name"`
		Vendor  string `json:"vendor_name"`
		Version string `json:"version,omitempty"`
	}
	ocsfInfo struct {
		UID     string   `json:"uid"`
		Title   string   `json:"title"`
		Desc    string   `json:"desc"`
		Types   []string `json:"types"`
		Created int64    `json:"created_time"`
	}
	ocsfCompliance struct {
		Control      string   `json:"control"`
		Standards    []string `json:"standards"`
		Requirements []string `json:"requirements,omitempty"`
		Status       string   `json:"status"`
		StatusID     int      `json:"status_id"` // 0: unknown, 1: pass, 3: fail, 99: as status says
	}
	ocsfResource struct {
		Type string `json:"type"`
		Name string `json:"name"`
		UID  string `json:"uid"`
	}
	ocsfCloud struct {
		Provider string      `json:"provider"`
		Region   string      `json:"region"`
		Account  ocsfAccount `json:"account"`
	}
	ocsfAccount struct {
		UID    string `json:"uid"`
		Name   string `json:"name,omitempty"`
		Type   string `json:"type"`
		TypeID int    `json:"type_id"` // 10: AWS account
	}
	ocsfText struct {
		Desc string `json:"desc"`
	}
)

func (o *ocsfWriter) begin() error {
	if o.open {
		return nil
	}
	o.open = true
	return o.enc.WriteToken(jsontext.BeginArray)
}

func (o *ocsfWriter) Account(a *assess.Account) error {
	if err := noMatches(a, "ocsf"); err != nil {
		return err
	}
	if err := o.begin(); err != nil {
		return err
	}
	rules := ruleByID(a)
	for _, f := range slices.Concat(found(a), wholly(a), settled(a)) {
		if err := json.MarshalEncode(o.enc, o.event(a, rules[f.Rule], f)); err != nil {
			return err
		}
	}
	return nil
}

// wholly are rules that lack a source, each as one unknown verdict on the account.
func wholly(a *assess.Account) (out []*assess.Finding) {
	rules := ruleByID(a)
	for _, u := range a.Unknown {
		severity := "low"
		if r := rules[u.Rule]; r != nil {
			severity = r.Severity
		}
		out = append(out, &assess.Finding{Rule: u.Rule, Severity: severity, Status: assess.Unknown, Resource: assess.Resource{Type: "account", Name: a.ID},
			Message: noun.Count(u.Count, "verdict") + " unknown: " + why(u), Fingerprint: "unknown-" + u.Rule + "-" + a.ID})
	}
	return out
}

var (
	ocsfSeverities = map[string]int{"low": 2, "medium": 3, "high": 4, "critical": 5}
	ocsfStatuses   = map[assess.Status]ocsfStatus{assess.Fail: {3, "Fail"}, assess.Excepted: {3, "Fail"}, assess.Pass: {1, "Pass"}, assess.NotApplicable: {99, "Not Applicable"}}
	ocsfTypes      = map[string]string{"user": "AwsIamUser", "root": "AwsIamUser", "group": "AwsIamGroup", "role": "AwsIamRole", "policy": "AwsIamPolicy"}
)

type ocsfStatus struct {
	id   int
	word string
}

// ocsfActivity is what is done with the finding of an event.
func ocsfActivity(f *assess.Finding) (id int, word string) {
	switch f.Change {
	case assess.Changed, assess.Still:
		return 2, "Update"
	case assess.Fixed:
		return 3, "Close"
	}
	return 1, "Create"
}

func (o *ocsfWriter) event(a *assess.Account, r *assess.Rule, f *assess.Finding) *ocsfEvent {
	at := millis(a.AssessedAt)
	account := ocsfAccount{UID: clean.Text(a.ID), Name: clean.Text(a.Alias), Type: "AWS Account", TypeID: 10}
	activity, doing := ocsfActivity(f)
	e := &ocsfEvent{Activity: activity, ActivityName: doing, Category: 2, CategoryName: "Findings", Class: 2003, ClassName: "Compliance Finding",
		Type: 200300 + activity, TypeName: "Compliance Finding: " + doing, Time: at, Severity: ocsfSeverities[f.Severity], SeverityName: titled(f.Severity),
		Status: 1, StatusName: "New", Message: clean.Text(f.Resource.Name) + ": " + clean.Text(f.Message),
		Metadata: ocsfMetadata{ocsfVersion, ocsfProduct{"Rollcall", "Rollcall", o.o.Version}, []string{"cloud"}, f.Rule},
		Info:     ocsfInfo{UID: f.Fingerprint, Title: clean.Text(f.Rule), Desc: clean.Text(f.Message), Types: []string{"Software and Configuration Checks"}, Created: at},
		Compliance: ocsfCompliance{Control: f.Rule, Standards: []string{"Rollcall"}, Requirements: f.Controls,
			Status: cmp.Or(ocsfStatuses[f.Status].word, "Unknown"), StatusID: ocsfStatuses[f.Status].id},
		Resource: ocsfResource{Type: cmp.Or(ocsfTypes[f.Resource.Type], "AwsAccount"), Name: clean.Text(f.Resource.Name), UID: clean.Text(cmp.Or(f.Resource.ARN, f.Resource.Name))},
		Cloud:    ocsfCloud{"AWS", "aws-global", account}}
	if r != nil {
		e.Info.Title = headline(r, f)
		if r.Action != "" {
			e.Remediation = &ocsfText{"rollcall rules show " + r.ID}
		}
	}
	switch f.Status {
	case assess.Excepted:
		e.Status, e.StatusName, e.StatusDetail = 3, "Suppressed", clean.Text(f.Exception.String())
	case assess.Pass, assess.NotApplicable:
		e.Status, e.StatusName, e.Severity, e.SeverityName = 4, "Resolved", 1, "Informational"
	}
	return e
}

// millis is a time as OCSF counts it; 0 for none.
func millis(at string) int64 {
	t, err := time.Parse(time.RFC3339, at)
	if err != nil {
		return 0
	}
	return t.UnixMilli()
}

func titled(word string) string {
	if word == "" {
		return "Unknown"
	}
	return string(word[0]-'a'+'A') + word[1:]
}

func (o *ocsfWriter) Close(assess.Footer) error {
	if err := o.begin(); err != nil {
		return err
	}
	return o.enc.WriteToken(jsontext.EndArray)
}
