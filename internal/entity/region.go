package entity

import (
	"maps"
	"slices"

	"github.com/rollcall-iam/rollcall/internal/gsl"
	"github.com/rollcall-iam/rollcall/internal/iam"
)

// A Region is a region that the account has enabled.
type Region struct {
	name    string
	account *Account
}

// String is the region's name.
func (r *Region) String() string { return r.name }

var regionType = &gsl.Type{Name: "Region", Doc: "a region that the account has enabled", Fields: []gsl.Field{
	field("name", gsl.StringKind, fromRegions, "such as eu-west-1", func(r *Region) gsl.Value { return gsl.String(r.name) }),
	field("analyzers", gsl.ListKind, fromAnalyzers, "the analyzers of IAM Access Analyzer that the account has there", (*Region).analyzers).Of(analyzerType),
}}

var analyzerType = &gsl.Type{Name: "Analyzer", Doc: "an analyzer of IAM Access Analyzer", Fields: []gsl.Field{
	field("arn", gsl.StringKind, fromAnalyzers, "ARN", func(a *iam.Analyzer) gsl.Value { return gsl.String(a.ARN) }),
	field("type", gsl.StringKind, fromAnalyzers, "ACCOUNT or ORGANIZATION, alone or with _UNUSED_ACCESS or _INTERNAL_ACCESS", func(a *iam.Analyzer) gsl.Value { return gsl.String(a.Type) }),
	field("status", gsl.StringKind, fromAnalyzers, "ACTIVE, CREATING, DISABLED or FAILED", func(a *iam.Analyzer) gsl.Value { return gsl.String(a.Status) }),
}}

// enabledRegions are those listed, and without their list those in which
// analyzers are.
func (i *Iam) enabledRegions() gsl.Value {
	names := slices.Sorted(maps.Keys(i.account.View.Analyzers))
	if list := i.account.View.Regions; list != nil {
		names = *list
	}
	out := make(gsl.Values, len(names))
	for n, name := range names {
		out[n] = gsl.Object(&Region{name, i.account})
	}
	return gsl.Partial(out, why(i.account.gaps[iam.RegionList]))
}

func (r *Region) analyzers() gsl.Value {
	told, ok := r.account.View.Analyzers[r.name]
	if ok && told.Whole {
		return objects(&told.List)
	}
	gap := r.account.View.Gap(iam.AnalyzerList)
	if gap.State == iam.Read {
		gap.Note = "it does not tell of all analyzers in " + r.name
	}
	return list(&told.List, gap)
}
