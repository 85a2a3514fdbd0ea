package policy

import "strings"

// awsDocuments are the few AWS-managed policies without which an account
// cannot be judged from files that leave AWS's own documents out. AWS keeps
// their meaning; the texts are ours.
var awsDocuments = map[string]*Document{
	"AdministratorAccess": New(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`),
	"IAMFullAccess":       New(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iam:*","Resource":"*"}]}`),
	"AWSDenyAll":          New(`{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}`),
	"PowerUserAccess": New(`{"Version":"2012-10-17","Statement":[
		{"Effect":"Allow","NotAction":["iam:*","organizations:*","account:*"],"Resource":"*"},
		{"Effect":"Allow","Action":["account:GetAccountInformation","account:GetGovCloudAccountInformation","account:GetPrimaryEmail","account:ListRegions","iam:CreateServiceLinkedRole","iam:DeleteServiceLinkedRole","iam:ListRoles","organizations:DescribeEffectivePolicy","organizations:DescribeOrganization"],"Resource":"*"}]}`),
	"IAMUserChangePassword": New(`{"Version":"2012-10-17","Statement":[
		{"Effect":"Allow","Action":"iam:ChangePassword","Resource":["arn:aws:iam::*:user/${aws:username}","arn:aws:iam::*:user/*/${aws:username}"]},
		{"Effect":"Allow","Action":"iam:GetAccountPasswordPolicy","Resource":"*"}]}`),
}

// AWSDocument returns the document of a well-known AWS-managed policy by its
// ARN, in any partition, where the built-in table has it.
func AWSDocument(arn string) (*Document, bool) {
	name, ok := awsManagedName(arn)
	if !ok {
		return nil, false
	}
	d, ok := awsDocuments[name]
	return d, ok
}

// IsAWSManaged reports whether the ARN is that of a policy AWS keeps.
func IsAWSManaged(arn string) bool { _, ok := awsManagedName(arn); return ok }

// IsQuarantine reports whether the policy is one that shuts a user out: AWS's
// answer to a leaked key, which AWS attaches by itself.
func IsQuarantine(arn string) bool {
	name, ok := awsManagedName(arn)
	return ok && strings.HasPrefix(name, "AWSCompromisedKeyQuarantine")
}

// IsDenyAll reports whether the policy is AWSDenyAll, by which an operator
// shuts a user out.
func IsDenyAll(arn string) bool {
	name, ok := awsManagedName(arn)
	return ok && name == "AWSDenyAll"
}

// awsManagedName is the name in arn:PARTITION:iam::aws:policy/[PATH/]NAME.
func awsManagedName(arn string) (string, bool) {
	rest, ok := strings.CutPrefix(arn, "arn:")
	if !ok {
		return "", false
	}
	path, ok := strings.CutPrefix(rest[max(0, strings.IndexByte(rest, ':')):], ":iam::aws:policy/")
	if !ok {
		return "", false
	}
	return path[strings.LastIndexByte(path, '/')+1:], true
}
