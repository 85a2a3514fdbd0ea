package fix

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/rollcall-iam/rollcall/internal/iam/policy"
)

// names are those taken in an account, in lower case: IAM tells neither groups
// nor policies apart by letter case alone.
type names struct {
	groups, policies map[string]bool
	made             map[docID]string // ARNs of the policies that the plan makes
	customers        int              // customer managed policies, those to be made included
}

func newNames(st *state) *names {
	n := &names{groups: map[string]bool{}, policies: map[string]bool{}, made: map[docID]string{}}
	for name := range st.groups {
		n.groups[name] = true
	}
	for arn := range st.policies {
		if !policy.IsAWSManaged(arn) {
			n.policies[fold(short(arn))] = true
			n.customers++
		}
	}
	return n
}

// longest is how long the name of a group or policy may be.
const longest = 128

// free is the name, with a number behind it where it is taken, and takes it.
func free(taken map[string]bool, name string) string {
	name = legal(name)
	out := name
	for n := 2; taken[fold(out)]; n++ {
		suffix := fmt.Sprintf("-%d", n)
		out = name[:min(len(name), longest-len(suffix))] + suffix
	}
	taken[fold(out)] = true
	return out
}

// legal leaves out what IAM does not take in a name.
func legal(name string) string {
	name = strings.Map(func(r rune) rune {
		if 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || strings.ContainsRune("_+=,.@-", r) {
			return r
		}
		return -1
	}, name)
	if name == "" {
		name = "policies"
	}
	return name[:min(len(name), longest)]
}

// joined names a group after what it grants: three names at most.
func joined(grants []string) string {
	if len(grants) <= 3 {
		return strings.Join(grants, "-")
	}
	return strings.Join(grants[:3], "-") + fmt.Sprintf("-and-%d-more", len(grants)-3)
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
