package file

import (
	"fmt"

	"github.com/rollcall-iam/rollcall/internal/iam"
)

// sources says what became of each thing that the tool reads.
func (s *scout) sources(at iam.Time) {
	read := func(name iam.SourceName, why string) {
		src := iam.Source{Name: name, State: iam.Read, At: at}
		if why != "" {
			src = iam.Source{Name: name, State: iam.Failed, Note: why}
		}
		s.add(src)
	}
	some := func(what string, has func(*iam.Credentials) bool) string {
		for _, c := range s.parts.Credentials {
			if has(c) {
				return ""
			}
		}
		return "the results of " + s.tool + " have no " + what
	}
	s.add(iam.Source{Name: iam.Details, State: iam.NotGiven, Note: s.tool + " reads less, in calls that may fail unnoticed"})
	s.add(s.listing(at))
	s.add(s.report(at))
	if s.asked {
		read(iam.PasswordPolicyGet, s.noPasswords())
	}
	read(iam.AccessKeyList, some("lists of access keys", func(c *iam.Credentials) bool { return c.AccessKeys != nil }))
	read(iam.MFADeviceList, some("lists of MFA devices", func(c *iam.Credentials) bool { return c.MFADevices != nil }))
	read(iam.LoginProfile, some("login profiles", func(c *iam.Credentials) bool { return c.Login.State == iam.Known }))
}

// listing tells whether the users are all there are. Users that could not be
// read are left out, which their number or the credential report shows.
func (s *scout) listing(at iam.Time) iam.Source {
	src := iam.Source{Name: iam.UserListing, State: iam.Read, At: at}
	n, counted := s.counts["users"]
	switch {
	case len(s.users) == 0:
		src.Note = "the results hold no users, which " + s.tool + " also writes where it may not list them"
	case n > len(s.users):
		src.Note = fmt.Sprintf("%s counted %d users, the results hold %d", s.tool, n, len(s.users))
	case s.tool == suiteFile.tool() && len(s.rows) == 0:
		src.Note = s.tool + " loses users that it could not read, and without a credential report nothing shows that there are no more"
	case s.unlisted() > 0:
		src.Note = fmt.Sprintf("the credential report has %d users that the results lack: they were deleted since, or %s could not read them", s.unlisted(), s.tool)
	case s.tool == suiteFile.tool() && s.lost > 0, s.tool == scout2File.tool() && !counted && len(s.rows) == 0:
		src.Note = "nothing in the results shows that these are all users"
	}
	if src.Note != "" {
		src.State, src.Cut = iam.Failed, true
	}
	return src
}

// unlisted counts the users that the credential report alone has.
func (s *scout) unlisted() (n int) {
	listed := map[string]bool{}
	for i := range s.users {
		listed[s.users[i].Arn] = true
	}
	for i := range s.rows {
		if r := &s.rows[i]; r.Name != iam.RootName && !listed[r.ARN] {
			n++
		}
	}
	return n
}
