package iam

import (
	"slices"
	"strings"

	"github.com/rollcall-iam/rollcall/internal/iam/policy"
)

// How a direct grant is known to be redundant, from plain to worked out.
const (
	SamePolicy    = "same policy"   // the same managed policy
	SameDocument  = "same document" // another policy that says the same
	Administrator = "administrator" // both make an administrator
	Contained     = "contained"     // every statement lies inside what groups grant
)

// A RedundantGrant is a direct grant that the user's groups give as well:
// taking it away changes nothing the user may do.
type RedundantGrant struct {
	Grant
	How string // SamePolicy, SameDocument, Administrator or Contained
	Via string // the groups that grant it too
}

// Redundant returns the user's redundant direct grants, and why there may be
// more of them. Policies that shut a user out are left alone.
func (v *View) Redundant(u *Subject) ([]RedundantGrant, *Gap) {
	var more *Gap // direct grants
	if u.Grants != nil {
		more = v.Untold(u.Grants.Untold, InlinePart, AttachedPart)
	}
	if !u.Root && u.Grants != nil && len(u.Grants.Inline)+len(u.Grants.Attached) == 0 {
		return nil, more
	}
	grants, gap := v.Grants(u)
	if u.Grants != nil && !slices.ContainsFunc(grants, judged) {
		return nil, more
	}
	direct, viaGroups := grants, []Grant(nil)
	for i := range grants {
		if grants[i].Group != "" {
			direct, viaGroups = grants[:i], grants[i:]
			break
		}
	}
	if len(viaGroups) == 0 && gap == nil {
		return nil, nil
	}
	var out []RedundantGrant
	for _, d := range direct {
		if !judged(d) {
			continue
		}
		r, why := redundant(d, viaGroups)
		if r != nil {
			out = append(out, *r)
		} else if why != nil {
			gap = why
		}
	}
	return out, gap
}

// judged are the direct grants that a user could do without.
func judged(g Grant) bool { return g.Group == "" && !g.LocksOut() }

// redundant proves one direct grant redundant, or says which missing document
// could have proved it.
func redundant(d Grant, groups []Grant) (*RedundantGrant, *Gap) {
	for _, g := range groups {
		if !d.Inline() && d.ARN == g.ARN {
			return &RedundantGrant{d, SamePolicy, g.Group}, nil
		}
	}
	if d.Document == nil {
		return nil, d.Gap
	}
	for _, g := range groups {
		if g.Document != nil && g.Document.Canonical() == d.Document.Canonical() {
			return &RedundantGrant{d, SameDocument, g.Group}, nil
		}
	}
	if via := containing(d.Document, groups); via != "" {
		how := Contained
		if d.Document.Admin() == policy.AdminExact {
			how = Administrator
		}
		return &RedundantGrant{d, how, via}, nil
	}
	for _, g := range groups {
		if g.Document == nil {
			return nil, g.Gap
		}
	}
	return nil, nil
}

// containing names the groups whose documents together contain d: one group
// where one is enough. "" when they do not.
func containing(d *policy.Document, groups []Grant) string {
	all := documents(groups, anyGrant)
	if len(d.Statements()) == 0 || !policy.Contains(all, d) {
		return ""
	}
	var names []string
	for start := 0; start < len(groups); {
		end := start
		for end < len(groups) && groups[end].Group == groups[start].Group {
			end++
		}
		if policy.Contains(documents(groups[start:end], anyGrant), d) {
			return groups[start].Group
		}
		names = append(names, groups[start].Group)
		start = end
	}
	return strings.Join(needed(d, groups, names), ", ")
}

// needed leaves out the groups without which the others still contain d.
func needed(d *policy.Document, groups []Grant, names []string) []string {
	for i := 0; i < len(names); i++ {
		rest := slices.Delete(slices.Clone(names), i, i+1)
		docs := documents(groups, func(g *Grant) bool { return slices.Contains(rest, g.Group) })
		if policy.Contains(docs, d) {
			names = rest
			i--
		}
	}
	return names
}

// documents are those of some grants, as far as they were read.
func documents(grants []Grant, some func(*Grant) bool) []*policy.Document {
	out := make([]*policy.Document, 0, len(grants))
	for i := range grants {
		if g := &grants[i]; g.Document != nil && some(g) {
			out = append(out, g.Document)
		}
	}
	return out
}

func anyGrant(*Grant) bool { return true }
