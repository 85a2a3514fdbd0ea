package entity

import (
	"github.com/rollcall-iam/rollcall/internal/gsl"
	"github.com/rollcall-iam/rollcall/internal/iam"
)

// Schema is the schema of all entities.
var Schema gsl.Schema = schema{userType, groupType, roleType, policyType, iamType, certificateType}

// common are the fields that CloudGuard gives every entity and that mean
// something there alone.
var common = []gsl.Field{
	constant("dome9Id", gsl.StringKind, gsl.Null, "CloudGuard's id; always null here"),
	constant("region", gsl.StringKind, gsl.Null, "null: IAM has no regions"),
	constant("vpc", gsl.ObjectKind, gsl.Null, "null: IAM has no networks"),
	constant("source", gsl.StringKind, gsl.String("db"), "db, as CloudGuard writes it"),
	constant("externalFindings", gsl.ObjectKind, gsl.Null, "what CloudGuard imports from elsewhere; always null here"),
}

// unreadTags are the tags of what no read that Rollcall makes tells the tags
// of. No permission would change that, so the gap names none.
func unreadTags(source string) gsl.Field {
	gap := &iam.Gap{Source: iam.SourceName(source), State: iam.Read, Note: "Rollcall does not read these tags"}
	return gsl.Field{Name: "tags", Kind: gsl.ListKind, Elem: tagType, Source: source, Doc: "tags; not read, so always unknown", Get: func(any) gsl.Value { return gsl.Unknown(gap) }}
}

func constant(name string, kind gsl.Kind, v gsl.Value, doc string) gsl.Field {
	return gsl.Field{Name: name, Kind: kind, Source: fromAny, Doc: doc, Get: func(any) gsl.Value { return v }}
}

type schema []*gsl.Type

func (s schema) Entity(name string) *gsl.Type {
	for _, t := range s {
		if t.Name == name {
			return t
		}
	}
	return nil
}

func (s schema) Entities() []string {
	out := make([]string, len(s))
	for i, t := range s {
		out[i] = t.Name
	}
	return out
}
