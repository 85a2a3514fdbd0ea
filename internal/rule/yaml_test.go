package rule

import (
	"strings"
	"testing"
)

// The YAML reader's memory grows with the square of the depth, so that a file
// of 400 kB could fill a machine's.
func TestShallow(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"a long list on one line", "a: [" + strings.Repeat("[x], {y: z}, ", 5000) + "]", ""},
		{"brackets that open", "a:\n b: " + strings.Repeat("[", 300), "f.yaml:2: lists and mappings are nested too deep: 200 is the most"},
		{"dashes", strings.Repeat("- ", 300) + "x", "f.yaml:1: lists and mappings are nested too deep: 200 is the most"},
		{"a mapping taken over", "a: &a {x: 1}\nb:\n  <<: *a", "f.yaml:3: merge keys (<<) are not for here: write out what is meant"},
		{"one in braces", "a: &a {x: 1}\nb: {<<: [*a]}", "f.yaml:2: merge keys (<<) are not for here: write out what is meant"},
		{"a text with angles", "a: 'x << y'\nb: x <<y", ""},
		{"a ruler", "a: |\n " + strings.Repeat("-", 900), ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var v any
			err := Unmarshal("f.yaml", []byte(tt.text), &v)
			if got := message(err); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func message(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
