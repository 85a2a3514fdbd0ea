package iam

import (
	"fmt"
	"strings"
	"testing"
)

const prefix = "arn:aws:iam::111122223333:user/"

// The same ARN is the same user only when the creation times agree.
func TestReconcile(t *testing.T) {
	detail := func(name string, created Time) User {
		return User{Name: name, ARN: prefix + name, Created: created, Grants: &Grants{}}
	}
	row := func(name string, created Time) ReportUser {
		return ReportUser{Name: name, ARN: prefix + name, Created: created}
	}
	listed := func(name string, created Time) ListedUser {
		return ListedUser{Name: name, ARN: prefix + name, Created: created}
	}
	for _, c := range []struct {
		name string
		in   Parts
		want string
	}{
		{"one in all", Parts{Details: []User{detail("a", 5)}, Listed: []ListedUser{listed("a", 5)}, Report: []ReportUser{row("a", 5)}}, "a:dlr"},
		{"created again", Parts{Details: []User{detail("a", 9)}, Report: []ReportUser{row("a", 5)}}, "a:r a:d"},
		{"a report without times", Parts{Details: []User{detail("a", 9)}, Report: []ReportUser{row("a", 0)}}, "a:dr"},
		{"newer and gone", Parts{Details: []User{detail("new", 9)}, Report: []ReportUser{row("gone", 5)}}, "gone:r new:d"},
		{"rows that share all", Parts{Report: []ReportUser{row("a", 5), row("a", 5)}}, "a:r a:r"},
		{"two in one listing, one in the other", Parts{Details: []User{detail("a", 5), detail("a", 5)}, Report: []ReportUser{row("a", 5)}}, "a:dr a:d"},
		{"names go by letters, not case", Parts{Details: []User{detail("b", 1), detail("A", 1), detail("C", 1)}}, "A:d b:d C:d"},
	} {
		var got []string
		s := c.in.Snapshot()
		if !s.Users[0].Root || s.Users[0].Name != RootName {
			t.Errorf("%s: root is not first", c.name)
		}
		for _, u := range s.Users[1:] {
			in := ""
			for _, part := range []struct {
				letter string
				there  bool
			}{{"d", u.Grants != nil}, {"l", u.Listed}, {"r", u.Report != nil}} {
				if part.there {
					in += part.letter
				}
			}
			got = append(got, fmt.Sprintf("%s:%s", u.Name, in))
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: %v, want %s", c.name, got, c.want)
		}
	}
}

func TestRootOfTheReportIsRoot(t *testing.T) {
	p := Parts{Account: Account{ID: "111122223333"}, Report: []ReportUser{{Name: RootName, ARN: "arn:aws:iam::111122223333:root", Created: 7}},
		Devices: []Device{{VirtualDevice: VirtualDevice{Serial: "s"}, UserARN: "arn:aws:iam::111122223333:root"}}}
	s := p.Snapshot()
	if len(s.Users) != 1 || !s.Users[0].Root || s.Users[0].Created != 7 || len(s.Users[0].VirtualMFA) != 1 {
		t.Errorf("%+v", s.Users)
	}
	if empty := (&Parts{}).Snapshot(); len(empty.Users) != 1 || empty.Users[0].ARN != "" {
		t.Errorf("an account of which nothing is known: %+v", empty.Users)
	}
}

// Root's device is root's whatever the partition; another account's is not.
func TestRootDevice(t *testing.T) {
	for arn, want := range map[string]int{
		"arn:aws-cn:iam::111122223333:root": 1, "arn:aws:iam::111122223333:root": 1,
		"arn:aws:iam::444455556666:root": 0, "arn:aws:iam::111122223333:user/root": 0, "": 0,
	} {
		p := Parts{Account: Account{ID: "111122223333"}, Devices: []Device{{UserARN: arn, VirtualDevice: VirtualDevice{Serial: "s"}}}}
		if got := len(p.Snapshot().Users[0].VirtualMFA); got != want {
			t.Errorf("the device of %q: root has %d, want %d", arn, got, want)
		}
	}
}

func TestParseTime(t *testing.T) {
	for text, want := range map[string]string{
		"2026-11-20T06:30:00Z": "2026-11-20T06:30:00Z", "2026-11-20T06:30:00+00:00": "2026-11-20T06:30:00Z",
		"2026-11-20 07:30:00+01:00": "2026-11-20T06:30:00Z", "2026-11-20T06:30:00.123Z": "2026-11-20T06:30:00Z",
		"2026-11-20T06:30:00+0000": "2026-11-20T06:30:00Z", "1795415400": "2026-11-23T06:30:00Z", "2026-11-20": "2026-11-20T00:00:00Z",
	} {
		if got, err := ParseTime(text); err != nil || got.String() != want {
			t.Errorf("%s is %s (%v), want %s", text, got, err, want)
		}
	}
	for _, text := range []string{"", "yesterday", "N/A", "NaN", "1e300", "2026-13-01T00:00:00Z"} {
		if got, err := ParseTime(text); err == nil {
			t.Errorf("%q is taken for %s", text, got)
		}
	}
	if Never.String() != "never" || Never != At(Never.Std()) {
		t.Error("never is the first of January of the year 1")
	}
}

func TestPathOf(t *testing.T) {
	for arn, want := range map[string]string{prefix + "a/b/name": "/a/b/", prefix + "name": "/", "arn:aws:iam::1:root": "", "x": ""} {
		if got := PathOf(arn); got != want {
			t.Errorf("%s: %q, want %q", arn, got, want)
		}
	}
}
