package iac_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"golang.org/x/text/unicode/norm"

	"github.com/rollcall-iam/rollcall/internal/fix"
	"github.com/rollcall-iam/rollcall/internal/fix/iac"
)

// planOf is a plan that makes, fills and takes away things of a name, with a
// document.
func planOf(name, document string) *fix.Plan {
	call := func(action string, args ...string) fix.Call {
		c := fix.Call{Action: action, Args: map[string]string{}}
		for i := 0; i < len(args); i += 2 {
			c.Args[args[i]] = args[i+1]
		}
		return c
	}
	undo := call("PutUserPolicy", "UserName", name, "PolicyName", name, "PolicyDocument", document)
	arn := "arn:aws:iam::111122223333:policy/" + name
	drop := call("DeletePolicy", "PolicyArn", arn)
	tags, _ := json.Marshal([]map[string]string{{"Key": name, "Value": document}})
	p := &fix.Plan{Remaining: []fix.Remaining{{Rule: "r", Resource: name, Why: document}}}
	p.Account.ID = "111122223333"
	for i, c := range []fix.Call{
		call("CreatePolicy", "PolicyName", name, "PolicyDocument", document), call("CreateGroup", "GroupName", name, "Path", "/"+name+"/"),
		call("AttachGroupPolicy", "GroupName", name, "PolicyArn", arn), call("PutGroupPolicy", "GroupName", name, "PolicyName", name, "PolicyDocument", document),
		call("CreateUser", "UserName", "new"+name, "Tags", string(tags)), call("AddUserToGroup", "UserName", name, "GroupName", name),
		call("UpdateAccessKey", "UserName", name, "AccessKeyId", name, "Status", "Inactive"), call("DeleteLoginProfile", "UserName", name),
		call("DeleteUserPolicy", "UserName", name, "PolicyName", name), call("DetachUserPolicy", "UserName", name, "PolicyArn", arn),
	} {
		s := fix.Step{Number: i + 1, Call: c}
		switch c.Action {
		case "CreatePolicy":
			s.Undo = &drop
		case "DeleteUserPolicy":
			s.Undo = &undo
		}
		p.Steps = append(p.Steps, s)
	}
	return p
}

func written(t *testing.T, format string, p *fix.Plan) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := iac.Formats[format](&out, p); err != nil {
		t.Fatalf("%s: %v", format, err)
	}
	return out.Bytes()
}

// texts are the literal texts of a configuration, and of the attributes that are
// lists or maps of them.
func texts(t *testing.T, source []byte) map[string][]string {
	t.Helper()
	file, diags := hclsyntax.ParseConfig(source, "main.tf", hcl.InitialPos)
	if diags.HasErrors() {
		t.Fatalf("%v\n%s", diags, source)
	}
	out := map[string][]string{}
	var walk func(*hclsyntax.Body)
	walk = func(b *hclsyntax.Body) {
		for name, a := range b.Attributes {
			v, diags := a.Expr.Value(nil)
			if diags.HasErrors() {
				continue // a reference
			}
			switch {
			case v.Type().FriendlyName() == "string":
				out[name] = append(out[name], v.AsString())
			case v.CanIterateElements():
				for key, value := range v.AsValueMap() {
					if value.Type().FriendlyName() == "string" {
						out[name] = append(out[name], key+"="+value.AsString())
					}
				}
			}
		}
		for _, block := range b.Blocks {
			walk(block.Body)
		}
	}
	body, ok := file.Body.(*hclsyntax.Body)
	if !ok {
		t.Fatal("no body")
	}
	walk(body)
	return out
}

