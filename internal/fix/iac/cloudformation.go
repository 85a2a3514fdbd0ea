package iac

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"

	"github.com/rollcall-iam/rollcall/internal/clean"
	"github.com/rollcall-iam/rollcall/internal/fix"
)

// ErrNothing is that a plan makes nothing that CloudFormation makes.
var ErrNothing = errors.New("the plan makes nothing that CloudFormation can make: it only changes or takes away; --format shell, console and terraform say how")

// CloudFormation writes a template in YAML of what the plan makes. What the plan
// takes away, a stack that did not make it cannot: that stands in the template's
// metadata, with the steps to do afterwards.
func CloudFormation(w io.Writer, p *fix.Plan) error {
	t, err := newTemplate(p)
	if err != nil {
		return err
	}
	text, err := yaml.MarshalWithOptions(t.root(), yaml.IndentSequence(true), yaml.CustomMarshaler(quoted))
	if err != nil {
		return err
	}
	if _, err := io.WriteString(w, t.head()); err != nil {
		return err
	}
	_, err = w.Write(text)
	return err
}

// simple is a text that no reader of YAML takes for anything else.
var simple = regexp.MustCompile(`^[A-Za-z][\w./-]*$`)

// quoted writes any other text in quotes, on one line.
func quoted(s string) ([]byte, error) {
	if simple.MatchString(s) {
		return yaml.Marshal(s)
	}
	return json.Marshal(s)
}

// CloudFormationJSON writes the same template in JSON.
func CloudFormationJSON(w io.Writer, p *fix.Plan) error {
	t, err := newTemplate(p)
	if err != nil {
		return err
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(t.root())
}

type object = map[string]any

// A template is one in the making.
type template struct {
	plan      *fix.Plan
	resources object
	groups    map[string]string // logical ids, by name in lower case
	users     map[string]string
	policies  map[string]string // by ARN
	missing   []string          // ARNs of policies that the plan makes and CloudFormation cannot
	gone      map[string]bool   // users whom the plan deletes, by name in lower case
	after     []string          // steps that CloudFormation cannot do
}

func newTemplate(p *fix.Plan) (*template, error) {
	t := &template{p, object{}, map[string]string{}, map[string]string{}, map[string]string{}, nil, deleted(p), nil}
	for i := range p.Steps {
		t.step(&p.Steps[i])
	}
	if len(t.resources) == 0 {
		return nil, ErrNothing
	}
	return t, nil
}

// condition keeps the template from making anything in another account.
const condition = "RightAccount"

func (t *template) root() object {
	meta := object{"Account": t.plan.Account.ID}
	if t.after != nil {
		meta["After"] = t.after
	}
	if len(t.plan.Remaining) > 0 {
		var left []string
		for _, r := range t.plan.Remaining {
			left = append(left, clean.Marked(r.Rule+", "+r.Resource+": "+r.Why))
		}
		meta["Left"] = left
	}
	return object{
		"AWSTemplateFormatVersion": "2010-09-09",
		"Description":              "Made by rollcall fix for account " + t.plan.Account.ID,
		"Metadata":                 object{"Rollcall": meta},
		"Conditions":               object{condition: object{"Fn::Equals": []any{object{"Ref": "AWS::AccountId"}, t.plan.Account.ID}}},
		"Resources":                t.resources,
	}
}

func (t *template) head() string {
	out := "# Made by rollcall fix for account " + clean.Marked(t.plan.Account.ID) + ". Deploy it with --capabilities CAPABILITY_NAMED_IAM.\n"
	if t.after != nil {
		out += "# What CloudFormation cannot do is under Metadata, After: a minute after the stack is\n# complete, do these steps with the script of rollcall fix show PLAN --format shell.\n"
	}
	return out
}

// add adds a resource and returns its logical id.
func (t *template) add(kind string, properties object, words ...string) string {
	id := strings.Map(func(r rune) rune {
		if 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' {
			return r
		}
		return -1
	}, strings.Join(words, ""))
	base := id[:min(len(id), 200)]
	for n := 2; t.resources[id] != nil; n++ {
		id = fmt.Sprintf("%s%d", base, n)
	}
	t.resources[id] = object{"Type": "AWS::IAM::" + kind, "Condition": condition, "Properties": properties}
	return id
}

func (t *template) properties(id string) object {
	r, _ := t.resources[id].(object)
	p, _ := r["Properties"].(object)
	return p
}

// ref is what the template has under a name, or the name.
func ref(known map[string]string, key, text string) any {
	if id, ok := known[key]; ok {
		return object{"Ref": id}
	}
	return text
}

func extend(p object, member string, value any) {
	list, _ := p[member].([]any)
	p[member] = append(list, value)
}

// parsed is a document as CloudFormation takes it; nil for what is no document, or
// has a member that CloudFormation would take for a function of its own.
func parsed(text string) any {
	dec := json.NewDecoder(strings.NewReader(text))
	dec.UseNumber()
	var v object
	if dec.Decode(&v) != nil || v == nil || evaluated(v) {
		return nil
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil // more follows
	}
	return numbers(v)
}

