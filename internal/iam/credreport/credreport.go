// Package credreport reads IAM's credential report: the CSV itself, in the
// columns of any year. Where the report comes from, and whether it is fresh,
// is for the sources.
package credreport

import (
	"bytes"
	"encoding/base64"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/rollcall-iam/rollcall/internal/bounded"
	"github.com/rollcall-iam/rollcall/internal/iam"
)

// Read reads the rows of a report, finding columns by the names in its header:
// old reports have fewer columns, newer ones may have more. Errors name the line.
// size is about how many bytes there are, so that room is made once; 0 where nobody
// knows.
func Read(in io.Reader, size int64) ([]iam.ReportUser, error) {
	r := csv.NewReader(in)
	r.ReuseRecord, r.FieldsPerRecord = true, -1
	header, err := r.Read()
	if err != nil {
		return nil, csvError(err)
	}
	c, err := newColumns(header)
	if err != nil {
		return nil, err
	}
	var out []iam.ReportUser
	begin := r.InputOffset()
	for {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			if out == nil {
				return nil, errors.New("the credential report has no row, and root's is in every whole one")
			}
			return out, nil
		}
		if err != nil {
			return nil, csvError(err)
		}
		c.record = c.rejoin(record)
		u, err := c.row()
		if err != nil {
			line, _ := r.FieldPos(0)
			return nil, fmt.Errorf("line %d: %w", line, err)
		}
		if len(out) == some {
			out = slices.Grow(out, room(size-r.InputOffset(), (r.InputOffset()-begin)/some))
		}
		if len(out) == bounded.Elements {
			return nil, bounded.TooMany("rows")
		}
		out = append(out, u)
	}
}

// some rows tell how long rows are.
const some = 32

// room is for how many rows to make room where they are so long: a few more than fit.
func room(size, row int64) int {
	const shortest = 40 // bytes of a row with a name and an ARN
	return int(min(max(0, size)/max(row, shortest)*17/16+8, bounded.Elements))
}

// Row reads one row that somebody took apart already: its fields by the names of
// their columns.
func Row(fields map[string]string) (iam.ReportUser, error) {
	names := slices.Sorted(maps.Keys(fields))
	c, err := newColumns(names)
	if err != nil {
		return iam.ReportUser{}, err
	}
	for _, name := range names {
		c.record = append(c.record, fields[name])
	}
	return c.row()
}

func csvError(err error) error {
	var p *csv.ParseError
	if errors.As(err, &p) {
		return fmt.Errorf("line %d: %w", p.Line, p.Err)
	}
	var corrupt base64.CorruptInputError
	switch {
	case errors.Is(err, io.EOF):
		return errors.New("the credential report is empty")
	case errors.As(err, &corrupt), errors.Is(err, io.ErrUnexpectedEOF):
		return errors.New("the content of the credential report is neither CSV nor base64")
	}
	return err
}

// columns are where a record's fields stand, by their names in the header; -1
// for one that the report lacks.
type columns struct {
	names                        []string
	user, arn, created           int
	enabled, used, changed, next int
	mfa                          int
	keys                         [2][5]int // active, rotated, used, region, service
	certs                        [2][2]int // active, rotated
	record                       []string
	err                          error
}

func newColumns(header []string) (*columns, error) {
	at := make(map[string]int, len(header))
	names := make([]string, len(header)) // the reader uses the record again
	for i, name := range header {
		names[i] = strings.Clone(strings.TrimSpace(name))
		at[names[i]] = i
	}
	for _, name := range []string{"user", "arn"} {
		if _, ok := at[name]; !ok {
			return nil, fmt.Errorf("line 1: the column %q of a credential report is missing", name)
		}
	}
	find := func(name string) int {
		if i, ok := at[name]; ok {
			return i
		}
		return -1
	}
	c := &columns{names: names, user: find("user"), arn: find("arn"), created: find("user_creation_time"),
		enabled: find("password_enabled"), used: find("password_last_used"), changed: find("password_last_changed"),
		next: find("password_next_rotation"), mfa: find("mfa_active")}
	for i := range c.keys {
		key, cert := fmt.Sprintf("access_key_%d_", i+1), fmt.Sprintf("cert_%d_", i+1)
		for k, name := range []string{"active", "last_rotated", "last_used_date", "last_used_region", "last_used_service"} {
			c.keys[i][k] = find(key + name)
		}
		c.certs[i] = [2]int{find(cert + "active"), find(cert + "last_rotated")}
	}
	return c, nil
}

