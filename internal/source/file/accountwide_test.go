package file

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rollcall-iam/rollcall/internal/iam"
)

// A file of features says which are on, the newer one where there are two.
func TestFeatures(t *testing.T) {
	for _, tt := range []struct {
		files []string
		want  iam.Fact[[]string]
	}{
		{nil, iam.Fact[[]string]{}},
		{[]string{`{"OrganizationId":"o-1","EnabledFeatures":["RootSessions"]}`}, iam.Is([]string{"RootSessions"})},
		{[]string{`{"OrganizationId":"o-1","EnabledFeatures":["RootSessions"]}`, `{"EnabledFeatures":[]}`}, iam.Is([]string{})},
	} {
		s, err := readFiles(t, append([]string{details}, tt.files...)...)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(tt.want, s.CentralRoot); diff != "" {
			t.Errorf("%v (-want +got)\n%s", tt.files, diff)
		}
	}
}

// A file of a contact says that this one is set, of the others nothing, and
// nothing of the person.
func TestContacts(t *testing.T) {
	contact := func(kind string) string {
		return `{"AlternateContact":{"AlternateContactType":"` + kind + `","Name":"Jo","PhoneNumber":"5550100","EmailAddress":"jo@example.com","Title":"CISO"}}`
	}
	s, err := readFiles(t, details, contact("SECURITY"), contact("OPERATIONS"))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]bool{"security": true, "operations": true}, s.Contacts); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	_, err = readFiles(t, details, contact("LEGAL"))
	if err == nil || !strings.Contains(err.Error(), "AlternateContactType") || strings.Contains(err.Error(), "5550100") {
		t.Errorf("another kind: %v", err)
	}
}
