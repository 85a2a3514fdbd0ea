package awstest

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// A report is a credential report and when it was made.
type report struct {
	text string
	made time.Time
}

// generateReport takes ReportWait calls to make a report.
func (s *StandIn) generateReport(url.Values) (any, error) {
	state := "STARTED"
	if s.asked++; s.asked > s.ReportWait {
		state = "COMPLETE"
		if s.first == nil {
			s.first = s.report()
		}
	}
	return struct{ State string }{state}, nil
}

func (s *StandIn) getReport(url.Values) (any, error) {
	switch {
	case s.asked == 0:
		return nil, &fault{http.StatusGone, "ReportNotPresent", "no report"}
	case s.asked <= s.ReportWait:
		return nil, &fault{http.StatusNotFound, "ReportInProgress", "Unknown"}
	}
	r := s.report()
	if s.StaleReport {
		r = s.first
	}
	return struct{ Content, ReportFormat, GeneratedTime string }{base64.StdEncoding.EncodeToString([]byte(r.text)), "text/csv", stamp(r.made)}, nil
}

const reportHeader = "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,mfa_active," +
	"access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service," +
	"access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service," +
	"cert_1_active,cert_1_last_rotated,cert_2_active,cert_2_last_rotated"

const (
	noKey         = "false,N/A,N/A,N/A,N/A"
	noCertificate = "false,N/A"
)

// report is the CSV as AWS writes it: root first, no newline at the end.
func (s *StandIn) report() *report {
	began := stamp(s.clock.AddDate(-3, 0, 0))
	lines := []string{reportHeader, strings.Join([]string{"<root_account>", arnPrefix + "root", began, "true,no_information", began,
		"not_supported,true", noKey, noKey, noCertificate, noCertificate}, ",")}
	users := slices.Clone(s.users)
	slices.SortFunc(users, func(a, b *user) int { return strings.Compare(strings.ToLower(a.name), strings.ToLower(b.name)) })
	for _, u := range users {
		fields := slices.Concat([]string{quoted(u.name), quoted(u.arn()), stamp(u.created), u.passwordColumns(), "N/A", fmt.Sprint(s.hasDevice(u))},
			slots(u.keys, noKey, credential.keyColumns), slots(u.certificates, noCertificate, credential.certificateColumns))
		lines = append(lines, strings.Join(fields, ","))
	}
	return &report{strings.Join(lines, "\n"), s.clock.Add(time.Minute)}
}

func (u *user) passwordColumns() string {
	if u.password == nil {
		return "false,N/A,N/A"
	}
	return "true," + used(u.passwordUsed, "no_information") + "," + stamp(u.password.changed)
}

func used(at time.Time, never string) string {
	if at.IsZero() {
		return never
	}
	return stamp(at)
}

// slots are the columns of the two credentials that the report has place for.
func slots(list []credential, none string, columns func(credential) string) []string {
	out := []string{none, none}
	for i := range min(len(list), len(out)) {
		out[i] = columns(list[i])
	}
	return out
}

// keyColumns keep the date of an inactive key, as AWS does.
func (c credential) keyColumns() string {
	return fmt.Sprintf("%t,%s,%s", c.active, stamp(c.created), strings.Join(c.lastUse(), ","))
}

func (c credential) certificateColumns() string {
	return fmt.Sprintf("%t,%s", c.active, stamp(c.created))
}

// quoted is a CSV field; names may hold commas.
func quoted(s string) string {
	if strings.Contains(s, ",") {
		return `"` + s + `"`
	}
	return s
}
