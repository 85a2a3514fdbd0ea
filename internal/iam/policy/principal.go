package policy

import "fmt"

// A Principal is one of those whom a statement of a trust policy names. Kind
// is the word AWS uses: AWS, Service, Federated or CanonicalUser; "*" without
// a kind is written as kind AWS, as AWS reads it.
type Principal struct{ Kind, Value string }

func principals(n *Node) ([]Principal, error) {
	if n.Kind != ObjectNode {
		return principalsOf("AWS", n)
	}
	var out []Principal
	for i, kind := range n.Keys {
		list, err := principalsOf(kind, &n.List[i])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", kind, err)
		}
		out = append(out, list...)
	}
	return out, nil
}

func principalsOf(kind string, n *Node) ([]Principal, error) {
	list, err := texts(n)
	out := make([]Principal, len(list))
	for i, v := range list {
		out[i] = Principal{Kind: kind, Value: v}
	}
	return out, err
}
