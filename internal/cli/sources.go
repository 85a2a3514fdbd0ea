package cli

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/rollcall-iam/rollcall/internal/iam"
	"github.com/rollcall-iam/rollcall/internal/source/file"
	"github.com/rollcall-iam/rollcall/internal/source/live"
)

// An account is a snapshot with the time to judge it at.
type account struct {
	*iam.Snapshot
	clock iam.Time
	basis string
	live  bool // this run read it from AWS

	reader *live.Reader // of a live one
}

// readLive reads the account of the credentials and keeps it for --last.
func readLive(ctx context.Context, env *Env, l *liveFlags, needs func(iam.SourceName) bool, p *progress) (*account, error) {
	ctx, cancel := context.WithTimeout(ctx, l.timeout)
	defer cancel()
	o := l.options(env)
	o.Needs = needs
	o.Progress = func(name string) { p.say("reading " + name) }
	r, err := live.Open(ctx, o)
	if err != nil {
		return nil, err
	}
	s, err := r.Read(ctx)
	if err != nil {
		return nil, err
	}
	if err := keepIfRead(env, s); err != nil {
		fmt.Fprintf(env.Stderr, "rollcall: --last will not have this snapshot: %v\n", err)
	}
	return &account{Snapshot: s, clock: s.CollectedAt, basis: file.BasisCollected, live: true, reader: r}, nil
}

// lastPath is where the snapshot collected last is kept.
func lastPath(env *Env) string {
	return filepath.Join(xdg(env, "XDG_STATE_HOME", ".local/state"), "last.json.zst")
}

// keepIfRead does not put a snapshot in which nobody was read over one in
// which somebody was.
func keepIfRead(env *Env, s *iam.Snapshot) error {
	for _, name := range []iam.SourceName{iam.Details, iam.UserListing, iam.CredentialReport} {
		if s.Source(name).State == iam.Read {
			return keep(env, s)
		}
	}
	return nil
}

func keep(env *Env, s *iam.Snapshot) error {
	path := lastPath(env)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	return file.Save(path, s)
}

// eachFile reads the accounts of files one after the other: each is used and
// let go before the next. one says, where it is not empty, why there may be only
// one account.
func eachFile(env *Env, paths []string, p *progress, one string, use func(*account) error) error {
	set, err := file.Find(paths)
	if err != nil {
		return err
	}
	for _, s := range set.Skipped {
		fmt.Fprintf(env.Stderr, "rollcall: skipped %s: %s\n", plain(s.Path), s.Why)
	}
	if one != "" && len(set.Accounts) > 1 {
		return usagef("%s, and the files hold %d", one, len(set.Accounts))
	}
	for i, a := range set.Accounts {
		p.say(fmt.Sprintf("account %d of %d", i+1, len(set.Accounts)))
		l, err := a.Read()
		if err != nil {
			return err
		}
		if err := use(&account{Snapshot: l.Snapshot, clock: l.Clock, basis: l.Basis}); err != nil {
			return err
		}
	}
	return nil
}

// givenAt is what the clock of --at is called.
const givenAt = "given by --at"

// parseAt reads --at.
func parseAt(env *Env, s string) (iam.Time, error) {
	if s == "now" {
		return iam.At(env.Now()), nil
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", time.DateOnly} {
		if t, err := time.Parse(layout, s); err == nil {
			return iam.At(t), nil
		}
	}
	return 0, usagef("--at %q is not a time, such as 2026-11-20, 2026-11-20T06:30:00Z or now", s)
}
