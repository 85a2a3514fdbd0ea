package assess

import (
	"slices"
	"strings"

	"github.com/rollcall-iam/rollcall/internal/entity"
	"github.com/rollcall-iam/rollcall/internal/gsl"
	"github.com/rollcall-iam/rollcall/internal/iam"
	"github.com/rollcall-iam/rollcall/internal/rule"
)

// undecided counts an unknown verdict: with its rule where whole sources are
// missing, on its own where a source was read and lacks the one fact.
func (r *ruling) undecided(m rule.Matched, res *entity.Resource, x gsl.Explanation) {
	r.Unsure(m)
	r.row.Unknown++
	var gaps []*iam.Gap
	whole := true
	for _, g := range x.Gaps {
		if gap, ok := g.(*iam.Gap); ok {
			gaps = append(gaps, gap)
			whole = whole && gap.Whole()
		}
	}
	if whole && len(gaps) > 0 && !r.judge.includePassed {
		r.unknown.Count++
		for _, g := range gaps {
			r.lacks(g)
		}
		return
	}
	r.add(Unknown, r.Severity, res, x, unknownMessage(gaps))
}

// unknownMessage names what is missing, each source once.
func unknownMessage(gaps []*iam.Gap) string {
	var out []string
	var named []iam.SourceName
	for _, g := range gaps {
		if !slices.Contains(named, g.Source) {
			named = append(named, g.Source)
			out = append(out, g.String())
		}
	}
	if out == nil {
		return "a fact that decides is unknown"
	}
	return strings.Join(out, "; ")
}

// lacks notes a gap once.
func (r *ruling) lacks(g *iam.Gap) {
	if !slices.Contains(r.noted, *g) {
		r.noted = append(r.noted, *g)
		r.unknown.Missing = append(r.unknown.Missing, Gap{Source: string(g.Source), State: string(g.State), Permission: g.Permission(), Detail: g.Note})
	}
}
