package file

import (
	"fmt"
	"io"
	"regexp"
	"strings"

	"github.com/rollcall-iam/rollcall/internal/iam"
)

// Results of other tools, each a whole account.
const (
	suiteFile  kind = "ScoutSuite results"
	scout2File kind = "Scout2 results" // ScoutSuite's ancestor
)

// whole reports whether a file of the kind is a whole account by itself.
func (k kind) whole() bool { return k == snapshotFile || k.scout() }

func (k kind) scout() bool { return k == suiteFile || k == scout2File }

// tool is who wrote a file of the kind.
func (k kind) tool() string { return strings.TrimSuffix(string(k), " results") }

// variables are what the first line of results assigns them to.
var variables = map[string]kind{"scoutsuite_results": suiteFile, "aws_info": scout2File, "iam_info": scout2File}

var assignment = regexp.MustCompile(`^\s*(?:var\s+)?([A-Za-z_]\w*)\s*=\s*\{`)

// longestAssignment is more than any of them is long, spaces included.
const longestAssignment = 256

// unassign blanks out the beginning of a script that assigns JSON to a variable,
// so that all places stay what they are, and returns the variable; "" for none.
func (s *stream) unassign() string {
	head, _ := s.Peek(longestAssignment)
	m := assignment.FindSubmatch(head)
	if m == nil {
		return ""
	}
	n, _ := s.Discard(len(m[0]) - len("{"))
	s.layer(io.MultiReader(strings.NewReader(strings.Repeat(" ", n)), s.Reader))
	return string(m[1])
}

// A scoutLook is what a look at a file found of ScoutSuite's and Scout2's.
type scoutLook struct {
	variable                   string
	provider                   string // the cloud, which ScoutSuite names
	services, iam              bool   // it has services, and among them IAM
	users, permissions, report bool
}

// scoutMember looks at the members that results have, and returns false for others.
func (n *sniffer) scoutMember(name string) (bool, error) {
	switch folded(name) {
	case "accountid":
		if name != "accountId" && n.PeekKind() == '"' {
			return true, n.scoutAccount()
		}
	case "providercode":
		if n.PeekKind() == '"' {
			tok, err := n.ReadToken()
			n.look.provider = tok.String()
			return true, err
		}
	case "services":
		if n.PeekKind() == '{' {
			n.look.services = true
			return true, n.object(n.service)
		}
	case "permissions":
		n.look.permissions = true
	case "users", "groups", "roles":
		if n.PeekKind() == '{' {
			n.look.users = n.look.users || folded(name) == "users"
			return true, n.holders()
		}
	}
	return false, nil
}

// scoutAccount takes the account's number; Scout2 wrote TODO at times.
func (n *sniffer) scoutAccount() error {
	tok, err := n.ReadToken()
	if id := tok.String(); err == nil && iam.IsAccountID(id) {
		n.account = id
	}
	return err
}

func (n *sniffer) service(name string) (bool, error) {
	if name != "iam" || n.PeekKind() != '{' {
		return false, nil
	}
	n.look.iam = true
	if n.account != "" && n.look.variable != "" {
		return true, errKnown
	}
	return true, n.object(func(name string) (bool, error) {
		n.look.report = n.look.report || folded(name) == "credentialreports"
		return n.scoutMember(name)
	})
}

// holders looks for the account in the ARNs of users, groups or roles.
func (n *sniffer) holders() error {
	return n.object(func(string) (bool, error) {
		if n.PeekKind() != '{' {
			return false, nil
		}
		return true, n.object(func(name string) (bool, error) {
			if folded(name) != "arn" || n.PeekKind() != '"' {
				return false, nil
			}
			tok, err := n.ReadToken()
			if arn, ok := iam.ParseARN(tok.String()); ok && n.account == "" && iam.IsAccountID(arn.Account) {
				n.account = arn.Account
			}
			return true, err
		})
	})
}

// kind is what the results are of, or why they are of no use; "" and "" for a
// file that is none.
func (l *scoutLook) kind() (k kind, why string) {
	given := variables[l.variable]
	switch {
	case l.variable != "" && given == "":
		return "", fmt.Sprintf("it assigns %q, which is not where ScoutSuite or Scout2 keep users", l.variable)
	case l.provider != "" && l.provider != "aws" && l.services:
		return "", fmt.Sprintf("it holds ScoutSuite results of %q, which is not AWS", l.provider)
	case l.iam && (given == suiteFile || given == "" && (l.report || l.provider != "")):
		return suiteFile, ""
	case l.iam, l.users && (l.permissions || given == scout2File):
		return scout2File, ""
	case given != "", l.services && l.provider != "":
		return "", "it holds results without IAM: run the tool again with --services iam"
	}
	return "", ""
}

// folded is a member's name without the case and underscores in which the
// versions of these tools differ.
func folded(name string) string { return strings.ToLower(strings.ReplaceAll(name, "_", "")) }
