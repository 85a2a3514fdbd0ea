package fix

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/rollcall-iam/rollcall/internal/assess"
	"github.com/rollcall-iam/rollcall/internal/iam"
)

// A move is a user whose own policies a finding is about. Redundant ones are
// taken away, the others go to groups first.
type move struct {
	*assess.Finding
	user      *iam.User
	redundant []iam.RedundantGrant
	attached  []string // ARNs, sorted
	inline    []iam.InlinePolicy
	partial   bool // some of it stays with the user
}

// A class is users who hold the same policies: one group serves them all.
type class struct {
	moves []*move
	home  []*home
}

// A home is a group that grants what users of a class held themselves.
type home struct {
	name     string
	made     bool     // by the plan
	attached []string // ARNs
	inline   []iam.InlinePolicy
	managed  map[string]iam.InlinePolicy // what attached policies are made of that do not exist yet
}

// moveToGroups plans the findings of user-direct-policies and, since what is
// redundant goes to no group, of redundant-grant.
func (p *planner) moveToGroups(findings []*assess.Finding) {
	classes := p.classes(findings)
	if p.Minimise {
		p.share(classes)
	}
	for _, c := range classes {
		if !c.moves[0].bare() && !p.settle(c) {
			continue
		}
		for _, m := range c.moves {
			p.moveUser(m, c.home)
		}
	}
}

// bare reports whether all that the user holds is redundant.
func (m *move) bare() bool { return len(m.attached)+len(m.inline) == 0 }

// classes are the users who can be moved, by what they hold, in the order of
// their first names.
func (p *planner) classes(findings []*assess.Finding) (out []*class) {
	by := map[string]*class{}
	for _, f := range findings {
		m := p.movable(f)
		if m == nil {
			continue
		}
		key := p.key(m)
		if by[key] == nil {
			by[key] = &class{}
			out = append(out, by[key])
		}
		by[key].moves = append(by[key].moves, m)
	}
	return out
}

// key is the same for users who hold the same policies.
func (p *planner) key(m *move) string {
	ids := slices.Clone(m.attached)
	for _, held := range m.inline {
		ids = append(ids, string(p.state.id(held.Document)))
	}
	slices.Sort(ids)
	return strings.Join(ids, "\n")
}

// stackTag is how CloudFormation marks what it made.
const stackTag = "aws:cloudformation:stack-name"

// movable sorts what the finding names into what is redundant and what must be
// moved; nil where the user is not to be touched.
func (p *planner) movable(f *assess.Finding) *move {
	u := p.users[f.Resource.Name]
	if u == nil || u.Grants == nil {
		p.leave(f, "nothing tells what the user has")
		return nil
	}
	if gap := p.view.Untold(u.Grants.Untold, iam.InlinePart, iam.AttachedPart, iam.GroupsPart); gap != nil {
		p.leave(f, "what the user has is not all known: %s", gap)
		return nil
	}
	if p.left(f, u) {
		return nil
	}
	m := &move{Finding: f, user: u}
	known, _ := p.view.Redundant(&iam.Subject{User: u})
	for _, part := range f.Parts {
		p.sort(m, part, known)
	}
	slices.Sort(m.attached)
	slices.SortFunc(m.inline, func(a, b iam.InlinePolicy) int { return strings.Compare(a.Name, b.Name) })
	if m.bare() && len(m.redundant) == 0 {
		return nil
	}
	return m
}

// left reports, and leaves, a user whom CloudFormation or Terraform made: a
// change made here would drift from what they have. So does it with a user whom
// the plan shuts out.
func (p *planner) left(f *assess.Finding, u *iam.User) bool {
	if p.doomed[u.Name] {
		p.leave(f, "the plan shuts the user out")
		return true
	}
	if at := p.terraformAt(u.Name); at != "" {
		p.leave(f, "Terraform has the user as %s: change it there", at)
		return true
	}
	stack := stackOf(u)
	if stack != "" {
		p.leave(f, "CloudFormation made the user: change stack %q", stack)
	}
	return stack != ""
}

