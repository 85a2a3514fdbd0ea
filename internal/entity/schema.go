package entity

import "github.com/rollcall-iam/rollcall/internal/gsl"

// Schema is the schema of all entities.
var Schema gsl.Schema = schema{userType, groupType, roleType, policyType, iamType, certificateType}

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
