package iam

import (
	"slices"
	"strings"

	"github.com/rollcall-iam/rollcall/internal/iam/policy"
)

// The ways that lead from their actions alone to any permission: to change
// what one is granted, to join those who are granted more, or to hand a
// stronger role to a service that runs what one tells it to. Of actions with |
// between them one is enough.
var ways = [][]string{
	{"iam:CreatePolicyVersion"}, {"iam:SetDefaultPolicyVersion"},
	{"iam:AttachUserPolicy"}, {"iam:AttachGroupPolicy"}, {"iam:AttachRolePolicy"},
	{"iam:PutUserPolicy"}, {"iam:PutGroupPolicy"}, {"iam:PutRolePolicy"},
	{"iam:AddUserToGroup"}, {"iam:UpdateAssumeRolePolicy"},
	{"iam:DeleteUserPermissionsBoundary|iam:PutUserPermissionsBoundary"},
	{passRole + "ec2", "ec2:RunInstances|ec2:RequestSpotInstances"},
	{passRole + "lambda", "lambda:CreateFunction", "lambda:InvokeFunction|lambda:CreateFunctionUrlConfig|lambda:AddPermission|lambda:CreateEventSourceMapping"},
	{passRole + "cloudformation", "cloudformation:CreateStack"},
	{passRole + "cloudformation", "cloudformation:CreateChangeSet", "cloudformation:ExecuteChangeSet"},
	{passRole + "ecs-tasks", "ecs:RunTask"},
	{passRole + "ecs-tasks", "ecs:RegisterTaskDefinition", "ecs:CreateService|ecs:StartTask"},
	{passRole + "ecs-tasks", "batch:RegisterJobDefinition", "batch:SubmitJob"},
	{passRole + "glue", "glue:CreateDevEndpoint"},
	{passRole + "glue", "glue:CreateSession", "glue:RunStatement"},
	{passRole + "glue", "glue:CreateJob", "glue:StartJobRun|glue:CreateTrigger"},
	{passRole + "sagemaker", "sagemaker:CreateNotebookInstance", "sagemaker:CreatePresignedNotebookInstanceUrl|sagemaker:CreateNotebookInstanceLifecycleConfig"},
	{passRole + "sagemaker", "sagemaker:CreateTrainingJob|sagemaker:CreateProcessingJob"},
	{passRole + "codebuild", "codebuild:CreateProject|codebuild:UpdateProject", "codebuild:StartBuild|codebuild:StartBuildBatch"},
	{passRole + "datapipeline", "datapipeline:CreatePipeline", "datapipeline:PutPipelineDefinition"},
	{passRole + "elasticmapreduce", "elasticmapreduce:RunJobFlow"},
	{passRole + "states", "states:CreateStateMachine", "states:StartExecution"},
	{passRole + "ssm", "ssm:CreateDocument", "ssm:StartAutomationExecution"},
	{passRole + "scheduler", "scheduler:CreateSchedule"},
}

// passRole stands before the service that a role is handed to. It counts where
// it is for every role: on chosen roles it is how services are meant to be used.
const passRole = "iam:PassRole to "

// A step is one action of a way.
type step struct {
	name    string // as ways have it
	action  string // in lower case
	service string // that a role is handed to, "" for other actions
	on      target
}

// A target is what a step must be allowed on to lead further.
type target uint8

const (
	anything target = iota // or what is yet to be made
	themselves
	bounded // the user, where there is a boundary to lift
	theirGroups
	theirPolicies
	everyRole
	worthJoining // every group, or one of administrators
)

var targets = map[string]target{
	"iam:createpolicyversion": theirPolicies, "iam:setdefaultpolicyversion": theirPolicies,
	"iam:attachuserpolicy": themselves, "iam:putuserpolicy": themselves,
	"iam:deleteuserpermissionsboundary": bounded, "iam:putuserpermissionsboundary": bounded,
	"iam:attachgrouppolicy": theirGroups, "iam:putgrouppolicy": theirGroups, "iam:addusertogroup": worthJoining,
	"iam:attachrolepolicy": everyRole, "iam:putrolepolicy": everyRole, "iam:updateassumerolepolicy": everyRole, "iam:passrole": everyRole,
}

