package credreport

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/rollcall-iam/rollcall/internal/iam"
)

const header = "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,mfa_active,access_key_1_active,access_key_1_last_rotated"

func one(t *testing.T, row string) iam.ReportUser {
	t.Helper()
	users, err := Read(strings.NewReader(header+"\n"+row), int64(len(header+"\n"+row)))
	if err != nil || len(users) != 1 {
		t.Fatalf("%s: %d users, %v", row, len(users), err)
	}
	return users[0]
}

// AWS has three ways to give no value; they are not the same.
func TestStates(t *testing.T) {
	u := one(t, "<root_account>,arn:aws:iam::1:root,2020-01-01T00:00:00Z,not_supported,no_information,N/A,TRUE,false,N/A")
	if u.Row.PasswordEnabled.State != iam.Unknown {
		t.Error("not_supported tells nothing")
	}
	if u.Row.PasswordLastUsed.State != iam.Absent || u.Row.PasswordLastChanged.State != iam.Absent {
		t.Error("N/A and no_information say that it did not happen")
	}
	if u.Row.MFAActive != iam.Is(true) || u.Row.Keys[0].Present() != iam.Is(false) {
		t.Errorf("%+v", u.Row)
	}
	if u.Row.PasswordNextRotation.State != iam.Unknown || u.Row.Keys[1].Present().State != iam.Unknown || u.Row.Keys[0].LastUsed.State != iam.Unknown {
		t.Error("a column that is not there tells nothing")
	}
}

func TestInactiveKeyIsAKey(t *testing.T) {
	k := one(t, "a,arn:aws:iam::1:user/a,2020-01-01T00:00:00Z,true,2021-01-01T00:00:00+00:00,N/A,false,false,2020-06-01T00:00:00Z").Row.Keys[0]
	if k.Present() != iam.Is(true) || k.Active != iam.Is(false) {
		t.Errorf("%+v", k)
	}
}

// Names may hold commas, which some writers quote and some do not.
func TestCommas(t *testing.T) {
	for _, row := range []string{
		`"a,b,c","arn:aws:iam::1:user/p/a,b,c",2020-01-01T00:00:00Z,true,N/A,N/A,true,false,N/A`,
		`a,b,c,arn:aws:iam::1:user/p/a,b,c,2020-01-01T00:00:00Z,true,N/A,N/A,true,false,N/A`,
	} {
		if u := one(t, row); u.Name != "a,b,c" || u.ARN != "arn:aws:iam::1:user/p/a,b,c" || u.Row.MFAActive != iam.Is(true) {
			t.Errorf("%s: %+v", row, u)
		}
	}
}

func TestErrors(t *testing.T) {
	for text, want := range map[string]string{
		"":           "the credential report is empty",
		"name,arn\n": `line 1: the column "user" of a credential report is missing`,
		header + "\na,b,never,true,N/A,N/A,true,false,N/A":                                              `line 2: column user_creation_time is "never", expected a date`,
		header + "\nok,arn:x,N/A,true,N/A,N/A,true,false,N/A\na,arn:y,N/A,maybe,N/A,N/A,true,false,N/A": `line 3: column password_enabled is "maybe", expected true or false`,
		header + "\n,,,,,,,,":     "line 2: the row has no user or no ARN",
		header + "\n\"a,b\nc,d\n": "line 3:",
	} {
		if _, err := Read(strings.NewReader(text), int64(len(text))); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

func TestContent(t *testing.T) {
	for _, given := range []string{header, base64.StdEncoding.EncodeToString([]byte(header))} {
		if got, err := Content([]byte(given)); err != nil || string(got) != header {
			t.Errorf("%q, %v", got, err)
		}
	}
	if _, err := Content([]byte("not base64!")); err == nil || !strings.Contains(err.Error(), "neither CSV nor base64") {
		t.Errorf("anything is taken for a report: %v", err)
	}
}

func FuzzRead(f *testing.F) {
	f.Add(header + "\na,arn:aws:iam::1:user/a,2020-01-01T00:00:00Z,true,N/A,no_information,not_supported,false,N/A")
	f.Add("arn,user\n\"x,y\",z,,\n")
	f.Fuzz(func(t *testing.T, text string) {
		users, err := Read(strings.NewReader(text), int64(len(text)))
		if err != nil && users != nil {
			t.Error("users and an error")
		}
		for _, u := range users {
			if u.Name == "" || u.ARN == "" {
				t.Errorf("a user without name or ARN: %+v", u)
			}
		}
	})
}
