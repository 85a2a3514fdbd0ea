package file

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/rollcall-iam/rollcall/internal/iam"
	"github.com/rollcall-iam/rollcall/internal/iam/policy"
)

// Whatever a file holds, it is read or refused with its name; what was read
// can be saved and read again.
func FuzzFile(f *testing.F) {
	for _, text := range []string{
		`{"UserDetailList":[{"UserName":"a","Arn":"arn:aws:iam::111122223333:user/a","CreateDate":"2025-01-01T00:00:00Z","UserPolicyList":[{"PolicyName":"p","PolicyDocument":"%7B%7D"}],"AttachedManagedPolicies":{"PolicyName":"x","PolicyArn":"y"},"Tags":[{"Key":"k","Value":"v"}]}],"Policies":[{"Arn":"arn:aws:iam::111122223333:policy/p","PolicyVersionList":[{"IsDefaultVersion":true,"Document":{}}]}]}`,
		`{"Content":"user,arn\na,arn:aws:iam::111122223333:user/a","GeneratedTime":{"__class__":"datetime","year":2020,"month":1,"day":2}}`,
		`{"data":{"Users":[{"UserName":"a","Arn":"arn:aws:iam::111122223333:user/a"}],"IsTruncated":true}}`,
		`{"SummaryMap":{"Users":1}}`, `{"PasswordPolicy":{"MinimumPasswordLength":8}}`, `{"AccountAliases":["a"]}`,
		`{"VirtualMFADevices":[{"SerialNumber":"arn:aws:iam::111122223333:mfa/a","User":{"Arn":"arn:aws:iam::111122223333:user/a"}}]}`,
		`{"schema":"rollcall.snapshot/v1","accountId":"1","documents":[{}],"account":{},"sources":[],"users":[{"name":"<root_account>","root":true,"grants":{"inline":[{"name":"x","document":0}]},"report":{"passwordEnabled":true,"passwordLastUsed":null}}]}`,
		suite(oneInline+`,"inline_policies_count":1,"groups":["Staff"],"tags":{"Tags":[]},"policies":["A"],"AccessKeys":[]`, `"groups":{`+staff+`},"credential_reports":{`+scoutRow+`},"password_policy":{"MinimumPasswordLength":"1"}`),
		scout2(`"policies":{"own":{"policy_document":"%7B%7D"}},"managed_policies":["a"],"groups":[{"group_name":"g"}]`, `"managed_policies":{"a":{"policy_name":"p"}},"credential_report":{"":{}}`),
		"iam_info = {\"users\":{},\"permissions\":{}}", "var x={}", "scoutsuite_results={",
		"user,arn,mfa_active\na,arn:aws:iam::111122223333:user/a,true", "\ufeff{}", "\xff\xfe{\x00}\x00", "\x1f\x8b", "\x28\xb5\x2f\xfd",
	} {
		f.Add([]byte(text))
	}
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, text []byte) {
		path := filepath.Join(dir, "input")
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
		set, err := Find([]string{path})
		if err != nil {
			named(t, err)
			return
		}
		for _, a := range set.Accounts {
			l, err := a.Read()
			if err != nil {
				named(t, err)
				continue
			}
			if len(l.Users) == 0 || !l.Users[0].Root {
				t.Error("root is not first")
			}
			again(t, l.Snapshot)
		}
	})
}

func named(t *testing.T, err error) {
	t.Helper()
	if !strings.Contains(err.Error(), "input") {
		t.Errorf("the error does not name the file: %v", err)
	}
}

// again saves a snapshot and reads it back.
func again(t *testing.T, s *iam.Snapshot) {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, s); err != nil {
		t.Fatal(err)
	}
	back, err := decodeSaved(&b)
	if err != nil {
		t.Fatalf("what was written cannot be read: %v", err)
	}
	sameDocument := cmp.Comparer(func(a, b *policy.Document) bool { return a == b || a != nil && b != nil && a.Text() == b.Text() })
	if diff := cmp.Diff(s, back, sameDocument, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("a snapshot changes when saved (-before +after):\n%s", diff)
	}
}
