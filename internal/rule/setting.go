package rule

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rollcall-iam/rollcall/internal/gsl"
)

// A Setting is a value that people may give a rule.
type Setting struct {
	Type    string   `yaml:"type"`    // choice, choices, number, duration, list, regex, groups or count
	Values  []string `yaml:"values"`  // of a choice or choices
	Of      string   `yaml:"of"`      // the list that a count counts
	Default any      `yaml:"default"` // nil where the setting must be configured
	Doc     string   `yaml:"doc"`
}

// The types of settings.
const (
	Choice   = "choice"   // one of Values
	Choices  = "choices"  // some of Values, or all
	Count    = "count"    // how many of a list: a number, or all
	Duration = "duration" // 60s, 15m, 24h, 90d
	Groups   = "groups"   // names of groups in the account
	Number   = "number"
	Regex    = "regex" // of RE2
	Words    = "list"
)

func (s Setting) check() error {
	if s.Doc == "" {
		return fmt.Errorf("doc is missing")
	}
	switch s.Type {
	case Choice, Choices, Count, Duration, Groups, Number, Regex, Words:
	default:
		return fmt.Errorf("unknown type %q", s.Type)
	}
	if s.Default == nil {
		return nil
	}
	_, err := s.value(s.Default)
	return err
}

// value checks what was given and converts it for GSL. A count is a number
// here; what "all" comes to is known only with its list.
func (s Setting) value(given any) (gsl.Value, error) {
	switch s.Type {
	case Choice:
		text := fmt.Sprint(given)
		if !slices.Contains(s.Values, text) {
			return gsl.Null, fmt.Errorf("is %q, expected one of %s", text, strings.Join(s.Values, ", "))
		}
		return gsl.String(text), nil
	case Regex:
		text := fmt.Sprint(given)
		if _, err := regexp.Compile(text); err != nil {
			return gsl.Null, fmt.Errorf("is %q, which is no regular expression: %s", text, strings.TrimPrefix(err.Error(), "error parsing regexp: "))
		}
		return gsl.String(text), nil
	case Number, Count:
		if s.Type == Count && given == "all" {
			return gsl.String("all"), nil
		}
		n, err := strconv.Atoi(fmt.Sprint(given))
		if err != nil || n < 0 {
			return gsl.Null, fmt.Errorf("is %q, expected a whole number", fmt.Sprint(given))
		}
		return gsl.Number(float64(n)), nil
	case Duration:
		d, err := parseDuration(fmt.Sprint(given))
		return gsl.Number(d.Seconds()), err
	}
	if s.Type == Choices && given == "all" {
		return gsl.Strings(s.Values), nil
	}
	words, err := wordList(given)
	if err == nil && s.Type == Choices {
		words, err = s.chosen(words)
	}
	if err == nil && len(words) == 0 {
		err = errors.New("is empty")
	}
	if s.Type != Words { // groups and choices are alike in any letter case
		words = withoutTwins(words)
	}
	return gsl.Strings(words), err
}

// chosen spells words as Values has them.
func (s Setting) chosen(words []string) ([]string, error) {
	for i, w := range words {
		at := slices.IndexFunc(s.Values, func(v string) bool { return strings.EqualFold(v, w) })
		if at < 0 {
			return nil, fmt.Errorf("holds %q, expected some of %s", w, strings.Join(s.Values, ", "))
		}
		words[i] = s.Values[at]
	}
	return words, nil
}

// withoutTwins drops words that differ in letter case at most.
func withoutTwins(words []string) []string {
	var out []string
	for _, w := range words {
		if !slices.ContainsFunc(out, func(o string) bool { return strings.EqualFold(o, w) }) {
			out = append(out, w)
		}
	}
	return out
}

func wordList(given any) ([]string, error) {
	list, ok := given.([]any)
	if !ok {
		if word, isWord := given.(string); isWord && word != "" {
			return []string{word}, nil
		}
		return nil, errors.New("is no list of words such as [a, b]")
	}
	out := make([]string, len(list))
	for i, v := range list {
		word, ok := asWord(v)
		if !ok {
			return nil, errors.New("holds something other than words; write numbers in quotes")
		}
		out[i] = word
	}
	return out, nil
}

