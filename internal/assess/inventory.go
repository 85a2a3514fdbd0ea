package assess

import (
	"github.com/rollcall-iam/rollcall/internal/entity"
	"github.com/rollcall-iam/rollcall/internal/gsl"
	"github.com/rollcall-iam/rollcall/internal/iam"
	"github.com/rollcall-iam/rollcall/internal/iam/policy"
)

// An Inventory is what an account holds, as far as people look at it: each user,
// group and customer policy as a card.
type Inventory struct {
	Users    []Card `json:"users"`
	Groups   []Card `json:"groups"`
	Policies []Card `json:"policies"`
	Roles    []Card `json:"roles"` // their documents left out
	// Documents are the texts of policies, each once; items and facts have their
	// places in it, counted from 1.
	Documents []string `json:"documents"`
}

// lists are the cards of all kinds.
func (v *Inventory) lists() [][]Card { return [][]Card{v.Users, v.Groups, v.Policies, v.Roles} }

// A Card is one resource with what is known of it.
type Card struct {
	Resource
	Facts []Fact `json:"facts"`
}

// A Fact is a field of a card by its name in GSL, which evidence has too: a text
// or items. A text is "unknown" where nobody read it.
type Fact struct {
	Field    string `json:"field"`
	Text     string `json:"text,omitzero"`
	Items    []Item `json:"items,omitzero"`
	More     bool   `json:"more,omitzero"` // there may be more items, which were not read
	Document int    `json:"document,omitzero"`
}

// An Item is a policy, key or other thing of a list. Those that findings name as
// parts have the part's type, slot and id.
type Item struct {
	Type     string `json:"type,omitzero"`
	Slot     int    `json:"slot,omitzero"`
	ID       string `json:"id,omitzero"`
	Text     string `json:"text"`
	Document int    `json:"document,omitzero"`
}

// cards are the fields on the cards of each kind, in order.
var cards = map[string][]*gsl.Field{
	entity.IamUser: fields(entity.IamUser, "createDate", "passwordEnabled", "passwordLastUsed", "passwordLastChanged", "mfaActive", "mfaDevices",
		"accessKeys", "attachedGroups", "managedPolicies", "inlinePolicies", "permissionsBoundary", "tags", "sshKeys", "serviceCredentials", "signingCertificates"),
	entity.IamGroup:  fields(entity.IamGroup, "createDate", "managedPolicies", "inlinePolicies", "users"),
	entity.IamPolicy: fields(entity.IamPolicy, "createDate", "users", "groups", "roles"),
	entity.IamRole:   fields(entity.IamRole, "createDate", "managedPolicies", "inlinePolicies", "tags"),
}

func fields(kind string, names ...string) (out []*gsl.Field) {
	t := entity.Schema.Entity(kind)
	for _, name := range names {
		out = append(out, t.Field(name))
	}
	return out
}

// TakeInventory makes Account take stock of the account too.
func (j *Judge) TakeInventory() { j.inventory = true }

// A stocktaking is the making of one inventory.
type stocktaking struct {
	*entity.Account
	out    *Inventory
	places map[string]int // of documents, by their texts
	noText bool           // documents are left out
}

func (t *trial) inventory() *Inventory {
	s := &stocktaking{t.entities, &Inventory{Users: []Card{}, Groups: []Card{}, Policies: []Card{}, Roles: []Card{}, Documents: []string{}}, map[string]int{}, false}
	s.Each(entity.IamUser, func(obj any, n entity.Named) {
		s.out.Users = append(s.out.Users, s.card(entity.IamUser, obj, n))
	})
	s.Each(entity.IamGroup, func(obj any, n entity.Named) { s.out.Groups = append(s.out.Groups, s.card(entity.IamGroup, obj, n)) })
	s.Each(entity.IamPolicy, func(obj any, n entity.Named) {
		if arn := n.Resource().ARN; !policy.IsAWSManaged(arn) {
			c := s.card(entity.IamPolicy, obj, n)
			c.Facts = append(c.Facts, Fact{Field: "document", Document: s.managed(arn)})
			s.out.Policies = append(s.out.Policies, c)
		}
	})
	s.noText = true
	s.Each(entity.IamRole, func(obj any, n entity.Named) { s.out.Roles = append(s.out.Roles, s.card(entity.IamRole, obj, n)) })
	return s.out
}

func (s *stocktaking) card(kind string, obj any, n entity.Named) Card {
	res := n.Resource()
	c := Card{Resource: Resource{Type: res.Type, Name: res.Name, ARN: res.ARN, Note: res.Note}, Facts: []Fact{}}
	for _, f := range cards[kind] {
		if fact := s.fact(f, f.Get(obj)); fact.Text != "" || fact.Items != nil {
			c.Facts = append(c.Facts, fact)
		}
	}
	return c
}

func (s *stocktaking) fact(f *gsl.Field, v gsl.Value) Fact {
	if b, ok := v.Object().(*iam.Boundary); ok {
		return Fact{Field: f.Name, Items: []Item{{ID: b.ARN, Text: b.ARN, Document: s.managed(b.ARN)}}}
	}
	list, ok := v.Object().(gsl.List)
	if !ok || v.Kind() != gsl.ListKind {
		return Fact{Field: f.Name, Text: v.String()}
	}
	out := Fact{Field: f.Name, More: list.Gap() != nil}
	for i := range list.Len() {
		out.Items = append(out.Items, s.item(list.At(i)))
	}
	if out.Items == nil {
		out.Text, out.More = v.String(), false
	}
	return out
}

func (s *stocktaking) item(v gsl.Value) Item {
	p, ok := entity.PartOf(v)
	if !ok {
		return Item{Text: v.String()}
	}
	out := Item{Type: p.Type, Slot: p.Slot, ID: p.ID, Text: p.Text}
	switch o := v.Object().(type) {
	case *iam.InlinePolicy:
		out.Document = s.place(o.Document)
	case *iam.PolicyRef:
		out.Document = s.managed(o.ARN)
	}
	return out
}

func (s *stocktaking) managed(arn string) int {
	d, _ := s.View.Document(arn)
	return s.place(d)
}

// place keeps a document's text; 0 for one that was not read.
func (s *stocktaking) place(d *policy.Document) int {
	if d == nil || s.noText {
		return 0
	}
	text := d.Text()
	n, ok := s.places[text]
	if !ok {
		s.out.Documents = append(s.out.Documents, text)
		n = len(s.out.Documents)
		s.places[text] = n
	}
	return n
}
