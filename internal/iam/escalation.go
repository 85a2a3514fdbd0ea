package iam

import (
	"slices"
	"strings"

	"github.com/rollcall-iam/rollcall/internal/iam/policy"
)

// An Escalation is a way by which a user can give themselves more than they
// were granted.
type Escalation struct {
	Method      string   // the actions it takes, such as iam:PassRole and ec2:RunInstances
	Policies    []string // the policies that allow one of them
	Conditional bool     // an action it takes is allowed under a condition only
}

// String is the method with the policies.
func (e *Escalation) String() string {
	s := e.Method + " by " + strings.Join(e.Policies, ", ")
	if e.Conditional {
		s += " under a condition"
	}
	return s
}

// The ways that are known to lead from their actions alone to any permission:
// to change what one is granted, to let somebody trusted in, or to hand a
// stronger role to a service that runs what one tells it to.
var escalations = [][]string{
	{"iam:CreatePolicyVersion"}, {"iam:SetDefaultPolicyVersion"},
	{"iam:AttachUserPolicy"}, {"iam:AttachGroupPolicy"}, {"iam:AttachRolePolicy"},
	{"iam:PutUserPolicy"}, {"iam:PutGroupPolicy"}, {"iam:PutRolePolicy"},
	{"iam:AddUserToGroup"}, {"iam:UpdateAssumeRolePolicy"},
	{passRole + "ec2", "ec2:RunInstances"},
	{passRole + "lambda", "lambda:CreateFunction", "lambda:InvokeFunction"},
	{passRole + "cloudformation", "cloudformation:CreateStack"},
	{passRole + "ecs-tasks", "ecs:RunTask"},
	{passRole + "glue", "glue:CreateDevEndpoint"},
	{passRole + "sagemaker", "sagemaker:CreateNotebookInstance"},
	{passRole + "codebuild", "codebuild:CreateProject", "codebuild:StartBuild"},
	{passRole + "datapipeline", "datapipeline:CreatePipeline", "datapipeline:PutPipelineDefinition"},
}

// passRole stands before the service that a role is handed to. It counts where
// it is for every role: on chosen roles it is how services are meant to be used.
const passRole = "iam:PassRole to "

// steps are the actions of all escalations, a bit each, in lower case.
var steps = func() (out []string) {
	for _, e := range escalations {
		for _, action := range e {
			if name := strings.ToLower(action); !slices.Contains(out, name) {
				out = append(out, name)
			}
		}
	}
	return out
}()

// stepSet is a set of steps.
type stepSet uint64

func stepsOf(actions []string) (set stepSet) {
	for _, a := range actions {
		set |= 1 << slices.Index(steps, strings.ToLower(a))
	}
	return set
}

var methods = func() (out []stepSet) {
	for _, e := range escalations {
		out = append(out, stepsOf(e))
	}
	return out
}()

// strides are the steps that a document allows, plainly or under a condition,
// and those that it denies to whoever holds it.
type strides struct{ plain, conditional, denied stepSet }

func (v *View) strides(d *policy.Document) strides {
	if s, ok := v.stridesOf[d]; ok {
		return s
	}
	var out strides
	for i := range d.Statements() {
		s := &d.Statements()[i]
		set := v.stepsIn(s)
		switch {
		case s.Allow && (len(s.Conditions) == 0 || len(s.Conditions) == 1 && passedTo(s) != nil):
			out.plain |= set
		case s.Allow:
			out.conditional |= set
		case len(s.Conditions) == 0 && slices.ContainsFunc(s.Resources, policy.Pattern.Any):
			out.denied |= set
		}
	}
	v.stridesOf[d] = out
	return out
}

func (v *View) stepsIn(s *policy.Statement) (set stepSet) {
	for i, name := range steps {
		service, isPass := strings.CutPrefix(name, strings.ToLower(passRole))
		switch {
		case isPass && s.AppliesTo("iam:passrole"):
			if !s.Allow || v.everyRole(s) && handsTo(s, service) {
				set |= 1 << i
			}
		case !isPass && s.AppliesTo(name) && (!s.Allow || passedTo(s) == nil): // a request to do else names no service
			set |= 1 << i
		}
	}
	return set
}

// passedTo are the services that a condition of the statement names, nil for
// no such condition.
func passedTo(s *policy.Statement) []string {
	for _, c := range s.Conditions {
		if strings.EqualFold(c.Key, "iam:PassedToService") && slices.Contains([]string{"StringEquals", "StringLike", "StringEqualsIgnoreCase"}, c.Operator) {
			return c.Values
		}
	}
	return nil
}

// handsTo reports whether a statement lets roles be handed to a service.
func handsTo(s *policy.Statement, service string) bool {
	services := passedTo(s)
	return services == nil || slices.ContainsFunc(services, func(name string) bool {
		return policy.Match(strings.ToLower(name), service+".amazonaws.com") || policy.Match(strings.ToLower(name), service+".amazonaws.com.cn")
	})
}

// everyRole reports whether a statement is about all roles of the account.
func (v *View) everyRole(s *policy.Statement) bool {
	all := policy.ParsePattern(v.Account.arn("role/*"), false)
	if s.NotResources != nil {
		return !slices.ContainsFunc(s.NotResources, func(p policy.Pattern) bool { return p.Covers(all) })
	}
	return slices.ContainsFunc(s.Resources, func(p policy.Pattern) bool { return p.Covers(all) })
}

// Escalations returns the ways by which a user can come to more than they were
// granted, less what plain denials and the boundary take away, or why that
// cannot be told.
func (v *View) Escalations(u *Subject) ([]Escalation, *Gap) {
	if u.Root {
		return nil, nil
	}
	grants, gap := v.Grants(u)
	if gap != nil {
		return nil, gap
	}
	var sum strides
	for i := range grants {
		if grants[i].Document == nil {
			return nil, grants[i].Gap
		}
		s := v.strides(grants[i].Document)
		sum.plain, sum.conditional, sum.denied = sum.plain|s.plain, sum.conditional|s.conditional, sum.denied|s.denied
	}
	if arn := u.Grants.Boundary.ARN; arn != "" {
		d, gap := v.Document(arn)
		if gap != nil {
			return nil, gap
		}
		b := v.strides(d)
		sum.denied |= b.denied
		sum.plain, sum.conditional = sum.plain&b.plain, (sum.plain|sum.conditional)&(b.plain|b.conditional)
	}
	return v.escalations(grants, sum), nil
}

func (v *View) escalations(grants []Grant, sum strides) (out []Escalation) {
	plain, all := sum.plain&^sum.denied, (sum.plain|sum.conditional)&^sum.denied
	for i, set := range methods {
		if all&set != set {
			continue
		}
		e := Escalation{Method: strings.Join(escalations[i], " and "), Conditional: plain&set != set}
		for _, g := range grants {
			if s := v.strides(g.Document); (s.plain|s.conditional)&set != 0 {
				e.Policies = append(e.Policies, g.String())
			}
		}
		out = append(out, e)
	}
	return out
}
