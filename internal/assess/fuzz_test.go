package assess_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/rollcall-iam/rollcall/internal/entity"
	"github.com/rollcall-iam/rollcall/internal/gsl"
	"github.com/rollcall-iam/rollcall/internal/gsl/syntax"
	"github.com/rollcall-iam/rollcall/internal/iam"
	"github.com/rollcall-iam/rollcall/internal/iam/policy"
	"github.com/rollcall-iam/rollcall/internal/rule"
	"github.com/rollcall-iam/rollcall/rules"
)

// No rule that is accepted panics on any account: judged and explained, with
// every fact known, absent or unread as chance has it.
func FuzzRules(f *testing.F) {
	set, err := rule.LoadAll(rules.FS)
	if err != nil {
		f.Fatal(err)
	}
	settings := map[string]gsl.Value{}
	for _, r := range set.Rules {
		values, err := r.Settle(nil)
		if err != nil {
			f.Fatal(err)
		}
		for name, v := range r.Placeholders(values) {
			settings[name] = v
		}
		for seed := range uint64(5) {
			f.Add(r.GSL, seed)
		}
	}
	for _, kind := range entity.Schema.Entities() {
		for _, field := range entity.Schema.Entity(kind).Fields {
			f.Add(fmt.Sprintf("%s should have %s and %s regexMatch /a/ or %s contain [ $ = %s ]", kind, field.Name, field.Name, field.Name, field.Name), uint64(len(field.Name)))
		}
	}
	f.Fuzz(func(_ *testing.T, text string, seed uint64) {
		tree, _, err := syntax.ParseImported(text)
		if err != nil {
			return
		}
		p, _, err := gsl.Compile(entity.Schema, tree, gsl.Options{Settings: settings, Lenient: true})
		if err != nil {
			return
		}
		r := rand.New(rand.NewPCG(seed, 1))
		a := entity.New(randomAccount(r), func(*iam.User) entity.Approval { return entity.Approval{Approved: chance(r, r.IntN(2) == 0)} })
		m := &gsl.Machine{Now: 1_790_000_000}
		judge := func(obj any, n entity.Named) {
			p.Eval(m, obj)
			for _, v := range p.Explain(m, obj, p.Eval(m, obj)).Parts {
				entity.PartOf(v)
			}
			n.Resource()
		}
		if p.List {
			judge(a.All(p.Entity), a.Resource())
			return
		}
		a.Each(p.Entity, judge)
	})
}

// chance is a fact in one of its states.
func chance[T any](r *rand.Rand, v T) iam.Fact[T] {
	switch r.IntN(4) {
	case 0:
		return iam.Fact[T]{}
	case 1:
		return iam.None[T]()
	}
	return iam.Is(v)
}

// some is one of a few values.
func some[T any](r *rand.Rand, of ...T) T { return of[r.IntN(len(of))] }

// maybe is a pointer to what f makes, or nil.
func maybe[T any](r *rand.Rand, f func() T) *T {
	if r.IntN(3) == 0 {
		return nil
	}
	v := f()
	return &v
}

func several[T any](r *rand.Rand, f func() T) []T {
	var out []T
	for range r.IntN(4) {
		out = append(out, f())
	}
	return out
}

func randomAccount(r *rand.Rand) *iam.Snapshot {
	p := iam.Parts{Account: iam.Account{ID: some(r, "", "111122223333"), Partition: some(r, "", "aws", "aws-cn")}}
	for _, name := range iam.SourceNames {
		if state := some(r, iam.Read, iam.Read, iam.Denied, iam.Failed, iam.NotGiven); state != iam.NotGiven {
			p.Sources = append(p.Sources, iam.Source{Name: name, State: state, At: some(r, 0, moment(r)), Cut: r.IntN(5) == 0})
		}
	}
	p.PasswordPolicy = chance(r, iam.PasswordPolicy{MaxAge: r.IntN(100), AllowUsersToChange: r.IntN(2) == 0})
	if r.IntN(2) == 0 {
		p.Summary = map[string]int{"Users": r.IntN(5), "Groups": r.IntN(3), "AccountMFAEnabled": r.IntN(2)}
	}
	for range r.IntN(5) {
		p.Details = append(p.Details, randomUser(r))
	}
	for range r.IntN(4) {
		u := randomUser(r)
		p.Listed = append(p.Listed, iam.ListedUser{Name: u.Name, Path: u.Path, ARN: u.ARN, Created: u.Created, PasswordLastUsed: chance(r, moment(r))})
		v := randomUser(r)
		p.Report = append(p.Report, iam.ReportUser{Name: some(r, v.Name, iam.RootName), ARN: v.ARN, Created: v.Created, Row: randomRow(r)})
	}
	p.Groups = several(r, func() iam.Group {
		return iam.Group{Name: name(r), Inline: several(r, func() iam.InlinePolicy { return inline(r) }), Attached: several(r, func() iam.PolicyRef { return ref(r) })}
	})
	p.Roles = several(r, func() iam.Role {
		return iam.Role{Name: name(r), Path: some(r, "/", "/aws-reserved/sso.amazonaws.com/"), Trust: document(r), LastUsed: chance(r, moment(r)),
			Inline: several(r, func() iam.InlinePolicy { return inline(r) }), Attached: several(r, func() iam.PolicyRef { return ref(r) })}
	})
	p.Policies = several(r, func() iam.ManagedPolicy {
		return iam.ManagedPolicy{Name: name(r), ARN: ref(r).ARN, Document: document(r)}
	})
	p.Certificates = maybe(r, func() []iam.ServerCertificate {
		return several(r, func() iam.ServerCertificate { return iam.ServerCertificate{Name: name(r), Expires: moment(r)} })
	})
	return p.Snapshot()
}

