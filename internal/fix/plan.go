package fix

import (
	"maps"
	"slices"
	"strings"

	"github.com/rollcall-iam/rollcall/internal/iam"
)

// Schema is the form of a plan's JSON.
const Schema = "rollcall.plan/v1"

// A Plan is what removes findings from one account.
type Plan struct {
	Schema  string      `json:"schema"`
	Version string      `json:"version"` // of the program that made it
	Account iam.Account `json:"account"`
	ReadAt  string      `json:"readAt"` // when the account was read, by the source's own time
	Rules   []string    `json:"rules"`  // whose findings it is about
	Quotas  []Quota     `json:"quotas"` // that it was made to keep
	// Start is what must be so before the first step: the state of everything
	// that the plan changes or rests on.
	Start     []Condition `json:"start"`
	Steps     []Step      `json:"steps"`
	Proof     *Proof      `json:"proof,omitzero"` // that nobody loses or gains a permission but those meant to
	Remaining []Remaining `json:"remaining"`
	// ShutOut are the users who are meant to lose all they may do.
	ShutOut []string `json:"shutOut,omitzero"`
	// Created are the users that the plan makes, and Granted those who are meant to
	// get what a group grants.
	Created []string  `json:"created,omitzero"`
	Granted []Granted `json:"granted,omitzero"`
	// Notes are what people should know or may do instead.
	Notes []string `json:"notes,omitzero"`
}

// A Stage is a part of a plan. All steps of one are done before the next
// begins; before Take the plan waits until AWS has taken in what was joined.
type Stage string

// The stages, in their order.
const (
	Make Stage = "make" // what nobody has yet: policies, groups and what is in them
	Join Stage = "join" // users get what they are to keep
	Take Stage = "take" // what they then have twice is taken away
	Off  Stage = "off"  // credentials are shut off
	Gone Stage = "gone" // what is off, or empty, is deleted
)

// A Step is one call.
type Step struct {
	Number   int         `json:"number"` // from 1
	Stage    Stage       `json:"stage"`
	Call     Call        `json:"call"`
	Needs    []Condition `json:"needs"`           // what must be so right before it
	Leaves   []Condition `json:"leaves,omitzero"` // what is so once it is done, where its needs are not so any more
	Closes   []Closed    `json:"closes,omitzero"` // the findings that end with it
	Undo     *Call       `json:"undo"`            // nil where nothing takes it back
	Reversal Reversal    `json:"reversal"`
	Note     string      `json:"note,omitzero"`
}

// A Closed is a finding that a step ends.
type Closed struct {
	Rule        string `json:"rule"`
	Resource    string `json:"resource"`
	Fingerprint string `json:"fingerprint"`
}

// A Remaining is a finding that the plan leaves, and why.
type Remaining struct {
	Rule     string `json:"rule"`
	Resource string `json:"resource"`
	Why      string `json:"why"`
}

// A Granted is a user who joins a group to have what it grants.
type Granted struct {
	User  string `json:"user"`
	Group string `json:"group"`
}

// A Condition is a fact about the account that can be read again.
type Condition struct {
	Kind string   `json:"kind"` // user, group or policy
	Name string   `json:"name"` // of users and groups the name, of policies the ARN
	Fact string   `json:"fact"` // see the facts below
	Is   []string `json:"is"`   // sorted; what the fact must be, or hold where the fact says so
}

// The facts of conditions.
const (
	FactID        = "id"            // the unique id; empty for something that must not exist
	FactAttached  = "attached"      // the ARNs of all attached policies
	FactInline    = "inline"        // all inline policies, each as NAME DIGEST
	FactGroups    = "groups"        // the names of all the user's groups
	FactMember    = "member"        // the user is in these groups, and maybe in others
	FactDocument  = "document"      // the digest of a policy's document in force
	FactKey       = "key"           // the user has this access key, as ID STATUS
	FactNoKey     = "no-key"        // the user does not have this access key
	FactKeyIdle   = "key-idle"      // the key was not used after a moment, as ID MOMENT; never for not at all
	FactPassword  = "password"      // the user has a password: yes or no
	FactPassIdle  = "password-idle" // the password was not used after this moment, or never
	FactPasswords = "passwords"     // the password policy, each member as NAME VALUE; empty for none
	FactMembers   = "members"       // the names of all the group's members
	FactBoundary  = "boundary"      // the ARN of the permissions boundary; empty for none
	FactTags      = "tags"          // each as KEY=VALUE
)

