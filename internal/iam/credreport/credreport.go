// Package credreport reads IAM's credential report: the CSV itself, in the
// columns of any year. Where the report comes from, and whether it is fresh,
// is for the sources.
package credreport

import (
	"encoding/base64"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/rollcall-iam/rollcall/internal/iam"
)

// Read reads the rows of a report, finding columns by the names in its header:
// old reports have fewer columns, newer ones may have more. Errors name the line.
func Read(in io.Reader) ([]iam.ReportUser, error) {
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
	for {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, csvError(err)
		}
		c.record = c.rejoin(record)
		u, err := c.user()
		if err != nil {
			line, _ := r.FieldPos(0)
			return nil, fmt.Errorf("line %d: %w", line, err)
		}
		out = append(out, u)
	}
}

func csvError(err error) error {
	var p *csv.ParseError
	if errors.As(err, &p) {
		return fmt.Errorf("line %d: %w", p.Line, p.Err)
	}
	if errors.Is(err, io.EOF) {
		return errors.New("the credential report is empty")
	}
	return err
}

// columns finds a record's fields by name.
type columns struct {
	at     map[string]int
	width  int          // columns in the header
	keys   [2][5]string // the names of the key columns of each slot
	certs  [2][2]string
	record []string
	err    error
}

func newColumns(header []string) (*columns, error) {
	c := &columns{at: make(map[string]int, len(header)), width: len(header)}
	for i, name := range header {
		c.at[strings.TrimSpace(name)] = i
	}
	for _, name := range []string{"user", "arn"} {
		if _, ok := c.at[name]; !ok {
			return nil, fmt.Errorf("line 1: the column %q of a credential report is missing", name)
		}
	}
	for i := range c.keys {
		slot := fmt.Sprintf("access_key_%d_", i+1)
		c.keys[i] = [5]string{slot + "active", slot + "last_rotated", slot + "last_used_date", slot + "last_used_region", slot + "last_used_service"}
		c.certs[i] = [2]string{fmt.Sprintf("cert_%d_active", i+1), fmt.Sprintf("cert_%d_last_rotated", i+1)}
	}
	return c, nil
}

// rejoin mends a row whose name has commas that nobody quoted: the name, and
// the ARN that ends in it, are in as many pieces more each.
func (c *columns) rejoin(record []string) []string {
	extra := len(record) - c.width
	if extra <= 0 || extra%2 != 0 || c.at["user"] != 0 || c.at["arn"] != 1 {
		return record
	}
	k := extra/2 + 1
	name, arn := strings.Join(record[:k], ","), strings.Join(record[k:2*k], ",")
	if !strings.HasPrefix(arn, "arn:") || !strings.HasSuffix(arn, "/"+name) {
		return record
	}
	return append([]string{name, arn}, record[2*k:]...)
}

func (c *columns) user() (iam.ReportUser, error) {
	c.err = nil
	u := iam.ReportUser{Name: own(c.get("user")), ARN: own(c.get("arn")), Created: c.time("user_creation_time").Value}
	if u.Name == "" || u.ARN == "" {
		return u, fmt.Errorf("the row has no user or no ARN; a report has %d columns, the row %d", len(c.at), len(c.record))
	}
	u.Row = iam.ReportRow{
		PasswordEnabled:      c.bool("password_enabled"),
		PasswordLastUsed:     c.time("password_last_used"),
		PasswordLastChanged:  c.time("password_last_changed"),
		PasswordNextRotation: c.time("password_next_rotation"),
		MFAActive:            c.bool("mfa_active"),
	}
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
func (c *columns) get(name string) string {
	i, ok := c.at[name]
	if !ok || i >= len(c.record) {
		return ""
	}
	return c.record[i]
}

func (c *columns) bool(name string) iam.Fact[bool] {
	switch s := c.get(name); {
	case strings.EqualFold(s, "true"):
		return iam.Is(true)
	case strings.EqualFold(s, "false"):
		return iam.Is(false)
	case s == "", s == "not_supported":
	case s == "N/A", s == "no_information":
		return iam.None[bool]()
	default:
		c.fail(name, s, "true or false")
	}
	return iam.Fact[bool]{}
}

// time keeps AWS's ways of giving no date apart: "N/A" and "no_information"
// say that it did not happen, "not_supported" says nothing.
func (c *columns) time(name string) iam.Fact[iam.Time] {
	switch s := c.get(name); s {
	case "", "not_supported":
		return iam.Fact[iam.Time]{}
	case "N/A", "no_information":
		return iam.None[iam.Time]()
	default:
		t, err := iam.ParseTime(s)
		if err != nil {
			c.fail(name, s, "a date")
		}
		return iam.Is(t)
	}
}

func (c *columns) text(name string) iam.Fact[string] {
	switch s := c.get(name); s {
	case "", "not_supported":
		return iam.Fact[string]{}
	case "N/A", "no_information":
		return iam.None[string]()
	default:
		return iam.Is(own(s))
	}
}

func (c *columns) fail(name, value, want string) {
	if c.err == nil {
		c.err = fmt.Errorf("column %s is %q, expected %s", name, value, want)
	}
}

// Content returns the CSV in the Content of a credential report: the text
// itself, or, as the CLI prints it, its base64.
func Content(s string) (string, error) {
	if strings.Contains(s, ",") || s == "" {
		return s, nil
	}
	b, err := base64.StdEncoding.DecodeString(strings.TrimSpace(s))
	if err != nil {
		return "", fmt.Errorf("the content of the credential report is neither CSV nor base64: %w", err)
	}
	return string(b), nil
}
