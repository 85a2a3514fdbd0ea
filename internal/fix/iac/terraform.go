package iac

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/zclconf/go-cty/cty"
	"golang.org/x/text/unicode/norm"

	"github.com/rollcall-iam/rollcall/internal/fix"
)

// Formats are the ways to write a plan as code, by name.
var Formats = map[string]func(io.Writer, *fix.Plan) error{
	"terraform": Terraform, "terraform-final": TerraformFinal,
	"cloudformation": CloudFormation, "cloudformation-json": CloudFormationJSON,
}

// Terraform writes the first of two configurations. It makes what the plan makes
// and takes what is to go into Terraform's hands, unchanged. Terraform does what
// is independent at the same time, so that one configuration could take away
// before it has given.
func Terraform(w io.Writer, p *fix.Plan) error { return terraform(w, p, false) }

// TerraformFinal writes the configuration that comes in place of the first, once
// AWS has taken that in: without what goes.
func TerraformFinal(w io.Writer, p *fix.Plan) error { return terraform(w, p, true) }

func terraform(w io.Writer, p *fix.Plan, final bool) error {
	if err := kept(p); err != nil {
		return err
	}
	m := newModule(p, final)
	for i := range p.Steps {
		m.step(&p.Steps[i])
	}
	m.memberships()
	if _, err := io.WriteString(w, m.head()); err != nil {
		return err
	}
	_, err := w.Write(hclwrite.Format(m.file.Bytes()))
	return err
}

// kept is an error for a plan with a text that Terraform would not keep: it makes
// every text NFC, and a policy that was so changed would not be what was proved.
// Other steps count on that one, so none is written.
func kept(p *fix.Plan) error {
	for _, s := range p.Steps {
		calls := []fix.Call{s.Call}
		if s.Undo != nil {
			calls = append(calls, *s.Undo)
		}
		for _, c := range calls {
			for _, name := range slices.Sorted(maps.Keys(c.Args)) {
				if !norm.NFC.IsNormalString(c.Args[name]) {
					return fmt.Errorf("step %d: Terraform would change the letters of %s, which are not in Unicode's normal form C; use rollcall fix apply, or --format shell", s.Number, name)
				}
			}
		}
	}
	return nil
}

// A module is a configuration in the making.
type module struct {
	plan  *fix.Plan
	final bool
	file  *hclwrite.File
	notes []string

	taken  map[string]bool          // local names by type
	groups map[string]hcl.Traversal // of groups that the module has, their names; by name in lower case
	arns   map[string]hcl.Traversal // of policies that it has, by ARN
	users  map[string]hcl.Traversal // of users that it makes, their names; by name in lower case
	joins  map[string][]string      // groups that users join
	order  []string                 // of joins
	keys   map[string]bool          // access keys that it has
	gone   map[string]bool          // users whom the plan deletes, by name in lower case
	goes   bool                     // something is taken away
}

func newModule(p *fix.Plan, final bool) *module {
	m := &module{plan: p, final: final, file: hclwrite.NewEmptyFile(), taken: map[string]bool{}, gone: deleted(p), groups: map[string]hcl.Traversal{},
		arns: map[string]hcl.Traversal{}, users: map[string]hcl.Traversal{}, joins: map[string][]string{}, keys: map[string]bool{}}
	t := m.file.Body().AppendNewBlock("terraform", nil).Body()
	t.SetAttributeValue("required_version", cty.StringVal(">= 1.7"))
	t.AppendNewBlock("required_providers", nil).Body().SetAttributeValue("aws", cty.ObjectVal(map[string]cty.Value{
		"source": cty.StringVal("hashicorp/aws"), "version": cty.StringVal(">= 5.40")}))
	m.guard()
	return m
}

// guard stops Terraform in another account.
func (m *module) guard() {
	m.file.Body().AppendNewline()
	data := m.file.Body().AppendNewBlock("data", []string{"aws_caller_identity", "rollcall"}).Body()
	post := data.AppendNewBlock("lifecycle", nil).Body().AppendNewBlock("postcondition", nil).Body()
	post.SetAttributeRaw("condition", equals(traversal("self", "account_id"), m.plan.Account.ID))
	post.SetAttributeValue("error_message", cty.StringVal("the plan is for account "+m.plan.Account.ID))
}

// equals compares what stands at a place with a text.
func equals(at hcl.Traversal, value string) hclwrite.Tokens {
	sign := &hclwrite.Token{Type: hclsyntax.TokenEqualOp, Bytes: []byte("=="), SpacesBefore: 1}
	return slices.Concat(hclwrite.TokensForTraversal(at), hclwrite.Tokens{sign}, hclwrite.TokensForValue(cty.StringVal(value)))
}

