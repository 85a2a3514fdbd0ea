package entity

import (
	"testing"

	"github.com/rollcall-iam/rollcall/internal/gsl"
	"github.com/rollcall-iam/rollcall/internal/iam"
)

// Fields of a part that was not told are unknown, and its lists may go on.
func TestUntold(t *testing.T) {
	untold := iam.Untold{iam.BoundaryPart: "b", iam.AttachedPart: "a", iam.InlinePart: "i", iam.GroupsPart: "g", iam.TagsPart: "t"}
	ref := []iam.PolicyRef{{Name: "p", ARN: "arn:aws:iam::111122223333:policy/p"}}
	a := New(&iam.Snapshot{Users: []iam.User{{Name: "ann", Grants: &iam.Grants{Attached: ref, Untold: untold}}}}, nil)
	role, group := &Role{&iam.Role{Attached: ref, Untold: untold}, a}, &Group{&iam.Group{Attached: ref, Untold: untold}, a}
	for _, of := range []struct {
		fields []gsl.Field
		obj    any
	}{{userType.Fields, &a.Users[0]}, {roleType.Fields, role}, {groupType.Fields, group}} {
		for _, f := range of.fields {
			v := f.Get(of.obj)
			switch f.Name {
			case "permissionsBoundary":
				if v.Kind() != gsl.UnknownKind {
					t.Errorf("%T: %s is known", of.obj, f.Name)
				}
			case "managedPolicies", "inlinePolicies", "combinedPolicies", "attachedGroups":
				l := v.Object().(gsl.List)
				if want := len(ref); l.Gap() == nil || f.Name == "managedPolicies" && l.Len() != want {
					t.Errorf("%T: %s has %d elements, and no more", of.obj, f.Name, l.Len())
				}
			}
		}
	}
	policy := &Policy{&iam.ManagedPolicy{Untold: iam.Untold{iam.AttachedPart: "a", iam.CreatedPart: "c"}}, a}
	for _, f := range policyType.Fields {
		if known := f.Get(policy).Kind() != gsl.UnknownKind; known && (f.Name == "attachmentCount" || f.Name == "createDate") {
			t.Errorf("%s is known", f.Name)
		}
	}
}
