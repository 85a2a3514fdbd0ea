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
type Raw struct{ list []policy.Node }

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
	return &Raw{n.List}, nil
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

// Entities lists the types there are.
func (r *Raw) Entities() []string {
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
