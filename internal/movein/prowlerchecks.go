package movein

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/rollcall-iam/rollcall/internal/match"
)

// A prowlerCheck is a check that a rule of ours answers. other is set where
// Prowler's findings name something else than ours, which resource says.
type prowlerCheck struct {
	name, rule string
	other      bool
	resource   string
}

func same(name, rule string) prowlerCheck { return prowlerCheck{name: name, rule: rule} }

func onOther(name, rule, resource string) prowlerCheck {
	return prowlerCheck{name: name, rule: rule, other: true, resource: resource}
}

// prowlerChecks are listed, for patterns of names: among the aliases of our
// rules are names of the same look that are not Prowler's.
var prowlerChecks = []prowlerCheck{
	onOther("bedrock_api_key_no_long_term_credentials", "service-credential", "the key"),
	onOther("iam_administrator_access_with_mfa", "admin-without-mfa", "the group"),
	same("iam_avoid_root_usage", "root-used"),
	onOther("iam_check_saml_providers_sts", "identity-provider", "the provider"),
	same("iam_group_administrator_access_policy", "group-admin"),
	onOther("iam_inline_policy_allows_privilege_escalation", "privilege-escalation", "the policy"),
	same("iam_no_expired_server_certificates_stored", "server-certificate-expiry"),
	same("iam_no_root_access_key", "root-key"),
	onOther("iam_password_policy_expires_passwords_within_90_days_or_less", "password-expiry", "the policy"),
	onOther("iam_password_policy_lowercase", "password-lowercase", "the policy"),
	onOther("iam_password_policy_minimum_length_14", "password-length", "the policy"),
	onOther("iam_password_policy_number", "password-number", "the policy"),
	onOther("iam_password_policy_reuse_24", "password-reuse", "the policy"),
	onOther("iam_password_policy_symbol", "password-symbol", "the policy"),
	onOther("iam_password_policy_uppercase", "password-uppercase", "the policy"),
	onOther("iam_policy_attached_only_to_group_or_roles", "user-direct-policies", "the user with the policy"),
	same("iam_root_hardware_mfa_enabled", "root-hardware-mfa"),
	same("iam_root_mfa_enabled", "root-mfa"),
	same("iam_rotate_access_key_90_days", "key-rotation"),
	onOther("iam_securityaudit_role_created", "audit-role", "the role"),
	onOther("iam_support_role_created", "support-role", "the role"),
	same("iam_user_accesskey_unused", "unused-key"),
	same("iam_user_administrator_access_policy", "user-admin"),
	same("iam_user_console_access_unused", "unused-password"),
	same("iam_user_hardware_mfa_enabled", "user-hardware-mfa"),
	same("iam_user_mfa_enabled_console_access", "console-user-without-mfa"),
	same("iam_user_two_active_access_key", "several-active-keys"),
	same("iam_user_with_temporary_credentials", "long-lived-key"),
}

// search makes an expression of Prowler's: found anywhere in the text, and a
// star in front stands for anything.
func search(text string) (*regexp.Regexp, error) {
	if rest, ok := strings.CutPrefix(text, "*"); ok {
		text = ".*" + rest
	}
	re, err := regexp.Compile(text)
	if err != nil {
		return nil, fmt.Errorf("it is no regular expression of ours (RE2): %s", strings.TrimPrefix(err.Error(), "error parsing regexp: "))
	}
	return re, nil
}

// matchingChecks are the checks in whose names an expression is found.
func matchingChecks(name string) (out []prowlerCheck, problem string) {
	re, err := search(name)
	if err != nil {
		return nil, err.Error()
	}
	for _, c := range prowlerChecks {
		if re.MatchString(c.name) {
			out = append(out, c)
		}
	}
	return out, ""
}

// anyMatches reports whether any expression is found in any of the words. What
// does not compile is found nowhere.
func anyMatches(expressions, words []string) bool {
	for _, e := range expressions {
		re, err := search(e)
		for _, w := range words {
			if err == nil && re.MatchString(w) {
				return true
			}
		}
	}
	return false
}

func isAll(text string) bool {
	switch text {
	case "*", ".*", ".+", "^.*$", "^.*", "":
		return true
	}
	return false
}

// namePattern is an expression that Prowler finds anywhere in a name, as one
// of ours, which must match the whole. Both heed the case of letters.
func namePattern(text string) (match.Pattern, error) {
	if _, err := search(text); err != nil {
		return match.Pattern{}, err
	}
	if strings.Contains(text, "{,") || strings.Contains(text, "[[:") {
		return match.Pattern{}, errors.New("it means something else to Python than to us")
	}
	if rest, ok := strings.CutPrefix(text, "*"); ok {
		text = ".*" + rest
	}
	if strings.Contains(text, "|") {
		return match.Pattern{Regex: ".*(?:" + text + ").*"}, nil
	}
	return match.Pattern{Regex: whole(text)}, nil
}

// whole puts what may stand around an expression in the place of its anchors.
func whole(text string) string {
	front, back := ".*", ".*"
	if rest, ok := strings.CutPrefix(text, "^"); ok {
		text, front = rest, ""
	}
	if rest, ok := strings.CutSuffix(text, "$"); ok && !strings.HasSuffix(rest, `\`) {
		text, back = rest, ""
	}
	if strings.HasPrefix(text, ".*") {
		front = ""
	}
	if strings.HasSuffix(text, ".*") && !strings.HasSuffix(text, `\.*`) {
		back = ""
	}
	return front + text + back
}
