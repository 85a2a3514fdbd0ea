package file

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/klauspost/compress/zstd"

	"github.com/rollcall-iam/rollcall/internal/bounded"
	"github.com/rollcall-iam/rollcall/internal/iam"
	"github.com/rollcall-iam/rollcall/internal/iam/policy"
	"github.com/rollcall-iam/rollcall/internal/outfile"
)

const snapshotSchema = "rollcall.snapshot/v1"

// saved is a snapshot file. Documents stand once, and are meant by their
// index; what is known to have no value is null, what is unknown is left out.
type saved struct {
	Schema    string           `json:"schema"`
	AccountID string           `json:"accountId"` // early, so that a look at the file finds it
	Documents []jsontext.Value `json:"documents"`
	iam.Snapshot
}

// CheckName refuses names that do not say what Save would write there.
func CheckName(path string) error {
	if !strings.HasSuffix(path, ".json") && !strings.HasSuffix(path, ".json.zst") {
		return fmt.Errorf("a snapshot is kept as .json or .json.zst, not as %q", path)
	}
	return nil
}

// Save writes a snapshot, packed with zstd where the path ends in .zst. It
// holds no secret.
func Save(path string, s *iam.Snapshot) error {
	return outfile.Write(path, func(w io.Writer) error {
		if !strings.HasSuffix(path, ".zst") {
			return Write(w, s)
		}
		z, err := zstd.NewWriter(w)
		if err != nil {
			return err
		}
		if err := Write(z, s); err != nil {
			return err
		}
		return z.Close()
	})
}

// Write writes a snapshot as JSON.
func Write(w io.Writer, s *iam.Snapshot) error {
	index := map[*policy.Document]int{}
	out := saved{Schema: snapshotSchema, AccountID: s.Account.ID, Snapshot: *s}
	eachDocument(s, func(d *policy.Document) {
		if _, ok := index[d]; !ok {
			index[d] = len(out.Documents)
			out.Documents = append(out.Documents, jsontext.Value(d.Text()))
		}
	})
	return json.MarshalWrite(w, &out, jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true), json.Deterministic(true),
		json.WithMarshalers(json.JoinMarshalers(
			json.MarshalToFunc(func(e *jsontext.Encoder, d *policy.Document) error {
				return e.WriteToken(jsontext.Int(int64(index[d])))
			}),
			json.MarshalToFunc(writeFact[iam.Time]), json.MarshalToFunc(writeFact[bool]),
			json.MarshalToFunc(writeFact[string]), json.MarshalToFunc(writeFact[iam.PasswordPolicy]), json.MarshalToFunc(writeFact[iam.Login]),
			json.MarshalToFunc(writeFact[[]string]),
		)))
}

// eachDocument visits every document of a snapshot in a fixed order.
func eachDocument(s *iam.Snapshot, f func(*policy.Document)) {
	visit := func(d *policy.Document) {
		if d != nil {
			f(d)
		}
	}
	inline := func(list []iam.InlinePolicy) {
		for _, p := range list {
			visit(p.Document)
		}
	}
	for i := range s.Users {
		if g := s.Users[i].Grants; g != nil {
			inline(g.Inline)
		}
	}
	for i := range s.Groups {
		inline(s.Groups[i].Inline)
	}
	for i := range s.Roles {
		visit(s.Roles[i].Trust)
		inline(s.Roles[i].Inline)
	}
	for i := range s.Policies {
		visit(s.Policies[i].Document)
	}
}

// writeFact writes a known value or null; unknown facts are left out before.
func writeFact[T any](e *jsontext.Encoder, f iam.Fact[T]) error {
	if f.State != iam.Known {
		return e.WriteToken(jsontext.Null)
	}
	return json.MarshalEncode(e, f.Value)
}

func readFact[T any](d *jsontext.Decoder, f *iam.Fact[T]) error {
	if d.PeekKind() == 'n' {
		f.State = iam.Absent
		return d.SkipValue()
	}
	f.State = iam.Known
	return json.UnmarshalDecode(d, &f.Value)
}

