package file

import (
	"fmt"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/rollcall-iam/rollcall/internal/iam"
	"github.com/rollcall-iam/rollcall/internal/iam/credreport"
)

// row reads a row of the credential report, taken apart at its commas and with
// null for a date that there is none of.
func (s *scout) row() error {
	var w map[string]jsontext.Value
	if err := s.into(&w); err != nil {
		return err
	}
	fields := make(map[string]string, len(w))
	for name, v := range w {
		fields[name] = cell(v)
	}
	user := fields["user"]
	if user == "" { // the end of the file was a row to Scout2
		return nil
	}
	if !ofUser(fields["arn"], user) {
		s.lost++
		s.parts.Warnings = append(s.parts.Warnings, fmt.Sprintf("the row of %q in the credential report is left out: %s takes rows apart at the commas in names", user, s.tool))
		return nil
	}
	row, err := credreport.Row(fields)
	if err != nil {
		return s.wrong(fmt.Sprintf("in the row of %q, %v", user, err))
	}
	s.rows = append(s.rows, row)
	return nil
}

// cell is a value as the report had it.
func cell(v jsontext.Value) string {
	switch v.Kind() {
	case 'n':
		return "N/A"
	case '"':
		var text string
		_ = json.Unmarshal(v, &text, readOptions) // it was read before
		return text
	case 't', 'f':
		return string(v)
	}
	return ""
}

func ofUser(arn, name string) bool {
	a, ok := iam.ParseARN(arn)
	return ok && (name == iam.RootName && a.Resource == "root" || strings.HasSuffix(a.Resource, "/"+name))
}

// oldReport reports whether the credential report is of a time before it told
// of the last use of keys, which is long before there were boundaries.
func (s *scout) oldReport() bool {
	if s.tool != scout2File.tool() { // ScoutSuite itself is younger
		return false
	}
	for i := range s.rows {
		for _, k := range s.rows[i].Row.Keys {
			if k.LastUsed.State != iam.Unknown {
				return false
			}
		}
	}
	return len(s.rows) > 0
}

// report says what became of the credential report.
func (s *scout) report(at iam.Time) iam.Source {
	src := iam.Source{Name: iam.CredentialReport, State: iam.Read, At: at, Note: noteFileTime}
	switch {
	case len(s.rows) == 0:
		return iam.Source{Name: iam.CredentialReport, State: iam.Failed, Note: s.tool + " did not get it: it goes on without where AWS takes a moment to make it"}
	case s.ran != 0:
		src.Note = "does not say when it was made, up to four hours before " + s.tool + " ran: the time is the run's"
	}
	return src
}

// passwords reads the password policy. Where there is none, and where it could
// not be read, the tools write one of their own, in which a number is text.
func (s *scout) passwords() error {
	var w struct {
		MinimumPasswordLength                                  jsontext.Value
		MaxPasswordAge, PreviousPasswordPrevented              int
		RequireSymbols, RequireNumbers                         bool
		RequireUppercaseCharacters, RequireLowercaseCharacters bool
		AllowUsersToChangePassword                             *bool
		ExpirePasswords, HardExpiry                            bool
	}
	if err := s.into(&w); err != nil {
		return err
	}
	if w.MinimumPasswordLength.Kind() != '0' || w.AllowUsersToChangePassword == nil {
		return nil
	}
	p := iam.PasswordPolicy{MaxAge: w.MaxPasswordAge, ReusePrevention: w.PreviousPasswordPrevented,
		RequireSymbols: w.RequireSymbols, RequireNumbers: w.RequireNumbers,
		RequireUppercase: w.RequireUppercaseCharacters, RequireLowercase: w.RequireLowercaseCharacters,
		AllowUsersToChange: *w.AllowUsersToChangePassword, ExpirePasswords: w.ExpirePasswords, HardExpiry: w.HardExpiry}
	if err := json.Unmarshal(w.MinimumPasswordLength, &p.MinimumLength); err != nil {
		return s.wrong("MinimumPasswordLength is no whole number")
	}
	s.parts.PasswordPolicy = iam.Is(p)
	return nil
}

// noPasswords says why the password policy is not known, "" where it is.
func (s *scout) noPasswords() string {
	if s.parts.PasswordPolicy.State == iam.Known {
		return ""
	}
	return s.tool + " does not tell an account without one from one that it could not read"
}
