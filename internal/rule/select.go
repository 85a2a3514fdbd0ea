package rule

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/rollcall-iam/rollcall/internal/spell"
)

// A Chosen is a rule as this run uses it.
type Chosen struct {
	*Rule
	Severity   Severity
	Overridden bool // the configuration set the severity: it counts for every outcome
	Values     Values
	Key        string // tells the findings of one use of a rule from another's; "" for the id
	Lenient    bool   // a field that the schema lacks is null, as in rules from elsewhere
	// Missing is what the rule needs and was not configured: it applies to
	// nobody then.
	Missing []string
	Waivers []*Waiver // the exceptions to the rule
}

// Told are the rule's settings for people, by name; nil for none.
func (c *Chosen) Told() map[string]string {
	if len(c.Values) == 0 {
		return nil
	}
	out := make(map[string]string, len(c.Values))
	for name, v := range c.Values {
		out[name] = v.String()
		if c.Settings[name].Type == Duration {
			out[name] = spoken(time.Duration(v.Num()) * time.Second)
		}
	}
	return out
}

// Worded are the settings whose values are words of whoever configured them, such
// as a pattern of names.
func (c *Chosen) Worded() (out []string) {
	for _, name := range slices.Sorted(maps.Keys(c.Values)) {
		s := c.Settings[name]
		if s.Type != Regex && s.Type != Words && s.Type != Groups {
			continue
		}
		usual, err := s.value(s.Default)
		if s.Default == nil || err != nil || usual.String() != c.Values[name].String() {
			out = append(out, name)
		}
	}
	return out
}

// spoken is a duration as people give it: in days where it is of whole days.
func spoken(d time.Duration) string {
	if day := 24 * time.Hour; d >= day && d%day == 0 {
		return fmt.Sprintf("%dd", d/day)
	}
	return strings.TrimSuffix(strings.TrimSuffix(d.String(), "0s"), "0m")
}

// A Selection is what a run asks of every account.
type Selection struct {
	Rules    []*Chosen
	Variants []Asked // for each of the Selector's, in their order
	Safelist *Safelist
	Waivers  []*Waiver // all exceptions
	Off      []Off     // the other rules
}

// An Off is a rule that is not asked, as it would be, with why.
type Off struct {
	*Chosen
	Why string
}

// Readme is the page of one of the rules; "" for none.
func (s *Selection) Readme(id string) string {
	for _, r := range s.Rules {
		if r.ID == id {
			return r.Readme
		}
	}
	for _, v := range s.Variants {
		if v.Chosen != nil && v.ID == id {
			return v.Readme
		}
	}
	for _, off := range s.Off {
		if off.ID == id {
			return off.Readme
		}
	}
	return ""
}

// A Selector is what the command line says of the rules to use.
type Selector struct {
	Only, Skip []string  // ids or aliases
	Baseline   bool      // there is an earlier snapshot to compare with
	Deep       bool      // also those that take reads of their own
	Variants   []Variant // what frameworks ask for; these alone then, and Only
}

// A Variant is a rule with settings that a control asks for.
type Variant struct {
	Rule     string // its id
	Settings map[string]any
}

// Asked is a variant as a run uses it: one of the Selection's rules where the
// settings are the configured ones, else a rule of its own; with nil the reason
// why it is not judged.
type Asked struct {
	*Chosen
	Off string
}

// A selecting is a configuration being applied to a catalogue.
type selecting struct {
	set      *Set
	layers   []*Config
	by       Selector
	settings map[string]map[string]configured // by rule and setting
	waivers  map[string][]*Waiver             // by rule
	named    map[*Config][]string             // as switched has them
	out      *Selection
}

// configured is a setting with where it stands.
type configured struct {
	value any
	file  *Config
	rule  string // the id or alias it stands under
}

// Select applies a configuration, nil for none, and the command line to the
// catalogue.
func (set *Set) Select(c *Config, by Selector) (*Selection, error) {
	s, err := set.selecting(c, by)
	if err != nil {
		return nil, err
	}
	return s.out, nil
}

