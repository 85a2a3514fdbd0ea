package fix

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/rollcall-iam/rollcall/internal/assess"
	"github.com/rollcall-iam/rollcall/internal/iam"
	"github.com/rollcall-iam/rollcall/internal/iam/policy"
)

// NewUsers are users that a plan makes, all alike.
type NewUsers struct {
	Names    []string
	Groups   []string // that they join; there must be such groups
	Boundary string   // the ARN of their permissions boundary; "" for none
	Tags     []iam.Tag
	// NoPassword makes no password: for users who are to get keys alone.
	NoPassword bool
}

// askUsers plans the finding of individual-users, where it asks for users.
func (p *planner) askUsers(findings []*assess.Finding) {
	for _, f := range findings {
		switch {
		case p.Settings[f.Rule]["mode"].Text() == "forbid":
			p.leave(f, "the account is to have no users: deleting them is a plan of unapproved-user with --delete")
		case len(p.Create.Names) == 0:
			p.leave(f, "who is to be a user is for people to say: --create-user NAME")
		default:
			p.made = append(p.made, f)
		}
	}
}

// makeUsers adds the steps that make the users asked for. Nothing is granted to
// them directly.
func (p *planner) makeUsers() error {
	for i, name := range p.Create.Names {
		if slices.ContainsFunc(p.Create.Names[:i], func(other string) bool { return strings.EqualFold(other, name) }) {
			return fmt.Errorf("user %q is asked for twice: IAM tells no names apart by letter case", name)
		}
		if err := p.makable(name); err != nil {
			return err
		}
		p.plan.Created = append(p.plan.Created, name)
		p.start(Condition{KindUser, name, FactID, []string{}})
		last := p.step(Make, p.creation(name))
		for _, group := range p.Create.Groups {
			g := p.state.groups[fold(group)]
			p.startGroup(g)
			last = p.step(Join, call("AddUserToGroup", argUser, name, argGroup, g.name), p.contents(KindGroup, g)...)
		}
		if !p.Create.NoPassword {
			last = p.step(Join, call("CreateLoginProfile", argUser, name, argReset, yes))
			last.Leaves = nil // a password that nobody saw is none: the run makes it anew
		}
		for _, f := range p.made {
			last.closes(f)
		}
		p.made = nil // the first user ends it
	}
	if len(p.Create.Names) > 0 && !p.Create.NoPassword {
		p.plan.Notes = append(p.plan.Notes, "each password is shown once, on the terminal, when the plan is applied; sign-in: "+p.signIn())
	}
	return nil
}

func (p *planner) creation(name string) Call {
	c := call("CreateUser", argUser, name)
	if p.Create.Boundary != "" {
		c.Args[argBoundary] = p.Create.Boundary
	}
	if tags := tagArg(p.Create.Tags); tags != "" {
		c.Args[argTags] = tags
	}
	return c
}

// taggable reports whether AWS takes a text as the key or the value of a tag.
func taggable(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool {
		return !unicode.In(r, unicode.L, unicode.Z, unicode.N) && !strings.ContainsRune("_.:/=+-@", r)
	})
}

// longestUser is how long the name of a user may be.
const longestUser = 64

// makable refuses a user that AWS would refuse, before anything is done.
func (p *planner) makable(name string) error {
	switch {
	case name == "" || legal(name) != name || len(name) > longestUser:
		return fmt.Errorf("%q is no name for a user: 1 to %d letters, digits and _+=,.@-", name, longestUser)
	case p.state.users[fold(name)] != nil:
		return fmt.Errorf("there is a user %q already", p.state.users[fold(name)].name)
	}
	for _, t := range p.Create.Tags {
		if !taggable(t.Key) || !taggable(t.Value) || t.Key == "" || len(t.Key) > 128 || len(t.Value) > 256 {
			return fmt.Errorf("%q is no tag that AWS takes: letters, digits, spaces and _.:/=+-@", t.String())
		}
	}
	for _, group := range p.Create.Groups {
		if p.state.groups[fold(group)] == nil {
			return fmt.Errorf("there is no group %q for %s to join", group, name)
		}
		if !p.whole(group) {
			return fmt.Errorf("what group %q grants was not all read, so nobody joins it", group)
		}
	}
	if err := p.limits(p.Create.Boundary); err != nil {
		return err
	}
	if n := p.quota(groupsPerUser); len(p.Create.Groups) > n {
		return fmt.Errorf("%s would be in %d groups, and the quota is %d", name, len(p.Create.Groups), n)
	}
	if users := len(p.state.users) + 1; users > p.quota(allUsers) {
		return fmt.Errorf("the account would have %d users, and the quota is %d", users, p.quota(allUsers))
	}
	return nil
}

// policyARN is what the ARN of a managed policy is like.
var policyARN = regexp.MustCompile(`^arn:aws[a-z-]*:iam::(aws|\d{12}):policy/[!-~]+$`)

// limits refuses a permissions boundary that is no policy, or none that there is.
func (p *planner) limits(boundary string) error {
	switch {
	case boundary == "":
		return nil
	case !policyARN.MatchString(boundary):
		return fmt.Errorf("%q is not the ARN of a policy, such as %s", boundary, p.state.account.ARN("policy/Limit"))
	case policy.IsAWSManaged(boundary) || p.Snapshot.Source(iam.Details).State != iam.Read:
		return nil
	}
	if _, there := p.state.policies[boundary]; !there {
		return fmt.Errorf("there is no policy %q to be the boundary", boundary)
	}
	return nil
}

// signIn is the page at which the account's users sign in.
func (p *planner) signIn() string {
	name := p.Snapshot.Account.Alias
	if name == "" {
		name = p.Snapshot.Account.ID
	}
	host := map[string]string{"aws-cn": "signin.amazonaws.cn", "aws-us-gov": "signin.amazonaws-us-gov.com"}[p.Snapshot.Account.Partition]
	if host == "" {
		host = "signin.aws.amazon.com"
	}
	return "https://" + name + "." + host + "/console"
}
