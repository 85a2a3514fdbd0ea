package assess_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rollcall-iam/rollcall/internal/assess"
)

// A finding that is gone is fixed only where that is known.
func TestCompare(t *testing.T) {
	account := func(unread []string, rules []string, findings ...*assess.Finding) *assess.Account {
		a := &assess.Account{AssessedAt: "2026-11-20T00:00:00Z", Findings: findings}
		for _, id := range rules {
			a.Rules = append(a.Rules, assess.Rule{ID: id})
		}
		for _, id := range unread {
			a.Unknown = append(a.Unknown, assess.Missing{Rule: id})
		}
		return a
	}
	find := func(rule, name, severity string, status assess.Status, message string) *assess.Finding {
		return &assess.Finding{Rule: rule, Severity: severity, Status: status, Message: message, Fingerprint: rule + name, Resource: assess.Resource{Name: name}}
	}
	old := account([]string{"blind"}, []string{"a", "b", "c", "dropped", "blind"},
		find("a", "same", "low", assess.Fail, "m"), find("a", "worse", "low", assess.Fail, "m"), find("a", "mended", "high", assess.Fail, "m"),
		find("a", "waived", "low", assess.Fail, "m"), find("b", "unread", "low", assess.Fail, "m"), find("c", "doubtful", "low", assess.Fail, "m"),
		find("dropped", "x", "low", assess.Fail, "m"), find("a", "was unknown", "low", assess.Unknown, "not read"), find("a", "was waived", "low", assess.Excepted, "m"))
	now := account([]string{"b"}, []string{"a", "b", "c", "blind"},
		find("a", "same", "low", assess.Fail, "m"), find("a", "worse", "high", assess.Fail, "m"), find("a", "waived", "low", assess.Excepted, "m"),
		find("c", "doubtful", "low", assess.Unknown, "denied"), find("a", "fresh", "low", assess.Fail, "m"), find("a", "grave", "critical", assess.Fail, "m"),
		find("a", "was unknown", "low", assess.Fail, "m"), find("a", "was waived", "low", assess.Fail, "m"), find("blind", "y", "low", assess.Fail, "m"))
	var got []string
	for _, d := range assess.Compare(old, now) {
		got = append(got, fmt.Sprintf("%s %s %s (%s)", d.Change, d.Finding.Rule, d.Finding.Resource.Name, d.Why))
	}
	want := []string{"new a grave ()", "new a fresh ()", "new a was unknown (it may have been so before: not read)", "new a was waived ()",
		"new blind y (it may have been so before: a source was not read)", "changed a worse ()", "still a same ()", "fixed a mended ()", "excepted a waived ()",
		"unclear b unread (a source was not read)", "unclear c doubtful (denied)", "unclear dropped x (the rule was not judged)"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	now.Since(old)
	counts := map[assess.Change]int{assess.New: 5, assess.Changed: 1, assess.Still: 1, assess.Fixed: 1, assess.Exempt: 1, assess.Unclear: 3}
	if diff := cmp.Diff(counts, now.Count()); diff != "" {
		t.Error(diff)
	}
}