// selecting checks the whole configuration, whatever of it is wanted.
func (set *Set) selecting(c *Config, by Selector) (*selecting, error) {
	s := &selecting{set: set, layers: c.layers(), by: by, out: &Selection{}}
	for _, step := range []func() error{s.readSafelist, s.readSettings, s.readExceptions, s.choose} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// readSafelist joins the entries of all files.
func (s *selecting) readSafelist() error {
	for _, c := range s.layers {
		if c.Safelist == nil {
			continue
		}
		list, err := NewSafelist(*c.Safelist)
		var wrong *entryError
		if errors.As(err, &wrong) {
			return c.at(fmt.Sprintf("$.safelist[%d]", wrong.index), err)
		}
		if s.out.Safelist != nil {
			list.entries = append(s.out.Safelist.entries, list.entries...)
		}
		s.out.Safelist = list
	}
	return nil
}

// readSettings collects the configured values; an alias of several rules means
// all of them, and within a file the rule's own id outweighs an alias.
func (s *selecting) readSettings() error {
	s.settings = map[string]map[string]configured{}
	for _, c := range s.layers {
		for _, name := range byWeight(s.set, c.Settings) {
			rules, err := s.set.Named(name)
			if err != nil {
				return c.at("$.settings", err)
			}
			for _, r := range rules {
				if s.settings[r.ID] == nil {
					s.settings[r.ID] = map[string]configured{}
				}
				for k, v := range c.Settings[name] {
					s.settings[r.ID][k] = configured{v, c, name}
				}
			}
		}
	}
	return nil
}

// byWeight are the names that a file calls rules by, weakest first: what is
// said of a rule by its own id outweighs what is said by an alias.
func byWeight[V any](set *Set, said map[string]V) []string {
	ids := map[string]bool{}
	for _, r := range set.Rules {
		ids[strings.ToLower(r.ID)] = true
	}
	var aliases, own []string
	for _, name := range sortedKeys(said) {
		if ids[strings.ToLower(name)] {
			own = append(own, name)
		} else {
			aliases = append(aliases, name)
		}
	}
	return append(aliases, own...)
}

// values are a rule's settings as they are configured, and over that as --only
// asks for them by an alias that stands for some.
func (s *selecting) values(r *Rule) (Values, error) {
	all := map[string]any{}
	for k, v := range s.settings[r.ID] {
		all[k] = v.value
	}
	by := map[string]string{}
	for _, name := range s.by.Only {
		for k, v := range r.AskedBy(name) {
			if other, twice := by[k]; twice && all[k] != v {
				return nil, fmt.Errorf("--only: %s and %s are one rule, %s, and ask for another %s: run them one by one", other, name, r.ID, k)
			}
			all[k], by[k] = v, name
		}
	}
	values, err := r.Settle(all)
	if err != nil {
		return nil, s.settingError(r, err)
	}
	return values, nil
}

func (s *selecting) choose() error {
	on, off, err := s.switches()
	if err != nil {
		return err
	}
	configured := map[string]*Chosen{}
	for _, r := range s.set.Rules {
		values, err := s.values(r)
		if err != nil {
			return err
		}
		configured[r.ID] = s.chosen(r, values)
	}
	for _, v := range s.by.Variants {
		a, err := s.asked(v, configured, off)
		if err != nil {
			return err
		}
		if a.Chosen != nil && a.Key == "" {
			on[v.Rule] = true
		}
		s.out.Variants = append(s.out.Variants, a)
	}
	for _, r := range s.set.Rules {
		if on[r.ID] {
			s.out.Rules = append(s.out.Rules, configured[r.ID])
		} else {
			s.out.Off = append(s.out.Off, Off{configured[r.ID], cmp.Or(off[r.ID], r.why(s.by))})
		}
	}
	return nil
}

// NotAsked is why a rule is off where --only or --framework ask for others.
const NotAsked = "others were asked for"

// why says why a rule is off that nobody switched off.
func (r *Rule) why(by Selector) string {
	switch {
	case len(by.Only)+len(by.Variants) > 0:
		return NotAsked
	case r.Off == "" && r.Deep:
		return "it takes more than the bulk reads: --deep turns it on"
	}
	return r.Off
}

// pinned are the settings that a control asks for over the defaults: what
// people configured counts only where a rule cannot go without.
func (s *selecting) pinned(r *Rule, given map[string]any) (Values, error) {
	all := map[string]any{}
	for name, v := range s.settings[r.ID] {
		if slices.Contains(r.Configure, name) || r.Settings[name].Type == Count {
			all[name] = v.value
		}
	}
	maps.Copy(all, given)
	return r.Settle(all)
}

// asked is a variant as this run uses it; the same variant is the same rule.
func (s *selecting) asked(v Variant, configured map[string]*Chosen, off map[string]string) (Asked, error) {
	r, ok := configured[v.Rule]
	if !ok {
		return Asked{}, fmt.Errorf("unknown rule %q", v.Rule)
	}
	if why := off[v.Rule]; why != "" {
		return Asked{Off: why}, nil
	}
	values, err := s.pinned(r.Rule, v.Settings)
	if err != nil {
		return Asked{}, err
	}
	if values.String() == r.Values.String() {
		return Asked{Chosen: r}, nil
	}
	c := s.chosen(r.Rule, values)
	c.Key = r.ID + " " + values.String()
	for _, old := range s.out.Variants {
		if old.Chosen != nil && old.Key == c.Key {
			return old, nil
		}
	}
	return Asked{Chosen: c}, nil
}

// chosen is a rule with its values, severity and exceptions.
func (s *selecting) chosen(r *Rule, values Values) *Chosen {
	out := &Chosen{Rule: r, Severity: r.Severity, Values: values, Lenient: r.Imported, Waivers: s.waivers[r.ID]}
	for _, c := range s.layers {
		for _, name := range s.switched(c) {
			if sw := c.Rules[name]; r.is(name) && sw.Severity != 0 {
				out.Severity, out.Overridden = sw.Severity, true
			}
		}
	}
	for _, need := range r.Configure {
		_, given := values[need]
		switch need {
		case SafelistNeeded:
			given = s.out.Safelist != nil
		case BaselineNeeded:
			given = s.by.Baseline
		}
		if !given {
			out.Missing = append(out.Missing, need)
		}
	}
	return out
}

// switched are the names by which a file switches rules, worked out once.
func (s *selecting) switched(c *Config) []string {
	names, ok := s.named[c]
	if !ok {
		if s.named == nil {
			s.named = map[*Config][]string{}
		}
		names = byWeight(s.set, c.Rules)
		s.named[c] = names
	}
	return names
}

// switches says which rules are on, and of those that somebody switched off, who.
func (s *selecting) switches() (on map[string]bool, off map[string]string, err error) {
	on, off = map[string]bool{}, map[string]string{}
	all := len(s.by.Only)+len(s.by.Variants) == 0
	for _, r := range s.set.Rules {
		on[r.ID] = all && r.ByDefault(s.by.Deep)
	}
	for _, c := range s.layers {
		for _, name := range byWeight(s.set, c.Rules) {
			rules, err := s.set.Named(name)
			if err != nil {
				return nil, nil, c.at("$.rules", err)
			}
			sw := c.Rules[name]
			if sw.Enabled == nil {
				continue
			}
			for _, r := range rules {
				delete(off, r.ID)
				if !*sw.Enabled {
					off[r.ID] = strings.TrimSuffix("switched off in "+c.path+": "+sw.Reason, ": ")
				}
				on[r.ID] = all && *sw.Enabled || !all && on[r.ID]
			}
		}
	}
	return on, off, s.flags(on, off)
}

// flags applies --only and --skip.
func (s *selecting) flags(on map[string]bool, off map[string]string) error {
	for _, flag := range []struct {
		name  string
		names []string
		on    bool
	}{{"--only", s.by.Only, true}, {"--skip", s.by.Skip, false}} {
		for _, name := range flag.names {
			rules, err := s.set.Named(name)
			if err != nil {
				return fmt.Errorf("%s: %w", flag.name, err)
			}
			for _, r := range rules {
				on[r.ID] = flag.on
				if !flag.on {
					off[r.ID] = "left out by --skip"
				}
			}
		}
	}
	return nil
}

// settingError quotes the line of a wrong setting and names the nearest one.
func (s *selecting) settingError(r *Rule, err error) error {
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
	if at, ok := s.settings[r.ID][wrong.Name]; ok {
		return at.file.at("$.settings"+key(at.rule)+key(wrong.Name), err)
	}
	return err
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