func name(r *rand.Rand) string {
	return some(r, "alice", "bob", "Alice", "", "<root_account>", "a\x00b\xff", "x,y")
}

func moment(r *rand.Rand) iam.Time {
	return some(r, 0, iam.Never, 1_700_000_000, 1_789_999_999, -5, 1<<62)
}

func ref(r *rand.Rand) iam.PolicyRef {
	return iam.PolicyRef{Name: name(r), ARN: some(r, "", "arn:aws:iam::aws:policy/AdministratorAccess", "arn:aws:iam::aws:policy/AWSDenyAll",
		"arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV3", "arn:aws:iam::111122223333:policy/own", "not an arn")}
}

func inline(r *rand.Rand) iam.InlinePolicy {
	return iam.InlinePolicy{Name: name(r), Document: document(r)}
}

func document(r *rand.Rand) *policy.Document {
	text := some(r, "", "{", "[]", `{"Statement":[]}`, `{"Statement":{"Effect":"Allow","Action":[],"Resource":[]}}`,
		`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`,
		`{"Version":"2012-10-17","Statement":{"Effect":"Allow","NotAction":["iam:*"],"NotResource":"arn:aws:iam::*:user/${aws:username}"}}`,
		`{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"iam:*","Resource":["*","arn:aws:iam::*:user/al*"],"Condition":{"Bool":{"aws:MultiFactorAuthPresent":"false"}}}]}`,
		`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["iam:*AccessKey*","s3:Get*"],"Resource":"arn:aws:iam::111122223333:user/${aws:username}"}]}`)
	if text == "" {
		return nil
	}
	return policy.New(text)
}

func randomUser(r *rand.Rand) iam.User {
	u := iam.User{Name: name(r), Path: some(r, "/", "/staff/", ""), Created: moment(r), ID: some(r, "", "AIDA1")}
	u.ARN = some(r, "", "arn:aws:iam::111122223333:user/"+u.Name, "arn:aws:iam::111122223333:user/staff/"+u.Name, "arn:aws:iam::1:root")
	u.Grants = maybe(r, func() iam.Grants {
		return iam.Grants{Inline: several(r, func() iam.InlinePolicy { return inline(r) }), Attached: several(r, func() iam.PolicyRef { return ref(r) }),
			Groups: several(r, func() string { return name(r) }), Boundary: iam.Boundary{ARN: ref(r).ARN},
			Tags: several(r, func() iam.Tag { return iam.Tag{Key: name(r), Value: name(r)} })}
	})
	u.Credentials = iam.Credentials{
		AccessKeys: maybe(r, func() []iam.AccessKey {
			return several(r, func() iam.AccessKey { return iam.AccessKey{ID: name(r), Created: moment(r)} })
		}),
		SSHKeys: maybe(r, func() []iam.SSHKey { return several(r, func() iam.SSHKey { return iam.SSHKey{ID: name(r)} }) }),
		MFADevices: maybe(r, func() []iam.MFADevice {
			return several(r, func() iam.MFADevice { return iam.MFADevice{Serial: ref(r).ARN} })
		}),
		ServiceCredentials: maybe(r, func() []iam.ServiceCredential {
			return several(r, func() iam.ServiceCredential { return iam.ServiceCredential{Service: name(r), Expires: moment(r)} })
		}),
		Login: chance(r, iam.Login{ResetRequired: true}),
	}
	return u
}

func randomRow(r *rand.Rand) iam.ReportRow {
	row := iam.ReportRow{PasswordEnabled: chance(r, r.IntN(2) == 0), MFAActive: chance(r, r.IntN(2) == 0),
		PasswordLastUsed: chance(r, moment(r)), PasswordLastChanged: chance(r, moment(r)), PasswordNextRotation: chance(r, moment(r))}
	for i := range row.Keys {
		row.Keys[i] = iam.KeySlot{Active: chance(r, r.IntN(2) == 0), LastRotated: chance(r, moment(r)), LastUsed: chance(r, moment(r)),
			LastUsedRegion: chance(r, "us-east-1"), LastUsedService: chance(r, "s3")}
		row.Certificates[i] = iam.CertificateSlot{Active: chance(r, true), LastRotated: chance(r, moment(r))}
	}
	return row
}
