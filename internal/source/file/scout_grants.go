package file

import (
	"cmp"
	"maps"
	"slices"

	"github.com/rollcall-iam/rollcall/internal/iam"
)

// onePage is how many elements AWS gives at most where nobody asks for more
// pages: a list of so many may go on.
const onePage = 100

// granted is what a user, group or role has, as far as the tool tells.
type granted struct {
	inline   []iam.InlinePolicy
	attached []iam.PolicyRef
	tags     []iam.Tag
	untold   iam.Untold
}

// granted reads what all three have in common; names are the policies attached.
func (s *scout) granted(w *scoutGrants, n *scoutNames, h *holdings, mayBeBounded bool) granted {
	var out granted
	var why string
	if out.inline, why = s.inline(w, n); why != "" {
		out.untold.Add(iam.InlinePart, why)
	}
	if out.attached, why = s.attached(h.of(w, n), h, mayBeBounded && !s.old); why != "" {
		out.untold.Add(iam.AttachedPart, why)
	}
	if mayBeBounded && !s.old {
		out.untold.Add(iam.BoundaryPart, s.tool+" does not read permissions boundaries")
	}
	if out.tags = tags(w.Tags.list); !w.Tags.is {
		out.untold.Add(iam.TagsPart, s.tool+" did not read the tags")
	}
	return out
}

// inline are the inline policies, and why there may be more. ScoutSuite counts
// them when it has all. Scout2 left out a user of whom it could not read the
// list; later versions did not, nor do they show it.
func (s *scout) inline(w *scoutGrants, n *scoutNames) (out []iam.InlinePolicy, why string) {
	byKey := w.InlinePolicies
	if byKey == nil {
		byKey = w.Policies.inline
	}
	for _, key := range slices.Sorted(maps.Keys(byKey)) {
		out = append(out, iam.InlinePolicy{Name: cmp.Or(byKey[key].Name, key), Document: byKey[key].PolicyDocument})
	}
	slices.SortStableFunc(out, func(a, b iam.InlinePolicy) int { return cmp.Compare(a.Name, b.Name) })
	switch {
	case len(out) == onePage:
		return out, s.tool + " reads one page of inline policies, and this one is full"
	case s.tool == suiteFile.tool() && (w.InlinePoliciesCount == nil || *w.InlinePoliciesCount != len(out)):
		return out, s.tool + " could not read all inline policies"
	case s.tool == scout2File.tool() && n.Created == 0:
		return out, "this version of " + s.tool + " goes on where it cannot read inline policies"
	}
	return out, ""
}

// attached are the managed policies, and why there may be more or fewer.
func (s *scout) attached(arns []string, h *holdings, mayBeBounded bool) (out []iam.PolicyRef, why string) {
	if mayBeBounded && len(arns) > 0 {
		return nil, s.tool + " does not tell a policy that is attached from a permissions boundary"
	}
	for _, arn := range arns {
		out = append(out, iam.PolicyRef{Name: h.names[arn], ARN: arn})
	}
	if !h.whole {
		why = s.tool + " loses managed policies that it could not read"
	}
	return out, why
}

func (s *scout) group(w *scoutGroup, h *holdings) {
	g := s.granted(&w.scoutGrants, &w.scoutNames, h, false)
	delete(g.untold, iam.TagsPart) // groups have none
	s.parts.Groups = append(s.parts.Groups, iam.Group{Name: w.Name, Path: w.Path, ARN: w.Arn, ID: w.ID, Created: w.CreateDate,
		Inline: g.inline, Attached: g.attached, Untold: g.untold})
}

func (s *scout) role(w *scoutRole, h *holdings) {
	g := s.granted(&w.scoutGrants, &w.scoutNames, h, true)
	trust := w.AssumeRolePolicy.PolicyDocument
	if trust == nil {
		trust = w.AssumeRolePolicyDocument
	}
	s.parts.Roles = append(s.parts.Roles, iam.Role{Name: w.Name, Path: w.Path, ARN: w.Arn, ID: w.ID, Created: w.CreateDate,
		Trust: trust, Inline: g.inline, Attached: g.attached, Tags: g.tags, Untold: g.untold})
}

func (s *scout) policy(w *scoutPolicy) {
	p := iam.ManagedPolicy{Name: w.Name, Path: cmp.Or(w.Path, iam.PathOf(w.Arn)), ARN: w.Arn, ID: w.ID, Created: w.CreateDate, Document: w.PolicyDocument}
	p.Untold.Add(iam.AttachedPart, s.tool+" does not count attachments")
	if p.Created == 0 {
		p.Untold.Add(iam.CreatedPart, s.tool+" did not keep when the policy was created")
	}
	s.parts.Policies = append(s.parts.Policies, p)
}
