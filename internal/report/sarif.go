package report

import (
	"cmp"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/rollcall-iam/rollcall/internal/assess"
	"github.com/rollcall-iam/rollcall/internal/clean"
	"github.com/rollcall-iam/rollcall/internal/noun"
)

// GitHub's limits: runs of a file, results of a run, tags of a rule.
const (
	sarifRuns    = 20
	sarifResults = 25_000
	sarifTags    = 10
)

// sarifWriter writes SARIF 2.1.0: each account is a run, and from the twentieth
// on they share one. What is unknown is no result but a notification.
type sarifWriter struct {
	enc  *jsontext.Encoder
	o    Options
	open bool
	runs int
	last *sarifRun // that takes in all accounts from the twentieth on
}

func newSARIF(w io.Writer, o Options) Writer {
	return &sarifWriter{enc: jsontext.NewEncoder(w, jsontext.WithIndent("  "), jsontext.AllowInvalidUTF8(true)), o: o}
}

type (
	sarifRun struct {
		Tool        sarifTool         `json:"tool"`
		Automation  sarifID           `json:"automationDetails"`
		Invocations []sarifInvocation `json:"invocations"`
		Results     []sarifResult     `json:"results"`

		kept   [][]sarifResult // by severity, the worst first, until they are Results
		places map[string]int  // of rules
		left   int             // results that GitHub would not take
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name    string      `json:"name"`
		Version string      `json:"semanticVersion,omitempty"`
		URI     string      `json:"informationUri"`
		Rules   []sarifRule `json:"rules"`
	}
	sarifID struct {
		ID string `json:"id"`
	}
	sarifText struct {
		Text     string `json:"text"`
		Markdown string `json:"markdown,omitempty"`
	}
	sarifRule struct {
		ID         string          `json:"id"`
		Name       string          `json:"name"`
		Short      sarifText       `json:"shortDescription"`
		Full       sarifText       `json:"fullDescription"`
		Help       *sarifText      `json:"help,omitzero"`
		Default    sarifLevel      `json:"defaultConfiguration"`
		Properties sarifProperties `json:"properties"`
	}
	sarifLevel struct {
		Level string `json:"level"`
	}
	sarifProperties struct {
		Tags     []string `json:"tags"`
		Severity string   `json:"security-severity"`
	}
	sarifResult struct {
		Rule         string             `json:"ruleId"`
		Index        int                `json:"ruleIndex"`
		Level        string             `json:"level"`
		Message      sarifText          `json:"message"`
		Locations    []sarifLocation    `json:"locations"`
		Fingerprints map[string]string  `json:"partialFingerprints"`
		Suppressions []sarifSuppression `json:"suppressions,omitzero"`
	}
	sarifLocation struct {
		Physical sarifPhysical  `json:"physicalLocation"`
		Logical  []sarifLogical `json:"logicalLocations"`
	}
	sarifPhysical struct {
		Artifact sarifArtifact `json:"artifactLocation"`
		Region   sarifRegion   `json:"region"`
	}
	sarifArtifact struct {
		URI string `json:"uri"`
	}
	sarifRegion struct {
		StartLine int `json:"startLine"`
	}
	sarifLogical struct {
		Name string `json:"name"`
		Full string `json:"fullyQualifiedName"`
		Kind string `json:"kind"`
	}
	sarifSuppression struct {
		Kind          string `json:"kind"`
		Justification string `json:"justification"`
	}
	sarifInvocation struct {
		Successful    bool                `json:"executionSuccessful"`
		Notifications []sarifNotification `json:"toolExecutionNotifications"`
	}
	sarifNotification struct {
		Level   string    `json:"level"`
		Message sarifText `json:"message"`
	}
)

func (s *sarifWriter) begin() error {
	if s.open {
		return nil
	}
	s.open = true
	return tokens(s.enc, jsontext.BeginObject, jsontext.String("$schema"), jsontext.String("https://json.schemastore.org/sarif-2.1.0.json"),
		jsontext.String("version"), jsontext.String("2.1.0"), jsontext.String("runs"), jsontext.BeginArray)
}

func tokens(enc *jsontext.Encoder, list ...jsontext.Token) error {
	for _, t := range list {
		if err := enc.WriteToken(t); err != nil {
			return err
		}
	}
	return nil
}

func (s *sarifWriter) Account(a *assess.Account) error {
	if err := s.begin(); err != nil {
		return err
	}
	run := s.last
	if run == nil {
		s.runs++
		run = s.run("rollcall/" + clean.Text(a.ID) + "/")
	}
	run.take(a, s.o)
	if s.runs == sarifRuns {
		s.last = run
		run.Automation.ID = "rollcall/"
		return nil
	}
	return s.write(run)
}

func (s *sarifWriter) run(id string) *sarifRun {
	return &sarifRun{Tool: sarifTool{sarifDriver{Name: "Rollcall", Version: strings.TrimPrefix(s.o.Version, "v"), URI: "https://github.com/rollcall-iam/rollcall", Rules: []sarifRule{}}},
		Automation: sarifID{id}, Invocations: []sarifInvocation{{true, []sarifNotification{}}}, kept: make([][]sarifResult, len(severityOrder)), places: map[string]int{}}
}

