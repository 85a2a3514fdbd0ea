package file

import (
	"fmt"

	"github.com/go-json-experiment/json"

	"github.com/rollcall-iam/rollcall/internal/iam"
)

// Results of ScoutSuite and Scout2 are read by what they surely say. Both ask
// for much in single calls and go on where one fails, and in most places an
// empty list is all that is left then. So a list counts as whole where the file
// itself bears it out, and is untold where not.

// A scout reads the results of one run.
type scout struct {
	*reader
	*decoder
	tool string
	ran  iam.Time // when; 0 where it is not said

	users    []scoutUser
	groups   []scoutGroup
	roles    []scoutRole
	policies []scoutPolicy
	rows     []iam.ReportUser
	lost     int            // rows that cannot be read
	counts   map[string]int // what the results say they hold, by the folded name of the list
	managed  bool           // the policies are in a list of their own, as Scout2 had them first

	members membership

	asked bool // for the password policy, as later versions do
	old   bool // the file is of a time before permissions boundaries
}

// boundariesSince is when AWS brought in permissions boundaries.
const boundariesSince iam.Time = 1531353600 // 2018-07-12

func (r *reader) scout(d *decoder, f input) error {
	folding := &decoder{Decoder: d.Decoder, options: json.JoinOptions(d.options, json.MatchCaseInsensitiveNames(true))}
	s := &scout{reader: r, decoder: folding, tool: f.kind.tool(), counts: map[string]int{}}
	if err := s.object(s.top); err != nil {
		return err
	}
	s.settle(f)
	return nil
}

// broken says of an error in results what to do next.
func (k kind) broken(err error) error {
	if err == nil || !k.scout() {
		return err
	}
	return fmt.Errorf("%w; where the file is not whole, run %s again, or scan the account itself", err, k.tool())
}

// top reads a member of the whole: of Scout2's first versions that is IAM itself.
func (s *scout) top(name string) (bool, error) {
	switch name {
	case "last_run":
		var w struct{ Time iam.Time }
		err := s.into(&w)
		s.ran = w.Time
		return true, err
	case "services":
		return s.named(func(name string) (bool, error) {
			if name != "iam" {
				return false, nil
			}
			return s.named(s.iam)
		})
	}
	return s.iam(name)
}

// named reads an object by its members, or leaves null to be skipped.
func (s *scout) named(f func(name string) (bool, error)) (bool, error) {
	if s.PeekKind() == 'n' {
		return false, nil
	}
	return true, s.object(f)
}

func (s *scout) iam(name string) (bool, error) {
	switch name := folded(name); name {
	case "users":
		return each(s, &s.users)
	case "groups":
		return each(s, &s.groups)
	case "roles":
		return each(s, &s.roles)
	case "policies", "managedpolicies":
		s.managed = name == "managedpolicies"
		return each(s, &s.policies)
	case "credentialreport", "credentialreports":
		return s.named(func(string) (bool, error) { return true, s.row() })
	case "passwordpolicy":
		s.asked = true
		return true, s.passwords()
	case "userscount", "groupscount", "rolescount", "managedpoliciescount":
		var n int
		err := s.into(&n)
		s.counts[name[:len(name)-len("count")]] = n
		return true, err
	}
	return false, nil
}

// each reads an object of objects; one may have its id or name as the key alone.
func each[T any, P interface {
	*T
	keyed(key string) string
}](s *scout, list *[]T) (bool, error) {
	return s.named(func(key string) (bool, error) {
		var w T
		if err := s.into(&w); err != nil {
			return true, err
		}
		if missing := P(&w).keyed(key); missing != "" {
			return true, s.wrong(missing + " is missing")
		}
		*list = append(*list, w)
		return true, nil
	})
}

// settle makes of all that was read what it says for sure.
func (s *scout) settle(f input) {
	p, at := &s.parts, f.modified
	if s.ran != 0 {
		at, p.CollectedAt = s.ran, s.ran
	}
	s.old = s.ran != 0 && s.ran < boundariesSince || s.oldReport()
	p.Report = s.rows
	h := s.holders()
	s.members = s.membership()
	for i := range s.users {
		s.user(&s.users[i], h)
	}
	for i := range s.groups {
		s.group(&s.groups[i], h)
	}
	p.Roles = []iam.Role{}
	for i := range s.roles {
		s.role(&s.roles[i], h)
	}
	for i := range s.policies {
		s.policy(&s.policies[i])
	}
	s.sources(at)
}