// sort puts one policy of the user's where it belongs.
func (p *planner) sort(m *move, part assess.Part, redundant []iam.RedundantGrant) {
	is := func(g iam.Grant) bool { return g.ARN == part.ID || g.Inline() && g.Name == part.ID }
	if i := slices.IndexFunc(redundant, func(r iam.RedundantGrant) bool { return is(r.Grant) }); i >= 0 {
		m.redundant = append(m.redundant, redundant[i])
		return
	}
	if slices.ContainsFunc(m.user.Grants.Attached, func(r iam.PolicyRef) bool { return r.ARN == part.ID }) {
		m.attached = append(m.attached, part.ID)
		return
	}
	i := slices.IndexFunc(m.user.Grants.Inline, func(held iam.InlinePolicy) bool { return held.Name == part.ID })
	switch {
	case i < 0:
	case m.user.Grants.Inline[i].Document == nil:
		m.partial = true
		p.leave(m.Finding, "the document of inline policy %q was not read", part.ID)
	case m.user.Grants.Inline[i].Document.Err() != nil:
		m.partial = true
		p.leave(m.Finding, "inline policy %q cannot be understood: %v", part.ID, m.user.Grants.Inline[i].Document.Err())
	default:
		m.inline = append(m.inline, m.user.Grants.Inline[i])
	}
}

// settle finds the groups for a class, or makes them; false where it cannot.
func (p *planner) settle(c *class) bool {
	if c.home == nil {
		c.home = p.reuse(c)
	}
	if c.home == nil {
		c.home = p.design(c.moves[0])
	}
	limit := p.quota(groupsPerUser)
	c.moves = slices.DeleteFunc(c.moves, func(m *move) bool {
		if n := len(m.user.Grants.Groups) + len(c.home); n > limit {
			p.leave(m.Finding, "the user would be in %d groups, and the quota is %d", n, limit)
			return true
		}
		return false
	})
	return len(c.moves) > 0 && p.build(c)
}

// build makes the groups that a class goes to and that are not there yet; false
// where the account's quotas do not take them.
func (p *planner) build(c *class) bool {
	var missing []*home
	for _, h := range c.home {
		if h.made && p.state.groups[fold(h.name)] == nil { // classes may share one
			missing = append(missing, h)
		}
	}
	refuse := func(format string, args ...any) bool {
		for _, m := range c.moves {
			p.leave(m.Finding, format, args...)
		}
		return false
	}
	if n := len(p.state.groups) + len(missing); len(missing) > 0 && n > p.quota(allGroups) {
		return refuse("the account would have %d groups, and the quota is %d", n, p.quota(allGroups))
	}
	for _, h := range missing {
		if n := inlineSize(h.inline); len(h.inline) > 0 && n > p.quota(groupInlineSize) {
			return refuse("inline policy %q has %d characters, and groups take %d", h.inline[0].Name, n, p.quota(groupInlineSize))
		}
	}
	for _, h := range missing {
		p.make(h)
	}
	return true
}

// reuse are groups there are that together grant all of what the class holds
// and nothing that one of its users does not have; nil where there are none.
func (p *planner) reuse(c *class) (out []*home) {
	missing, common := p.holding(c.moves[0]), p.common(c.moves)
	for len(missing) > 0 {
		best := p.mostOf(missing, common)
		if best == nil {
			return nil
		}
		for id := range p.state.holds(best) {
			delete(missing, id)
		}
		out = append(out, p.homeOf(best))
	}
	return out
}

// mostOf is the group that grants most of what is missing and nothing but what
// is common to all who would join it; of equals the first by name.
func (p *planner) mostOf(missing, common map[docID]bool) (best *holder) {
	most := 0
	for _, id := range sorted(missing) {
		for _, g := range p.granting[id] {
			grants := p.state.holds(g)
			if !within(grants, common) {
				continue
			}
			n := shared(grants, missing)
			if n > most || n == most && best != nil && g.name < best.name {
				best, most = g, n
			}
		}
	}
	return best
}

// common are the documents that apply to every one of some users.
func (p *planner) common(moves []*move) map[docID]bool {
	out := p.state.effective(moves[0].user.Name)
	for _, m := range moves[1:] {
		has := p.state.effective(m.user.Name)
		maps.DeleteFunc(out, func(id docID, _ bool) bool { return !has[id] })
	}
	delete(out, unread)
	return out
}

func within(a, b map[docID]bool) bool { return shared(a, b) == len(a) }

func shared(a, b map[docID]bool) (n int) {
	for id := range a {
		if b[id] {
			n++
		}
	}
	return n
}

// holding are the documents that a user is to get by groups.
func (p *planner) holding(m *move) map[docID]bool {
	out := map[docID]bool{}
	for _, arn := range m.attached {
		out[p.state.attachedID(arn)] = true
	}
	for _, held := range m.inline {
		out[p.state.id(held.Document)] = true
	}
	return out
}

func (p *planner) homeOf(g *holder) *home {
	h := &home{name: g.name, attached: sorted(g.attached)}
	for _, name := range sortedKeys(g.inline) {
		h.inline = append(h.inline, iam.InlinePolicy{Name: name, Document: g.inline[name]})
	}
	return h
}