// hostile are names and documents that would end a string, a comment or a block,
// or be taken for a reference.
var hostile = [][2]string{
	{"alice", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iam:*","Resource":"arn:aws:iam::*:user/${aws:username}"}]}`},
	{`a"b\c`, `{"Sid":"%{ if true }x%{ endif } ${file(\"/etc/passwd\")} $${x} %%{y}"}`},
	{"new\nline\r\n}", "{\"Sid\":\"*/ \\n # // <<EOT\u2028\u2029\"}"},
	{"${aws_iam_user.x.name}", `{"Sid":"!Ref x: [a, {b}] & * | > 'q' @ ` + "`" + `","n":12345678901234567890,"f":1.10,"e":1e400}`},
	{"!Sub ${AWS::AccountId}", `{"Fn::Sub":"${AWS::AccountId}","yes":"no","null":null,"~":"~","Date":"2012-10-17"}`},
	{"resolved", `{"Resource":"arn:aws:s3:::{{resolve:ssm-secure:/prod/db/password:1}}/*"}`},
	{"- x: y #z", `{"":"","\u0000":"\u0007","a b":[[],{}]}`},
	{"\ufeffbom\u202e", `not JSON`},
	{"\ufeffA", `0`},
	{"nfc", "\u2329"},
	{"null", "null"},
	{"two", `{} {"Sid":"more"}`},
}

// check holds what is written against the plan that it was written of.
func check(t *testing.T, name, document string) {
	t.Helper()
	p := planOf(name, document)
	if norm.NFC.IsNormalString(name) && norm.NFC.IsNormalString(document) {
		checkTerraform(t, p, name, document)
	} else if err := iac.Terraform(io.Discard, p); err == nil || !strings.Contains(err.Error(), "step ") {
		t.Errorf("Terraform would change what the plan says, and the error is %v", err)
	}
	asJSON, asYAML := written(t, "cloudformation-json", p), written(t, "cloudformation", p)
	var fromJSON, fromYAML map[string]any
	if err := json.Unmarshal(asJSON, &fromJSON); err != nil {
		t.Fatalf("%v\n%s", err, asJSON)
	}
	if err := yaml.Unmarshal(asYAML, &fromYAML); err != nil {
		t.Fatalf("%v\n%s", err, asYAML)
	}
	if a, b := plain(fromJSON), plain(fromYAML); !reflect.DeepEqual(a, b) {
		t.Errorf("YAML and JSON differ:\n%s\n%s", asJSON, asYAML)
	}
	if n := functions(fromJSON); n > 1 {
		t.Errorf("%d functions, of which the plan has one:\n%s", n, asJSON)
	}
}

func checkTerraform(t *testing.T, p *fix.Plan, name, document string) {
	t.Helper()
	first, final := texts(t, written(t, "terraform", p)), written(t, "terraform-final", p)
	for attribute, want := range map[string]string{"name": name, "policy": document, "user": name, "tags": name + "=" + document} {
		if !slices.Contains(first[attribute], want) {
			t.Errorf("no %s is %q, but %q", attribute, want, first[attribute])
		}
	}
	texts(t, final)
}

// functions counts what CloudFormation would evaluate, references aside.
func functions(v any) (n int) {
	switch v := v.(type) {
	case map[string]any:
		for name, member := range v {
			if n += functions(member); strings.HasPrefix(name, "Fn::") {
				n++
			}
		}
	case []any:
		for _, member := range v {
			n += functions(member)
		}
	}
	return n
}

// plain writes numbers as texts, since readers of YAML and JSON have their own kinds.
func plain(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := map[string]any{}
		for k, e := range v {
			out[k] = plain(e)
		}
		return out
	case []any:
		out := []any{}
		for _, e := range v {
			out = append(out, plain(e))
		}
		return out
	case float64, int64, uint64, int:
		return fmt.Sprintf("%.6g", toFloat(v))
	}
	return v
}

func toFloat(v any) float64 {
	rv := reflect.ValueOf(v)
	return rv.Convert(reflect.TypeFor[float64]()).Float()
}

// Whatever things are called and documents say, it stands in the code as text.
func TestHostile(t *testing.T) {
	for _, h := range hostile {
		t.Run(h[0], func(t *testing.T) { check(t, h[0], h[1]) })
	}
}

// What concerns users whom a plan deletes is left to those who do it in order: in
// any other, somebody who is shut out would be let in again.
func TestDeletedUsers(t *testing.T) {
	step := func(n int, action string, args ...string) fix.Step {
		s := fix.Step{Number: n, Call: fix.Call{Action: action, Args: map[string]string{"UserName": "mallory"}}}
		for i := 0; i < len(args); i += 2 {
			s.Call.Args[args[i]] = args[i+1]
		}
		return s
	}
	p := &fix.Plan{Steps: []fix.Step{step(1, "AttachUserPolicy", "PolicyArn", "arn:aws:iam::aws:policy/AWSDenyAll"), step(2, "DeleteUserPolicy", "PolicyName", "own"),
		step(3, "DetachUserPolicy", "PolicyArn", "arn:aws:iam::aws:policy/AWSDenyAll"), step(4, "DeleteUser")}}
	p.Account.ID = "111122223333"
	for _, format := range []string{"terraform", "terraform-final"} {
		if text := string(written(t, format, p)); strings.Contains(text, "policy_attachment\"") || strings.Contains(text, "removed") || !strings.Contains(text, "step 3, ") {
			t.Errorf("%s:\n%s", format, text)
		}
	}
	if err := iac.CloudFormation(&bytes.Buffer{}, p); !errors.Is(err, iac.ErrNothing) {
		t.Error(err)
	}
}

func FuzzFormats(f *testing.F) {
	for _, h := range hostile {
		f.Add(h[0], h[1])
	}
	f.Fuzz(func(t *testing.T, name, document string) {
		if name == "" || !utf8.ValidString(name) || !utf8.ValidString(document) {
			return // plans are JSON, and no name is empty
		}
		check(t, name, document)
	})
}