// A Quota is a limit of the account that plans keep.
type Quota struct {
	Name    string `json:"name"` // as in the account summary
	Value   int    `json:"value"`
	Default bool   `json:"default"` // AWS's default, for the source did not tell
}

// Reversible reports whether undoing the plan brings all of it back as it was.
func (p *Plan) Reversible() bool {
	for _, s := range p.Steps {
		if s.Reversal != Exact {
			return false
		}
	}
	return true
}

// Permissions are the IAM actions that running the plan and reading what it
// rests on take, sorted.
func (p *Plan) Permissions() []string {
	set := map[string]bool{}
	for _, s := range p.Steps {
		set[s.Call.Permission()] = true
		for _, action := range alsoTakes[s.Call.Action] {
			set[action] = true
		}
		if s.Undo != nil {
			set[s.Undo.Permission()] = true
		}
		for _, c := range slices.Concat(s.Needs, s.Leaves) {
			for _, action := range reads[[2]string{c.Kind, c.Fact}] {
				set[action] = true
			}
		}
	}
	for _, c := range p.Start {
		for _, action := range reads[[2]string{c.Kind, c.Fact}] {
			set[action] = true
		}
	}
	return sorted(set)
}

// alsoTakes are what making a call takes beside its own permission.
var alsoTakes = map[string][]string{
	"CreateUser":         {"iam:TagUser"},
	"CreateLoginProfile": {"iam:UpdateLoginProfile", "iam:GetAccountPasswordPolicy"},
}

// The kinds of things that conditions are about.
const (
	KindUser   = "user"
	KindGroup  = "group"
	KindPolicy = "policy"

	KindAccount = "account" // has no name
)

// reads are the IAM actions that reading a fact takes.
var reads = func() map[[2]string][]string {
	out := itemReads()
	maps.Copy(out, accountReads)
	return out
}()

var accountReads = map[[2]string][]string{
	{KindUser, FactBoundary}:     {"iam:GetUser"},
	{KindUser, FactTags}:         {"iam:GetUser"},
	{KindUser, FactID}:           {"iam:GetUser"},
	{KindUser, FactAttached}:     {"iam:ListAttachedUserPolicies"},
	{KindUser, FactInline}:       {"iam:ListUserPolicies", "iam:GetUserPolicy"},
	{KindUser, FactGroups}:       {"iam:ListGroupsForUser"},
	{KindUser, FactMember}:       {"iam:ListGroupsForUser"},
	{KindGroup, FactID}:          {"iam:GetGroup"},
	{KindGroup, FactAttached}:    {"iam:ListAttachedGroupPolicies"},
	{KindGroup, FactInline}:      {"iam:ListGroupPolicies", "iam:GetGroupPolicy"},
	{KindUser, FactKeyIdle}:      {"iam:GetAccessKeyLastUsed"},
	{KindUser, FactPassword}:     {"iam:GetLoginProfile"},
	{KindUser, FactPassIdle}:     {"iam:GetUser"},
	{KindAccount, FactPasswords}: {"iam:GetAccountPasswordPolicy"},
	{KindGroup, FactMembers}:     {"iam:GetGroup"},
	{KindPolicy, FactID}:         {"iam:GetPolicy"},
	{KindPolicy, FactDocument}:   {"iam:GetPolicy", "iam:GetPolicyVersion"},
}

// Holds reports whether the condition is met by what its fact is now.
func (c Condition) Holds(now []string) bool {
	kind := kindOf(c.Fact)
	switch {
	case c.Fact == FactMember, kind != nil && c.Fact == kind.fact:
		return !slices.ContainsFunc(c.Is, func(want string) bool { return !slices.Contains(now, want) })
	case kind != nil && c.Fact == kind.gone:
		return !slices.ContainsFunc(now, func(key string) bool { return strings.HasPrefix(key, c.Is[0]+" ") })
	case c.Fact == FactKeyIdle, c.Fact == FactPassIdle: // used no later than it was; moments compare as text
		return len(now) == 1 && (now[0] == c.Is[0] || !strings.HasSuffix(c.Is[0], never) && !strings.HasSuffix(now[0], never) && now[0] < c.Is[0])
	}
	return slices.Equal(now, c.Is) || len(now)+len(c.Is) == 0
}

// never stands for the last use of what was never used.
const never = "never"

// Calls are the calls that plans and their undoing make.
func Calls() []string { return sortedKeys(calls) }

// Facts are the facts that plans rest on, each by its kind.
func Facts() [][2]string { return slices.Collect(maps.Keys(reads)) }
