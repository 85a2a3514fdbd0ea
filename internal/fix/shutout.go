package fix

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/rollcall-iam/rollcall/internal/assess"
	"github.com/rollcall-iam/rollcall/internal/iam"
	"github.com/rollcall-iam/rollcall/internal/iam/policy"
)

// shutOutUsers plans the findings of unapproved-user: first the users are shut
// out, which can be undone; when nobody has missed them for a while, another
// plan deletes them.
func (p *planner) shutOutUsers(findings []*assess.Finding) {
	p.doom(findings)
	var approve []string
	for _, f := range findings {
		u := p.users[f.Resource.Name]
		if !p.guarded(f, u, p.Delete) {
			approve = append(approve, "if "+u.Name+" is to stay, approve the user instead: rollcall safelist add "+quoted(u.Name)+" --owner OWNER --reason REASON")
			p.dispose(f, u)
		}
	}
	if len(approve) > few {
		approve = append(approve[:few], fmt.Sprintf("likewise each of %d more", len(approve)-few))
	}
	p.plan.Notes = append(p.plan.Notes, approve...)
}

// quoted is a name as a shell takes it, without quotes where it needs none.
func quoted(name string) string {
	if legal(name) != name || strings.HasPrefix(name, "-") {
		return quote(name)
	}
	return name
}

func (p *planner) dispose(f *assess.Finding, u *iam.User) {
	if p.crowded(u) {
		p.leave(f, noRoom)
		return
	}
	if !p.Delete {
		p.shutOut(f, u)
		p.leave(f, "the user is shut out and stays a finding until it is deleted: when nobody has missed it, make another plan with --delete")
		return
	}
	p.deleteUser(f, u)
}

// deleteUsers plans the findings of user-without-credentials.
func (p *planner) deleteUsers(findings []*assess.Finding) {
	p.doom(findings)
	for _, f := range findings {
		u := p.users[f.Resource.Name]
		switch {
		case p.guarded(f, u, true):
		case p.crowded(u):
			p.leave(f, noRoom)
		default:
			p.deleteUser(f, u)
		}
	}
}

// denyAll is AWS's own policy that denies everything.
func (p *planner) denyAll() string {
	return "arn:" + cmp.Or(p.state.account.Partition, "aws") + ":iam::aws:policy/AWSDenyAll"
}

// denyInline is what an inline policy that denies everything is called, where no
// further managed one can be attached.
const denyInline = "RollcallDenyAll"

// denying is the inline policy by which everything is denied to a user: one that
// says what AWSDenyAll says, whatever it is called; "" for none.
func (p *planner) denying(h *holder) string {
	d, _ := policy.AWSDocument(p.denyAll())
	for _, name := range sortedKeys(h.inline) {
		if held := h.inline[name]; held != nil && p.state.id(held) == p.state.id(d) {
			return name
		}
	}
	return ""
}

// crowded reports a user to whom AWS's quotas let nothing be given any more that
// denies everything.
func (p *planner) crowded(u *iam.User) bool {
	h, arn := p.state.users[fold(u.Name)], p.denyAll()
	if h.attached[arn] || p.denying(h) != "" || len(h.attached) < p.quota(attachedPerUser) {
		return false
	}
	d, _ := policy.AWSDocument(arn)
	used := size(d.Text())
	for _, held := range h.inline {
		if held != nil {
			used += size(held.Text())
		}
	}
	return used > p.quota(userInlineSize)
}

const noRoom = "the user has as many policies as AWS takes, so that none which denies everything has room: take one away first"

// deny makes sure that everything is denied to a user who is not crowded.
func (p *planner) deny(u *iam.User) {
	h, arn := p.state.users[fold(u.Name)], p.denyAll()
	switch {
	case h.attached[arn] || p.denying(h) != "":
	case len(h.attached) < p.quota(attachedPerUser):
		p.step(Off, call("AttachUserPolicy", argUser, u.Name, argARN, arn))
	default:
		d, _ := policy.AWSDocument(arn)
		names := map[string]bool{}
		for name := range h.inline {
			names[fold(name)] = true
		}
		p.step(Off, call("PutUserPolicy", argUser, u.Name, argPolicy, free(names, denyInline), argDocument, d.Text())).Note = "denies everything; the quota leaves no room for AWSDenyAll"
	}
}

