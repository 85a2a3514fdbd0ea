package entity

import (
	"errors"
	"fmt"
	"slices"

	"github.com/rollcall-iam/rollcall/internal/gsl"
	"github.com/rollcall-iam/rollcall/internal/iam/policy"
)

// A Raw is a list of entities as CloudGuard writes them: JSON objects, each
// with its type. It is a schema in which every field may be there, and one that
// is not is null; so that what CloudGuard says of them can be compared.
type Raw struct {
	list []policy.Node
	all  []string // the types in the whole file, where this is one account of it
}

// ParseRaw reads a JSON array of entities.
func ParseRaw(text string) (*Raw, error) {
	n, err := policy.ParseNode(text)
	if err != nil {
		return nil, err
	}
	if n.Kind != policy.ListNode {
		return nil, errors.New("expected a list of entities, each an object with a type")
	}
	for i := range n.List {
		if typeOf(&n.List[i]) == "" {
			return nil, fmt.Errorf("entity %d is no object with a type", i+1)
		}
	}
	return &Raw{list: n.List}, nil
}

func typeOf(n *policy.Node) string { return member(n, "type") }

func member(n *policy.Node, name string) string {
	m, ok := n.Member(name)
	if !ok || m.Kind != policy.StringNode {
		return ""
	}
	return m.Text
}

// Entity is the type of the entities of that name, nil where there are none.
func (r *Raw) Entity(name string) *gsl.Type {
	if !slices.Contains(r.Entities(), name) {
		return nil
	}
	return &gsl.Type{Name: name, Open: true}
}

// Entities lists the types there are, and those that CloudGuard has of IAM.
func (r *Raw) Entities() []string {
	out := Schema.Entities()
	for _, t := range append(r.types(), r.all...) {
		if !slices.Contains(out, t) {
			out = append(out, t)
		}
	}
	return out
}

func (r *Raw) types() []string {
	var out []string
	for i := range r.list {
		if t := typeOf(&r.list[i]); !slices.Contains(out, t) {
			out = append(out, t)
		}
	}
	return out
}

// Each calls f with every entity of a type.
func (r *Raw) Each(kind string, f func(obj any, n Named)) {
	for i := range r.list {
		n := &r.list[i]
		if typeOf(n) == kind {
			f((*tree)(n), &Resource{Type: kind, Name: member(n, "name"), ARN: member(n, "arn")})
		}
	}
}

// All returns all entities of a type as one list.
func (r *Raw) All(kind string) gsl.List {
	var out gsl.Values
	r.Each(kind, func(obj any, _ Named) { out = append(out, gsl.Object(obj)) })
	return out
}

// Account is the account's number, where the entities say it.
func (r *Raw) Account() string {
	for i := range r.list {
		if id := member(&r.list[i], "accountNumber"); id != "" {
			return id
		}
	}
	return ""
}

// Accounts takes the entities apart by account, in the order of the first of
// each. Those that name none belong to the one that others name.
func (r *Raw) Accounts() []*Raw {
	ids, byID := map[string]bool{}, map[string]*Raw{}
	for i := range r.list {
		if id := member(&r.list[i], "accountNumber"); id != "" {
			ids[id] = true
		}
	}
	var out []*Raw
	for _, n := range r.list {
		id := member(&n, "accountNumber")
		if len(ids) == 1 {
			id = r.Account()
		}
		if byID[id] == nil {
			byID[id] = &Raw{all: r.types()}
			out = append(out, byID[id])
		}
		byID[id].list = append(byID[id].list, n)
	}
	return out
}

// Lacks lists the fields among these that no entity of a type has.
func (r *Raw) Lacks(kind string, fields []string) (out []string) {
	for _, f := range fields {
		has := slices.ContainsFunc(r.list, func(n policy.Node) bool {
			_, ok := n.Member(f)
			return ok && typeOf(&n) == kind
		})
		if !has {
			out = append(out, f)
		}
	}
	return out
}