// asWord takes a word; also the map that the YAML reader makes of a:b in a
// list inside braces, where there is no space after the colon.
func asWord(v any) (string, bool) {
	if m, ok := v.(map[string]any); ok && len(m) == 1 {
		for key, rest := range m {
			tail, ok := asWord(rest)
			return key + ":" + tail, ok
		}
	}
	word, ok := v.(string)
	return word, ok && word != ""
}

// parseDuration is Go's, with days.
func parseDuration(s string) (time.Duration, error) {
	const longest = 36500 // days; far more, and times overflow
	if days, ok := strings.CutSuffix(s, "d"); ok {
		if n, err := strconv.Atoi(days); err == nil && n >= 0 && n <= longest {
			return time.Duration(n) * 24 * time.Hour, nil
		}
	}
	if n, err := strconv.Atoi(s); err == nil && n >= 0 && n <= longest*24*60*60 {
		return time.Duration(n) * time.Second, nil
	}
	d, err := time.ParseDuration(s)
	if err != nil || d < 0 {
		return 0, fmt.Errorf("is %q, expected a time such as 60s, 15m, 24h or 90d, of 100 years at most", s)
	}
	return d, nil
}

// Values are a rule's settings as configured, else by default; what has
// neither is missing.
type Values map[string]gsl.Value

// String is the values as one line, in a fixed order; equal values give equal
// lines.
func (v Values) String() string {
	var out []string
	for _, name := range sortedKeys(v) {
		text := v[name].String()
		if list, ok := v[name].Object().(gsl.List); ok {
			var words []string
			for i := range list.Len() {
				words = append(words, strconv.Quote(list.At(i).Text()))
			}
			text = strings.Join(words, ",")
		}
		out = append(out, name+"="+text)
	}
	return strings.Join(out, " ")
}

// Settle checks what was configured for the rule and adds the defaults.
func (r *Rule) Settle(given map[string]any) (Values, error) {
	out := Values{}
	for name, s := range r.Settings {
		v, ok := given[name]
		if ok && v == nil {
			return nil, &SettingError{name, errors.New("has no value: leave it out for the default")}
		}
		if !ok {
			v = s.Default
		}
		if v == nil {
			continue
		}
		value, err := s.value(v)
		if err != nil {
			return nil, &SettingError{name, err}
		}
		out[name] = value
	}
	for name := range given {
		if _, ok := r.Settings[name]; !ok {
			return nil, &SettingError{name, fmt.Errorf("is not a setting of %s", r.ID)}
		}
	}
	return out, r.count(out)
}

// count turns "all" into the length of the list it counts.
func (r *Rule) count(values Values) error {
	for name, s := range r.Settings {
		list, given := values[s.Of]
		if s.Type != Count || !given {
			continue
		}
		total := list.Object().(gsl.List).Len()
		if values[name].Text() == "all" {
			values[name] = gsl.Number(float64(total))
		} else if n, _ := strconv.Atoi(values[name].String()); n > total || n < 1 {
			return &SettingError{name, fmt.Errorf("is %d, but %s has %d", n, s.Of, total)}
		}
	}
	return nil
}

// A SettingError is a setting with a wrong value or name.
type SettingError struct {
	Name string
	Err  error
}

func (e *SettingError) Error() string { return fmt.Sprintf("setting %s %v", e.Name, e.Err) }
func (e *SettingError) Unwrap() error { return e.Err }

// Seconds are the settings that are lengths of time.
func (r *Rule) Seconds() map[string]bool {
	out := map[string]bool{}
	for name, s := range r.Settings {
		out[name] = s.Type == Duration
	}
	return out
}

// Placeholders adds to the settings that have a value a null for each that has
// none, so that the rule compiles all the same; it applies to nobody then.
func (r *Rule) Placeholders(values Values) Values {
	out := make(Values, len(r.Settings))
	for name := range r.Settings {
		out[name] = gsl.Null
	}
	maps.Copy(out, values)
	return out
}
