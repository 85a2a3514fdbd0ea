package assess

import (
	"fmt"

	"github.com/rollcall-iam/rollcall/internal/entity"
	"github.com/rollcall-iam/rollcall/internal/gsl"
	"github.com/rollcall-iam/rollcall/internal/gsl/syntax"
	"github.com/rollcall-iam/rollcall/internal/iam"
	"github.com/rollcall-iam/rollcall/internal/rule"
)

// Raw judges entities of CloudGuard's by one query. The results have the form
// of accounts'.
func Raw(tree *syntax.Rule, raw *entity.Raw, now iam.Time, clock string, includePassed bool) ([]*Account, error) {
	var out []*Account
	for _, one := range raw.Accounts() {
		program, _, err := gsl.Compile(one, tree, gsl.Options{Lenient: true})
		if err != nil {
			return nil, err
		}
		q := rule.Query(tree)
		a := &Account{ID: one.Account(), AssessedAt: now.String(), Clock: clock, Sources: []Source{}, Warnings: rawWarnings(raw, program),
			Findings: []*Finding{}, Unknown: []Missing{}}
		row := Rule{ID: q.ID, Aliases: q.Aliases, Title: q.Title, Risk: q.Title, Severity: q.Severity.String()}
		r := &ruling{row: &row, compiled: &compiled{Chosen: q, program: program},
			trial: &trial{judge: &Judge{includePassed: includePassed}, out: a, machine: &gsl.Machine{Now: int64(now)}}}
		if program.List {
			r.entity(one.All(program.Entity), &entity.Resource{Type: "account", Name: a.ID})
		} else {
			one.Each(program.Entity, r.entity)
		}
		r.conclude([]*ruling{r})
		out = append(out, a)
	}
	return out, nil
}

// rawWarnings names the fields that no entity has, which are null then.
func rawWarnings(raw *entity.Raw, p *gsl.Program) []string {
	out := []string{}
	if p.List {
		return out
	}
	for _, name := range raw.Lacks(p.Entity, p.Fields) {
		s := fmt.Sprintf("no %s in the file has the field %q: it is null", p.Entity, name)
		if t := entity.Schema.Entity(p.Entity); t != nil && t.Field(name) != nil && t.Field(name).Ours {
			s += ", since it is Rollcall's own"
		}
		out = append(out, s)
	}
	return out
}
