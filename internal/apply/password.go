package apply

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"github.com/rollcall-iam/rollcall/internal/fix"
)

var errNoTerminal = errors.New("a password is shown on a terminal and nowhere else, and there is none: run this at a terminal, or make the plan with --no-password")

// seen refuses a plan that makes passwords where nobody would see them.
func (r *Runner) seen(plan *fix.Plan) error {
	if r.Show == nil && slices.ContainsFunc(plan.Steps, func(s fix.Step) bool { return s.Call.Action == "CreateLoginProfile" }) {
		return errNoTerminal
	}
	return nil
}

// givePassword makes a password that nobody has seen, and shows it once. It is
// in no plan, journal or error. Where a run was killed before it could show one,
// the user has a password that nobody knows, which is replaced.
func (r *Runner) givePassword(ctx context.Context, c fix.Call, again bool) error {
	password, err := r.password(ctx)
	if err != nil {
		return err
	}
	with := fix.Call{Action: c.Action, Args: maps.Clone(c.Args)}
	with.Args["Password"] = password
	err = r.wait(ctx, with, again)
	if codeOf(err) == "EntityAlreadyExists" {
		if !again {
			return errForeign
		}
		with.Action = "UpdateLoginProfile"
		err = r.wait(ctx, with, again)
	}
	if err != nil {
		return err
	}
	return r.Show(c.Args["UserName"], password)
}

// The letters of passwords, of each kind that a password policy may ask for,
// without those that look alike.
var kinds = []string{"abcdefghijkmnopqrstuvwxyz", "ABCDEFGHJKLMNPQRSTUVWXYZ", "23456789", "!@#%^*()_+-=[]{}"}

// shortest is how long a password is where the account asks for less.
const shortest = 24

func (r *Runner) password(ctx context.Context) (string, error) {
	length := shortest
	policy, err := r.Read(ctx, fix.Condition{Kind: fix.KindAccount, Fact: fix.FactPasswords})
	if err != nil {
		return "", fmt.Errorf("reading what passwords must be like: %w", err)
	}
	for _, member := range policy {
		if text, ok := strings.CutPrefix(member, "MinimumPasswordLength "); ok {
			if n, err := strconv.Atoi(text); err == nil {
				length = max(length, n)
			}
		}
	}
	out := make([]byte, length)
	for i := range out {
		letters := kinds[i%len(kinds)]
		n, err := rand.Int(rand.Reader, big.NewInt(int64(len(letters))))
		if err != nil {
			return "", err
		}
		out[i] = letters[n.Int64()]
	}
	return string(out), nil
}
