package rule

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"

	"github.com/rollcall-iam/rollcall/internal/spell"
)

// A Config is a rollcall.yaml.
type Config struct {
	Safelist   *[]Entry                  `yaml:"safelist"`
	Settings   map[string]map[string]any `yaml:"settings"`
	Rules      map[string]Switch         `yaml:"rules"`
	Exceptions []Exception               `yaml:"exceptions"`

	path string
	text []byte
}

// A Switch turns a rule on or off, or changes how bad its findings are.
type Switch struct {
	Enabled  *bool    `yaml:"enabled"`
	Severity Severity `yaml:"severity"`
	Reason   string   `yaml:"reason"`
}

// ReadConfig reads a configuration file. Unknown keys are errors that quote
// the line.
func ReadConfig(path string) (*Config, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return ParseConfig(path, text)
}

// ParseConfig reads a configuration; path is for messages.
func ParseConfig(path string, text []byte) (*Config, error) {
	c := &Config{path: path, text: text}
	if err := unmarshal(path, text, c); err != nil {
		return nil, err
	}
	if c.Safelist == nil && has(text, "$.safelist") {
		return nil, c.at("$.safelist", errors.New("safelist is empty: write [] if nobody is approved, or leave it out"))
	}
	return c, nil
}

// at adds the file and the lines at a YAML path to an error.
func (c *Config) at(path string, err error) error {
	p, bad := yaml.PathString(path)
	if bad != nil {
		return fmt.Errorf("%s: %w", c.path, err)
	}
	lines, bad := p.AnnotateSource(c.text, false)
	if bad != nil {
		return fmt.Errorf("%s: %w", c.path, err)
	}
	return fmt.Errorf("%s: %w\n%s", c.path, err, strings.TrimRight(string(lines), "\n"))
}

// A Chosen is a rule as this run uses it.
type Chosen struct {
	*Rule
	Severity   Severity
	Overridden bool // the configuration set the severity: it counts for every outcome
	Values     Values
	Key        string // tells the findings of one query from another's; "" for the id
	Lenient    bool   // a field that the schema lacks is null, as in rules from elsewhere
	// Missing is what the rule needs and was not configured: it applies to
	// nobody then.
	Missing []string
	Waivers []*Waiver // the exceptions to the rule
}

// A Selection is what a run asks of every account.
type Selection struct {
	Rules    []*Chosen
	Safelist *Safelist
	Waivers  []*Waiver // all exceptions
}

// A Selector is what the command line says of the rules to use.
type Selector struct {
	Only, Skip []string // ids or aliases
	Deep       bool     // also those that take reads of their own
}

// Select applies a configuration, nil for none, and the command line to the
// catalogue.
func (set *Set) Select(c *Config, by Selector) (*Selection, error) {
	if c == nil {
		c = &Config{}
	}
	s := &Selection{}
	if c.Safelist != nil {
		list, err := NewSafelist(*c.Safelist)
		if err != nil {
			return nil, c.at("$.safelist", err)
		}
		s.Safelist = list
	}
	on, err := set.switches(c, by)
	if err != nil {
		return nil, err
	}
	settings, err := set.settings(c)
	if err != nil {
		return nil, err
	}
	waivers, all, err := set.exceptions(c)
	if err != nil {
		return nil, err
	}
	s.Waivers = all
	for _, r := range set.Rules {
		values, err := r.Settle(settings[r.ID])
		if err != nil {
			return nil, c.settingError(r, err)
		}
		if on[r.ID] {
			chosen := choose(c, r, values, s.Safelist)
			chosen.Waivers = waivers[r.ID]
			s.Rules = append(s.Rules, chosen)
		}
	}
	return s, nil
}

func choose(c *Config, r *Rule, values Values, safelist *Safelist) *Chosen {
	out := &Chosen{Rule: r, Severity: r.Severity, Values: values, Lenient: r.Imported}
	for _, name := range sortedKeys(c.Rules) {
		// What is said of the rule by its own id outweighs an alias.
		if sw := c.Rules[name]; r.is(name) && sw.Severity != 0 && (!out.Overridden || strings.EqualFold(name, r.ID)) {
			out.Severity, out.Overridden = sw.Severity, true
		}
	}
	for _, need := range r.Configure {
		if _, ok := values[need]; !ok && (need != SafelistNeeded || safelist == nil) {
			out.Missing = append(out.Missing, need)
		}
	}
	return out
}

// switches says which rules are on.
func (set *Set) switches(c *Config, by Selector) (map[string]bool, error) {
	on := map[string]bool{}
	for _, r := range set.Rules {
		on[r.ID] = len(by.Only) == 0 && r.ByDefault(by.Deep)
	}
	for _, name := range sortedKeys(c.Rules) {
		rules, err := set.Named(name)
		if err != nil {
			return nil, c.at("$.rules", err)
		}
		if sw := c.Rules[name]; sw.Enabled != nil && len(by.Only) == 0 {
			turn(on, rules, *sw.Enabled)
		}
	}
	for _, flag := range []struct {
		name  string
		names []string
		on    bool
	}{{"--only", by.Only, true}, {"--skip", by.Skip, false}} {
		for _, name := range flag.names {
			rules, err := set.Named(name)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", flag.name, err)
			}
			turn(on, rules, flag.on)
		}
	}
	return on, nil
}

func turn(on map[string]bool, rules []*Rule, state bool) {
	for _, r := range rules {
		on[r.ID] = state
	}
}

// settings are the configured values by rule id; an alias of several rules
// means all of them.
func (set *Set) settings(c *Config) (map[string]map[string]any, error) {
	out := map[string]map[string]any{}
	for _, name := range sortedKeys(c.Settings) {
		rules, err := set.Named(name)
		if err != nil {
			return nil, c.at("$.settings", err)
		}
		for _, r := range rules {
			if out[r.ID] == nil {
				out[r.ID] = map[string]any{}
			}
			for key, v := range c.Settings[name] {
				out[r.ID][key] = v
			}
		}
	}
	return out, nil
}

// settingError quotes the line of a wrong setting and names the nearest one.
func (c *Config) settingError(r *Rule, err error) error {
	var wrong *SettingError
	if !errors.As(err, &wrong) {
		return err
	}
	if _, known := r.Settings[wrong.Name]; !known {
		names := sortedKeys(r.Settings)
		hint := "it has " + cmp.Or(strings.Join(names, ", "), "none")
		if near := spell.Nearest(wrong.Name, names); near != "" {
			hint = "did you mean " + near + "?"
		}
		err = fmt.Errorf("%w (%s)", err, hint)
	}
	for name, values := range c.Settings {
		if _, ok := values[wrong.Name]; ok && r.is(name) {
			return c.at("$.settings.'"+name+"'.'"+wrong.Name+"'", err)
		}
	}
	return err
}

func sortedKeys[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}
