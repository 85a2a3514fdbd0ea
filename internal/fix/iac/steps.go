package iac

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/zclconf/go-cty/cty"

	"github.com/rollcall-iam/rollcall/internal/clean"
	"github.com/rollcall-iam/rollcall/internal/fix"
)

// step writes what a step is in Terraform, or a note.
func (m *module) step(s *fix.Step) {
	write, known := resources[s.Call.Action]
	if !known || m.gone[strings.ToLower(s.Call.Args["UserName"])] {
		m.notes = append(m.notes, fmt.Sprintf("step %d, %s", s.Number, s.Call))
		return
	}
	write(m, s, s.Call.Args)
}

type args = map[string]string

// resources are what Terraform has for each call.
var resources = map[string]func(*module, *fix.Step, args){
	"AttachGroupPolicy": ofGroup.attached, "DetachGroupPolicy": ofGroup.detached, "PutGroupPolicy": ofGroup.inline, "DeleteGroupPolicy": ofGroup.noInline,
	"AttachUserPolicy": ofUser.attached, "DetachUserPolicy": ofUser.detached, "PutUserPolicy": ofUser.inline, "DeleteUserPolicy": ofUser.noInline,
	"CreateGroup": func(m *module, _ *fix.Step, a args) {
		b, name := m.resource("aws_iam_group", "", a["GroupName"])
		b.SetAttributeValue("name", cty.StringVal(a["GroupName"]))
		optional(b, "path", a["Path"])
		m.groups[strings.ToLower(a["GroupName"])] = traversal("aws_iam_group", name, "name")
	},
	"CreatePolicy": func(m *module, s *fix.Step, a args) {
		b, name := m.resource("aws_iam_policy", "", a["PolicyName"])
		b.SetAttributeValue("name", cty.StringVal(a["PolicyName"]))
		b.SetAttributeValue("policy", cty.StringVal(a["PolicyDocument"]))
		if s.Undo != nil {
			m.arns[s.Undo.Args["PolicyArn"]] = traversal("aws_iam_policy", name, "arn")
		}
	},
	"CreateUser": func(m *module, _ *fix.Step, a args) {
		b, name := m.resource("aws_iam_user", "", a["UserName"])
		b.SetAttributeValue("name", cty.StringVal(a["UserName"]))
		optional(b, "path", a["Path"])
		optional(b, "permissions_boundary", a["PermissionsBoundary"])
		if t := tags(a["Tags"]); t != nil {
			b.SetAttributeRaw("tags", mapOf(t))
		}
		m.users[strings.ToLower(a["UserName"])] = traversal("aws_iam_user", name, "name")
	},
	"AddUserToGroup": func(m *module, _ *fix.Step, a args) {
		if m.joins[a["UserName"]] == nil {
			m.order = append(m.order, a["UserName"])
		}
		m.joins[a["UserName"]] = append(m.joins[a["UserName"]], a["GroupName"])
	},
	"DeleteGroup": func(m *module, s *fix.Step, a args) {
		m.leaving("aws_iam_group", a["GroupName"], func(b *hclwrite.Body) {
			b.SetAttributeValue("name", cty.StringVal(a["GroupName"]))
			if s.Undo != nil {
				optional(b, "path", s.Undo.Args["Path"])
			}
		}, a["GroupName"])
	},
	"UpdateAccessKey": func(m *module, _ *fix.Step, a args) {
		if !m.deletes(a["AccessKeyId"]) {
			b, _ := m.resource("aws_iam_access_key", a["AccessKeyId"], a["UserName"], a["AccessKeyId"])
			ofUser.set(m, b, a)
			b.SetAttributeValue("status", cty.StringVal(a["Status"]))
		}
	},
	"DeleteAccessKey": func(m *module, _ *fix.Step, a args) {
		m.leaving("aws_iam_access_key", a["AccessKeyId"], func(b *hclwrite.Body) {
			ofUser.set(m, b, a)
			b.SetAttributeValue("status", cty.StringVal("Inactive"))
		}, a["UserName"], a["AccessKeyId"])
	},
	"UpdateAccountPasswordPolicy": func(m *module, s *fix.Step, a args) {
		id := ""
		if s.Undo != nil && s.Undo.Action == s.Call.Action {
			id = "iam-account-password-policy"
		}
		b, _ := m.resource("aws_iam_account_password_policy", id, "account")
		passwords(b, a)
	},
}

// An owner is what policies are of: a user or a group.
type owner struct{ arg, kind, attr string }

var (
	ofGroup = owner{"GroupName", "aws_iam_group", "group"}
	ofUser  = owner{"UserName", "aws_iam_user", "user"}
)

