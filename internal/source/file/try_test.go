package file

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

func TestTry(t *testing.T) {
	var paths []string
	for _, g := range []string{"gaad/*", "credential-report/*"} {
		m, _ := filepath.Glob("/work/shared/inputs/" + g)
		for _, x := range m {
			paths = append(paths, x)
		}
	}
	paths = append(paths, "/work/shared/inputs/awscli")
	for _, p := range paths {
		set, err := Find([]string{p})
		if err != nil {
			t.Error(p, err)
			continue
		}
		for _, s := range set.Skipped {
			fmt.Println("skip", filepath.Base(s.Path), s.Why)
		}
		for _, a := range set.Accounts {
			l, err := a.Read()
			if err != nil {
				t.Error(p, err)
				continue
			}
			fmt.Println(filepath.Base(p), a.ID, len(l.Users), len(l.Groups), len(l.Policies), l.Clock, l.Basis, l.Sources, l.Warnings)
			var b, c bytes.Buffer
			if err := Write(&b, l.Snapshot); err != nil {
				t.Error(err)
			}
			os.WriteFile("/tmp/x.json", b.Bytes(), 0600)
			s2, err := decodeSaved(bytes.NewReader(b.Bytes()))
			if err != nil {
				t.Error(err)
				continue
			}
			Write(&c, s2)
			if !bytes.Equal(b.Bytes(), c.Bytes()) {
				t.Error("differs")
			}
		}
	}
}
