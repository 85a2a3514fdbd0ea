package file

import "github.com/rollcall-iam/rollcall/internal/iam"

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
