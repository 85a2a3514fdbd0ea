package fix_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rollcall-iam/rollcall/internal/fix"
)

const stateFile = `{"version": 4, "terraform_version": "1.9.0", "serial": 3, "lineage": "x", "outputs": {}, "resources": [
	{"mode": "managed", "type": "aws_iam_user", "name": "one", "provider": "p", "instances": [{"schema_version": 0, "attributes": {"name": "Alice", "arn": "arn:aws:iam::111122223333:user/Alice"}}]},
	{"module": "module.people[\"eu\"]", "mode": "managed", "type": "aws_iam_user", "name": "each", "provider": "p", "instances": [
		{"index_key": "bob", "attributes": {"name": "bob", "arn": "arn:aws:iam::111122223333:user/bob"}},
		{"index_key": 1, "attributes": {"name": "Carl"}}]},
	{"mode": "data", "type": "aws_iam_user", "name": "looked_up", "provider": "p", "instances": [{"attributes": {"name": "dora", "arn": "arn:aws:iam::111122223333:user/dora"}}]},
	{"mode": "managed", "type": "aws_iam_group", "name": "g", "provider": "p", "instances": [{"attributes": {"name": "eve"}}]}]}`

const shownState = `{"format_version": "1.0", "terraform_version": "1.9.0", "values": {"root_module": {
	"resources": [{"address": "aws_iam_user.one", "mode": "managed", "type": "aws_iam_user", "name": "one", "values": {"name": "Alice", "arn": "arn:aws:iam::111122223333:user/Alice"}},
		{"address": "data.aws_iam_user.x", "mode": "data", "type": "aws_iam_user", "name": "x", "values": {"name": "dora"}}],
	"child_modules": [{"address": "module.a", "child_modules": [{"address": "module.a.module.b", "resources": [
		{"address": "module.a.module.b.aws_iam_user.each[\"bob\"]", "mode": "managed", "type": "aws_iam_user", "name": "each", "index": "bob", "values": {"name": "Bob"}}]}]}]}}}`

// Whom Terraform has is found in a state file and in what it shows; whom it only
// looks up is not its own.
func TestTerraformUsers(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		want       map[string]string
		err        string
	}{
		{"a state", stateFile, map[string]string{"arn:aws:iam::111122223333:user/Alice": "aws_iam_user.one",
			"arn:aws:iam::111122223333:user/bob": `module.people["eu"].aws_iam_user.each["bob"]`, "carl": `module.people["eu"].aws_iam_user.each[1]`}, ""},
		{"what is shown", shownState, map[string]string{"arn:aws:iam::111122223333:user/Alice": "aws_iam_user.one", "bob": `module.a.module.b.aws_iam_user.each["bob"]`}, ""},
		{"a plan", `{"format_version": "1.2", "planned_values": {"root_module": {}}, "prior_state": {"format_version": "1.0", "values": {"root_module": {"resources": [
			{"address": "aws_iam_user.old", "mode": "managed", "type": "aws_iam_user", "values": {"name": "Eve"}}]}}}}`, map[string]string{"eve": "aws_iam_user.old"}, ""},
		{"an empty state", `{"version": 4, "resources": []}`, map[string]string{}, ""},
		{"nothing applied", `{"format_version": "1.0"}`, map[string]string{}, ""},
		{"a state of long ago", `{"version": 3, "modules": []}`, nil, "neither a Terraform state of version 4 nor what terraform show -json prints"},
		{"part of a plan", `{"resource_changes": []}`, nil, "neither a Terraform state"},
		{"not JSON", `resource "aws_iam_user" "x" {}`, nil, "invalid character"},
		{"cut off", stateFile[:200], nil, "unexpected end"},
		{"wrong types", `{"version": 4, "resources": [{"mode": "managed", "type": "aws_iam_user", "instances": [{"attributes": {"name": 1}}]}]}`, nil, "cannot unmarshal"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := fix.TerraformUsers([]byte(tt.text))
			if tt.err != "" {
				if err == nil || !strings.Contains(err.Error(), tt.err) {
					t.Errorf("%v, want %q", err, tt.err)
				}
				return
			}
			if diff := cmp.Diff(tt.want, got); diff != "" || err != nil {
				t.Errorf("%v\n%s", err, diff)
			}
		})
	}
}

// Whatever stands in a state, reading it ends, and names users only.
func FuzzTerraformUsers(f *testing.F) {
	f.Add([]byte(stateFile))
	f.Add([]byte(shownState))
	f.Fuzz(func(t *testing.T, text []byte) {
		users, err := fix.TerraformUsers(text)
		if err != nil && len(users) > 0 {
			t.Error("both users and an error")
		}
		for name := range maps.Keys(users) {
			if name == "" {
				t.Error("a user without a name")
			}
		}
	})
}
