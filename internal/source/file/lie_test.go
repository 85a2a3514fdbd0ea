package file

import (
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
)

// A file that lies about what it is ends in an error, and in little memory: packed
// it is small, and unpacked it is larger than anything that AWS has.
func TestLies(t *testing.T) {
	report := "user,arn,user_creation_time,password_enabled\n"
	for name, tt := range map[string]struct {
		head, piece string
		times       int
		want        string
	}{
		"a name of 300 MB":        {`{"UserDetailList": [{"UserName": "`, "xxxxxxxxxxxxxxxx", 300 << 16, "a single value is longer than 16 MB"},
		"a document of 300 MB":    {`{"UserDetailList": [{"UserPolicyList": [{"PolicyDocument": {"a": "`, `\"xxxxxxxxxxxxxx`, 300 << 16, "a single value is longer than 16 MB"},
		"300 MB of white space":   {`{"UserDetailList": [`, "                ", 300 << 16, "a single value is longer than 16 MB"},
		"another kind":            {`{"UserDetailList": [`, `{"UserName": 1}]}`, 1, "found a number where another kind of value belongs"},
		"nested very deep":        {`{"UserDetailList": [`, "[", 100_000, "exceeded max depth"},
		"nested in a document":    {`{"UserDetailList": [{"UserPolicyList": [{"PolicyDocument": `, `{"a": `, 100_000, "exceeded max depth"},
		"a line of 300 MB":        {report + `"`, "xxxxxxxxxxxxxxxx", 300 << 16, "a single value is longer than 1 MB"},
		"a field of many lines":   {report + `"`, "xxxxxxxxxxxxxxx\n", 300 << 16, "a single value is longer than 1 MB"},
		"a report of 300 MB":      {`{"Content": "`, "dXNlcixhcm4sdXNl", 300 << 16, "a single value is longer than 128 MB"},
		"another tool's 300 MB":   {"scoutsuite_results =\n{\"account_id\": \"", "xxxxxxxxxxxxxxxx", 300 << 16, "a single value is longer than 16 MB"},
		"many users of one name":  {`{"UserDetailList": [`, `{"UserName": "a", "Arn": "arn:aws:iam::111122223333:user/a"},`, 600_000, "there are more than 500000 elements of a list"},
		"rows of next to nothing": {report, "a,b\n", 600_000, "there are more than 500000 rows"},
		"groups of nothing":       {`{"UserDetailList": [{"UserName": "a", "Arn": "arn:aws:iam::111122223333:user/a"}], "GroupDetailList": [`, `{"a": "",  "b":1},`, 300 << 16, "the group has no GroupName"},
		"roles of nothing":        {`{"UserDetailList": [{"UserName": "a", "Arn": "arn:aws:iam::111122223333:user/a"}], "RoleDetailList": [`, `{"a": "",  "b":1},`, 300 << 16, "the role has no RoleName"},
		"policies of nothing":     {`{"UserDetailList": [{"UserName": "a", "Arn": "arn:aws:iam::111122223333:user/a"}], "Policies": [`, `{"a": "",  "b":1},`, 300 << 16, "the policy has no Arn"},
		"a snapshot of nothing":   {`{"schema": "rollcall.snapshot/v1", "accountId": "111122223333", "users": [`, `{"a": "", "b":1},`, 300 << 16, "objects are smaller than any"},
		"a snapshot of one value": {`{"schema": "rollcall.snapshot/v1", "account": {"id": "`, "1111111111111111", 300 << 16, "a single value is longer than 16 MB"},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "file.gz")
			f, err := os.Create(path)
			if err != nil {
				t.Fatal(err)
			}
			z, err := gzip.NewWriterLevel(f, gzip.BestSpeed)
			if err != nil {
				t.Fatal(err)
			}
			block := strings.Repeat(tt.piece, min(tt.times, 4096))
			_, err = io.WriteString(z, tt.head)
			for n := 0; n < tt.times && err == nil; n += 4096 {
				_, err = io.WriteString(z, block)
			}
			if err != nil || z.Close() != nil || f.Close() != nil {
				t.Fatal(err)
			}
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			set, err := Find([]string{path})
			if err == nil {
				_, err = set.Accounts[0].Read()
			}
			runtime.ReadMemStats(&after)
			if err == nil || !strings.Contains(err.Error(), tt.want) || !strings.Contains(err.Error(), path) {
				t.Errorf("%.300v, want %q", err, tt.want)
			}
			if mb := (after.Sys - before.Sys) >> 20; mb > 700 {
				t.Errorf("%d MB of memory", mb)
			}
		})
	}
}

// A few kilobytes that unpack to a gigabyte of next to nothing end in an error before
// the memory is full.
func TestPackedLie(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file.json.zst")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	z, err := zstd.NewWriter(f)
	if err != nil {
		t.Fatal(err)
	}
	_, err = io.WriteString(z, `{"UserDetailList": [{"UserName": "a", "Arn": "arn:aws:iam::111122223333:user/a", "GroupList": [`)
	block := strings.Repeat(`"",`, 1<<16)
	for n := 0; n < 1<<11 && err == nil; n++ {
		_, err = io.WriteString(z, block)
	}
	if err != nil || z.Close() != nil || f.Close() != nil {
		t.Fatal(err)
	}
	set, err := Find([]string{path})
	if err == nil {
		_, err = set.Accounts[0].Read()
	}
	if err == nil || !strings.Contains(err.Error(), "which no account's does") {
		t.Errorf("%v", err)
	}
}
