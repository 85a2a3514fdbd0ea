package policy

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// A Statement is one statement of a document with its elements as lists.
// Actions are in lower case, as IAM compares them. Exactly one of Actions and
// NotActions is set in a valid statement, and one of Resources and
// NotResources in an identity policy.
type Statement struct {
	Sid          string
	Allow        bool // else it denies
	Actions      []string
	NotActions   []string
	Resources    []Pattern
	NotResources []Pattern
	Conditions   []Condition // sorted

	Principals, NotPrincipals []Principal // of trust policies alone

	variables bool // ${...} is a variable, by the document's version
	does      side // Actions and NotActions as patterns
}

// A Condition is one operator with one key and its values, sorted.
type Condition struct {
	Operator, Key string
	Values        []string
}

// plain reports whether the condition has no variable, and so means the same
// in every version.
func (c Condition) plain() bool {
	return !slices.ContainsFunc(c.Values, func(v string) bool { return strings.Contains(v, "${") })
}

func (c Condition) canonical() string {
	return c.Operator + "\x00" + strings.ToLower(c.Key) + "\x00" + strings.Join(c.Values, "\x00")
}

func readStatements(root *Node, variables bool) ([]Statement, error) {
	list, ok := root.Member("Statement")
	if !ok {
		return nil, fmt.Errorf("Statement is missing")
	}
	if list.Kind != ListNode {
		return nil, fmt.Errorf("Statement must be an object or a list")
	}
	out := make([]Statement, 0, len(list.List))
	for i := range list.List {
		s, err := readStatement(&list.List[i], variables)
		if err != nil {
			return nil, fmt.Errorf("statement %d: %w", i+1, err)
		}
		out = append(out, s)
	}
	return out, nil
}

func readStatement(n *Node, variables bool) (s Statement, err error) {
	if n.Kind != ObjectNode {
		return s, fmt.Errorf("a statement must be an object")
	}
	s.variables = variables
	for i, key := range n.Keys {
		v := &n.List[i]
		switch key {
		case "Sid":
			s.Sid = v.Text
		case "Effect":
			if v.Text != "Allow" && v.Text != "Deny" {
				return s, fmt.Errorf("Effect is %q, not Allow or Deny", v.Text)
			}
			s.Allow = v.Text == "Allow"
		case "Action":
			s.Actions, err = actions(v)
		case "NotAction":
			s.NotActions, err = actions(v)
		case "Resource":
			s.Resources, err = patterns(v, variables)
		case "NotResource":
			s.NotResources, err = patterns(v, variables)
		case "Condition":
			s.Conditions, err = conditions(v)
		case "Principal":
			s.Principals, err = principals(v)
		case "NotPrincipal":
			s.NotPrincipals, err = principals(v)
		default:
			err = fmt.Errorf("is no element of a statement")
		}
		if err != nil {
			return s, fmt.Errorf("%s: %w", key, err)
		}
	}
	if _, ok := n.Member("Effect"); !ok {
		return s, fmt.Errorf("Effect is missing")
	}
	if (s.Actions == nil) == (s.NotActions == nil) {
		return s, fmt.Errorf("one of Action and NotAction is needed")
	}
	s.does = side{actionPatterns(s.Actions), actionPatterns(s.NotActions)}
	return s, nil
}

// actions reads action patterns; "*:*" is every action, as "*" is.
func actions(n *Node) ([]string, error) {
	out, err := texts(n)
	for i, a := range out {
		if out[i] = strings.ToLower(a); a == "*:*" {
			out[i] = "*"
		}
	}
	return out, err
}

// texts reads a scalar or a list of scalars.
func texts(n *Node) ([]string, error) {
	list := []Node{*n}
	if n.Kind == ListNode {
		list = n.List
	}
	out := make([]string, 0, len(list))
	for _, v := range list {
		if v.Kind == ListNode || v.Kind == ObjectNode || v.Kind == NullNode {
			return nil, fmt.Errorf("must be a string or a list of strings")
		}
		out = append(out, v.Text)
	}
	return out, nil
}

func patterns(n *Node, variables bool) ([]Pattern, error) {
	list, err := texts(n)
	if err != nil {
		return nil, err
	}
	out := make([]Pattern, len(list))
	for i, s := range list {
		out[i] = ParsePattern(s, variables)
	}
	return out, nil
}

func conditions(n *Node) ([]Condition, error) {
	if n.Kind != ObjectNode {
		return nil, fmt.Errorf("must be an object")
	}
	var out []Condition
	for i, op := range n.Keys {
		keys := &n.List[i]
		if keys.Kind != ObjectNode {
			return nil, fmt.Errorf("%s must be an object", op)
		}
		for j, key := range keys.Keys {
			values, err := texts(&keys.List[j])
			if err != nil {
				return nil, fmt.Errorf("%s.%s: %w", op, key, err)
			}
			slices.Sort(values)
			out = append(out, Condition{Operator: op, Key: key, Values: slices.Compact(values)})
		}
	}
	slices.SortFunc(out, func(a, b Condition) int { return strings.Compare(a.canonical(), b.canonical()) })
	return out, nil
}

// canonical quotes every part, so that no text can imitate another statement.
func (s *Statement) canonical() string {
	var b strings.Builder
	effect := "Deny"
	if s.Allow {
		effect = "Allow"
	}
	b.WriteString(effect)
	part := func(name string, list []string) {
		if list == nil {
			return
		}
		list = slices.Clone(list)
		slices.Sort(list)
		b.WriteString(" " + name)
		for _, v := range slices.Compact(list) {
			b.WriteString(" " + strconv.Quote(v))
		}
	}
	part("Action", s.Actions)
	part("NotAction", s.NotActions)
	part("Resource", patternTexts(s.Resources))
	part("NotResource", patternTexts(s.NotResources))
	for _, c := range s.Conditions {
		part("If", []string{c.canonical()})
	}
	return b.String()
}

func patternTexts(list []Pattern) []string {
	if list == nil {
		return nil
	}
	out := make([]string, len(list))
	for i, p := range list {
		out[i] = p.text
	}
	return out
}
