package fix

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/rollcall-iam/rollcall/internal/iam"
	"github.com/rollcall-iam/rollcall/internal/iam/policy"
)

// A Proof shows that no user loses or gains a permission. IAM adds up the
// policies of a user and of the user's groups whatever the way, so the same set
// of documents is the same permissions; boundaries and the policies of
// organizations are not touched by any step.
type Proof struct {
	// Documents are the policies that apply to users, in their canonical form.
	Documents []ProofDocument `json:"documents"`
	Users     []ProofUser     `json:"users"`
}

// A ProofDocument is a document that applies to a user of the plan.
type ProofDocument struct {
	ID        string `json:"id"`                  // d1, d2, …
	Name      string `json:"name"`                // a policy that holds it: an ARN, or the name of an inline one
	Digest    string `json:"digest"`              // of the canonical form; of a document that was not read, the policy's ARN
	Canonical string `json:"canonical,omitempty"` // statements in order, spelled in one way
}

// A ProofUser is what applies to a user before, while and after the plan runs.
type ProofUser struct {
	User   string      `json:"user"`
	Before []string    `json:"before"` // ids of documents
	Steps  []ProofStep `json:"steps"`  // those that change what applies to the user, or the way it does
	After  []string    `json:"after"`
	// Gone are documents all of whose statements lie inside others that stay.
	Gone []string `json:"gone,omitempty"`
}

// A ProofStep is what applies once a step is done.
type ProofStep struct {
	Step int      `json:"step"`
	Set  []string `json:"set"`
}

// prove follows the steps and holds every user they concern to what applied to
// them before. It does not rest on how the planner came to the steps.
func prove(s *iam.Snapshot, plan *Plan) (*Proof, error) {
	p := &prover{plan: plan, state: newState(s), before: map[string]map[docID]bool{}, ids: map[docID]string{}, proof: &Proof{Documents: []ProofDocument{}, Users: []ProofUser{}}}
	p.texts, p.names = documentsOf(s, p.state)
	rows := map[string]*ProofUser{}
	for _, step := range plan.Steps {
		concerned := slices.DeleteFunc(p.concerned(step.Call), p.meant)
		for _, user := range concerned {
			if rows[user] == nil {
				p.before[user] = p.state.effective(user)
				rows[user] = &ProofUser{User: user, Before: p.set(p.before[user]), Steps: []ProofStep{}}
			}
		}
		if err := p.state.do(step.Call); err != nil {
			return nil, fmt.Errorf("step %d: %w", step.Number, err)
		}
		p.learn(step.Call)
		for _, user := range concerned {
			now := p.state.effective(user)
			if err := p.hold(user, now); err != nil {
				return nil, fmt.Errorf("step %d: %w", step.Number, err)
			}
			rows[user].Steps = append(rows[user].Steps, ProofStep{step.Number, p.set(now)})
		}
	}
	for _, user := range sortedKeys(rows) {
		row := rows[user]
		row.After = p.set(p.state.effective(user))
		for _, id := range row.Before {
			if !slices.Contains(row.After, id) {
				row.Gone = append(row.Gone, id)
			}
		}
		p.proof.Users = append(p.proof.Users, *row)
	}
	return p.proof, nil
}

// meant reports a user who is to lose everything, or who is new.
func (p *prover) meant(user string) bool {
	return slices.Contains(p.plan.ShutOut, user) || slices.Contains(p.plan.Created, user)
}

// granted reports a document that a user is meant to get.
func (p *prover) granted(user string, id docID) bool {
	return slices.ContainsFunc(p.plan.Granted, func(g Granted) bool {
		return g.User == user && p.state.groups[fold(g.Group)] != nil && p.state.holds(p.state.groups[fold(g.Group)])[id]
	})
}

type prover struct {
	plan   *Plan
	state  *state
	texts  map[docID]*policy.Document
	names  map[docID]string
	before map[string]map[docID]bool
	ids    map[docID]string
	proof  *Proof
}

