package fix

import (
	"maps"
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
	case "Delete", "Detach", "Remove", "Deactivate":
		return "NoSuchEntity"
	}
	switch c.Action {
	case "UploadSSHPublicKey":
		return "DuplicateSSHPublicKey"
	case "UploadSigningCertificate":
		return "DuplicateCertificate"
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
	argSerial   = "SerialNumber"
	argBoundary = "PermissionsBoundary"
	argTags     = "Tags" // a JSON list of Key and Value
	argReset    = "PasswordResetRequired"
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
	"DeleteLoginProfile": "delete the password of {UserName}",
	"CreateLoginProfile": "give {UserName} a password that is shown once and must be changed",
	"CreateUser":         "make user {UserName}", "DeleteUser": "delete user {UserName}",
	"UpdateSSHPublicKey": "make SSH key {SSHPublicKeyId} of {UserName} {Status}", "DeleteSSHPublicKey": "delete SSH key {SSHPublicKeyId} of {UserName}",
	"UploadSSHPublicKey": "upload the SSH key of {UserName} again", "UploadSigningCertificate": "upload the signing certificate of {UserName} again",
	"UpdateSigningCertificate":        "make signing certificate {CertificateId} of {UserName} {Status}",
	"DeleteSigningCertificate":        "delete signing certificate {CertificateId} of {UserName}",
	"UpdateServiceSpecificCredential": "make service credential {ServiceSpecificCredentialId} of {UserName} {Status}",
	"DeleteServiceSpecificCredential": "delete service credential {ServiceSpecificCredentialId} of {UserName}",
	"DeactivateMFADevice":             "take MFA device {SerialNumber} from {UserName}", "DeleteVirtualMFADevice": "delete virtual MFA device {SerialNumber}",
	"PutUserPermissionsBoundary":    "set the permissions boundary of {UserName} to {PermissionsBoundary}",
	"DeleteUserPermissionsBoundary": "take the permissions boundary from {UserName}",
	"UpdateAccountPasswordPolicy":   "set the password policy:", "DeleteAccountPasswordPolicy": "delete the password policy",
	"PutUserPolicy": "write inline policy {PolicyName} into {UserName}", "DeleteUserPolicy": "delete inline policy {PolicyName} of {UserName}",
}

// String is the call in words for people: what is done to what.
func (c Call) String() string {
	out := c.in(sentences)
	if strings.HasSuffix(out, ":") {
		out += " " + strings.Join(members(c.Args), ", ")
	}
	return out
}

// in is the call in one of several ways to say it.
func (c Call) in(words map[string]string) string {
	var pairs []string
	for name, value := range c.Args {
		if name == argStatus {
			value = strings.ToLower(value)
		}
		pairs = append(pairs, "{"+name+"}", short(value))
	}
	return strings.NewReplacer(pairs...).Replace(words[c.Action])
}

// wordsOf takes a name of the API apart: Attach, Group, Policy; SSH, Public, Key.
func wordsOf(action string) (out []string) {
	start := 0
	for i := 1; i <= len(action); i++ {
		if i == len(action) || upper(action[i]) && (!upper(action[i-1]) || i+1 < len(action) && !upper(action[i+1])) {
			out = append(out, action[start:i])
			start = i
		}
	}
	return out
}

func upper(b byte) bool { return 'A' <= b && b <= 'Z' }

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

// renewed are the calls after whose inverse a thing has another id.
var renewed = []string{"DeleteGroup", "DeleteUser", "DeleteSSHPublicKey", "DeleteSigningCertificate"}

// reversal is how good an inverse of the call is; nil is none.
func (c Call) reversal(undo *Call) Reversal {
	switch {
	case undo == nil:
		return Irreversible
	case slices.Contains(renewed, c.Action):
		return NewIdentity
	}
	return Exact
}

// making are arguments that say what something is to be like, and that a call
// which takes it away does not have.
var making = []string{argDocument, argBoundary, argTags, argPath, argReset}

// inverse is the call that takes another one back.
func inverse(c Call) *Call {
	if status, ok := c.Args[argStatus]; ok {
		back := Call{c.Action, maps.Clone(c.Args)}
		back.Args[argStatus] = map[string]string{active: inactive, inactive: active}[status]
		return &back
	}
	pairs := [][2]string{
		{"CreateGroup", "DeleteGroup"}, {"AttachGroupPolicy", "DetachGroupPolicy"}, {"PutGroupPolicy", "DeleteGroupPolicy"},
		{"AddUserToGroup", "RemoveUserFromGroup"}, {"AttachUserPolicy", "DetachUserPolicy"}, {"PutUserPolicy", "DeleteUserPolicy"},
		{"CreateUser", "DeleteUser"}, {"CreateLoginProfile", "DeleteLoginProfile"}, {"PutUserPermissionsBoundary", "DeleteUserPermissionsBoundary"},
	}
	for _, p := range pairs {
		if i := slices.Index(p[:], c.Action); i >= 0 {
			back := Call{Action: p[1-i], Args: map[string]string{}}
			for k, v := range c.Args {
				if !slices.Contains(making, k) {
					back.Args[k] = v
				}
			}
			return &back
		}
	}
	return nil
}