func (s *sarifWriter) write(run *sarifRun) error {
	run.Results = slices.Concat(append([][]sarifResult{{}}, run.kept...)...)
	if run.left > 0 {
		run.notify("%s left out: GitHub takes %d of a run, and the worst are kept", noun.Count(run.left, "result"), sarifResults)
	}
	return json.MarshalEncode(s.enc, run, json.Deterministic(true))
}

func (s *sarifWriter) Close(assess.Footer) error {
	if err := s.begin(); err != nil {
		return err
	}
	if s.last != nil {
		if err := s.write(s.last); err != nil {
			return err
		}
	}
	return tokens(s.enc, jsontext.EndArray, jsontext.EndObject)
}

func (r *sarifRun) notify(format string, args ...any) {
	i := &r.Invocations[0]
	i.Notifications = append(i.Notifications, sarifNotification{"warning", sarifText{Text: fmt.Sprintf(format, args...)}})
}

// room reports whether a result is one of as many as there may be, and leaves
// out one that is less grave where there would be too many.
func (r *sarifRun) room(rank int) bool {
	n := 0
	for _, list := range r.kept {
		n += len(list)
	}
	if n < sarifResults {
		return true
	}
	r.left++
	for worse := len(r.kept) - 1; worse > rank; worse-- {
		if list := r.kept[worse]; len(list) > 0 {
			r.kept[worse] = list[:len(list)-1]
			return true
		}
	}
	return false
}

// take adds an account, its worst findings first.
func (r *sarifRun) take(a *assess.Account, o Options) {
	for _, rule := range rulesOf(a) {
		r.rule(rule, o)
	}
	for _, b := range allBlocks(a, assess.Fail, assess.Excepted) {
		for _, f := range b.Findings {
			if r.room(severityRank(f.Severity)) {
				r.kept[severityRank(f.Severity)] = append(r.kept[severityRank(f.Severity)], r.result(a, f))
			}
		}
	}
	for _, u := range a.Unknown {
		r.notify("%s: %s, %s unknown: %s", accountName(a), u.Rule, noun.Count(u.Count, "verdict"), why(u))
	}
	for _, x := range byReason(blocks(a, assess.Unknown)) {
		r.notify("%s: %s unknown for %s: %s", accountName(a), strings.Join(x.Rules, ", "), fold(x.Who, 0), clean.Text(x.Why))
	}
}

// scores are the severities as GitHub counts them.
var scores = map[string]string{"critical": "9.5", "high": "8.0", "medium": "5.5", "low": "3.0"}

var sarifLevels = map[string]string{"critical": "error", "high": "error", "medium": "warning", "low": "note"}

func (r *sarifRun) rule(rule *assess.Rule, o Options) {
	if _, known := r.places[rule.ID]; known {
		return
	}
	r.places[rule.ID] = len(r.Tool.Driver.Rules)
	out := sarifRule{ID: rule.ID, Name: rule.ID, Short: sarifText{Text: clean.Text(rule.Title)}, Full: sarifText{Text: clean.Text(cmp.Or(rule.Risk, rule.Title))},
		Default:    sarifLevel{sarifLevels[rule.Severity]},
		Properties: sarifProperties{slices.Concat([]string{"security", "iam"}, rule.Aliases), scores[rule.Severity]}}
	out.Properties.Tags = out.Properties.Tags[:min(len(out.Properties.Tags), sarifTags)]
	if o.Readme != nil {
		if text := o.Readme(rule.ID); text != "" {
			out.Help = &sarifText{Text: text, Markdown: text}
		}
	}
	r.Tool.Driver.Rules = append(r.Tool.Driver.Rules, out)
}

func (r *sarifRun) result(a *assess.Account, f *assess.Finding) sarifResult {
	name := clean.Text(f.Resource.Name)
	out := sarifResult{Rule: f.Rule, Index: r.places[f.Rule], Level: sarifLevels[f.Severity], Message: sarifText{Text: name + ": " + clean.Text(f.Message)},
		Fingerprints: map[string]string{"rollcall/v1": f.Fingerprint},
		Locations: []sarifLocation{{sarifPhysical{sarifArtifact{place(a, f)}, sarifRegion{1}},
			[]sarifLogical{{name, cmp.Or(clean.Text(f.Resource.ARN), name), "resource"}}}}}
	if f.Status == assess.Excepted {
		out.Suppressions = []sarifSuppression{{"external", clean.Text(f.Exception.String())}}
	}
	return out
}

// place is a path for a resource, since results must be somewhere.
func place(a *assess.Account, f *assess.Finding) string {
	return "aws/" + url.PathEscape(cmp.Or(a.ID, "account")) + "/iam/" + url.PathEscape(f.Resource.Type) + "/" + url.PathEscape(f.Resource.Name)
}
