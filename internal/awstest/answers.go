package awstest

import (
	"cmp"
	"maps"
	"net/url"
)

var actions map[string]action

func init() {
	actions = map[string]action{
		"GetCallerIdentity": (*StandIn).callerIdentity, "GetAccountSummary": (*StandIn).accountSummary,
		"ListAccountAliases": (*StandIn).aliases, "GetAccountAuthorizationDetails": (*StandIn).details,
		"GenerateCredentialReport": (*StandIn).generateReport, "GetCredentialReport": (*StandIn).getReport,
		"CreateRole": (*StandIn).createRole,
	}
	for _, more := range []map[string]action{userActions(), groupActions(), grantActions(), policyActions(), passwordActions(),
		keyActions(), credentialActions(), deviceActions(), accountActions()} {
		maps.Copy(actions, more)
	}
}

func (s *StandIn) callerIdentity(url.Values) (any, error) {
	arn := cmp.Or(s.CallerARN, "arn:aws:sts::"+AccountID+":assumed-role/Audit/rollcall")
	return struct{ Arn, UserId, Account string }{arn, "AROA:rollcall", AccountID}, nil //nolint:revive // AWS's spelling
}

func (s *StandIn) aliases(url.Values) (any, error) {
	return struct {
		AccountAliases members[string]
		listing
	}{list("stand-in"), listing{}}, nil
}

// members is a list in XML. An empty one has its element, as AWS sends it.
type members[T any] struct {
	List []T `xml:"member"`
}

func list[T any](elements ...T) members[T] { return members[T]{elements} }

// each makes a list of the XML of elements.
func each[E, T any](elements []E, text func(E) T) (out members[T]) {
	for _, e := range elements {
		out.List = append(out.List, text(e))
	}
	return out
}

// listing is the end of a page.
type listing struct {
	IsTruncated bool
	Marker      string `xml:",omitempty"`
}

// cut is the page of a list that a call asks for.
func cut[T any](s *StandIn, form url.Values, all []T) ([]T, listing) {
	from, to, marker := s.page(form, len(all))
	return all[from:to], listing{marker != "", marker}
}