// readSaved reads a snapshot file.
func readSaved(f input) (*Loaded, error) {
	s, err := open(f.path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = s.Close() }()
	snapshot, err := decodeSaved(s)
	if err != nil {
		return nil, located(f.path, err)
	}
	l := &Loaded{Snapshot: snapshot, Clock: snapshot.CollectedAt, Basis: BasisCollected}
	if l.Clock == 0 {
		l.Clock, l.Basis = newestSource(snapshot)
	}
	return l, nil
}

// newestSource is the clock of a snapshot that was made of files.
func newestSource(s *iam.Snapshot) (iam.Time, string) {
	if src := s.Source(iam.CredentialReport); src.State == iam.Read && src.Note != noteFileTime {
		return src.At, BasisReport
	}
	var at iam.Time
	for _, src := range s.Sources {
		at = max(at, src.At)
	}
	return at, BasisFile
}

func decodeSaved(r io.Reader) (*iam.Snapshot, error) {
	var in saved
	var docs []*policy.Document
	var dense bounded.Density
	d := jsontext.NewDecoder(r, readOptions)
	err := json.UnmarshalDecode(d, &in, readOptions, json.WithUnmarshalers(json.JoinUnmarshalers(
		json.UnmarshalFromFunc(func(d *jsontext.Decoder, _ *[]jsontext.Value) error {
			var err error
			docs, err = readDocuments(d)
			return err
		}),
		json.UnmarshalFromFunc(func(d *jsontext.Decoder, out **policy.Document) error {
			var i int
			if err := json.UnmarshalDecode(d, &i); err != nil {
				return err
			}
			if i < 0 || i >= len(docs) {
				return fmt.Errorf("there is no document %d: the snapshot has %d before this place", i, len(docs))
			}
			*out = docs[i]
			return nil
		}),
		json.UnmarshalFromFunc(readFact[iam.Time]), json.UnmarshalFromFunc(readFact[bool]),
		json.UnmarshalFromFunc(readFact[string]), json.UnmarshalFromFunc(readFact[iam.PasswordPolicy]), json.UnmarshalFromFunc(readFact[iam.Login]),
		json.UnmarshalFromFunc(readFact[[]string]),
		bounded.Least[iam.User](&dense, 20), bounded.Least[iam.Group](&dense, 20), bounded.Least[iam.Role](&dense, 20), bounded.Least[iam.ManagedPolicy](&dense, 20),
	)))
	if err != nil {
		return nil, err
	}
	if err := (&decoder{Decoder: d}).end(); err != nil {
		return nil, err
	}
	return &in.Snapshot, checkSaved(&in.Snapshot)
}

// checkSaved refuses what no snapshot of ours says.
func checkSaved(s *iam.Snapshot) error {
	if len(s.Users) == 0 || !s.Users[0].Root {
		return errors.New("the snapshot does not begin its users with root")
	}
	if id := s.Account.ID; id != "" && !iam.IsAccountID(id) {
		return fmt.Errorf("the account %q is not twelve digits", id)
	}
	for _, src := range s.Sources {
		switch src.State {
		case iam.Read, iam.Denied, iam.Failed, iam.NotGiven:
		default:
			return fmt.Errorf("source %q has the unknown state %q", src.Name, src.State)
		}
		if !slices.Contains(iam.SourceNames, src.Name) {
			return fmt.Errorf("unknown source %q", src.Name)
		}
	}
	return nil
}

func readDocuments(d *jsontext.Decoder) (docs []*policy.Document, err error) {
	err = (&decoder{Decoder: d}).array(func() error {
		v, err := d.ReadValue()
		if err != nil {
			return err
		}
		if v.Kind() != '{' {
			return fmt.Errorf("a policy document must be a JSON object")
		}
		docs = append(docs, policy.New(string(v)))
		return nil
	})
	return docs, err
}
