package rule

import (
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"

	"github.com/rollcall-iam/rollcall/internal/bounded"
	"github.com/rollcall-iam/rollcall/internal/clean"
	"github.com/rollcall-iam/rollcall/internal/gsl/syntax"
)

// A Definition is a rule.yaml.
type Definition struct {
	ID    string `yaml:"id"`
	Title string `yaml:"title"` // what holds where all is well
	Risk  string `yaml:"risk"`  // what is so where several break it
	// Action is what to do about it, all who break it at once; {who} are they.
	Action   string   `yaml:"action"`
	Severity Severity `yaml:"severity"`
	Category string   `yaml:"category"`
	Aliases  []string `yaml:"aliases"` // ids by which the world knows the check
	// Asks are the settings that an alias stands for, where those are part of
	// what the check is and not the rule's own defaults.
	Asks   map[string]map[string]any `yaml:"asks"`
	Covers []string                  `yaml:"covers"` // the checks of docs/checks.yaml that it answers
	// Off says why the rule is off until it is asked for; Deep is off too, since
	// it takes reads that no other rule needs.
	Off  string `yaml:"off"`
	Deep bool   `yaml:"deep"`
	// Root says, for rules on IamUser, whether the root user is covered.
	Root string `yaml:"root"`
	GSL  string `yaml:"gsl"`
	// Configure is what the rule needs before it applies to anybody: the
	// safelist, or settings without default; Hint says how to give it.
	Configure []string           `yaml:"configure"`
	Hint      string             `yaml:"hint"`
	Settings  map[string]Setting `yaml:"settings"`
	// Outcomes are the words of a finding: the first whose When holds.
	Outcomes   []Outcome `yaml:"outcomes"`
	References []string  `yaml:"references"`
	// Imported is for a rule written elsewhere: a field that the schema lacks is
	// null, and what a finding says is the evidence. Compliance are its tags.
	Imported   bool     `yaml:"imported"`
	Compliance []string `yaml:"compliance"`
}

// An Outcome is what a finding says, in one of its cases. {…} in Text is a
// GSL operand on the entity; {parts} names the parts concerned.
type Outcome struct {
	When     string   `yaml:"when"`
	Severity Severity `yaml:"severity"` // 0 for the rule's
	Text     string   `yaml:"text"`
}

// SafelistNeeded in Configure asks for a safelist.
const SafelistNeeded = "safelist"

// BaselineNeeded in Configure asks for an earlier snapshot to compare with.
const BaselineNeeded = "baseline"

// The values of Definition.Root.
const (
	RootCovered    = "covered"
	RootNotCovered = "not covered"
)

// A Rule is a rule with its text, ready to be compiled.
type Rule struct {
	Definition
	Readme string
	Tree   *syntax.Rule
	source string // rule.yaml
}

var slug = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)

// CheckID refuses what cannot be a rule's id.
func CheckID(id string) error {
	if !slug.MatchString(id) {
		return fmt.Errorf("id %q must be lower-case words joined by hyphens", id)
	}
	return nil
}

// FileName is the file of a rule folder that makes it one.
const FileName = "rule.yaml"

// Load reads one rule folder.
func Load(fsys fs.FS, dir string) (*Rule, error) {
	r, err := Read(fsys, dir)
	if err != nil {
		return nil, err
	}
	if r.Tree, err = r.parse(); err != nil {
		return nil, r.Wrong(err)
	}
	return r, nil
}

// Read is Load without the GSL: the rule has no Tree.
func Read(fsys fs.FS, dir string) (*Rule, error) {
	path := dir + "/" + FileName
	text, err := bounded.In(fsys, path, "rule", largest)
	if err != nil {
		return nil, err
	}
	r := &Rule{source: string(text)}
	if err := Unmarshal(path, text, &r.Definition); err != nil {
		return nil, err
	}
	if readme, err := bounded.In(fsys, dir+"/README.md", "README", largest); err == nil {
		r.Readme = string(readme)
	}
	if err := r.check(dir); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return r, nil
}

// ByDefault reports whether the rule is on when nobody says otherwise.
func (r *Rule) ByDefault(deep bool) bool { return r.Off == "" && (!r.Deep || deep) }

func (r *Rule) parse() (*syntax.Rule, error) {
	text := strings.TrimSpace(r.GSL)
	if !r.Imported {
		return syntax.Parse(text)
	}
	tree, _, err := syntax.ParseImported(text)
	return tree, err
}

func (r *Rule) check(dir string) error {
	switch {
	case r.ID != dir:
		return fmt.Errorf("id is %q, but the folder is %q", r.ID, dir)
	case CheckID(r.ID) != nil:
		return CheckID(r.ID)
	case r.Title == "" || r.Category == "" || r.Severity == 0:
		return errors.New("title, category and severity are needed")
	case r.Root != "" && r.Root != RootCovered && r.Root != RootNotCovered:
		return fmt.Errorf("root is %q, expected %q or %q", r.Root, RootCovered, RootNotCovered)
	case r.Imported && len(r.Outcomes) == 0:
	case r.Risk == "":
		return errors.New("risk is needed: what is so where several break the rule, such as \"Users have no owner\"")
	case len(r.Outcomes) == 0 || r.Outcomes[len(r.Outcomes)-1].When != "":
		return errors.New("the last of outcomes must be without when")
	}
	for _, text := range slices.Concat([]string{r.Title, r.Risk, r.Action, r.Category, r.Hint, r.Off}, r.Aliases) {
		if strings.IndexFunc(text, clean.Hidden) >= 0 {
			return fmt.Errorf("%q holds letters that are not shown", text)
		}
	}
	for name, s := range r.Settings {
		if err := s.check(); err != nil {
			return fmt.Errorf("setting %s: %w", name, err)
		}
	}
	for alias, asked := range r.Asks {
		if !slices.Contains(r.Aliases, alias) {
			return fmt.Errorf("asks: %q is not among the aliases", alias)
		}
		if _, err := r.Settle(asked); err != nil {
			return fmt.Errorf("asks: %s: %w", alias, err)
		}
	}
	return nil
}

// AskedBy are the settings that an alias stands for, whatever its letter case.
func (r *Rule) AskedBy(name string) map[string]any {
	for alias, asked := range r.Asks {
		if strings.EqualFold(alias, name) {
			return asked
		}
	}
	return nil
}
