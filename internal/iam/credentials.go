package iam

import (
	"cmp"
	"strings"

	"github.com/rollcall-iam/rollcall/internal/iam/policy"
)

// A credentialAction is an IAM action that changes or shows a user's means of
// signing in.
type credentialAction struct {
	name      string
	device    bool // its resource is the virtual device, not the user
	self      bool // users need it to manage their own credentials
	others    bool // on somebody else it gives or takes a way in
	enrolling bool // needed before there is any MFA device
}

// credentialActions are what iam:*AccessKey*, iam:*Password, iam:*MFADevice*
// and iam:UpdateLoginProfile come to, reads that managing does not need left
// out, and the two other ways to hand out a password. ChangePassword has no
// effect on anybody but the caller; making a virtual device, or deleting one
// that is deactivated, changes nobody's way in.
var credentialActions = [...]credentialAction{
	{name: "iam:ChangePassword", self: true},
	{name: "iam:UpdateLoginProfile", self: true, others: true},
	{name: "iam:CreateLoginProfile", others: true},
	{name: "iam:DeleteLoginProfile", others: true},
	{name: "iam:CreateAccessKey", self: true, others: true},
	{name: "iam:UpdateAccessKey", self: true, others: true},
	{name: "iam:DeleteAccessKey", self: true, others: true},
	{name: "iam:ListAccessKeys", self: true},
	{name: "iam:EnableMFADevice", self: true, others: true, enrolling: true},
	{name: "iam:DeactivateMFADevice", self: true, others: true},
	{name: "iam:ResyncMFADevice", self: true, others: true},
	{name: "iam:ListMFADevices", self: true},
	{name: "iam:CreateVirtualMFADevice", device: true, self: true, enrolling: true},
	{name: "iam:DeleteVirtualMFADevice", device: true, self: true},
}

// actionSet is a set of credentialActions, a bit each.
type actionSet uint32

func actionsWhere(f func(credentialAction) bool) (set actionSet) {
	for i, a := range credentialActions {
		if f(a) {
			set |= 1 << i
		}
	}
	return set
}

var (
	selfActions      = actionsWhere(func(a credentialAction) bool { return a.self })
	otherActions     = actionsWhere(func(a credentialAction) bool { return a.others })
	deviceActions    = actionsWhere(func(a credentialAction) bool { return a.device })
	enrollingActions = actionsWhere(func(a credentialAction) bool { return a.enrolling })
	changePassword   = actionsWhere(func(a credentialAction) bool { return a.name == "iam:ChangePassword" })
)

// names lists the set; one list serves all who ask for the same set.
func (v *View) names(s actionSet) []string {
	if out, ok := v.actionNames[s]; ok {
		return out
	}
	var out []string
	for i, a := range credentialActions {
		if s&(1<<i) != 0 {
			out = append(out, a.name)
		}
	}
	v.actionNames[s] = out
	return out
}

var lowerActions = func() (out [len(credentialActions)]string) {
	for i, a := range credentialActions {
		out[i] = strings.ToLower(a.name)
	}
	return out
}()

// A reach is a statement that touches credentials, with the actions it names.
type reach struct {
	*policy.Statement
	actions actionSet
}

// reach keeps what of a document touches credentials; mostly nothing.
func (v *View) reach(d *policy.Document) []reach {
	if r, ok := v.reaches[d]; ok {
		return r
	}
	var out []reach
	for i := range d.Statements() {
		s := &d.Statements()[i]
		var set actionSet
		for k, name := range lowerActions {
			if s.AppliesTo(name) {
				set |= 1 << k
			}
		}
		if set != 0 {
			out = append(out, reach{s, set})
		}
	}
	v.reaches[d] = out
	return out
}

// own is a user as the owner of the two resources that credential actions
// name: the user, and the virtual device.
type own struct {
	*User
	deviceARN string // of the virtual device that bears the user's name; made when asked for
}

func (o *own) device() string {
	if o.deviceARN == "" {
		arn, _ := ParseARN(o.ARN)
		o.deviceARN = "arn:" + arn.Partition + ":iam::" + arn.Account + ":mfa/" + o.Name
	}
	return o.deviceARN
}