// design lays out new groups for what a user holds: inline policies as managed
// ones where they fit, and as many groups as the attachments take.
func (p *planner) design(m *move) []*home {
	attached, inline, managed := slices.Clone(m.attached), []iam.InlinePolicy(nil), map[string]iam.InlinePolicy{}
	words := make([]string, 0, len(attached)+len(m.inline))
	for _, arn := range attached {
		words = append(words, short(arn))
	}
	for _, held := range m.inline {
		words = append(words, p.wordFor(held, m))
		if arn, ok := p.managed(held, p.wordFor(held, m)); ok {
			attached, managed[arn] = append(attached, arn), held
		} else {
			inline = append(inline, held)
		}
	}
	name := joined(words)
	if p.Names[name] != "" {
		p.named[name] = true
	}
	name = cmp.Or(p.Names[name], p.Group, name)
	var out []*home
	for first := true; first || len(attached)+len(inline) > 0; first = false {
		n, k := min(p.quota(attachedPerGroup), len(attached)), p.fitting(inline)
		out = append(out, &home{name: free(p.names.groups, name), made: true, attached: attached[:n], inline: inline[:k], managed: managed})
		attached, inline = attached[n:], inline[k:]
	}
	return out
}

// fitting is how many of some inline policies one group takes. One that is too
// large for any has a group for itself, which settle refuses.
func (p *planner) fitting(inline []iam.InlinePolicy) int {
	n := min(1, len(inline))
	for n < len(inline) && inlineSize(inline[:n+1]) <= p.quota(groupInlineSize) {
		n++
	}
	return n
}

// wordFor is what an inline policy is called where others get it too, never
// after a user: people come and go.
func (p *planner) wordFor(held iam.InlinePolicy, m *move) string {
	if strings.Contains(fold(held.Name), fold(m.user.Name)) {
		return "policy-" + strings.TrimPrefix(string(p.state.id(held.Document)), "sha256:")[:8]
	}
	return held.Name
}

// managed is the ARN that an inline policy gets as a managed one, where it may
// become one.
func (p *planner) managed(held iam.InlinePolicy, word string) (string, bool) {
	id := p.state.id(held.Document)
	if arn, ok := p.names.made[id]; ok {
		return arn, true
	}
	if p.Inline || size(held.Document.Text()) > p.quota(policySize) || p.names.customers >= p.quota(allPolicies) {
		return "", false
	}
	name := free(p.names.policies, word)
	arn := p.state.account.ARN("policy/" + name)
	p.names.made[id] = arn
	p.names.customers++
	return arn, true
}

// make adds the steps that make a group and what it grants.
func (p *planner) make(h *home) {
	for _, arn := range h.attached {
		if held, ok := h.managed[arn]; ok {
			p.create(arn, held)
		}
	}
	p.start(Condition{KindGroup, h.name, FactID, []string{}})
	p.step(Make, call("CreateGroup", argGroup, h.name))
	for _, arn := range h.attached {
		p.step(Make, call("AttachGroupPolicy", argGroup, h.name, argARN, arn))
	}
	for _, held := range h.inline {
		p.step(Make, call("PutGroupPolicy", argGroup, h.name, argPolicy, held.Name, argDocument, held.Document.Text()))
	}
	p.offer(p.state.groups[fold(h.name)])
}

// moveUser adds the steps for one user.
func (p *planner) moveUser(m *move, homes []*home) {
	name := m.user.Name
	p.startUser(m.user)
	var full, in []Condition
	var groups []string
	for _, h := range homes {
		if !h.made {
			p.startGroup(p.state.groups[fold(h.name)])
		}
		full = append(full, p.contents(KindGroup, p.state.groups[fold(h.name)])...)
		groups = append(groups, h.name)
	}
	for _, h := range homes {
		p.step(Join, call("AddUserToGroup", argUser, name, argGroup, h.name), full...)
	}
	slices.Sort(groups)
	if len(groups) > 0 {
		in = append(in, Condition{KindUser, name, FactMember, groups})
	}
	in = append(in, full...)
	var last *Step
	for _, arn := range m.attached {
		last = p.once(Take, call("DetachUserPolicy", argUser, name, argARN, arn), in...)
	}
	for _, held := range m.inline {
		last = p.once(Take, call("DeleteUserPolicy", argUser, name, argPolicy, held.Name), in...)
	}
	for _, r := range m.redundant {
		c := call("DetachUserPolicy", argUser, name, argARN, r.ARN)
		if r.Inline() {
			c = call("DeleteUserPolicy", argUser, name, argPolicy, r.Name)
		}
		last = p.once(Take, c, p.granted(m, r)...)
		last.Note = "redundant: " + r.How + " through group " + r.Via
	}
	if last != nil && !m.partial {
		last.closes(m.Finding)
	}
}
