package file

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rollcall-iam/rollcall/internal/iam"
)

const (
	details = `{"UserDetailList":[{"UserName":"ann","Arn":"arn:aws:iam::111122223333:user/ann","GroupList":[],"AttachedManagedPolicies":[]}]}`
	key1    = `{"UserName":"ann","AccessKeyId":"AKIA1","Status":"Active","CreateDate":"2020-01-01T00:00:00Z"}`
	key2    = `{"UserName":"ann","AccessKeyId":"AKIA2","Status":"Inactive","CreateDate":"2021-01-01T00:00:00Z"}`
	leaf1   = `{"ServerCertificateName":"a","Arn":"arn:aws:iam::111122223333:server-certificate/a","Expiration":"2027-01-01T00:00:00Z"}`
	leaf2   = `{"ServerCertificateName":"b","Arn":"arn:aws:iam::111122223333:server-certificate/b","Expiration":"2027-01-01T00:00:00Z"}`
)

func keysFile(members ...string) string {
	return `{"AccessKeyMetadata":[` + strings.Join(members, ",") + `]}`
}

func cut(file string) string {
	return strings.TrimSuffix(file, "}") + `,"IsTruncated":true,"Marker":"m"}`
}

// readFiles reads files as one account; each is a minute younger than the last.
func readFiles(t *testing.T, files ...string) (*Loaded, error) {
	t.Helper()
	dir := t.TempDir()
	for i, text := range files {
		path := filepath.Join(dir, fmt.Sprintf("%d.json", i))
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		at := time.Unix(1_700_000_000+int64(i)*60, 0)
		if err := os.Chtimes(path, at, at); err != nil {
			t.Fatal(err)
		}
	}
	set, err := Find([]string{dir})
	if err != nil {
		return nil, err
	}
	return set.Accounts[0].Read()
}

// One page of several is not the user's keys, whichever comes first.
func TestPerUserPages(t *testing.T) {
	for _, tt := range []struct {
		name  string
		files []string
		keys  int // -1 for not known
		state iam.SourceState
	}{
		{"whole", []string{keysFile(key1, key2)}, 2, iam.Read},
		{"the newer file", []string{keysFile(key1, key2), keysFile(key2)}, 1, iam.Read},
		{"one page", []string{cut(keysFile(key1))}, -1, iam.Failed},
		{"both pages", []string{cut(keysFile(key1)), keysFile(key2)}, -1, iam.Failed},
		{"both pages the other way", []string{keysFile(key2), cut(keysFile(key1))}, -1, iam.Failed},
		{"nobody's", []string{keysFile()}, -1, iam.Read},
	} {
		s, err := readFiles(t, append([]string{details}, tt.files...)...)
		if err != nil {
			t.Fatalf("%s: %v", tt.name, err)
		}
		keys := -1
		if list := s.Users[1].AccessKeys; list != nil {
			keys = len(*list)
		}
		if state := s.Source(iam.AccessKeyList).State; keys != tt.keys || state != tt.state {
			t.Errorf("%s: %d keys and the source %s, want %d and %s", tt.name, keys, state, tt.keys, tt.state)
		}
	}
}

// Certificates of all pages are kept, and a cut listing stays one.
func TestCertificatePages(t *testing.T) {
	list := func(members ...string) string {
		return `{"ServerCertificateMetadataList":[` + strings.Join(members, ",") + `]}`
	}
	for _, tt := range []struct {
		name  string
		files []string
		want  string
		state iam.SourceState
	}{
		{"whole", []string{list(leaf1, leaf2)}, "a b", iam.Read},
		{"one was deleted", []string{list(leaf1, leaf2), list(leaf2)}, "b", iam.Read},
		{"two pages", []string{cut(list(leaf1)), list(leaf2)}, "a b", iam.Failed},
		{"none", []string{list()}, "", iam.Read},
	} {
		s, err := readFiles(t, append([]string{details}, tt.files...)...)
		if err != nil {
			t.Fatalf("%s: %v", tt.name, err)
		}
		var names []string
		for _, c := range *s.Certificates {
			names = append(names, c.Name)
		}
		if got, state := strings.Join(names, " "), s.Source(iam.ServerCertificateList).State; got != tt.want || state != tt.state {
			t.Errorf("%s: %q and the source %s, want %q and %s", tt.name, got, state, tt.want, tt.state)
		}
	}
}

// What AWS always writes is not made up where it is missing.
func TestPerUserErrors(t *testing.T) {
	for text, want := range map[string]string{
		strings.Replace(keysFile(key1), `"Active"`, `"On"`, 1):                                                                                        "/AccessKeyMetadata/0: Status is missing, or has a value that is not known",
		strings.Replace(keysFile(key2, key1), "AKIA1", "", 1):                                                                                         "/AccessKeyMetadata/1: AccessKeyId is missing",
		strings.Replace(keysFile(key1), "CreateDate", "D", 1):                                                                                         "CreateDate is missing",
		strings.Replace(keysFile(key1), `"ann"`, `""`, 1):                                                                                             "UserName is missing",
		`{"SSHPublicKeys":[{"UserName":"ann","SSHPublicKeyId":"APKA1","UploadDate":"2020-01-01T00:00:00Z"}]}`:                                         "Status is missing",
		`{"MFADevices":[{"UserName":"ann","EnableDate":"2020-01-01T00:00:00Z"}]}`:                                                                     "SerialNumber is missing",
		`{"ServiceSpecificCredentials":[{"UserName":"ann","ServiceSpecificCredentialId":"A","Status":"Active","CreateDate":"2020-01-01T00:00:00Z"}]}`: "ServiceName is missing",
		`{"ServerCertificateMetadataList":[{"ServerCertificateName":"a","Arn":"arn:aws:iam::111122223333:server-certificate/a"}]}`:                    "Expiration is missing",
	} {
		_, err := readFiles(t, details, text)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s:\ngot  %v\nwant %s", text, err, want)
		}
	}
}

// Files of the same list may be of several users: together they are no newer
// than the oldest, or one user's list would make another's outrank the report.
func TestPerUserAges(t *testing.T) {
	other := strings.ReplaceAll(key1, `"ann"`, `"bob"`)
	s, err := readFiles(t, keysFile(key1), details, keysFile(other))
	if err != nil {
		t.Fatal(err)
	}
	if at := s.Source(iam.AccessKeyList).At; at != 1_700_000_000 {
		t.Errorf("the lists are of %s", at)
	}
}
