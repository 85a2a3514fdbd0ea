package entity

import (
	"fmt"

	"github.com/rollcall-iam/rollcall/internal/gsl"
	"github.com/rollcall-iam/rollcall/internal/iam"
	"github.com/rollcall-iam/rollcall/internal/iam/policy"
)

// A baseline is the same account at an earlier moment.
type baseline struct {
	*Account
	users map[string]*User // by id where there is one, and by ARN
}

// Since lets the users be compared with the same account at an earlier moment;
// nil where there is none.
func (a *Account) Since(earlier *iam.Snapshot) {
	if earlier == nil {
		return
	}
	a.base = &baseline{Account: New(earlier, nil), users: map[string]*User{}}
	for i := range a.base.Users {
		u := &a.base.Users[i]
		a.base.users[u.ARN] = u
		if u.ID != "" {
			a.base.users[u.ID] = u
		}
	}
}

// then is the user as they were, nil for one who was not there. A name that
// was deleted and made again is another user.
func (u *User) then() (*User, *iam.Gap) {
	if u.account.base == nil {
		return nil, noBaseline
	}
	if old := u.account.base.users[u.ID]; old != nil && u.ID != "" { // whatever their name and path are now
		return old, nil
	}
	if old := u.account.base.users[u.ARN]; old != nil && (old.Created == 0 || u.Created == 0 || old.Created == u.Created) {
		return old, nil
	}
	if gap := u.account.base.View.UsersKnown(); gap != nil {
		return nil, inBaseline(gap)
	}
	return nil, nil
}

// noBaseline and inBaseline say what the comparison lacks.
var noBaseline = &iam.Gap{Source: iam.BaselineGiven, State: iam.NotGiven, Note: "none of this account was given with --baseline"}

func inBaseline(gap *iam.Gap) *iam.Gap {
	return &iam.Gap{Source: iam.BaselineGiven, State: iam.Read, Note: fmt.Sprintf("the users of then are not all known: %s", gap)}
}

func (u *User) isNew() iam.Fact[bool] {
	old, gap := u.then()
	if gap != nil {
		return iam.Fact[bool]{}
	}
	return iam.Is(old == nil)
}

func (u *User) noThen() *iam.Gap {
	_, gap := u.then()
	return gap
}

// baselineAdminLevel is the level of then; none for who was not there.
func (u *User) baselineAdminLevel() gsl.Value {
	old, gap := u.then()
	switch {
	case gap != nil:
		return gsl.Unknown(gap)
	case old == nil:
		return adminLevels[policy.AdminNone]
	}
	return old.once(adminFact, (*User).adminLevel)
}