// set names the owner in a resource of its.
func (o owner) set(m *module, b *hclwrite.Body, a args) {
	known := m.users
	if o == ofGroup {
		known = m.groups
	}
	set(b, o.attr, a[o.arg], known, strings.ToLower(a[o.arg]))
}

func (o owner) attached(m *module, _ *fix.Step, a args) {
	b, _ := m.resource(o.kind+"_policy_attachment", "", a[o.arg], last(a["PolicyArn"]))
	o.set(m, b, a)
	set(b, "policy_arn", a["PolicyArn"], m.arns, a["PolicyArn"])
}

func (o owner) detached(m *module, _ *fix.Step, a args) {
	m.leaving(o.kind+"_policy_attachment", a[o.arg]+"/"+a["PolicyArn"], func(b *hclwrite.Body) {
		o.set(m, b, a)
		b.SetAttributeValue("policy_arn", cty.StringVal(a["PolicyArn"]))
	}, a[o.arg], last(a["PolicyArn"]))
}

func (o owner) inline(m *module, _ *fix.Step, a args) {
	b, _ := m.resource(o.kind+"_policy", "", a[o.arg], a["PolicyName"])
	o.set(m, b, a)
	inline(b, a["PolicyName"], a["PolicyDocument"])
}

func (o owner) noInline(m *module, s *fix.Step, a args) {
	m.leaving(o.kind+"_policy", a[o.arg]+":"+a["PolicyName"], func(b *hclwrite.Body) {
		o.set(m, b, a)
		inline(b, a["PolicyName"], document(s))
	}, a[o.arg], a["PolicyName"])
}

// deletes reports whether the plan deletes a key, and does not only shut it off.
func (m *module) deletes(key string) bool {
	for _, s := range m.plan.Steps {
		if s.Call.Action == "DeleteAccessKey" && s.Call.Args["AccessKeyId"] == key {
			return true
		}
	}
	return false
}

func inline(b *hclwrite.Body, name, text string) {
	b.SetAttributeValue("name", cty.StringVal(name))
	b.SetAttributeValue("policy", cty.StringVal(text))
}

// document is that of an inline policy which a step takes away: its inverse
// would write it again.
func document(s *fix.Step) string {
	if s.Undo == nil {
		return ""
	}
	return s.Undo.Args["PolicyDocument"]
}

// passwords are the arguments of the password policy, which Terraform names in
// its own way.
func passwords(b *hclwrite.Body, a args) {
	for _, p := range [][2]string{{"allow_users_to_change_password", "AllowUsersToChangePassword"}, {"hard_expiry", "HardExpiry"},
		{"max_password_age", "MaxPasswordAge"}, {"minimum_password_length", "MinimumPasswordLength"}, {"password_reuse_prevention", "PasswordReusePrevention"},
		{"require_lowercase_characters", "RequireLowercaseCharacters"}, {"require_numbers", "RequireNumbers"},
		{"require_symbols", "RequireSymbols"}, {"require_uppercase_characters", "RequireUppercaseCharacters"}} {
		value, given := a[p[1]]
		if n, err := strconv.ParseInt(value, 10, 64); given && err == nil {
			b.SetAttributeValue(p[0], cty.NumberIntVal(n))
		} else if given {
			b.SetAttributeValue(p[0], cty.BoolVal(value == "true"))
		}
	}
}

// head is what to know, as comments.
func (m *module) head() string {
	var b strings.Builder
	say := func(format string, args ...any) {
		b.WriteString("# " + clean.Marked(fmt.Sprintf(format, args...)) + "\n")
	}
	say("Made by rollcall fix for account %s.", m.plan.Account.ID)
	switch {
	case m.final:
		say("The second of two configurations: it comes in place of the first, at least a minute")
		say("after that was applied. It destroys what the plan takes away.")
	case m.goes:
		say("The first of two configurations: terraform init, plan and apply. It makes what is to be")
		say("there, and imports what is to go without changing it. Wait a minute, put what")
		say("rollcall fix show PLAN --format terraform-final prints in its place, and apply again.")
	default:
		say("terraform init, plan and apply.")
	}
	for i, note := range m.notes {
		if i == 0 {
			say("")
			say("Terraform cannot do these; rollcall fix apply, or the script of --format shell, does:")
		}
		say("  %s", note)
	}
	for i, r := range m.plan.Remaining {
		if i == 0 {
			say("")
			say("Left as it is:")
		}
		say("  %s, %s: %s", r.Rule, r.Resource, r.Why)
	}
	return b.String() + "\n"
}