// evaluated reports what CloudFormation would evaluate.
func evaluated(v any) bool {
	switch v := v.(type) {
	case object:
		for name, member := range v {
			if name == "Ref" || strings.HasPrefix(name, "Fn::") || evaluated(member) {
				return true
			}
		}
	case []any:
		return slices.ContainsFunc(v, evaluated)
	case string: // a parameter or a secret, put in when the stack is made
		return strings.Contains(v, "{{resolve:")
	}
	return false
}

// numbers makes numbers of a document's numbers where they keep their value, and
// text, which IAM takes as well, where they do not.
func numbers(v any) any {
	switch v := v.(type) {
	case object:
		for name, member := range v {
			v[name] = numbers(member)
		}
	case []any:
		for i, member := range v {
			v[i] = numbers(member)
		}
	case json.Number:
		if n, err := v.Int64(); err == nil {
			return n
		}
		return v.String()
	}
	return v
}

// step takes in a step, or notes that it comes afterwards.
func (t *template) step(s *fix.Step) {
	a := s.Call.Args
	group, made := t.groups[strings.ToLower(a["GroupName"])]
	switch {
	case t.gone[strings.ToLower(a["UserName"])]:
		t.later(s)
	case a["PolicyDocument"] != "" && parsed(a["PolicyDocument"]) == nil:
		if t.later(s); s.Call.Action == "CreatePolicy" && s.Undo != nil {
			t.missing = append(t.missing, s.Undo.Args["PolicyArn"])
		}
	case slices.Contains(t.missing, a["PolicyArn"]):
		t.later(s)
	case s.Call.Action == "CreateGroup":
		t.groups[strings.ToLower(a["GroupName"])] = t.add("Group", given("GroupName", a["GroupName"], "Path", a["Path"]), "Group", a["GroupName"])
	case s.Call.Action == "CreatePolicy":
		p := given("ManagedPolicyName", a["PolicyName"])
		p["PolicyDocument"] = parsed(a["PolicyDocument"])
		id := t.add("ManagedPolicy", p, "Policy", a["PolicyName"])
		if s.Undo != nil {
			t.policies[s.Undo.Args["PolicyArn"]] = id
		}
	case s.Call.Action == "CreateUser":
		t.user(a)
	case s.Call.Action == "AttachGroupPolicy" && made:
		extend(t.properties(group), "ManagedPolicyArns", ref(t.policies, a["PolicyArn"], a["PolicyArn"]))
	case s.Call.Action == "AttachGroupPolicy" && t.policies[a["PolicyArn"]] != "":
		extend(t.properties(t.policies[a["PolicyArn"]]), "Groups", a["GroupName"])
	case s.Call.Action == "PutGroupPolicy" && made:
		extend(t.properties(group), "Policies", object{"PolicyName": a["PolicyName"], "PolicyDocument": parsed(a["PolicyDocument"])})
	case s.Call.Action == "AddUserToGroup":
		t.join(a)
	case s.Call.Action == "PutUserPolicy":
		t.add("UserPolicy", object{"UserName": a["UserName"], "PolicyName": a["PolicyName"], "PolicyDocument": parsed(a["PolicyDocument"])}, "Deny", a["UserName"])
	default:
		t.later(s)
	}
}

// deleted are the users whom a plan deletes. Neither Terraform nor CloudFormation
// does the steps in their order, by which nobody is let in again on the way out,
// so that all that concerns them is left to the script and to apply.
func deleted(p *fix.Plan) map[string]bool {
	out := map[string]bool{}
	for _, s := range p.Steps {
		if s.Call.Action == "DeleteUser" {
			out[strings.ToLower(s.Call.Args["UserName"])] = true
		}
	}
	return out
}

// later notes a step that CloudFormation cannot do.
func (t *template) later(s *fix.Step) {
	t.after = append(t.after, clean.Marked(fmt.Sprintf("step %d: %s", s.Number, s.Call)))
}

// given are properties that have a value.
func given(pairs ...string) object {
	out := object{}
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			out[pairs[i]] = pairs[i+1]
		}
	}
	return out
}

func (t *template) user(a args) {
	p := given("UserName", a["UserName"], "Path", a["Path"], "PermissionsBoundary", a["PermissionsBoundary"])
	of := tags(a["Tags"])
	for _, key := range slices.Sorted(maps.Keys(of)) {
		extend(p, "Tags", object{"Key": key, "Value": of[key].AsString()})
	}
	t.users[strings.ToLower(a["UserName"])] = t.add("User", p, "User", a["UserName"])
}

// join puts a user into a group: into the one addition that the group has.
func (t *template) join(a args) {
	key := "members of " + strings.ToLower(a["GroupName"])
	id := t.users[key]
	if id == "" {
		id = t.add("UserToGroupAddition", object{"GroupName": ref(t.groups, strings.ToLower(a["GroupName"]), a["GroupName"])}, "Members", a["GroupName"])
		t.users[key] = id
	}
	extend(t.properties(id), "Users", ref(t.users, strings.ToLower(a["UserName"]), a["UserName"]))
}
