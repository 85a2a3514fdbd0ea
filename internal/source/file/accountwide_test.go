package file

import (
	"slices"
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

const (
	byDefault = `{"RegionName":"us-east-1","RegionOptStatus":"ENABLED_BY_DEFAULT"}`
	optedIn   = `{"RegionName":"ap-east-1","RegionOptStatus":"ENABLED"}`
	off       = `{"RegionName":"af-south-1","RegionOptStatus":"DISABLED"}`
)

// A list of regions is whole where it has both kinds: one that was asked for
// single statuses leaves enabled regions out.
func TestRegions(t *testing.T) {
	list := func(members ...string) string { return `{"Regions":[` + strings.Join(members, ",") + `]}` }
	for _, tt := range []struct {
		file  string
		want  []string
		state iam.SourceState
	}{
		{list(byDefault, optedIn, off), []string{"us-east-1", "ap-east-1"}, iam.Read},
		{list(byDefault, off), []string{"us-east-1"}, iam.Read},
		{list(byDefault), []string{"us-east-1"}, iam.Failed},
		{list(optedIn), []string{"ap-east-1"}, iam.Failed},
		{cut(list(byDefault, off)), []string{"us-east-1"}, iam.Failed},
	} {
		s, err := readFiles(t, details, tt.file)
		if err != nil {
			t.Fatal(err)
		}
		if got, state := s.Regions, s.Source(iam.RegionList).State; got == nil || !slices.Equal(*got, tt.want) || state != tt.state {
			t.Errorf("%s: %v, %s, want %v, %s", tt.file, got, state, tt.want, tt.state)
		}
	}
	s, err := readFiles(t, details, `{"Regions":[{"RegionName":"us-east-1","OptInStatus":"opt-in-not-required"}]}`)
	if err != nil || s.Regions != nil {
		t.Errorf("EC2's regions: %v, %v", s.Regions, err)
	}
}

// A file of analyzers tells of those it has, in the regions of their ARNs, and
// never that there are no others.
func TestAnalyzers(t *testing.T) {
	analyzer := func(region, kind string) string {
		return `{"analyzers":[{"arn":"arn:aws:access-analyzer:` + region + `:111122223333:analyzer/a","name":"a","type":"` + kind + `","status":"ACTIVE"}]}`
	}
	s, err := readFiles(t, analyzer("us-east-1", "ACCOUNT"), analyzer("eu-west-1", "ACCOUNT"), analyzer("us-east-1", "ACCOUNT_UNUSED_ACCESS"), `{"analyzers":[]}`)
	if err != nil {
		t.Fatal(err)
	}
	of := func(region, kind string) iam.RegionAnalyzers {
		return iam.RegionAnalyzers{List: []iam.Analyzer{{ARN: "arn:aws:access-analyzer:" + region + ":111122223333:analyzer/a", Type: kind, Status: "ACTIVE"}}}
	}
	want := map[string]iam.RegionAnalyzers{"us-east-1": of("us-east-1", "ACCOUNT_UNUSED_ACCESS"), "eu-west-1": of("eu-west-1", "ACCOUNT")}
	if diff := cmp.Diff(want, s.Analyzers); diff != "" || s.Account.ID != "111122223333" || s.Regions != nil {
		t.Errorf("account %q, regions %v (-want +got)\n%s", s.Account.ID, s.Regions, diff)
	}
	_, err = readFiles(t, details, `{"analyzers":[{"arn":"a","type":"ACCOUNT","status":"ACTIVE"}]}`)
	if err == nil || !strings.Contains(err.Error(), "/analyzers/0: arn is missing") {
		t.Errorf("without an ARN: %v", err)
	}
}
