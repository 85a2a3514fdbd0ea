package fix

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rollcall-iam/rollcall/internal/assess"
	"github.com/rollcall-iam/rollcall/internal/iam"
	"github.com/rollcall-iam/rollcall/internal/iam/policy"
)

// doom notes the users whom the plan shuts out or deletes: no other step is to
// be about them.
func (p *planner) doom(findings []*assess.Finding) {
	for _, f := range findings {
		p.doomed[f.Resource.Name] = true
	}
}

const onBreakGlass = "the user is on the break-glass list"

// lose notes the users whom a rule's plan leaves without what they work with:
// none of them is the administrator whom others can do without.
func (p *planner) lose(findings []*assess.Finding) {
	for _, f := range findings {
		p.losing[f.Resource.Name] = true
	}
}

// guarded reports, and leaves, a user who is not to be shut out: of whom not
// enough is known, or whom the account cannot do without. Whether it is the
// user whose credentials run the plan is asked when it runs.
func (p *planner) guarded(f *assess.Finding, u *iam.User, deleting bool) bool {
	why := ""
	switch {
	case u == nil || u.Grants == nil:
		why = "nothing tells what the user has"
	case p.view.Untold(u.Grants.Untold, iam.InlinePart, iam.AttachedPart, iam.GroupsPart) != nil:
		why = "what the user has is not all known"
	case p.breakGlass(u):
		why = onBreakGlass
	case deleting && u.ID == "":
		why = "the unique id of the user is not known, by which a plan tells it from one made later"
	case deleting && stackOf(u) != "":
		why = fmt.Sprintf("CloudFormation made the user: delete it in stack %q", stackOf(u))
	case deleting && p.terraformAt(u.Name) != "":
		why = fmt.Sprintf("Terraform has the user as %s: delete it there", p.terraformAt(u.Name))
	case deleting:
		why = p.trusted(u)
	}
	if why == "" {
		why = p.lastAdmin(u)
	}
	if why == "" {
		return false
	}
	delete(p.doomed, f.Resource.Name)
	delete(p.losing, f.Resource.Name)
	p.leave(f, "%s", why)
	return true
}

// breakGlass reports a user who is kept for emergencies, or of whom that cannot
// be told.
func (p *planner) breakGlass(u *iam.User) bool {
	for _, m := range p.BreakGlass {
		if m.Match(u) != iam.Is(false) {
			return true
		}
	}
	return false
}

// trusted is why a user must stay whom a role's trust policy names: a user of
// the same name made later would not be meant by it.
func (p *planner) trusted(u *iam.User) string {
	if p.Snapshot.Roles == nil && p.Snapshot.Source(iam.Details).State != iam.Read {
		return "the roles were not read, so that it is not known whether one trusts the user"
	}
	for i := range p.Snapshot.Roles {
		r := &p.Snapshot.Roles[i]
		if r.Trust == nil || r.Trust.Err() != nil {
			return fmt.Sprintf("the trust policy of role %q was not read, or cannot be understood: it may name the user", r.Name)
		}
		if slices.ContainsFunc(r.Trust.Statements(), func(s policy.Statement) bool { return principal(s.Principals, u) || principal(s.NotPrincipals, u) }) {
			return fmt.Sprintf("the trust policy of role %q names the user: take the user out of it first", r.Name)
		}
	}
	return ""
}

func principal(list []policy.Principal, u *iam.User) bool {
	return slices.ContainsFunc(list, func(p policy.Principal) bool {
		return p.Value == u.ARN || u.ID != "" && p.Value == u.ID
	})
}

// lastAdmin is why a user must stay without whom nobody could mend the account:
// no other user is an administrator, nor a role that people or users may assume.
func (p *planner) lastAdmin(u *iam.User) string {
	level, gap := p.view.AdminLevel(&iam.Subject{User: u})
	if gap == nil && level == policy.AdminNone || p.isShutOut(u) || cannotWork(u) {
		return ""
	}
	for i := range p.Snapshot.Users {
		other := &p.Snapshot.Users[i]
		if other.Root || other.Name == u.Name || p.doomed[other.Name] || p.losing[other.Name] || !mayWork(other) {
			continue
		}
		if level, gap := p.view.AdminLevel(&iam.Subject{User: other}); gap == nil && level != policy.AdminNone {
			return ""
		}
	}
	for i := range p.Snapshot.Roles {
		if p.adminRole(&p.Snapshot.Roles[i]) {
			return ""
		}
	}
	return "the user is, or may be, the last administrator: nobody else is known who could mend the account"
}

// isShutOut reports a user who may do nothing already.
func (p *planner) isShutOut(u *iam.User) bool {
	list, _ := p.view.Lockouts(&iam.Subject{User: u})
	return slices.ContainsFunc(list, func(g iam.Grant) bool { return policy.IsDenyAll(g.ARN) })
}

// cannotWork reports a user who is known to have no password and no key.
func cannotWork(u *iam.User) bool {
	return u.Report != nil && u.Report.PasswordEnabled == iam.Is(false) && u.HasKey() == iam.Is(false)
}

// mayWork reports a user with a password or a key that is active, as far as is
// known.
func mayWork(u *iam.User) bool {
	if u.Report == nil {
		return u.Login.State == iam.Known || u.AccessKeys != nil && slices.ContainsFunc(*u.AccessKeys, func(k iam.AccessKey) bool { return k.Active })
	}
	return u.Report.PasswordEnabled == iam.Is(true) || u.Report.Keys[0].Active == iam.Is(true) || u.Report.Keys[1].Active == iam.Is(true)
}

// adminRole reports a role of an administrator that somebody who stays may
// assume: people of an identity provider, another account, or another user by
// name. That the account as such is trusted lets nobody in by itself.
func (p *planner) adminRole(r *iam.Role) bool {
	if r.Trust == nil || r.Trust.Err() != nil || r.Boundary.ARN != "" || slices.ContainsFunc(r.Attached, func(a iam.PolicyRef) bool { return policy.IsDenyAll(a.ARN) }) {
		return false
	}
	people := slices.ContainsFunc(r.Trust.Statements(), func(s policy.Statement) bool { return s.Allow && slices.ContainsFunc(s.Principals, p.letsIn) })
	return people && slices.ContainsFunc(r.Attached, func(a iam.PolicyRef) bool {
		d, gap := p.view.Document(a.ARN)
		return gap == nil && d != nil && d.Admin() != policy.AdminNone
	})
}

// letsIn reports a principal of a trust policy by which somebody who stays comes in.
func (p *planner) letsIn(by policy.Principal) bool {
	if by.Kind == "Federated" {
		return true
	}
	arn, ok := iam.ParseARN(by.Value)
	if by.Kind != "AWS" || !ok {
		return false
	}
	if arn.Account != p.state.account.ID {
		return true
	}
	for i := range p.Snapshot.Users {
		if u := &p.Snapshot.Users[i]; u.ARN == by.Value && !u.Root {
			return !p.doomed[u.Name] && !p.losing[u.Name] && mayWork(u)
		}
	}
	return false
}

// stackOf is the CloudFormation stack that made a user; "" for none.
func stackOf(u *iam.User) string {
	for _, t := range u.Grants.Tags {
		if strings.EqualFold(t.Key, stackTag) {
			return t.Value
		}
	}
	return ""
}
