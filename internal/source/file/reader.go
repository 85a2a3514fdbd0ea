package file

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/rollcall-iam/rollcall/internal/iam"
	"github.com/rollcall-iam/rollcall/internal/iam/credreport"
	"github.com/rollcall-iam/rollcall/internal/piles"
)

// Loaded is an account read from files.
type Loaded struct {
	*iam.Snapshot
	// Clock is the time at which the account is to be judged when nobody says
	// otherwise, and Basis what that time is.
	Clock iam.Time
	Basis string
}

// What a Clock may be.
const (
	BasisCollected = "when the snapshot was collected"
	BasisReport    = "when the credential report was made"
	BasisFile      = "when the newest file was last changed"
)

// noteFileTime is for a credential report in CSV: nothing in it says its age.
const noteFileTime = "does not say when it was made: the time is the file's"

// Read reads all files of the account.
func (a *Account) Read() (*Loaded, error) {
	r := &reader{docs: &documents{}, parts: iam.Parts{Account: iam.Account{ID: a.ID}}}
	// What is given twice is taken from the newer file, which is read later.
	slices.SortStableFunc(a.files, func(x, y input) int { return cmp.Compare(x.modified, y.modified) })
	for _, f := range a.files {
		if f.kind == snapshotFile {
			return readSaved(f)
		}
		if err := r.read(f); err != nil {
			return nil, err
		}
		r.newest = max(r.newest, f.modified)
	}
	r.finish()
	l := &Loaded{Snapshot: r.parts.Snapshot(), Clock: r.newest, Basis: BasisFile}
	if err := own(l.Snapshot, a.files); err != nil {
		return nil, err
	}
	if r.generated != 0 {
		l.Clock, l.Basis = r.generated, BasisReport
	}
	if at := r.parts.CollectedAt; at != 0 {
		l.Clock, l.Basis = at, "when "+a.files[0].kind.tool()+" ran"
	}
	return l, nil
}

// own refuses files that tell of users of another account: whose they are, nobody
// knows.
func own(s *iam.Snapshot, files []input) error {
	for i := range s.Users {
		arn, ok := iam.ParseARN(s.Users[i].ARN)
		if ok && iam.IsAccountID(arn.Account) && iam.IsAccountID(s.Account.ID) && arn.Account != s.Account.ID {
			return fmt.Errorf("reading %s: they are of account %s, and hold the user %q of account %s: give the files of each account by themselves", someOf(files), s.Account.ID, s.Users[i].Name, arn.Account)
		}
	}
	return nil
}

// A reader puts the files of one account together.
type reader struct {
	parts     iam.Parts
	listing   piles.Of[iam.User] // users of the file that is being read, as they come
	wire      wireUser           // the one that was read last
	docs      *documents
	newest    iam.Time         // of the files
	reportAt  iam.Time         // of the credential report that was kept
	generated iam.Time         // the same, where the report itself says it
	keep      func(whole bool) // what to do when the listing has been read
}

// add notes a source; one that is given in several files is read only when it
// is whole in all of them.
func (r *reader) add(src iam.Source) {
	for i := range r.parts.Sources {
		old := &r.parts.Sources[i]
		if old.Name != src.Name {
			continue
		}
		at := max(old.At, src.At)
		if src.Name.IsExtra() { // of which each file may be of another user: none is newer than the oldest
			at = min(old.At, src.At)
		}
		if old.State == iam.Read {
			*old = src
		}
		old.At = at
		return
	}
	r.parts.Sources = append(r.parts.Sources, src)
}

// state is what has become of a source so far.
func (r *reader) state(name iam.SourceName) iam.SourceState {
	for _, src := range r.parts.Sources {
		if src.Name == name {
			return src.State
		}
	}
	return iam.NotGiven
}

func (r *reader) read(f input) error {
	s, err := open(f.path)
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }()
	if f.kind == reportCSV {
		rows, err := credreport.Read(s, s.size)
		if err != nil {
			return fmt.Errorf("reading %q: %w", f.path, err)
		}
		r.report(rows, f.modified, 0)
		return nil
	}
	if f.kind.scout() {
		s.unassign()
	}
	d := newDecoder(s, r.docs)
	if f.kind == reportJSON { // one long value: read whole, it is not moved about while it comes
		if d, err = newDecoderOf(s, r.docs); err != nil {
			return fmt.Errorf("reading %q: %w", f.path, err)
		}
	}
	if err := r.member(d, f); err != nil {
		return f.kind.broken(located(f.path, err))
	}
	if err := d.end(); err != nil {
		return f.kind.broken(located(f.path, err))
	}
	return nil
}

// end makes sure that nothing but space follows.
func (d *decoder) end() error {
	if _, err := d.ReadToken(); err == nil {
		return fmt.Errorf("something follows the end of the document at byte %d", d.InputOffset())
	} else if !errors.Is(err, io.EOF) {
		return err
	}
	return nil
}

func (r *reader) member(d *decoder, f input) error {
	switch f.kind {
	case detailsFile:
		before := r.parts
		err := r.details(d, f.modified)
		r.supersede(len(before.Details), len(before.Groups), len(before.Roles), len(before.Policies))
		return err
	case reportJSON:
		return r.reportJSON(d, f)
	case usersFile:
		return r.users(d, f.modified)
	case suiteFile, scout2File:
		return r.scout(d, f)
	}
	return r.small(d, f)
}