// shutOut denies a user everything and makes what the user works with inactive.
// All of it can be undone exactly; the password is deleted only where that was
// asked for.
func (p *planner) shutOut(f *assess.Finding, u *iam.User) {
	p.plan.ShutOut = append(p.plan.ShutOut, u.Name)
	p.startUser(u)
	p.deny(u)
	var unread []string
	for _, kind := range itemKinds {
		if kind.update != "" && !p.inactivate(u, kind) {
			unread = append(unread, fmt.Sprintf("%ss (%s)", kind.what, kind.source))
		}
	}
	if unread != nil {
		p.leave(f, "not read, and so not made inactive: %s", strings.Join(unread, ", "))
	}
	if h := p.state.users[fold(u.Name)]; p.RemovePassword && h.password {
		p.deletePassword(u)
	}
	if stack := stackOf(u); stack != "" {
		p.plan.Notes = append(p.plan.Notes, fmt.Sprintf("CloudFormation made %s: take the user out of stack %q too, or its next update may undo this", u.Name, stack))
	}
	if at := p.terraformAt(u.Name); at != "" {
		p.plan.Notes = append(p.plan.Notes, fmt.Sprintf("Terraform has %s as %s: take the user out there too, or its next apply may undo this", u.Name, at))
	}
}

// inactivate makes a user's credentials of a kind inactive; it reports whether
// they are known.
func (p *planner) inactivate(u *iam.User, kind itemKind) bool {
	list, ok := listed(u, kind)
	for _, c := range list {
		if c.status != active {
			continue
		}
		needs := []Condition{kind.has(u, c.id, active)}
		p.start(needs...)
		s := p.once(Off, call(kind.update, argUser, u.Name, kind.arg, c.id, argStatus, inactive), needs...)
		s.Leaves = []Condition{kind.has(u, c.id, inactive)}
	}
	return ok
}

// listed are a user's credentials of a kind; ok is false where they are not
// known.
func listed(u *iam.User, kind itemKind) (list []credential, ok bool) {
	list, ok = credentialsOf(u, kind)
	return list, ok || noneByReport(u, kind)
}

// noneByReport reports that the credential report knows of no credential of a
// kind.
func noneByReport(u *iam.User, kind itemKind) bool {
	if u.Report == nil {
		return false
	}
	switch kind.fact {
	case FactKey:
		return u.HasKey() == iam.Is(false)
	case factCertificate:
		return !slices.ContainsFunc(u.Report.Certificates[:], func(c iam.CertificateSlot) bool {
			return c.Active != iam.Is(false) || c.LastRotated.State != iam.Absent
		})
	case factDevice:
		return u.Report.MFAActive == iam.Is(false)
	}
	return false
}

func (p *planner) deletePassword(u *iam.User, also ...Condition) *Step {
	needs := append([]Condition{{KindUser, u.Name, FactPassword, []string{"yes"}}}, also...)
	p.start(needs...)
	s := p.once(Off, call("DeleteLoginProfile", argUser, u.Name), needs...)
	s.Leaves = []Condition{{KindUser, u.Name, FactPassword, []string{"no"}}}
	return s
}

