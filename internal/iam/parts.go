package iam

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Parts are what the single sources said of one account, before they are put
// together. A source package fills them in; Snapshot reconciles them.
type Parts struct {
	Account        Account
	CollectedAt    Time
	Sources        []Source
	PasswordPolicy Fact[PasswordPolicy]
	Summary        map[string]int

	Details  []User       // from Details, with their Grants
	Listed   []ListedUser // from UserListing
	Report   []ReportUser // from CredentialReport, root included
	Devices  []Device     // from VirtualMFA
	Groups   []Group
	Roles    []Role
	Policies []ManagedPolicy
	Warnings []string

	Credentials  map[string]*Credentials // by the user's name in lower case
	Certificates *[]ServerCertificate
	AccountWide
}

// A ListedUser is a user as ListUsers gives it.
type ListedUser struct {
	Name, Path, ARN, ID string
	Created             Time
	PasswordLastUsed    Fact[Time]
}

// A ReportUser is a row of the credential report with whom it is about.
type ReportUser struct {
	Name, ARN string
	Created   Time
	Row       ReportRow
}

// A Device is a virtual MFA device with the ARN of its user, "" for none.
type Device struct {
	VirtualDevice
	UserARN string
}

// Snapshot reconciles the parts: a user of one source is the same as a user
// of another when ARN and creation time agree, since a name can be deleted
// and created again. Rows that share both are all kept.
func (p *Parts) Snapshot() *Snapshot {
	m := merger{byARN: make(map[string][]int, len(p.Details)+1)}
	m.users = slices.Grow(m.users, max(len(p.Details), len(p.Listed), len(p.Report))+1)
	for _, u := range p.Details {
		m.add(u)
	}
	for _, l := range p.Listed {
		i := m.find(l.ARN, l.Created, func(u *User) bool { return !u.Listed })
		if i < 0 {
			i = m.add(User{Name: l.Name, Path: l.Path, ARN: l.ARN, ID: l.ID, Created: l.Created})
		}
		m.users[i].Listed, m.users[i].PasswordLastUsed = true, l.PasswordLastUsed
	}
	m.addReport(p.Report)
	m.addRoot(p.Account)
	m.addDevices(p.Account, p.Devices)
	m.addCredentials(p.Credentials)
	warnings := slices.Concat(p.Warnings, m.duplicates())
	slices.SortStableFunc(m.users, compareUsers)
	return &Snapshot{Account: p.Account, CollectedAt: p.CollectedAt, Sources: p.Sources,
		PasswordPolicy: p.PasswordPolicy, Summary: p.Summary, Users: m.users, Groups: p.Groups,
		Roles: p.Roles, Policies: p.Policies, Certificates: p.Certificates, AccountWide: p.AccountWide, Warnings: warnings}
}

type merger struct {
	users []User
	byARN map[string][]int
}

func (m *merger) add(u User) int {
	i := len(m.users)
	m.users = append(m.users, u)
	m.byARN[u.ARN] = append(m.byARN[u.ARN], i)
	return i
}

// twins is how many users of one ARN are told apart. No account has several; a file
// that has millions would take a day.
const twins = 100

// find is the first free user with this ARN and creation time, where both
// sides give one; -1 when there is none.
func (m *merger) find(arn string, created Time, free func(*User) bool) int {
	same := m.byARN[arn]
	for _, i := range same[:min(len(same), twins)] {
		u := &m.users[i]
		if free(u) && (created == 0 || u.Created == 0 || u.Created == created) {
			return i
		}
	}
	return -1
}

func (m *merger) addReport(rows []ReportUser) {
	for i := range rows {
		r := &rows[i]
		at := m.find(r.ARN, r.Created, func(u *User) bool { return u.Report == nil })
		if at < 0 {
			at = m.add(User{Name: r.Name, ARN: r.ARN, Path: PathOf(r.ARN), Created: r.Created, Root: r.Name == RootName})
		}
		m.users[at].Report = &r.Row
	}
}

// addRoot makes root an entity of every account, whatever was read.
func (m *merger) addRoot(a Account) {
	for i := range m.users {
		if m.users[i].Root {
			return
		}
	}
	m.add(User{Name: RootName, ARN: RootARN(a), Root: true})
}

// RootARN is the ARN of the account's root user, "" where the account is not known.
func RootARN(a Account) string {
	if a.ID == "" {
		return ""
	}
	return a.ARN("root")
}

// ARN is the ARN of something of the account's in IAM, such as policy/NAME.
func (a Account) ARN(resource string) string {
	return "arn:" + cmp.Or(a.Partition, "aws") + ":iam::" + a.ID + ":" + resource
}

// addDevices gives devices to their users. Root's ARN may have been made up
// without knowing the partition, so root goes by the account.
func (m *merger) addDevices(a Account, devices []Device) {
	root := slices.IndexFunc(m.users, func(u User) bool { return u.Root })
	for _, d := range devices {
		at := m.byARN[d.UserARN]
		if arn, ok := ParseARN(d.UserARN); ok && arn.Resource == "root" && (a.ID == "" || arn.Account == a.ID) {
			at = []int{root}
		}
		if d.UserARN != "" && len(at) > 0 {
			m.users[at[0]].VirtualMFA = append(m.users[at[0]].VirtualMFA, d.VirtualDevice)
		}
	}
}

// duplicates warns of users that share an ARN.
func (m *merger) duplicates() []string {
	var out []string
	for arn, at := range m.byARN {
		if len(at) > 1 && arn != "" {
			out = append(out, fmt.Sprintf("the same ARN stands for %d users: %s", len(at), arn))
		}
	}
	slices.Sort(out)
	return out
}

func compareUsers(a, b User) int {
	if a.Root != b.Root {
		if a.Root {
			return -1
		}
		return 1
	}
	return cmp.Or(compareFold(a.Name, b.Name), strings.Compare(a.Name, b.Name), cmp.Compare(a.Created, b.Created))
}

// compareFold compares ASCII letters without case, as IAM compares names.
func compareFold(a, b string) int {
	for i := 0; i < len(a) && i < len(b); i++ {
		if x, y := lower(a[i]), lower(b[i]); x != y {
			return cmp.Compare(x, y)
		}
	}
	return cmp.Compare(len(a), len(b))
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}
