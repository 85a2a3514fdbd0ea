package file

import (
	"slices"
	"strings"

	"github.com/rollcall-iam/rollcall/internal/iam"
)

// features reads which features of central root access are on. Whoever is not
// told gets an error from AWS and no file, so a file that lists none says none.
func (r *reader) features(d *decoder) error {
	list := []string{}
	if err := d.into(&list); err != nil {
		return err
	}
	r.parts.CentralRoot = iam.Is(list)
	return nil
}

// contact reads that one contact is set, and nothing of who it is. One that is
// not set has no file, since AWS answers with an error: the others are unknown.
func (r *reader) contact(d *decoder) error {
	var w struct{ AlternateContactType string }
	if err := d.into(&w); err != nil {
		return err
	}
	kind := strings.ToLower(w.AlternateContactType)
	if !slices.Contains(iam.ContactKinds, kind) {
		return d.wrong("AlternateContactType is missing, or has a value that is not known")
	}
	if r.parts.Contacts == nil {
		r.parts.Contacts = map[string]bool{}
	}
	r.parts.Contacts[kind] = true
	return nil
}
