package fix

import (
	"slices"
	"strings"
)

// A Call is one call of the IAM API with its arguments, by the names that the
// API gives them. Values are strings.
type Call struct {
	Action string            `json:"action"` // such as AttachGroupPolicy
	Args   map[string]string `json:"args"`
}

func call(action string, args ...string) Call {
	c := Call{Action: action, Args: make(map[string]string, len(args)/2)}
	for i := 0; i+1 < len(args); i += 2 {
		c.Args[args[i]] = args[i+1]
	}
	return c
}

// Permission is the IAM action that the call takes.
func (c Call) Permission() string { return "iam:" + c.Action }

// DoneCode is the code by which AWS says that the call is done already; "" for
// a call that can be made again.
func (c Call) DoneCode() string {
	switch wordsOf(c.Action)[0] {
	case "Create":
		return "EntityAlreadyExists"
	case "Delete", "Detach", "Remove":
		return "NoSuchEntity"
	}
	return ""
}

// Names of arguments, as the API has them.
const (
	argUser     = "UserName"
	argGroup    = "GroupName"
	argPolicy   = "PolicyName"
	argARN      = "PolicyArn"
	argDocument = "PolicyDocument"
	argKey      = "AccessKeyId"
	argStatus   = "Status"
	argPath     = "Path"
)

// The statuses of a credential.
const (
	active   = "Active"
	inactive = "Inactive"
)

// sentences are calls in words; an argument stands where its name does.
var sentences = map[string]string{
	"CreateGroup": "make group {GroupName}", "DeleteGroup": "delete group {GroupName}",
	"CreatePolicy": "make policy {PolicyName}", "DeletePolicy": "delete policy {PolicyArn}",
	"AttachGroupPolicy": "attach {PolicyArn} to group {GroupName}", "DetachGroupPolicy": "detach {PolicyArn} from group {GroupName}",
	"PutGroupPolicy": "write inline policy {PolicyName} into group {GroupName}", "DeleteGroupPolicy": "delete inline policy {PolicyName} of group {GroupName}",
	"AddUserToGroup": "add {UserName} to group {GroupName}", "RemoveUserFromGroup": "take {UserName} out of group {GroupName}",
	"AttachUserPolicy": "attach {PolicyArn} to {UserName}", "DetachUserPolicy": "detach {PolicyArn} from {UserName}",
	"UpdateAccessKey": "make access key {AccessKeyId} of {UserName} {Status}", "DeleteAccessKey": "delete access key {AccessKeyId} of {UserName}",
	"DeleteLoginProfile":          "delete the password of {UserName}",
	"UpdateAccountPasswordPolicy": "set the password policy:", "DeleteAccountPasswordPolicy": "delete the password policy",
	"PutUserPolicy": "write inline policy {PolicyName} into {UserName}", "DeleteUserPolicy": "delete inline policy {PolicyName} of {UserName}",
}

// String is the call in words for people: what is done to what.
func (c Call) String() string {
	var pairs []string
	for name, value := range c.Args {
		if name == argStatus {
			value = strings.ToLower(value)
		}
		pairs = append(pairs, "{"+name+"}", short(value))
	}
	out := strings.NewReplacer(pairs...).Replace(sentences[c.Action])
	if strings.HasSuffix(out, ":") {
		out += " " + strings.Join(listed(c.Args), ", ")
	}
	return out
}

// wordsOf takes the name of an action apart: Attach, Group, Policy.
func wordsOf(action string) (out []string) {
	start := 0
	for i := 1; i <= len(action); i++ {
		if i == len(action) || 'A' <= action[i] && action[i] <= 'Z' && !('A' <= action[i-1] && action[i-1] <= 'Z') {
			out = append(out, action[start:i])
			start = i
		}
	}
	return out
}

// short is an ARN's last part, and any other text itself.
func short(s string) string {
	if strings.HasPrefix(s, "arn:") {
		return s[strings.LastIndexByte(s, '/')+1:]
	}
	return s
}

// key is the same for two calls that do the same.
func (c Call) key() string {
	key := c.Action
	for _, name := range sortedKeys(c.Args) {
		key += "\x00" + name + "\x00" + c.Args[name]
	}
	return key
}

// A Reversal says how good the inverse of a step is.
type Reversal string

// The kinds of reversal.
const (
	Exact        Reversal = "exact"        // everything is as before
	NewIdentity  Reversal = "new-identity" // it comes back with another id
	Irreversible Reversal = "irreversible" // it cannot come back
)

// reversals are how good the inverses of calls are that are not exact.
var reversals = map[string]Reversal{
	"DeleteAccessKey": Irreversible, "DeleteLoginProfile": Irreversible, "DeleteGroup": NewIdentity,
}

// inverse is the call that takes another one back.
func inverse(c Call) *Call {
	if c.Action == "UpdateAccessKey" {
		status := map[string]string{active: inactive, inactive: active}[c.Args[argStatus]]
		back := call(c.Action, argUser, c.Args[argUser], argKey, c.Args[argKey], argStatus, status)
		return &back
	}
	pairs := [][2]string{
		{"CreateGroup", "DeleteGroup"}, {"AttachGroupPolicy", "DetachGroupPolicy"}, {"PutGroupPolicy", "DeleteGroupPolicy"},
		{"AddUserToGroup", "RemoveUserFromGroup"}, {"AttachUserPolicy", "DetachUserPolicy"}, {"PutUserPolicy", "DeleteUserPolicy"},
	}
	for _, p := range pairs {
		if i := slices.Index(p[:], c.Action); i >= 0 {
			back := Call{Action: p[1-i], Args: map[string]string{}}
			for k, v := range c.Args {
				if k != argDocument {
					back.Args[k] = v
				}
			}
			return &back
		}
	}
	return nil
}
