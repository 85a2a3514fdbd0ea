package apply

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/rollcall-iam/rollcall/internal/fix"
)

// schema is the form of a journal: one JSON value a line, the Header first.
const schema = "rollcall.journal/v1"

const ending = ".jsonl"

// A Journal is what a run did, line by line. Every line is on the disk before
// the next step begins.
type Journal struct {
	Header
	Events []Event
	path   string
	whole  int64        // how much of the file is whole lines
	torn   bool         // there is more, which is none
	steps  map[int]What // what happened last to each
}

// A Header is the first line of a journal. It holds the whole plan, so that a
// run can be taken up without the plan's file.
type Header struct {
	Schema    string    `json:"schema"`
	ID        string    `json:"id"`
	StartedAt time.Time `json:"startedAt"`
	Plan      *fix.Plan `json:"plan"`
}

// An Event is something that happened to a step.
type Event struct {
	At    time.Time `json:"at"`
	Step  int       `json:"step"` // its number; 0 for the run as a whole
	What  What      `json:"what"`
	Error string    `json:"error,omitempty"`
}

// What happened.
type What string

// The kinds of events. A step that began and was not done may or may not have
// had its effect.
const (
	Began     What = "began"
	Done      What = "done"
	Failed    What = "failed"
	Refused   What = "refused"         // AWS did nothing
	Foreign   What = "somebody else's" // what the step was to make was there
	Undoing   What = "undoing"
	Undone    What = "undone"
	Unfixable What = "cannot be undone"
	Ended     What = "ended" // all steps are done, or all are undone
)

// create begins a journal in a folder, which is made where it is missing.
func create(dir string, plan *fix.Plan, now time.Time) (*Journal, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("making the folder for journals: %w", err)
	}
	base := plan.Account.ID + "-" + now.UTC().Format("20060102T150405Z")
	for n := 1; ; n++ {
		id := base
		if n > 1 {
			id = fmt.Sprintf("%s-%d", base, n)
		}
		j := &Journal{Header: Header{schema, id, now.UTC(), plan}, path: filepath.Join(dir, id+ending)}
		switch err := j.write(os.O_CREATE|os.O_EXCL, j.Header); {
		case err == nil:
			return j, syncDir(dir)
		case !errors.Is(err, fs.ErrExist):
			return nil, err
		}
	}
}

// Open reads a journal by its id.
func Open(dir, id string) (*Journal, error) {
	if !fs.ValidPath(id) || strings.ContainsAny(id, `/\`) {
		return nil, fmt.Errorf("%q is no id of a run (rollcall fix list shows them)", id)
	}
	path := filepath.Join(dir, id+ending)
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("there is no run %q in %q (rollcall fix list shows them)", id, dir)
	}
	if err != nil {
		return nil, err
	}
	j := &Journal{path: path, whole: int64(bytes.LastIndexByte(text, '\n') + 1)}
	j.torn = j.whole < int64(len(text))
	lines := bytes.SplitAfter(text, []byte("\n"))
	if err := json.Unmarshal(lines[0], &j.Header); err != nil || j.Schema != schema || j.Plan == nil {
		return nil, fmt.Errorf("reading the journal %q: its first line is not that of a journal", path)
	}
	for i, line := range lines[1:] {
		var e Event
		if !bytes.HasSuffix(line, []byte("\n")) { // cut off while it was written: the event before it counts
			break
		}
		if err := json.Unmarshal(line, &e); err != nil || e.Step < 0 || e.Step > len(j.Plan.Steps) {
			return nil, fmt.Errorf("reading the journal %q: line %d is not an event of the plan", path, i+2)
		}
		j.note(e)
	}
	return j, nil
}

// List returns the journals of a folder, the newest first.
func List(dir string) ([]*Journal, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*"+ending))
	if err != nil {
		return nil, err
	}
	var out []*Journal
	for _, file := range files {
		j, err := Open(dir, strings.TrimSuffix(filepath.Base(file), ending))
		if err != nil {
			return nil, err
		}
		out = append(out, j)
	}
	slices.SortStableFunc(out, func(a, b *Journal) int { return b.StartedAt.Compare(a.StartedAt) })
	return out, nil
}

// add writes an event and waits until it is on the disk.
func (j *Journal) add(now time.Time, step int, what What, failed error) error {
	e := Event{At: now.UTC(), Step: step, What: what}
	if failed != nil {
		e.Error = failed.Error()
	}
	j.note(e)
	return j.write(0, e)
}

func (j *Journal) note(e Event) {
	if j.steps == nil {
		j.steps = map[int]What{}
	}
	j.Events, j.steps[e.Step] = append(j.Events, e), e.What
}

func (j *Journal) write(flag int, v any) error {
	line, err := json.Marshal(v)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(j.path, os.O_WRONLY|flag, 0o600)
	if err != nil {
		return fmt.Errorf("writing the journal: %w", err)
	}
	if j.torn { // what was cut off while it was written goes before the next line
		err = f.Truncate(j.whole)
	}
	if err == nil {
		_, err = f.WriteAt(append(line, '\n'), j.whole)
		j.whole, j.torn = j.whole+int64(len(line))+1, false
	}
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("writing the journal %q: %w", j.path, err)
	}
	return nil
}

// syncDir makes a new file's name last.
func syncDir(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// untouched reports that a step had no effect, as far as this run goes.
func (w What) untouched() bool { return w == "" || w == Foreign || w == Refused }

// last is what happened last to a step; "" for nothing.
func (j *Journal) last(step int) What { return j.steps[step] }

// State is how far the run is, in a word.
func (j *Journal) State() string {
	undo := slices.ContainsFunc(j.Events, func(e Event) bool { return e.What == Undoing || e.What == Undone || e.What == Unfixable })
	ended := len(j.Events) > 0 && j.Events[len(j.Events)-1].What == Ended
	switch {
	case undo && ended:
		return "undone"
	case undo:
		return "undo stopped"
	case ended:
		return "applied"
	}
	return "stopped"
}