// deleteUser plans the whole way to a deleted user: shut out, then every thing
// that hangs on the user, what denies everything last. Where it is not known what
// the user has, nothing is planned: AWS would refuse half way.
func (p *planner) deleteUser(f *assess.Finding, u *iam.User) {
	for _, kind := range itemKinds {
		if _, ok := listed(u, kind); !ok {
			p.leave(f, "the %ss of the user were not read (%s), and without them AWS would refuse to delete it", kind.what, kind.source)
			return
		}
	}
	for _, held := range u.Grants.Inline {
		if held.Document == nil {
			p.leave(f, "the document of inline policy %q was not read, so that it could not come back", held.Name)
			return
		}
	}
	if u.Login.State == iam.Unknown && u.Report == nil {
		p.leave(f, "whether the user has a password was not read (GetLoginProfile)")
		return
	}
	p.plan.ShutOut = append(p.plan.ShutOut, u.Name)
	if !p.isShutOut(u) && !cannotWork(u) {
		p.plan.Notes = append(p.plan.Notes, u.Name+" is shut out and deleted in one go: a plan without --delete shuts out first, so that whoever misses the user may come forward")
	}
	p.startUser(u)
	p.start(Condition{KindUser, u.Name, FactBoundary, optional(u.Grants.Boundary.ARN)}, Condition{KindUser, u.Name, FactTags, tagsOf(u)})
	p.deny(u)
	if p.state.users[fold(u.Name)].password {
		p.deletePassword(u)
	}
	for _, kind := range itemKinds {
		p.deleteItems(u, kind)
	}
	p.strip(u)
	last := p.step(Gone, call("DeleteUser", argUser, u.Name), Condition{KindUser, u.Name, FactID, []string{u.ID}})
	last.Leaves = []Condition{{KindUser, u.Name, FactID, []string{}}}
	last.closes(f)
	for _, other := range p.Findings {
		if other.Resource.Type == f.Resource.Type && other.Resource.Name == f.Resource.Name && other.Rule != f.Rule && other.Status == assess.Fail {
			last.closes(other)
		}
	}
}

func (p *planner) deleteItems(u *iam.User, kind itemKind) {
	list, _ := listed(u, kind)
	p.start(allOf(u, kind, list))
	for _, c := range list {
		s := p.step(Gone, call(kind.remove, argUser, u.Name, kind.arg, c.id))
		s.Leaves = []Condition{kind.hasNot(u, c.id)}
		if kind.arg == argSerial {
			s.Note = "its owner can enrol it again, with two codes"
			if isVirtual(c.id) {
				s.Note = ""
				p.step(Gone, call("DeleteVirtualMFADevice", argSerial, c.id))
			}
		}
	}
}

// strip takes from a user what grants, what limits after it, and what denies
// everything last, so that at no moment the user may do anything.
func (p *planner) strip(u *iam.User) {
	h, last := p.state.users[fold(u.Name)], p.denyAll()
	denying := p.denying(h)
	for _, name := range sortedKeys(h.inline) {
		if name != denying {
			p.step(Gone, call("DeleteUserPolicy", argUser, u.Name, argPolicy, name))
		}
	}
	for _, arn := range sorted(h.attached) {
		if arn != last {
			p.step(Gone, call("DetachUserPolicy", argUser, u.Name, argARN, arn))
		}
	}
	for _, name := range groupsOf(u) {
		p.step(Gone, call("RemoveUserFromGroup", argUser, u.Name, argGroup, name))
	}
	if h.boundary != "" {
		p.step(Gone, call("DeleteUserPermissionsBoundary", argUser, u.Name))
	}
	if denying != "" {
		p.step(Gone, call("DeleteUserPolicy", argUser, u.Name, argPolicy, denying))
	}
	if h.attached[last] {
		p.step(Gone, call("DetachUserPolicy", argUser, u.Name, argARN, last))
	}
}

// remake is the call that makes a deleted user again.
func remake(u *iam.User) *Call {
	back := call("CreateUser", argUser, u.Name)
	if u.Path != "" && u.Path != "/" {
		back.Args[argPath] = u.Path
	}
	if tags := tagArg(u.Grants.Tags); tags != "" {
		back.Args[argTags] = tags
	}
	return &back
}

// tagArg are tags as an argument of a call; "" for none.
func tagArg(tags []iam.Tag) string {
	type tag struct{ Key, Value string }
	var list []tag
	for _, t := range tags {
		list = append(list, tag{t.Key, t.Value})
	}
	if list == nil {
		return ""
	}
	text, err := json.Marshal(list)
	if err != nil {
		panic(err) // two strings
	}
	return string(text)
}