func traversal(parts ...string) hcl.Traversal {
	out := hcl.Traversal{hcl.TraverseRoot{Name: parts[0]}}
	for _, p := range parts[1:] {
		out = append(out, hcl.TraverseAttr{Name: p})
	}
	return out
}

// local is a local name that no other resource of the type has.
func (m *module) local(kind string, words ...string) string {
	name := strings.Map(func(r rune) rune {
		if 'a' <= r && r <= 'z' || '0' <= r && r <= '9' {
			return r
		}
		return '_'
	}, strings.ToLower(strings.Join(words, "_")))
	if name == "" || name[0] < 'a' {
		name = "x_" + name
	}
	out := name
	for n := 2; m.taken[kind+"."+out]; n++ {
		out = fmt.Sprintf("%s_%d", name, n)
	}
	m.taken[kind+"."+out] = true
	return out
}

// resource begins a resource; importing is the id of one that exists, "" for one
// to be made.
func (m *module) resource(kind, importing string, words ...string) (*hclwrite.Body, string) {
	name := m.local(kind, words...)
	body := m.file.Body()
	if importing != "" && !m.final {
		body.AppendNewline()
		in := body.AppendNewBlock("import", nil).Body()
		in.SetAttributeTraversal("to", traversal(kind, name))
		in.SetAttributeValue("id", cty.StringVal(importing))
	}
	body.AppendNewline()
	return body.AppendNewBlock("resource", []string{kind, name}).Body(), name
}

// leaving is resource for something that goes: the first configuration imports
// it, the second destroys it.
func (m *module) leaving(kind, id string, fill func(*hclwrite.Body), words ...string) {
	m.goes = true
	if !m.final {
		body, _ := m.resource(kind, id, words...)
		fill(body)
		return
	}
	name := m.local(kind, words...)
	m.file.Body().AppendNewline()
	removed := m.file.Body().AppendNewBlock("removed", nil).Body()
	removed.SetAttributeTraversal("from", traversal(kind, name))
	removed.AppendNewBlock("lifecycle", nil).Body().SetAttributeValue("destroy", cty.True)
}

// set sets an attribute to text, or to a reference where the module has what the
// text names.
func set(b *hclwrite.Body, name, text string, known map[string]hcl.Traversal, key string) {
	if ref, ok := known[key]; ok {
		b.SetAttributeTraversal(name, ref)
		return
	}
	b.SetAttributeValue(name, cty.StringVal(text))
}

// optional sets an attribute that has a value.
func optional(b *hclwrite.Body, name, value string) {
	if value != "" {
		b.SetAttributeValue(name, cty.StringVal(value))
	}
}

// mapOf writes a map in order with its keys in quotes, whatever is in them.
func mapOf(values map[string]cty.Value) hclwrite.Tokens {
	var out []hclwrite.ObjectAttrTokens
	for _, key := range slices.Sorted(maps.Keys(values)) {
		out = append(out, hclwrite.ObjectAttrTokens{Name: hclwrite.TokensForValue(cty.StringVal(key)), Value: hclwrite.TokensForValue(values[key])})
	}
	return hclwrite.TokensForObject(out)
}

// tags are those of a call, as a map.
func tags(text string) map[string]cty.Value {
	var list []struct{ Key, Value string }
	if json.Unmarshal([]byte(text), &list) != nil || len(list) == 0 {
		return nil
	}
	out := map[string]cty.Value{}
	for _, t := range list {
		out[t.Key] = cty.StringVal(t.Value)
	}
	return out
}

// memberships are one resource for each user, which leaves the user's other
// groups alone.
func (m *module) memberships() {
	for _, user := range m.order {
		b, _ := m.resource("aws_iam_user_group_membership", "", user)
		ofUser.set(m, b, args{ofUser.arg: user})
		var list []hclwrite.Tokens
		for _, g := range m.joins[user] {
			tokens := hclwrite.TokensForValue(cty.StringVal(g))
			if ref, ok := m.groups[strings.ToLower(g)]; ok {
				tokens = hclwrite.TokensForTraversal(ref)
			}
			list = append(list, tokens)
		}
		b.SetAttributeRaw("groups", hclwrite.TokensForTuple(list))
	}
}

func last(arn string) string { return arn[strings.LastIndexByte(arn, '/')+1:] }
