package file

import (
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/rollcall-iam/rollcall/internal/iam"
	"github.com/rollcall-iam/rollcall/internal/iam/policy"
)

// The shapes of get-account-authorization-details.
type (
	wireRef struct {
		PolicyName string
		PolicyArn  string
	}
	wireInline struct {
		PolicyName     string
		PolicyDocument *policy.Document
	}
	wireTag struct{ Key, Value string }

	wireBoundary struct {
		PermissionsBoundaryArn  string
		PermissionsBoundaryType string
	}
	wireUser struct {
		UserName, Path, Arn, UserId string //nolint:revive // AWS's spelling
		CreateDate                  iam.Time
		UserPolicyList              []wireInline
		GroupList                   given[[]string]
		AttachedManagedPolicies     given[refs]
		PermissionsBoundary         wireBoundary
		Tags                        []wireTag
	}
	wireGroup struct {
		GroupName, Path, Arn, GroupId string //nolint:revive // AWS's spelling
		CreateDate                    iam.Time
		GroupPolicyList               []wireInline
		AttachedManagedPolicies       refs
	}
	wireRole struct {
		RoleName, Path, Arn, RoleId string //nolint:revive // AWS's spelling
		CreateDate                  iam.Time
		AssumeRolePolicyDocument    *policy.Document
		RolePolicyList              []wireInline
		AttachedManagedPolicies     refs
		PermissionsBoundary         wireBoundary
		Tags                        []wireTag
		RoleLastUsed                struct{ LastUsedDate iam.Time }
	}
	wirePolicy struct {
		PolicyName, Path, Arn, PolicyId, DefaultVersionId string //nolint:revive // AWS's spelling
		AttachmentCount, PermissionsBoundaryUsageCount    int
		CreateDate                                        iam.Time
		PolicyVersionList                                 []wireVersion
	}
	wireVersion struct {
		VersionId        string //nolint:revive // AWS's spelling
		IsDefaultVersion bool
		Document         jsontext.Value // only the default version's is kept
	}
)

// refs are attached policies. AWS's own sample has an object where one policy
// is attached.
type refs []iam.PolicyRef

// UnmarshalJSONFrom reads a list, an object or null.
func (r *refs) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	dec := &decoder{Decoder: d, options: readOptions}
	var ref wireRef
	switch d.PeekKind() {
	case '{':
		if err := dec.into(&ref); err != nil {
			return err
		}
		*r = refs{{Name: ref.PolicyName, ARN: ref.PolicyArn}}
		return nil
	case 'n':
		return d.SkipValue()
	}
	return dec.array(func() error {
		ref = wireRef{}
		err := dec.into(&ref)
		*r = append(*r, iam.PolicyRef{Name: ref.PolicyName, ARN: ref.PolicyArn})
		return err
	})
}

func inlines(list []wireInline) []iam.InlinePolicy {
	if len(list) == 0 {
		return nil
	}
	out := make([]iam.InlinePolicy, len(list))
	for i, p := range list {
		out[i] = iam.InlinePolicy{Name: p.PolicyName, Document: p.PolicyDocument}
	}
	return out
}

func tags(list []wireTag) []iam.Tag {
	if len(list) == 0 {
		return nil
	}
	out := make([]iam.Tag, len(list))
	for i, t := range list {
		out[i] = iam.Tag(t)
	}
	return out
}

// details reads one get-account-authorization-details output.
func (r *reader) details(d *decoder, at iam.Time) error {
	src := iam.Source{Name: iam.Details, State: iam.Read, At: at}
	sawUsers, documents := false, false
	err := d.listing(&src, func(name string) (bool, error) {
		switch name {
		case "UserDetailList":
			sawUsers = true
			return true, d.array(func() error { return r.user(d) })
		case "GroupDetailList":
			return true, d.array(func() error { return r.group(d) })
		case "RoleDetailList": // empty too where the call was for users alone
			return true, d.array(func() error { return r.role(d) })
		case "Policies":
			return true, d.array(func() error {
				aws, err := r.policy(d)
				documents = documents || aws
				return err
			})
		}
		return false, nil
	})
	r.parts.Details = r.listing.List(r.parts.Details...)
	if !sawUsers {
		src.State, src.Cut, src.Note = iam.Failed, true, "the file has no UserDetailList"
	}
	r.add(src)
	if documents {
		r.add(iam.Source{Name: iam.ManagedDocuments, State: iam.Read, At: at})
	}
	return err
}

// listing reads the one object of an output that lists: f reads its members.
// A listing that names a next page is not whole.
func (d *decoder) listing(src *iam.Source, f func(name string) (bool, error)) error {
	return d.enveloped(func(name string) (bool, error) {
		switch name {
		case "IsTruncated", "Marker", "NextToken":
			v, err := d.ReadValue()
			if more := string(v); err == nil && more != "false" && more != "null" && more != `""` {
				src.State, src.Cut, src.Note = iam.Failed, true, "the file holds one page of several: it has "+name+"; run the command again without --max-items or --no-paginate"
			}
			return true, err
		}
		return f(name)
	})
}

