package assess

import (
	"github.com/rollcall-iam/rollcall/internal/entity"
	"github.com/rollcall-iam/rollcall/internal/gsl"
	"github.com/rollcall-iam/rollcall/internal/gsl/syntax"
	"github.com/rollcall-iam/rollcall/internal/iam"
	"github.com/rollcall-iam/rollcall/internal/rule"
)

// Raw judges entities of CloudGuard's by one query. The result has the form of
// an account's.
func Raw(tree *syntax.Rule, raw *entity.Raw, now iam.Time, clock string, includePassed bool) (*Account, error) {
	program, _, err := gsl.Compile(raw, tree, gsl.Options{Lenient: true})
	if err != nil {
		return nil, err
	}
	q := rule.Query(tree)
	a := &Account{ID: raw.Account(), AssessedAt: now.String(), Clock: clock, Sources: []Source{}, Warnings: []string{}, Findings: []Finding{}, Unknown: []Missing{}}
	row := Rule{ID: q.ID, Aliases: q.Aliases, Title: q.Title, Risk: q.Title, Severity: q.Severity.String()}
	r := &ruling{row: &row, compiled: &compiled{Chosen: q, program: program},
		trial: &trial{judge: &Judge{includePassed: includePassed}, out: a, machine: &gsl.Machine{Now: int64(now)}}}
	if program.List {
		r.entity(raw.All(program.Entity), &entity.Resource{Type: "account", Name: a.ID})
	} else {
		raw.Each(program.Entity, func(obj any, n entity.Named) { r.entity(obj, n) })
	}
	a.Rules = []Rule{row}
	return a, nil
}
