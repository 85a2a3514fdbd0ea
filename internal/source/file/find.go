package file

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rollcall-iam/rollcall/internal/iam"
)

// An Account is the files of one account. Nothing of them is kept until Read.
type Account struct {
	ID    string // "" where no file says
	files []input
}

type input struct {
	path     string
	folder   string
	modified iam.Time
	sniffed
}

// A Set is everything a command line named.
type Set struct {
	Accounts []*Account
	Skipped  []Skipped
}

// Skipped is a file of a folder that was left out, with why.
type Skipped struct{ Path, Why string }

// Paths are the files that are read.
func (set *Set) Paths() (out []string) {
	for _, a := range set.Accounts {
		for _, f := range a.files {
			out = append(out, f.path)
		}
	}
	return out
}

// Find looks at files and folders and sorts them by account: a file belongs
// to the account in its ARNs; one without ARNs to the account of its folder,
// or of the run where that has only one.
func Find(paths []string) (*Set, error) {
	set := &Set{}
	var files []input
	for _, p := range paths {
		found, err := set.look(p)
		if err != nil {
			return nil, err
		}
		files = append(files, found...)
	}
	files = unique(files)
	if len(files) == 0 {
		return nil, fmt.Errorf("nothing to read in %s: expected authorization details, a credential report, a snapshot or ScoutSuite's results", quoted(paths))
	}
	if err := assign(files); err != nil {
		return nil, err
	}
	set.group(files)
	return set, set.check()
}

func (set *Set) look(path string) ([]input, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		in, err := newInput(path, info)
		if err == nil && in.kind == "" {
			err = fmt.Errorf("reading %q: %s; expected authorization details, a credential report, a snapshot or ScoutSuite's results", path, in.why)
		}
		return []input{in}, err
	}
	var out []input
	err = filepath.WalkDir(path+string(filepath.Separator), func(p string, d fs.DirEntry, err error) error { // a folder by a link is gone into
		switch {
		case err != nil:
			return err
		case filepath.Clean(p) == filepath.Clean(path):
			return nil
		case !strings.HasPrefix(d.Name(), "."):
			return set.inFolder(&out, p, d)
		case d.IsDir():
			return fs.SkipDir
		}
		return nil
	})
	return out, err
}

// inFolder looks at what a folder has. A link to a file is the file; one to a folder
// may lead round and round, and is not followed.
func (set *Set) inFolder(out *[]input, path string, d fs.DirEntry) error {
	if d.IsDir() {
		return nil
	}
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		set.Skipped = append(set.Skipped, Skipped{path, "a link to nothing"})
		return nil
	case err != nil:
		return err
	case info.IsDir():
		set.Skipped = append(set.Skipped, Skipped{path, "a link to a folder"})
		return nil
	case !info.Mode().IsRegular():
		set.Skipped = append(set.Skipped, Skipped{path, "neither a file nor a folder"})
		return nil
	}
	in, err := newInput(path, info)
	if err != nil {
		return err
	}
	if in.kind == "" {
		set.Skipped = append(set.Skipped, Skipped{path, in.why})
		return nil
	}
	*out = append(*out, in)
	return nil
}

func newInput(path string, info fs.FileInfo) (input, error) {
	s, err := sniff(path)
	return input{path: path, folder: filepath.Dir(path), modified: iam.At(info.ModTime()), sniffed: s}, err
}

// unique drops a file that was named twice, by itself, by its folder or by a link.
func unique(files []input) []input {
	seen := map[string]bool{}
	return slices.DeleteFunc(files, func(f input) bool {
		real, err := filepath.EvalSymlinks(f.path)
		if err == nil {
			real, err = filepath.Abs(real)
		}
		if err != nil {
			real = f.path
		}
		again := seen[real]
		seen[real] = true
		return again
	})
}

// assign gives each file without an account that of its folder, or of the run.
func assign(files []input) error {
	ids := map[string][]string{} // by folder; "" for the whole run
	for _, f := range files {
		for _, where := range []string{f.folder, ""} {
			if f.account != "" && !slices.Contains(ids[where], f.account) {
				ids[where] = append(ids[where], f.account)
			}
		}
	}
	for i := range files {
		f := &files[i]
		if f.account != "" {
			continue
		}
		switch here, run := ids[f.folder], ids[""]; {
		case len(here) == 1:
			f.account = here[0]
		case len(here) > 1:
			return fmt.Errorf("reading %q: it names no account, and %q holds files of several: put the files of each account in a folder of its own", f.path, f.folder)
		case len(run) == 1:
			f.account = run[0]
		}
	}
	return nil
}

// group makes an Account of each id; files that no id could be found for
// belong together by folder.
func (set *Set) group(files []input) {
	byKey := map[string]*Account{}
	for _, f := range files {
		key := cmp.Or(f.account, "folder "+f.folder)
		a := byKey[key]
		if a == nil {
			a = &Account{ID: f.account}
			byKey[key] = a
			set.Accounts = append(set.Accounts, a)
		}
		a.files = append(a.files, f)
	}
	slices.SortStableFunc(set.Accounts, func(a, b *Account) int { return strings.Compare(a.ID, b.ID) })
}

// check refuses a snapshot, or another tool's results, beside other files of
// the account: each is a whole account, and they are of different times.
func (set *Set) check() error {
	for _, a := range set.Accounts {
		for i, f := range a.files {
			if f.kind.whole() && len(a.files) > 1 {
				others := slices.Delete(slices.Clone(a.files), i, i+1)
				return fmt.Errorf("account %s is in the %s %q and also in %s: give one or the other", cmp.Or(a.ID, "(unknown)"), f.kind, f.path, someOf(others))
			}
		}
	}
	return nil
}

// someOf lists files, the first few of many.
func someOf(files []input) string {
	const shown = 3
	var paths []string
	for _, f := range files[:min(len(files), shown)] {
		paths = append(paths, f.path)
	}
	if more := len(files) - shown; more > 0 {
		return fmt.Sprintf("%s and %d more", quoted(paths), more)
	}
	return quoted(paths)
}

func quoted(paths []string) string {
	out := make([]string, len(paths))
	for i, p := range paths {
		out[i] = fmt.Sprintf("%q", p)
	}
	return strings.Join(out, ", ")
}
