package file

import (
	"strings"

	"github.com/rollcall-iam/rollcall/internal/iam"
)

// filtered is what to know of regions of which some may have been left out.
const filtered = "the file holds regions of some statuses only; run the command again without --region-opt-status-contains"

// regions reads which regions are enabled. Accounts have some that are so
// by default and some that are theirs to choose, so a list without either may
// have been filtered, and does not tell all.
func (r *reader) regions(d *decoder) error {
	list := []string{}
	byDefault, chosen := false, false
	err := d.array(func() error {
		var w struct{ RegionName, RegionOptStatus string }
		if err := d.into(&w); err != nil {
			return err
		}
		if m := lacking("RegionName", w.RegionName, "RegionOptStatus", w.RegionOptStatus); m != "" {
			return d.wrong(m + " is missing")
		}
		switch w.RegionOptStatus {
		case "ENABLED_BY_DEFAULT":
			byDefault = true
			list = append(list, w.RegionName)
		case "ENABLED":
			list = append(list, w.RegionName)
			fallthrough
		default:
			chosen = true
		}
		return nil
	})
	r.keep = func(whole bool) {
		r.parts.Regions = &list
		if whole && (!byDefault || !chosen) {
			r.add(iam.Source{Name: iam.RegionList, State: iam.Failed, Cut: true, Note: filtered})
		}
	}
	return err
}

// analyzers reads those of one region, which their ARNs name: a list of none
// could be any region's, and says nothing. Nor does the file say whether it was
// asked for one type only, so there may be others.
func (r *reader) analyzers(d *decoder) error {
	byRegion := map[string][]iam.Analyzer{}
	err := d.array(func() error {
		var w struct {
			ARN    string `json:"arn"`
			Type   string `json:"type"`
			Status string `json:"status"`
		}
		if err := d.into(&w); err != nil {
			return err
		}
		if m := lacking("arn", regionOf(w.ARN), "type", w.Type, "status", w.Status); m != "" {
			return d.wrong(m + " is missing, or has a value that is not known")
		}
		byRegion[regionOf(w.ARN)] = append(byRegion[regionOf(w.ARN)], iam.Analyzer{ARN: w.ARN, Type: w.Type, Status: w.Status})
		return nil
	})
	if r.parts.Analyzers == nil {
		r.parts.Analyzers = map[string]iam.RegionAnalyzers{}
	}
	for region, list := range byRegion { // the newer file is read later
		r.parts.Analyzers[region] = iam.RegionAnalyzers{List: list}
	}
	return err
}

// regionOf is the region in an ARN, "" for none.
func regionOf(arn string) string {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) < 6 {
		return ""
	}
	return parts[3]
}
