package iam

import "strings"

// An ARN is an ARN taken apart; IAM's have no region.
type ARN struct{ Partition, Service, Account, Resource string }

// ParseARN takes an ARN apart, if it is one.
func ParseARN(s string) (ARN, bool) {
	p := strings.SplitN(s, ":", 6)
	if len(p) != 6 || p[0] != "arn" {
		return ARN{}, false
	}
	return ARN{Partition: p[1], Service: p[2], Account: p[4], Resource: p[5]}, true
}

// IsAccountID reports whether s is the number of an account: twelve digits.
func IsAccountID(s string) bool {
	if len(s) != 12 {
		return false
	}
	return strings.Trim(s, "0123456789") == ""
}

// PathOf is the path in a user's ARN: /a/b/ in arn:aws:iam::1:user/a/b/name.
func PathOf(arn string) string {
	a, ok := ParseARN(arn)
	_, rest, isUser := strings.Cut(a.Resource, "/")
	if !ok || !isUser {
		return ""
	}
	return "/" + rest[:strings.LastIndexByte(rest, '/')+1]
}