// rejoin mends a row whose name has commas that nobody quoted: the name, and
// the ARN that ends in it, are in as many pieces more each.
func (c *columns) rejoin(record []string) []string {
	extra := len(record) - len(c.names)
	if extra <= 0 || extra%2 != 0 || c.user != 0 || c.arn != 1 {
		return record
	}
	k := extra/2 + 1
	name, arn := strings.Join(record[:k], ","), strings.Join(record[k:2*k], ",")
	if !strings.HasPrefix(arn, "arn:") || !strings.HasSuffix(arn, "/"+name) {
		return record
	}
	return append([]string{name, arn}, record[2*k:]...)
}

func (c *columns) row() (iam.ReportUser, error) {
	c.err = nil
	u := iam.ReportUser{Name: own(c.get(c.user)), ARN: own(c.get(c.arn)), Created: c.time(c.created).Value}
	if u.Name == "" || u.ARN == "" {
		return u, fmt.Errorf("the row has no user or no ARN; the report has %d columns, the row %d", len(c.names), len(c.record))
	}
	u.Row = iam.ReportRow{PasswordEnabled: c.bool(c.enabled), PasswordLastUsed: c.time(c.used), PasswordLastChanged: c.time(c.changed),
		PasswordNextRotation: c.time(c.next), MFAActive: c.bool(c.mfa)}
	for i := range u.Row.Keys {
		k := &c.keys[i]
		u.Row.Keys[i] = iam.KeySlot{Active: c.bool(k[0]), LastRotated: c.time(k[1]), LastUsed: c.time(k[2]),
			LastUsedRegion: c.text(k[3]), LastUsedService: c.text(k[4])}
		u.Row.Certificates[i] = iam.CertificateSlot{Active: c.bool(c.certs[i][0]), LastRotated: c.time(c.certs[i][1])}
	}
	return u, c.err
}

// own is a copy of text from the record, in proper UTF-8.
func own(s string) string { return strings.Clone(strings.ToValidUTF8(s, "\ufffd")) }

// get is a field, "" where the record has no such column.
func (c *columns) get(i int) string {
	if i < 0 || i >= len(c.record) {
		return ""
	}
	return c.record[i]
}

func (c *columns) bool(i int) iam.Fact[bool] {
	switch s := c.get(i); {
	case strings.EqualFold(s, "true"):
		return iam.Is(true)
	case strings.EqualFold(s, "false"):
		return iam.Is(false)
	case s == "", s == "not_supported":
	case s == "N/A", s == "no_information":
		return iam.None[bool]()
	default:
		c.fail(i, s, "true or false")
	}
	return iam.Fact[bool]{}
}

// time keeps AWS's ways of giving no date apart: "N/A" and "no_information"
// say that it did not happen, "not_supported" says nothing.
func (c *columns) time(i int) iam.Fact[iam.Time] {
	switch s := c.get(i); s {
	case "", "not_supported":
		return iam.Fact[iam.Time]{}
	case "N/A", "no_information":
		return iam.None[iam.Time]()
	default:
		t, err := iam.ParseTime(s)
		if err != nil {
			c.fail(i, s, "a date")
		}
		return iam.Is(t)
	}
}

func (c *columns) text(i int) iam.Fact[string] {
	switch s := c.get(i); s {
	case "", "not_supported":
		return iam.Fact[string]{}
	case "N/A", "no_information":
		return iam.None[string]()
	default:
		return iam.Is(own(s))
	}
}

func (c *columns) fail(i int, value, want string) {
	if c.err == nil {
		c.err = fmt.Errorf("column %s is %q, expected %s", c.names[i], value, want)
	}
}

// Content is the CSV in the Content of a credential report: the text itself,
// or, as the CLI prints it, its base64. Of base64 that breaks off, what there is
// comes with the error.
func Content(s []byte) ([]byte, error) {
	if bytes.IndexByte(s[:min(len(s), 100)], ',') >= 0 {
		return s, nil
	}
	text, err := base64.StdEncoding.AppendDecode(nil, bytes.TrimSpace(s))
	if err != nil {
		return text, csvError(err)
	}
	return text, nil
}
