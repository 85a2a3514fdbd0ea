package ruletest

import (
	"slices"
	"strings"

	"github.com/rollcall-iam/rollcall/internal/iam"
)

// accountWide are the facts of the account that take reads of their own.
func accountWide(c *Case, read func(iam.SourceName) bool) (w iam.AccountWide) {
	if read(iam.OrganizationFeatures) {
		w.CentralRoot = iam.Is(c.CentralRoot)
		if c.Standalone {
			w.CentralRoot = iam.None[[]string]()
		}
	}
	if read(iam.AlternateContacts) {
		w.Contacts = map[string]bool{}
		for _, kind := range iam.ContactKinds {
			w.Contacts[kind] = slices.Contains(c.Contacts, kind)
		}
	}
	if names := keys(c.Regions); read(iam.RegionList) {
		w.Regions = &names
	}
	if read(iam.AnalyzerList) {
		w.Analyzers = analyzers(c.Regions)
	}
	return w
}

func analyzers(regions map[string]*[]string) map[string]iam.RegionAnalyzers {
	out := map[string]iam.RegionAnalyzers{}
	for name, words := range regions {
		if words == nil {
			continue
		}
		list := []iam.Analyzer{}
		for _, w := range *words {
			kind, status, _ := strings.Cut(w, " ")
			list = append(list, iam.Analyzer{ARN: "arn:aws:access-analyzer:" + name + ":" + AccountID + ":analyzer/" + kind, Type: kind, Status: status})
		}
		out[name] = iam.RegionAnalyzers{List: list, Whole: true}
	}
	return out
}