// covered are the statement's actions whose resource, the user or the user's
// own device, the statement applies to.
func (o *own) covered(r reach) (set actionSet) {
	if r.actions&^deviceActions != 0 && o.applies(r.Statement, o.ARN) {
		set |= r.actions &^ deviceActions
	}
	if r.actions&deviceActions != 0 && o.applies(r.Statement, o.device()) {
		set |= r.actions & deviceActions
	}
	return set
}

func (o *own) applies(s *policy.Statement, resource string) bool {
	match := func(list []policy.Pattern) bool {
		for _, p := range list {
			if p.Any() || p.MatchAs(o.Name, resource) {
				return true
			}
		}
		return false
	}
	if s.NotResources != nil {
		return !match(s.NotResources)
	}
	return match(s.Resources)
}

// MissingSelfService returns the actions on their own password, access keys
// and MFA devices that a user is not allowed, and why there may be more. A
// grant under a condition counts, but not one that asks for MFA before a
// device can be enrolled; a denial counts where it has no condition, and on
// enrolling where it is for sessions without MFA.
func (v *View) MissingSelfService(u *Subject) ([]string, *Gap) {
	if u.Root {
		return nil, nil
	}
	if u.Grants == nil {
		return nil, v.UserGap(u.User, Details)
	}
	o, m := &own{User: u.User}, v.membership(u)
	t, gap := m.tally(o), cmp.Or(m.missing, m.gap, v.moreGrants(u.User))
	for _, g := range v.direct(u.User) {
		if g.Document == nil {
			gap = g.Gap
			continue
		}
		t.add(o, v.reach(g.Document))
	}
	if t.denied&selfActions == selfActions {
		return v.names(selfActions), nil // whatever else there is
	}
	if gap != nil {
		return nil, gap
	}
	allowed := t.allowed &^ t.denied
	if allowed == 0 {
		return v.missing(allowed, t.denied)
	}
	d, gap := v.boundary(u.User)
	if d != nil {
		var b tally
		b.add(o, v.reach(d))
		allowed &= b.allowed &^ b.denied
		t.denied |= b.denied
	}
	names, more := v.missing(allowed, t.denied)
	return names, cmp.Or(gap, more) // a boundary can but take away more
}

// missing leaves open whether users may change their own passwords where the
// password policy, which can allow it to all, was not read.
func (v *View) missing(allowed, denied actionSet) ([]string, *Gap) {
	if v.PasswordPolicy.Value.AllowUsersToChange {
		allowed |= changePassword &^ denied
	}
	set := selfActions &^ allowed
	if set&changePassword != 0 && denied&changePassword == 0 && v.PasswordPolicy.State == Unknown {
		return v.names(set &^ changePassword), v.Gap(PasswordPolicyGet)
	}
	return v.names(set), nil
}

// A tally adds up what statements allow and deny a user on themselves.
type tally struct{ allowed, denied actionSet }

func tallyOf(o *own, reaches []reach) (t tally) {
	t.add(o, reaches)
	return t
}

func (t *tally) add(o *own, reaches []reach) {
	for _, r := range reaches {
		set := o.covered(r)
		mfa := mfaOf(r.Statement)
		switch {
		case r.Allow && mfa == withMFA:
			t.allowed |= set &^ enrollingActions
		case r.Allow:
			t.allowed |= set
		case len(r.Conditions) == 0:
			t.denied |= set
		case mfa == withoutMFA && len(r.Conditions) == 1:
			t.denied |= set & enrollingActions
		}
	}
}

// mfaUse says whether a statement is for sessions with or without MFA.
type mfaUse uint8

const (
	anyMFA mfaUse = iota
	withMFA
	withoutMFA
)

func mfaOf(s *policy.Statement) mfaUse {
	for _, c := range s.Conditions {
		if use := mfaOfCondition(c); use != anyMFA {
			return use
		}
	}
	return anyMFA
}

func mfaOfCondition(c policy.Condition) mfaUse {
	key, yes := strings.ToLower(c.Key), len(c.Values) == 1 && strings.EqualFold(c.Values[0], "true")
	present, age := key == "aws:multifactorauthpresent", key == "aws:multifactorauthage"
	switch {
	case present && strings.HasPrefix(c.Operator, "Bool") && yes, (present || age) && c.Operator == "Null" && !yes,
		age && strings.HasPrefix(c.Operator, "Numeric"):
		return withMFA
	case present && strings.HasPrefix(c.Operator, "Bool"), (present || age) && c.Operator == "Null":
		return withoutMFA
	}
	return anyMFA
}