// A stepSet is a set of steps, a bit each.
type stepSet uint64

// steps are those of all ways, and methods the ways with their steps by index.
var steps, methods = func() (all []step, methods [][][]int) {
	for _, way := range ways {
		var method [][]int
		for _, choice := range way {
			var alternatives []int
			for _, name := range strings.Split(choice, "|") {
				i := slices.IndexFunc(all, func(s step) bool { return s.name == name })
				if i < 0 {
					i = len(all)
					all = append(all, newStep(name))
				}
				alternatives = append(alternatives, i)
			}
			method = append(method, alternatives)
		}
		methods = append(methods, method)
	}
	return all, methods
}()

func newStep(name string) step {
	action, service, _ := strings.Cut(strings.ToLower(name), " to ")
	return step{name: name, action: action, service: service, on: targets[action]}
}

// under is how well a step is allowed under conditions.
func (s *step) under(conditions []policy.Condition) strength {
	out := plainly
	for _, c := range conditions {
		out = min(out, s.underOne(c))
	}
	return out
}

func (s *step) underOne(c policy.Condition) strength {
	op := operatorOf(c.Operator)
	switch strings.ToLower(c.Key) {
	case "iam:passedtoservice":
		switch {
		case s.service == "" && !op.absent: // a request to do else names no service
			return notAllowed
		case s.service == "" || op.lets(c.Values, s.service):
			return plainly
		}
		return notAllowed
	case "iam:policyarn", "iam:permissionsboundary": // they confine what can be granted
		if op.confines() && !op.absent && !op.admits(c.Values) && s.action != "iam:deleteuserpermissionsboundary" {
			return notAllowed
		}
	}
	return conditionally
}

// An operator is a condition's operator taken apart.
type operator struct {
	base   string // in lower case
	absent bool   // the condition holds where the key is absent
}

func operatorOf(text string) operator {
	base := strings.ToLower(text)
	base, all := strings.CutPrefix(base, "forallvalues:")
	base = strings.TrimPrefix(base, "foranyvalue:")
	base, exists := strings.CutSuffix(base, "ifexists")
	return operator{base, all || exists || strings.Contains(base, "not")}
}

// confines reports whether the operator names what is let through rather than
// what is not.
func (o operator) confines() bool {
	return slices.Contains([]string{"stringequals", "stringlike", "stringequalsignorecase", "arnequals", "arnlike"}, o.base)
}

// admits reports whether a condition on a policy's ARN lets one through that
// allows everything, or everything in IAM.
func (o operator) admits(values []string) bool {
	return slices.ContainsFunc(values, func(v string) bool {
		for _, name := range []string{"AdministratorAccess", "IAMFullAccess"} {
			for _, partition := range []string{"aws", "aws-cn", "aws-us-gov"} {
				arn := "arn:" + partition + ":iam::aws:policy/" + name
				if strings.EqualFold(v, arn) || o.base != "stringequals" && policy.Match(v, arn) {
					return true
				}
			}
		}
		return false
	})
}

// lets reports whether a condition with these values lets a role be handed to
// a service.
func (o operator) lets(values []string, service string) bool {
	hit := slices.ContainsFunc(values, func(v string) bool {
		for _, name := range []string{service + ".amazonaws.com", service + ".amazonaws.com.cn"} {
			if strings.EqualFold(v, name) || strings.HasSuffix(o.base, "like") && policy.Match(strings.ToLower(v), name) {
				return true
			}
		}
		return false
	})
	if strings.Contains(o.base, "not") {
		return !hit
	}
	return hit && o.confines()
}
