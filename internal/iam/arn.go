package iam

import "strings"

// An ARN is an ARN taken apart; IAM's have no region.
type ARN struct{ Partition, Service, Account, Resource string }

// ParseARN takes an ARN apart, if it is one.
func ParseARN(s string) (ARN, bool) {
	var parts [6]string // not strings.SplitN's, which allocates: this is asked for every user
	for i := range 5 {
		var found bool
		if parts[i], s, found = strings.Cut(s, ":"); !found {
			return ARN{}, false
		}
	}
	if parts[0] != "arn" {
		return ARN{}, false
	}
	return ARN{Partition: parts[1], Service: parts[2], Account: parts[4], Resource: s}, true
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
	first := strings.IndexByte(arn, '/') // nothing before the resource has one
	if first < 0 || !strings.HasPrefix(arn, "arn:") || strings.Count(arn[:first], ":") < 5 {
		return ""
	}
	return arn[first : strings.LastIndexByte(arn, '/')+1]
}