// supersede drops what an older file of authorization details said of the
// same users, groups, roles and policies; the numbers are where the newer one
// begins.
func (r *reader) supersede(users, groups, roles, policies int) {
	p := &r.parts
	p.Details = newest(p.Details, users, func(u *iam.User) string { return u.ARN + " " + u.Created.String() })
	p.Groups = newest(p.Groups, groups, func(g *iam.Group) string { return g.ARN })
	p.Roles = newest(p.Roles, roles, func(o *iam.Role) string { return o.ARN })
	p.Policies = newest(p.Policies, policies, func(m *iam.ManagedPolicy) string { return m.ARN })
}

func newest[T any](list []T, begin int, key func(*T) string) []T {
	if begin == 0 {
		return list
	}
	newer := map[string]bool{}
	for i := range list[begin:] {
		newer[key(&list[begin+i])] = true
	}
	older := slices.DeleteFunc(slices.Clone(list[:begin]), func(x T) bool { return newer[key(&x)] })
	return append(older, list[begin:]...)
}

// report keeps the rows of the newest credential report.
func (r *reader) report(rows []iam.ReportUser, at, generated iam.Time) {
	if r.parts.Report != nil {
		r.parts.Warnings = append(r.parts.Warnings, "several credential reports were given: the newest is used")
		if at <= r.reportAt {
			return
		}
	}
	r.parts.Report, r.reportAt, r.generated = rows, at, generated
	src := iam.Source{Name: iam.CredentialReport, State: iam.Read, At: at}
	if generated == 0 {
		src.Note = noteFileTime
	}
	r.add(src)
}

// reportJSON reads what get-credential-report prints.
func (r *reader) reportJSON(d *decoder, f input) error {
	var rows []iam.ReportUser
	var given bool
	var generated iam.Time
	read := func(name string) (bool, error) {
		switch name {
		case "Content":
			content, err := d.text()
			if err == nil {
				given = true
				rows, err = readContent(content)
			}
			return true, err
		case "GeneratedTime":
			return true, generatedTime(d, &generated)
		}
		return false, nil
	}
	err := d.enveloped(read)
	if err == nil && !given {
		_, err = readContent(nil)
	}
	if err != nil {
		return err
	}
	at := generated
	if at == 0 {
		at = f.modified
	}
	r.report(rows, at, generated)
	return nil
}

// readContent reads the report itself.
func readContent(content []byte) ([]iam.ReportUser, error) {
	text, err := credreport.Content(content)
	if err != nil {
		return nil, fmt.Errorf("in its content, %w", err)
	}
	rows, err := credreport.Read(bytes.NewReader(text), int64(len(text)))
	if err != nil {
		return nil, fmt.Errorf("in its content, %w", err)
	}
	return rows, nil
}

// users reads what list-users prints.
func (r *reader) users(d *decoder, at iam.Time) error {
	src := iam.Source{Name: iam.UserListing, State: iam.Read, At: at}
	err := d.listing(&src, func(name string) (bool, error) {
		if name != "Users" {
			return false, nil
		}
		return true, d.array(func() error { return r.listed(d) })
	})
	r.add(src)
	return err
}

func (r *reader) listed(d *decoder) error {
	var w struct {
		UserName, Path, Arn, UserId string //nolint:revive // AWS's spelling
		CreateDate                  iam.Time
		PasswordLastUsed            iam.Time
	}
	if err := d.into(&w); err != nil {
		return err
	}
	if m := lacking("UserName", w.UserName, "Arn", w.Arn); m != "" {
		return d.wrong("the user has no " + m)
	}
	r.parts.Listed = append(r.parts.Listed, iam.ListedUser{Name: w.UserName, Path: w.Path, ARN: w.Arn, ID: w.UserId,
		Created: w.CreateDate, PasswordLastUsed: iam.When(w.PasswordLastUsed)})
	return nil
}

// arns is one ARN of each list that has any.
func arns(p *iam.Parts) (out []string) {
	if len(p.Details) > 0 {
		out = append(out, p.Details[0].ARN)
	}
	if len(p.Listed) > 0 {
		out = append(out, p.Listed[0].ARN)
	}
	if len(p.Report) > 0 {
		out = append(out, p.Report[0].ARN)
	}
	for _, d := range p.Devices { // many have no user
		out = append(out, d.UserARN)
	}
	return out
}

// finish settles what no single file says.
func (r *reader) finish() {
	p := &r.parts
	for _, arn := range arns(p) {
		if a, ok := iam.ParseARN(arn); ok && p.Account.Partition == "" {
			p.Account.Partition = a.Partition
		}
	}
	for i := range p.Sources {
		src := &p.Sources[i]
		if n := p.Summary["Users"]; src.Name == iam.Details && src.State == iam.Read && n > len(p.Details) {
			src.State, src.Cut = iam.Failed, true
			src.Note = fmt.Sprintf("the account summary counts %d users, the file holds %d", n, len(p.Details))
		}
	}
}

// generatedTime reads the time of a report, also as boto's recorders write it:
// an object with its parts.
func generatedTime(d *decoder, t *iam.Time) error {
	if d.PeekKind() != '{' {
		return d.into(t)
	}
	var w struct {
		Year   int `json:"year"`
		Month  int `json:"month"`
		Day    int `json:"day"`
		Hour   int `json:"hour"`
		Minute int `json:"minute"`
		Second int `json:"second"`
	}
	if err := d.into(&w); err != nil {
		return err
	}
	at, err := iam.ParseTime(fmt.Sprintf("%04d-%02d-%02dT%02d:%02d:%02dZ", w.Year, w.Month, w.Day, w.Hour, w.Minute, w.Second))
	*t = at
	return err
}
