package awstest_test

import (
	"maps"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rollcall-iam/rollcall/internal/iam"
)

func checkAccountWide(t *testing.T, s *iam.Snapshot, all bool) {
	t.Helper()
	if f := s.CentralRoot; all != (f.State == iam.Known) || all && len(f.Value) != 1 {
		t.Errorf("central root features %v", f)
	}
	if diff := cmp.Diff(map[string]bool{"security": true, "billing": false, "operations": false}, s.Contacts); diff != "" {
		t.Errorf("contacts (-want +got)\n%s", diff)
	}
	if all != (s.Regions != nil && len(*s.Regions) == 2) || all != (len(s.Analyzers["us-east-1"].List) == 2 && s.Analyzers["eu-west-1"].Whole) {
		t.Errorf("regions %v, analyzers %v", s.Regions, s.Analyzers)
	}
}

// sameAccountWide compares what the aws CLI prints of the account with what
// was read.
func sameAccountWide(t *testing.T, want *iam.Snapshot) {
	dir, keep := cliFiles(t)
	keep("caller", "sts", "get-caller-identity")
	if want.CentralRoot.State == iam.Known {
		keep("features", "iam", "list-organizations-features")
	}
	if want.Regions != nil {
		keep("regions", "account", "list-regions")
		for _, region := range *want.Regions {
			keep(region, "accessanalyzer", "list-analyzers", "--region", region)
		}
		told := iam.RegionAnalyzers{List: want.Analyzers["us-east-1"].List} // AWS does not print that there are no others
		want.Analyzers = map[string]iam.RegionAnalyzers{"us-east-1": told}
	}
	keep("contact", "account", "get-alternate-contact", "--alternate-contact-type", "SECURITY")
	maps.DeleteFunc(want.Contacts, func(_ string, set bool) bool { return !set }) // AWS prints nothing of these
	if diff := cmp.Diff(want.AccountWide, readFiles(t, dir).AccountWide); diff != "" {
		t.Errorf("(-live +files)\n%s", diff)
	}
}
