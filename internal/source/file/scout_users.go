package file

import (
	"slices"
	"strings"

	"github.com/rollcall-iam/rollcall/internal/iam"
)

func (s *scout) user(w *scoutUser, h *holdings) {
	g := s.granted(&w.scoutGrants, &w.scoutNames, h, true)
	groups, why := s.groupsOf(w)
	if why != "" {
		g.untold.Add(iam.GroupsPart, why)
	}
	s.parts.Details = append(s.parts.Details, iam.User{Name: w.Name, Path: w.Path, ARN: w.Arn, ID: w.ID, Created: w.CreateDate,
		Grants: &iam.Grants{Inline: g.inline, Attached: g.attached, Groups: groups, Tags: g.tags, Untold: g.untold}})
	s.parts.Listed = append(s.parts.Listed, iam.ListedUser{Name: w.Name, Path: w.Path, ARN: w.Arn, ID: w.ID, Created: w.CreateDate,
		PasswordLastUsed: iam.When(w.PasswordLastUsed)})
	s.credentials(w)
}

// groupsOf are the user's groups, and why there may be more. An empty list is
// what ScoutSuite also leaves where it may not read them, so that there are
// none must be borne out by the members of every group.
func (s *scout) groupsOf(w *scoutUser) (out []string, why string) {
	if w.Groups == nil {
		return nil, s.tool + " could not read the user's groups"
	}
	for _, name := range *w.Groups {
		out = append(out, string(name))
	}
	if len(out) > 0 || s.tool == scout2File.tool() { // which left out such users
		return out, ""
	}
	if name := s.members.of[w.ID]; name != "" {
		return []string{name}, s.tool + " could not read the user's groups"
	}
	return nil, s.members.gap
}

// membership is what the groups say of their members.
type membership struct {
	of  map[string]string // a group of each user's, by the user's id
	gap string            // why there may be more members; "" where there are not
}

func (s *scout) membership() membership {
	m := membership{of: map[string]string{}}
	switch {
	case len(s.groups) == 0:
		m.gap = "the results have no groups, which " + s.tool + " also writes where it may not read them"
	case s.groupsLost():
		m.gap = s.tool + " could not read all groups"
	}
	for i := range s.groups {
		g := &s.groups[i]
		if g.Users == nil {
			m.gap = s.tool + " could not read the members of group " + g.Name
			continue
		}
		for _, id := range *g.Users {
			m.of[id] = g.Name
		}
		if len(*g.Users) == onePage {
			m.gap = s.tool + " reads one page of a group's members, and that of group " + g.Name + " is full"
		}
	}
	return m
}

// groupsLost reports whether somebody is in a group that the results lack.
func (s *scout) groupsLost() bool {
	have := map[string]bool{}
	for i := range s.groups {
		have[s.groups[i].Name] = true
	}
	return slices.ContainsFunc(s.users, func(u scoutUser) bool {
		return u.Groups != nil && slices.ContainsFunc(*u.Groups, func(name scoutName) bool { return !have[string(name)] })
	})
}

// credentials are what the tool reads of each user. Where a list is missing it
// could not be read; where a login profile is, there may be none as well.
func (s *scout) credentials(w *scoutUser) {
	to := s.parts.CredentialsOf(w.Name)
	if list := w.AccessKeys; list != nil && len(*list) != onePage && !slices.ContainsFunc(*list, masked) {
		keys := []iam.AccessKey{}
		for _, k := range *list {
			keys = append(keys, iam.AccessKey{ID: k.AccessKeyId, Active: k.Status == "Active", Created: k.CreateDate})
		}
		to.AccessKeys = &keys
	}
	if list := w.MFADevices; list != nil && len(*list) != onePage {
		devices := []iam.MFADevice{}
		for _, d := range *list {
			devices = append(devices, iam.MFADevice{Serial: d.SerialNumber, Enabled: d.EnableDate})
		}
		to.MFADevices = &devices
	}
	for _, l := range []scoutLogin{w.LoginProfile, w.Logins} {
		if l.PasswordResetRequired != nil {
			to.Login = iam.Is(iam.Login{Created: l.CreateDate, ResetRequired: bool(*l.PasswordResetRequired)})
		}
	}
}

// masked reports whether somebody made the key's id unreadable before passing
// the file on.
func masked(k wireKey) bool {
	return strings.Trim(k.AccessKeyId, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") != ""
}

// keyed settles the names and checks what AWS always writes.
func (w *scoutUser) keyed(key string) string {
	if missing := w.scoutNames.keyed(key); missing != "" {
		return missing
	}
	if w.AccessKeys != nil {
		for _, k := range *w.AccessKeys {
			if missing := k.lacks(); missing != "" {
				return "of an access key, " + missing
			}
		}
	}
	if w.MFADevices != nil {
		for _, d := range *w.MFADevices {
			if missing := d.lacks(); missing != "" {
				return "of an MFA device, " + missing
			}
		}
	}
	return ""
}