// documentsOf are the documents of an account by their ids, and for each a
// policy that holds it: a managed one before an inline one, the first by name.
func documentsOf(s *iam.Snapshot, st *state) (texts map[docID]*policy.Document, names map[docID]string) {
	texts, names = map[docID]*policy.Document{}, map[docID]string{}
	inline := map[docID]string{}
	for _, all := range []map[string]*holder{st.users, st.groups} {
		for _, h := range all {
			for name, d := range h.inline {
				id := st.id(d)
				texts[id], inline[id] = d, first(inline[id], "inline policy "+name)
			}
			for arn := range h.attached {
				id := st.attachedID(arn)
				names[id] = first(names[id], arn)
				if d, ok := policy.AWSDocument(arn); ok {
					texts[id] = d
				}
			}
		}
	}
	for i := range s.Policies {
		if d := s.Policies[i].Document; d != nil {
			texts[st.id(d)] = d
		}
	}
	for id, name := range inline {
		names[id] = cmp.Or(names[id], name)
	}
	return texts, names
}

// first is the first of two names in their order; an empty one is none.
func first(a, b string) string {
	if a == "" {
		return b
	}
	return min(a, b)
}

// learn takes in a document that a step brings along.
func (p *prover) learn(c Call) {
	if text := c.Args[argDocument]; text != "" {
		d := policy.New(text)
		p.texts[idOf(d)] = d
	}
}

// moves are the calls on users by which other policies apply to them.
var moves = map[string]bool{"AttachUserPolicy": true, "DetachUserPolicy": true, "PutUserPolicy": true, "DeleteUserPolicy": true}

// concerned are the users to whom other policies may apply after a call.
func (p *prover) concerned(c Call) (out []string) {
	if !moves[c.Action] && c.Args[argGroup] == "" { // credentials grant nothing
		return nil
	}
	if user := c.Args[argUser]; user != "" {
		return []string{p.state.users[fold(user)].name}
	}
	if g := p.state.groups[fold(c.Args[argGroup])]; g != nil {
		for _, name := range sorted(g.members) {
			out = append(out, p.state.users[name].name)
		}
	}
	return out
}

// hold reports a user to whom something else applies than before: a document
// may go only where those that stay say all that it says.
func (p *prover) hold(user string, now map[docID]bool) error {
	before := p.before[user]
	for id := range now {
		if !before[id] && !p.granted(user, id) {
			return fmt.Errorf("%s would get %s", user, id)
		}
	}
	var stay []*policy.Document
	for id := range now {
		if d := p.texts[id]; d != nil {
			stay = append(stay, d)
		}
	}
	for id := range before {
		if now[id] {
			continue
		}
		if d := p.texts[id]; d == nil || !policy.Contains(stay, d) {
			return fmt.Errorf("%s would lose %s", user, id)
		}
	}
	return nil
}

// set names documents by short ids, in the order in which they were met.
func (p *prover) set(ids map[docID]bool) []string {
	out := []string{}
	for _, id := range sorted(ids) {
		if p.ids[id] == "" {
			d := ProofDocument{ID: fmt.Sprintf("d%d", len(p.ids)+1), Name: p.names[id], Digest: string(id)}
			if text := p.texts[id]; text != nil && text.Err() == nil {
				d.Canonical = strings.ReplaceAll(text.Canonical(), "\x00", " ")
			}
			p.ids[id] = d.ID
			p.proof.Documents = append(p.proof.Documents, d)
		}
		out = append(out, p.ids[id])
	}
	return out
}

// named are the names of documents.
func (p *Proof) named(ids []string) []string {
	out := make([]string, len(ids))
	for i, id := range ids {
		at := slices.IndexFunc(p.Documents, func(d ProofDocument) bool { return d.ID == id })
		out[i] = id
		if at >= 0 {
			out[i] = short(p.Documents[at].Name)
		}
	}
	return out
}
