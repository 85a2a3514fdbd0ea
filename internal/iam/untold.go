package iam

import "github.com/rollcall-iam/rollcall/internal/iam/policy"

// A Part is a part of what a user, group, role or policy has.
type Part string

// The parts of which a source may not tell.
const (
	InlinePart   Part = "inlinePolicies"
	AttachedPart Part = "managedPolicies"
	GroupsPart   Part = "groups"
	BoundaryPart Part = "permissionsBoundary"
	TagsPart     Part = "tags"
	CreatedPart  Part = "createDate"
)

// Untold says of parts that the source did not tell, or not all of, why. What
// stands in such a list is so, and there may be more.
type Untold map[Part]string

// Add notes why a part is not told.
func (u *Untold) Add(part Part, why string) {
	if *u == nil {
		*u = Untold{}
	}
	(*u)[part] = why
}

// Untold says why one of some parts is not told, nil where all are.
func (v *View) Untold(u Untold, parts ...Part) *Gap {
	if len(u) == 0 { // as nearly always
		return nil
	}
	return v.untold(u, parts)
}

func (v *View) untold(u Untold, parts []Part) *Gap {
	for _, part := range parts {
		if why, ok := u[part]; ok {
			return &Gap{Source: Details, State: v.Source(Details).State, Note: why}
		}
	}
	return nil
}

// boundary is the document of a user's boundary, nil for none, or why it is
// not known.
func (v *View) boundary(u *User) (*policy.Document, *Gap) {
	if gap := v.Untold(u.Grants.Untold, BoundaryPart); gap != nil {
		return nil, gap
	}
	if u.Grants.Boundary.ARN == "" {
		return nil, nil
	}
	return v.Document(u.Grants.Boundary.ARN)
}
