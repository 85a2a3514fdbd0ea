package clean_test

import (
	"testing"

	"github.com/rollcall-iam/rollcall/internal/clean"
)

func TestText(t *testing.T) {
	for _, tt := range []struct{ in, text, marked string }{
		{"alice, Zoë, 王", "alice, Zoë, 王", "alice, Zoë, 王"},
		{"a\x1b[31mb\r\n\t", `a\u001b[31mb\u000d\u000a\u0009`, "a�[31mb���"},
		{"a\u202eb\u200d\ufeff\u2028\u2029", `a\u202eb\u200d\ufeff\u2028\u2029`, "a�b����"},
		{"a\U000e0041b", `a\udb40\udc41b`, "a�b"},
		{"", "", ""},
	} {
		if got := clean.Text(tt.in); got != tt.text {
			t.Errorf("Text(%q) = %q", tt.in, got)
		}
		if got := clean.Marked(tt.in); got != tt.marked {
			t.Errorf("Marked(%q) = %q", tt.in, got)
		}
	}
}
