package fix

import (
	"unicode"

	"github.com/rollcall-iam/rollcall/internal/iam"
)

// The quotas that plans keep, by their names in the account summary, with what
// AWS grants unless asked for more.
const (
	groupsPerUser    = "GroupsPerUserQuota"
	attachedPerGroup = "AttachedPoliciesPerGroupQuota"
	groupInlineSize  = "GroupPolicySizeQuota" // characters without white space, of all inline policies
	userInlineSize   = "UserPolicySizeQuota"  // likewise, of a user's
	policySize       = "PolicySizeQuota"      // likewise, of one managed policy
	attachedPerUser  = "AttachedPoliciesPerUserQuota"
	allGroups        = "GroupsQuota"
	allPolicies      = "PoliciesQuota"
	allUsers         = "UsersQuota"
)

var quotaDefaults = []Quota{
	{groupsPerUser, 10, true}, {attachedPerGroup, 10, true}, {attachedPerUser, 10, true}, {groupInlineSize, 5120, true}, {userInlineSize, 2048, true},
	{policySize, 6144, true}, {allGroups, 300, true}, {allPolicies, 1500, true}, {allUsers, 5000, true},
}

// quotasOf are the account's, as far as the summary tells.
func quotasOf(s *iam.Snapshot) []Quota {
	out := make([]Quota, len(quotaDefaults))
	for i, q := range quotaDefaults {
		if n, ok := s.Summary[q.Name]; ok {
			q.Value, q.Default = n, false
		}
		out[i] = q
	}
	return out
}

// inlineSize is that of several inline policies together.
func inlineSize(list []iam.InlinePolicy) (n int) {
	for _, held := range list {
		n += size(held.Document.Text())
	}
	return n
}

// size is a document's length as AWS counts it.
func size(text string) (n int) {
	for _, r := range text {
		if !unicode.IsSpace(r) {
			n++
		}
	}
	return n
}
