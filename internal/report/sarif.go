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

// GitHub's limits: runs of a file, results of a run that it shows, tags of a rule. It
// would take more results, but no file of more than 10 MB packed, which twenty runs of
// as many as it shows are not.
const (
	sarifRuns    = 20
	sarifResults = 5_000
	sarifTags    = 10
)

// sarifWriter writes SARIF 2.1.0: each account is a run, and of more than twenty those
// from the twentieth on share one. What is unknown is no result but a notification.
// What is excepted is none either: GitHub knows no suppressions, and would make
// alerts of it.
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
		Rule         string            `json:"ruleId"`
		Index        int               `json:"ruleIndex"`
		Level        string            `json:"level"`
		Message      sarifText         `json:"message"`
		Locations    []sarifLocation   `json:"locations"`
		Fingerprints map[string]string `json:"partialFingerprints,omitzero"`
		Baseline     string            `json:"baselineState,omitzero"`
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
	if err := noMatches(a, "sarif"); err != nil {
		return err
	}
	if err := s.begin(); err != nil {
		return err
	}
	run := s.last
	if run == nil {
		s.runs++
		run = s.run("rollcall/" + clean.Text(a.ID) + "/")
	} else {
		run.Automation.ID = "rollcall/" // of several accounts
	}
	run.take(a, s.o)
	if s.runs == sarifRuns {
		s.last = run
		return nil
	}
	return s.write(run)
}

func (s *sarifWriter) run(id string) *sarifRun {
	return &sarifRun{Tool: sarifTool{sarifDriver{Name: "Rollcall", Version: strings.TrimPrefix(s.o.Version, "v"), URI: "https://github.com/rollcall-iam/rollcall", Rules: []sarifRule{}}},
		Automation: sarifID{id}, Invocations: []sarifInvocation{{true, []sarifNotification{}}}, kept: make([][]sarifResult, len(assess.Severities)), places: map[string]int{}}
}

func (s *sarifWriter) write(run *sarifRun) error {
	run.Results = slices.Concat(append([][]sarifResult{{}}, run.kept...)...)
	if run.left > 0 {
		run.notify("warning", "%s left out: GitHub shows %d of a run, and the worst are kept", noun.Count(run.left, "result"), sarifResults)
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

func (r *sarifRun) notify(level, format string, args ...any) {
	i := &r.Invocations[0]
	i.Notifications = append(i.Notifications, sarifNotification{level, sarifText{Text: fmt.Sprintf(format, args...)}})
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
		r.rule(rule.ID, rule, o)
	}
	rules := ruleByID(a)
	for _, b := range allBlocks(a, assess.Fail) {
		for _, f := range b.Findings {
			if rule := *rules[f.Rule]; f.Severity != rule.Severity {
				rule.Severity = f.Severity
				r.rule(graded(rules[f.Rule], f), &rule, o)
			}
			if r.room(severityRank(f.Severity)) {
				r.kept[severityRank(f.Severity)] = append(r.kept[severityRank(f.Severity)], r.result(a, rules[f.Rule], f))
			}
		}
	}
	waived := 0
	for _, b := range allBlocks(a, assess.Excepted) {
		waived += len(b.Findings)
	}
	if waived > 0 {
		r.notify("note", "%s: %s left out: exceptions waive them", accountName(a), noun.Count(waived, "result"))
	}
	for _, u := range a.Unknown {
		r.notify("warning", "%s: %s, %s unknown: %s", accountName(a), u.Rule, noun.Count(u.Count, "verdict"), why(u))
	}
	for _, x := range byReason(blocks(a, assess.Unknown)) {
		r.notify("warning", "%s: %s unknown for %s: %s", accountName(a), strings.Join(x.Rules, ", "), fold(x.Who, 0), clean.Text(x.Why))
	}
}

// scores are the severities as GitHub counts them.
var scores = map[string]string{"critical": "9.5", "high": "8.0", "medium": "5.5", "low": "3.0"}

var sarifLevels = map[string]string{"critical": "error", "high": "error", "medium": "warning", "low": "note"}

// rule describes a rule by the name that results have for it.
func (r *sarifRun) rule(name string, rule *assess.Rule, o Options) {
	if _, known := r.places[name]; known {
		return
	}
	r.places[name] = len(r.Tool.Driver.Rules)
	out := sarifRule{ID: name, Name: name, Short: sarifText{Text: clean.Text(rule.Title)}, Full: sarifText{Text: clean.Text(cmp.Or(rule.Risk, rule.Title))},
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

// graded is a finding's rule: GitHub shows the severity of a rule, so that findings
// of another have a rule beside it.
func graded(rule *assess.Rule, f *assess.Finding) string {
	if f.Severity == rule.Severity {
		return rule.ID
	}
	return rule.ID + "/" + f.Severity
}

func (r *sarifRun) result(a *assess.Account, rule *assess.Rule, f *assess.Finding) sarifResult {
	name := clean.Text(f.Resource.Name)
	out := sarifResult{Rule: graded(rule, f), Index: r.places[graded(rule, f)], Baseline: sarifStates[f.Change], Level: sarifLevels[f.Severity], Message: sarifText{Text: name + ": " + clean.Text(f.Message)},
		Fingerprints: map[string]string{"rollcall/v1": f.Fingerprint, "primaryLocationLineHash": f.Fingerprint + ":1"}, // the latter is GitHub's
		Locations: []sarifLocation{{sarifPhysical{sarifArtifact{place(a, f)}, sarifRegion{1}},
			[]sarifLogical{{name, cmp.Or(clean.Text(f.Resource.ARN), name), "resource"}}}}}
	if len(a.Redacted) > 0 { // placeholders, which are not the same in the next run
		out.Fingerprints = nil
	}
	return out
}

var sarifStates = map[assess.Change]string{assess.New: "new", assess.Changed: "updated", assess.Still: "unchanged"}

// place is a path for a resource, since results must be somewhere.
func place(a *assess.Account, f *assess.Finding) string {
	return "aws/" + url.PathEscape(cmp.Or(a.ID, "account")) + "/iam/" + url.PathEscape(f.Resource.Type) + "/" + segment(f.Resource.Name)
}

// segment is a name as a part of a path; "." and ".." would be other paths.
func segment(name string) string {
	if strings.Trim(name, ".") == "" {
		return strings.ReplaceAll(name, ".", "%2E")
	}
	return url.PathEscape(name)
}
