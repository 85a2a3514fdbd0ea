package iam

import (
	"slices"
	"strings"

	"github.com/rollcall-iam/rollcall/internal/iam/policy"
)

// OfIdentityCenter reports whether IAM Identity Center made the role: both its
// path and its name are reserved for that.
func (r *Role) OfIdentityCenter() bool {
	return strings.HasPrefix(r.Path, "/aws-reserved/sso.amazonaws.com/") && strings.HasPrefix(r.Name, "AWSReservedSSO_")
}

// LetsPeopleIn reports whether people enter the role by single sign-on: it is
// one of IAM Identity Center, or its trust policy allows a SAML provider.
// OpenID Connect providers do not count, for they sign pipelines and clusters
// in. It is not known where the trust policy is missing or not understood.
func (r *Role) LetsPeopleIn() (yes, known bool) {
	if r.OfIdentityCenter() {
		return true, true
	}
	if r.Trust == nil || r.Trust.Err() != nil {
		return false, false
	}
	return slices.ContainsFunc(r.Trust.Statements(), trustsSAML), true
}

func trustsSAML(s policy.Statement) bool {
	return s.Allow && slices.ContainsFunc(s.Principals, func(p policy.Principal) bool {
		return p.Kind == "Federated" && strings.Contains(p.Value, ":saml-provider/")
	})
}
