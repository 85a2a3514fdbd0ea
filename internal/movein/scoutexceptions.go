package movein

import (
	"bytes"
	"crypto/sha1"
	"encoding/hex"
	"maps"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/rollcall-iam/rollcall/internal/iam"
	"github.com/rollcall-iam/rollcall/internal/match"
	"github.com/rollcall-iam/rollcall/internal/rule"
)

// scoutList is an exceptions file: paths of items by rule, by service.
type scoutList map[string]map[string][]string

// exceptionsOf cuts the first line, exceptions =, off an exceptions file.
func exceptionsOf(text []byte) (rest []byte, ok bool) {
	first, rest, _ := bytes.Cut(text, []byte("\n"))
	name, after, found := bytes.Cut(first, []byte("="))
	if !found || string(bytes.TrimSpace(name)) != "exceptions" {
		return nil, false
	}
	return append(slices.Clone(after), rest...), true
}

func (m *Move) scoutExceptions(text []byte) error {
	var list scoutList
	if err := decode(text, &list); err != nil {
		return err
	}
	m.scoutWaive(list)
	return nil
}

// scoutPlainExceptions takes an exceptions file without its first line.
func (m *Move) scoutPlainExceptions(top map[string]jsontext.Value) (bool, error) {
	list := scoutList{}
	for service, v := range top {
		rules := map[string][]string{}
		if v.Kind() != '{' || decode(v, &rules) != nil {
			return false, nil //nolint:nilerr // it is another tool's
		}
		list[service] = rules
	}
	if list["iam"] == nil {
		return false, nil
	}
	m.scoutWaive(list)
	return true, nil
}

func (m *Move) scoutWaive(list scoutList) {
	for _, service := range slices.Sorted(maps.Keys(list)) {
		for _, key := range slices.Sorted(maps.Keys(list[service])) {
			if service != "iam" {
				m.Others += len(list[service][key])
				continue
			}
			rules := m.scoutKey(key)
			if len(rules) == 0 {
				m.lose(key, "no rule of ours answers it")
				continue
			}
			for _, item := range list[service][key] {
				m.scoutItem(key, rules, item)
			}
		}
	}
}

// scoutKey are the rules that a finding's key means: the name of its rule
// file, sometimes with an argument in it.
func (m *Move) scoutKey(key string) (out []*rule.Rule) {
	key = strings.TrimSuffix(key, ".json")
	kinds := map[string]string{
		"iam-user-no-Active-key-rotation": "key-rotation", "iam-user-no-Inactive-key-rotation": "inactive-key",
		"iam-user-with-inline-policies": "user-direct-policies", "iam-user-with-managed-policies": "user-direct-policies",
	}
	if id := kinds[key]; id != "" {
		return m.named(id)
	}
	if meanings := scoutMeanings[key]; meanings != nil {
		for _, meaning := range meanings {
			out = append(out, m.named(meaning.rule)...)
		}
		return out
	}
	if scoutApart[key] != "" {
		return nil
	}
	return m.named(key)
}

// scoutFields are where the path of an item goes on below a user, group or row
// of the report; what stands before is a name, which may have dots.
var scoutFields = []string{"AccessKeys", "LoginProfile", "MFADevices", "access_key_1_active", "access_key_2_active", "cert_1_active", "cert_2_active",
	"groups", "inline_policies", "inline_policies_count", "mfa_active", "mfa_active_hardware", "mfa_enabled", "multiple_api_keys", "password_and_keys",
	"password_enabled", "password_last_used", "policies", "policies_count", "user_groups", "users"}

// scoutItem waives rules for the one whom an item's path names. Users have the
// ids of AWS there, and rows of the report a hash of the name.
func (m *Move) scoutItem(key string, rules []*rule.Rule, item string) {
	p, ok := scoutPattern(item)
	if !ok {
		m.lose(key, "exception %q names nobody by name: write user: with whom it means", item)
		return
	}
	for _, r := range rules {
		m.waive(waiver{rule: r, Pattern: p, id: key, reason: "excepted in ScoutSuite"})
	}
}

func scoutPattern(item string) (p match.Pattern, ok bool) {
	parts := strings.Split(item, ".")
	if len(parts) > 1 && parts[0] == "iam" && parts[1] == "password_policy" {
		return match.Pattern{Glob: "*"}, true
	}
	if len(parts) < 3 || parts[0] != "iam" {
		return p, false
	}
	end := slices.IndexFunc(parts[2:], func(s string) bool { return slices.Contains(scoutFields, s) })
	if end < 0 {
		end = len(parts) - 2
	}
	name := strings.Join(parts[2:2+end], ".")
	switch {
	case name == "" || awsID.MatchString(name) || strings.ContainsAny(name, "*?"):
		return p, false
	case parts[1] == "credential_reports" && name == rootHash():
		return match.Pattern{User: iam.RootName}, true
	case parts[1] == "credential_reports" && len(name) == sha1.Size*2:
		return p, false
	case parts[1] == "users" || parts[1] == "credential_reports":
		return match.Pattern{User: name}, true
	case parts[1] == "groups":
		return match.Pattern{Glob: name}, true
	}
	return p, false
}

// rootHash is how ScoutSuite names root's row of the report.
func rootHash() string {
	sum := sha1.Sum([]byte(iam.RootName))
	return hex.EncodeToString(sum[:])
}