// enveloped reads an object's members, also from inside the envelope that
// some recorders put around an output.
func (d *decoder) enveloped(f func(name string) (bool, error)) error {
	return d.object(func(name string) (bool, error) {
		if name == "data" && d.PeekKind() == '{' {
			return true, d.object(f)
		}
		return f(name)
	})
}

func (r *reader) user(d *decoder) error {
	w := &r.wire
	*w = wireUser{}
	if err := d.into(w); err != nil {
		return err
	}
	if m := lacking("UserName", w.UserName, "Arn", w.Arn); m != "" {
		return d.wrong("the user has no " + m)
	}
	u := iam.User{Name: w.UserName, Path: w.Path, ARN: w.Arn, ID: w.UserId, Created: w.CreateDate}
	if w.GroupList.is && w.AttachedManagedPolicies.is {
		u.Grants = &iam.Grants{Inline: inlines(w.UserPolicyList), Attached: w.AttachedManagedPolicies.value, Groups: w.GroupList.value,
			Boundary: iam.Boundary{ARN: w.PermissionsBoundary.PermissionsBoundaryArn, Type: w.PermissionsBoundary.PermissionsBoundaryType},
			Tags:     tags(w.Tags)}
	} else { // AWS always writes both, also when they are empty
		r.parts.Warnings = append(r.parts.Warnings, "user "+w.UserName+" has no GroupList or no AttachedManagedPolicies in the file: what is granted is unknown")
	}
	r.listing.Add(u)
	return nil
}

// given is a member of which it matters whether it was there at all.
type given[T any] struct {
	value T
	is    bool
}

// UnmarshalJSONFrom reads the value, null as an empty one.
func (g *given[T]) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	g.is = true
	return json.UnmarshalDecode(d, &g.value, readOptions)
}

func (r *reader) group(d *decoder) error {
	var w wireGroup
	if err := d.into(&w); err != nil {
		return err
	}
	if m := lacking("GroupName", w.GroupName, "Arn", w.Arn); m != "" {
		return d.wrong("the group has no " + m)
	}
	r.parts.Groups = append(r.parts.Groups, iam.Group{Name: w.GroupName, Path: w.Path, ARN: w.Arn, ID: w.GroupId, Created: w.CreateDate,
		Inline: inlines(w.GroupPolicyList), Attached: w.AttachedManagedPolicies})
	return nil
}

func (r *reader) role(d *decoder) error {
	var w wireRole
	if err := d.into(&w); err != nil {
		return err
	}
	if m := lacking("RoleName", w.RoleName, "Arn", w.Arn); m != "" {
		return d.wrong("the role has no " + m)
	}
	r.parts.Roles = append(r.parts.Roles, iam.Role{Name: w.RoleName, Path: w.Path, ARN: w.Arn, ID: w.RoleId, Created: w.CreateDate,
		Trust: w.AssumeRolePolicyDocument, Inline: inlines(w.RolePolicyList), Attached: w.AttachedManagedPolicies,
		Boundary: iam.Boundary{ARN: w.PermissionsBoundary.PermissionsBoundaryArn, Type: w.PermissionsBoundary.PermissionsBoundaryType},
		Tags:     tags(w.Tags), LastUsed: iam.When(w.RoleLastUsed.LastUsedDate)})
	return nil
}

// policy reads a managed policy and tells whether it brought the document of
// one of AWS's.
func (r *reader) policy(d *decoder) (aws bool, err error) {
	var w wirePolicy
	if err := d.into(&w); err != nil {
		return false, err
	}
	if w.Arn == "" { // the name is its last part, and not always written
		return false, d.wrong("the policy has no Arn")
	}
	p := iam.ManagedPolicy{Name: w.PolicyName, Path: w.Path, ARN: w.Arn, ID: w.PolicyId,
		DefaultVersion: w.DefaultVersionId, Attachments: w.AttachmentCount, Created: w.CreateDate}
	if iam.Unused(p.ARN, p.Attachments, w.PermissionsBoundaryUsageCount) {
		w.PolicyVersionList = nil
	}
	for _, v := range w.PolicyVersionList {
		if v.IsDefaultVersion || v.VersionId == w.DefaultVersionId {
			if p.Document, err = r.docs.document(v.Document); err != nil {
				return false, err
			}
			p.DefaultVersion = v.VersionId
			break
		}
	}
	r.parts.Policies = append(r.parts.Policies, p)
	return p.Document != nil && policy.IsAWSManaged(p.ARN), nil
}

// document interns a document that was kept as it stood in the file.
func (docs *documents) document(v jsontext.Value) (*policy.Document, error) {
	if len(v) == 0 {
		return nil, nil
	}
	text, err := documentText(v)
	if err != nil || text == nil {
		return nil, err
	}
	return docs.table.Intern(text), nil
}
