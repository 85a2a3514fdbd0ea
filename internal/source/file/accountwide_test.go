package file

import (
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
