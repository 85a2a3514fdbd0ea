package file

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/rollcall-iam/rollcall/internal/iam"
	"github.com/rollcall-iam/rollcall/internal/iam/policy"
)

// The shapes of users, groups, roles and policies. Their members are found
// without case and underscores, which tells the versions of the tools apart
// as little as AWS's own names for some of them: ID is UserId, too. A list that
// is null, or not there, could not be read.
type (
	scoutNames struct {
		ID, UserID, GroupID, RoleID, PolicyID           string
		Name, UserName, GroupName, RoleName, PolicyName string
		Arn, Path                                       string
		CreateDate                                      iam.Time
		Created                                         iam.Time `json:"create_date"` // as Scout2 spelled it at first
	}
	scoutGrants struct {
		InlinePolicies      map[string]scoutInline
		InlinePoliciesCount *int
		Policies            scoutAttached
		ManagedPolicies     []string // ARNs
		Tags                scoutTags
	}
	scoutUser struct {
		scoutNames
		scoutGrants
		PasswordLastUsed     iam.Time
		Groups               *[]scoutName
		AccessKeys           *[]wireKey
		MFADevices           *[]wireDevice
		LoginProfile, Logins scoutLogin
	}
	scoutGroup struct {
		scoutNames
		scoutGrants
		Users *[]string // ids, of Scout2's first versions names
	}
	scoutRole struct {
		scoutNames
		scoutGrants
		AssumeRolePolicy         struct{ PolicyDocument *policy.Document }
		AssumeRolePolicyDocument *policy.Document
	}
	scoutPolicy struct {
		scoutNames
		PolicyDocument *policy.Document
		AttachedTo     map[string][]struct{ Name string }
	}
	scoutInline struct {
		Name           string
		PolicyDocument *policy.Document
	}
	scoutLogin struct {
		CreateDate            iam.Time
		PasswordResetRequired *flag
	}
)

// keyed settles names by the key under which a thing stands, and returns the
// member that is missing, "" for none.
func (w *scoutNames) keyed(key string) string {
	w.ID = cmp.Or(w.ID, w.UserID, w.GroupID, w.RoleID, w.PolicyID)
	w.Name = cmp.Or(w.Name, w.UserName, w.GroupName, w.RoleName, w.PolicyName)
	w.CreateDate = cmp.Or(w.CreateDate, w.Created)
	if strings.HasPrefix(key, "arn:") {
		w.Arn = cmp.Or(w.Arn, key)
	}
	return lacking("name", w.Name, "arn", w.Arn)
}

// scoutAttached are the ids of managed policies, or, as Scout2 had it at first,
// inline policies by name.
type scoutAttached struct {
	ids    []string
	inline map[string]scoutInline
}

// UnmarshalJSONFrom reads a list, an object or null.
func (a *scoutAttached) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	switch d.PeekKind() {
	case '[':
		return json.UnmarshalDecode(d, &a.ids)
	case '{':
		return json.UnmarshalDecode(d, &a.inline)
	}
	return d.SkipValue()
}

// A scoutName is a group's, alone or with all that AWS says of the group.
type scoutName string

// UnmarshalJSONFrom reads a string or an object.
func (n *scoutName) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	if d.PeekKind() != '{' {
		return json.UnmarshalDecode(d, (*string)(n))
	}
	var w struct{ GroupName string }
	err := json.UnmarshalDecode(d, &w)
	*n = scoutName(w.GroupName)
	return err
}

// scoutTags are a map, a list, or a list inside AWS's whole answer.
type scoutTags struct {
	list []wireTag
	is   bool // they were read, though there may be none
}

// UnmarshalJSONFrom reads any of them, or null.
func (t *scoutTags) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	switch d.PeekKind() {
	case '[':
		t.is = true
		return json.UnmarshalDecode(d, &t.list)
	case '{':
		return t.object(d)
	}
	return d.SkipValue()
}

func (t *scoutTags) object(d *jsontext.Decoder) error {
	var byKey map[string]jsontext.Value
	if err := json.UnmarshalDecode(d, &byKey); err != nil {
		return err
	}
	t.is, t.list = true, nil
	if answer := byKey["Tags"]; answer.Kind() == '[' {
		return json.Unmarshal(answer, &t.list, readOptions)
	}
	for _, key := range slices.Sorted(maps.Keys(byKey)) {
		var value string
		if err := json.Unmarshal(byKey[key], &value, readOptions); err != nil {
			return fmt.Errorf("the value of tag %q is no string", key)
		}
		t.list = append(t.list, wireTag{Key: key, Value: value})
	}
	return nil
}

// A flag is true or false, also as the word that Scout2's library left it.
type flag bool

// UnmarshalJSONFrom reads a boolean or its word.
func (f *flag) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	v, err := d.ReadValue()
	if err != nil {
		return err
	}
	switch strings.ToLower(strings.Trim(string(v), `"`)) {
	case "true":
		*f = true
	case "false":
		*f = false
	default:
		return fmt.Errorf("%s is neither true nor false", v)
	}
	return nil
}
