package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"

	"github.com/rollcall-iam/rollcall/internal/assess"
	"github.com/rollcall-iam/rollcall/internal/bounded"
	"github.com/rollcall-iam/rollcall/internal/heap"
	"github.com/rollcall-iam/rollcall/internal/iam"
	"github.com/rollcall-iam/rollcall/internal/report"
	"github.com/rollcall-iam/rollcall/internal/rule"
	"github.com/rollcall-iam/rollcall/internal/source/file"
)

// isAssessment tells an assessment in JSON from what accounts are read from.
func isAssessment(path string) bool {
	if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() {
		return err == nil && !info.IsDir() // a pipe is not looked into: what it gives is gone then
	}
	f, err := file.Open(path)
	if err != nil {
		return false
	}
	defer func() { _ = f.Close() }()
	head := make([]byte, 200)
	n, _ := io.ReadFull(f, head)
	return assessmentHead.Match(head[:n])
}

// assessmentHead is how an assessment begins, as it is written, and as tools that
// sort members write it anew.
var assessmentHead = regexp.MustCompile(`^\s*\{\s*"(schema"\s*:\s*"rollcall\.assessment/|accounts"\s*:)`)

// largestFile is how many bytes a file may have that is read as a whole.
const largestFile = 64 << 20

// longestValue is how long a text of an assessment may be.
const longestValue = 16 << 20

// readAssessment reads one account by account.
func readAssessment(env *Env, path string, quiet bool, use func(*assess.Account) error) (assess.Footer, error) {
	heap.Ready()
	p, n := newProgress(env, quiet), 1
	defer p.end()
	p.say("reading " + path)
	f, err := file.Open(path)
	if err != nil {
		return assess.Footer{}, err
	}
	defer func() { _ = f.Close() }()
	footer, err := report.Read(bufio.NewReader(bounded.JSON(f, longestValue)), func(a *assess.Account) error {
		n++
		p.say(fmt.Sprintf("reading %s, account %d", path, n))
		return use(a)
	})
	if long := bounded.Error(""); errors.As(err, &long) {
		err = long
	}
	if err != nil {
		return footer, fmt.Errorf("reading the assessment %q: %w", path, err)
	}
	return footer, nil
}

// A chooser chooses the rules to judge by. Accounts that are to be compared are judged
// by rules chosen anew, since a selection remembers whom its entries matched.
type chooser func() (*rule.Selection, error)

// assessed are the accounts of an assessment, or of a snapshot or files that are
// judged by their own clocks; use is called with each snapshot.
func (r *ruleFlags) assessed(ctx context.Context, env *Env, path string, quiet bool, choose chooser, use func(*iam.Snapshot)) (map[string]*assess.Account, error) {
	out := map[string]*assess.Account{}
	keep := func(a *assess.Account) error {
		if out[a.ID] != nil {
			return fmt.Errorf("%q holds account %s twice", path, a.ID)
		}
		if len(a.Redacted) > 0 {
			return usagef("%q is redacted (%s), so its findings cannot be told from others: compare with one that is not", path, strings.Join(a.Redacted, ", "))
		}
		out[a.ID] = a
		return nil
	}
	if isAssessment(path) {
		_, err := readAssessment(env, path, quiet, keep)
		return out, err
	}
	selection, err := choose()
	if err != nil {
		return nil, err
	}
	judge, err := assess.NewJudge(selection, false, r.frameworks...)
	if err != nil {
		return nil, usage(err)
	}
	p := newProgress(env, quiet)
	defer p.end()
	return out, eachFile(env, []string{path}, p, "", func(a *account) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		use(a.Snapshot)
		result, err := judge.Account(a.Snapshot, a.clock, a.basis)
		if err != nil {
			return err
		}
		return keep(result)
	})
}
