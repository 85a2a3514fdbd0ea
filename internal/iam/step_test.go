package iam

import (
	"strings"
	"testing"
)

// A set of steps has a bit for each, and every way is made of real actions.
func TestSteps(t *testing.T) {
	if len(steps) > 64 {
		t.Fatalf("%d steps do not fit a set", len(steps))
	}
	for _, s := range steps {
		if service, name, ok := strings.Cut(s.action, ":"); !ok || service == "" || name == "" {
			t.Errorf("step %q is no action", s.name)
		}
		if (s.service != "") != (s.action == "iam:passrole") {
			t.Errorf("step %q: only roles are handed to a service", s.name)
		}
	}
	for action := range targets {
		found := false
		for _, s := range steps {
			found = found || s.action == action
		}
		if !found {
			t.Errorf("%s has a target, and no way takes it", action)
		}
	}
}
