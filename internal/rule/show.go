package rule

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// A ShowOptions says how much of a configuration is shown.
type ShowOptions struct {
	All    bool // defaults too
	Origin bool // where each value comes from, as comments
}

// Show writes the configuration that comes of all files as one rollcall.yaml.
func (set *Set) Show(w io.Writer, c *Config, o ShowOptions) error {
	s, err := set.selecting(c, Selector{})
	if err != nil {
		return err
	}
	out := &shown{o: o}
	for _, section := range []func(*shown) error{s.showSafelist, s.showSettings, s.showRules, s.showExceptions} {
		if err := section(out); err != nil {
			return err
		}
	}
	return out.write(w)
}

// shown are the lines of a configuration, each with its origin.
type shown struct {
	o       ShowOptions
	lines   []string
	origins []string
	head    string // written before the next line
}

func (s *shown) section(name string) { s.head = name + ":" }

func (s *shown) add(line, origin string) {
	if s.head != "" {
		s.lines, s.origins, s.head = append(s.lines, s.head), append(s.origins, ""), ""
	}
	s.lines, s.origins = append(s.lines, line), append(s.origins, origin)
}

func (s *shown) write(w io.Writer) error {
	if len(s.lines) == 0 {
		s.head = ""
		s.add("# nothing is configured: every rule has its defaults (--all shows them)", "")
	}
	widest := 0
	for i, line := range s.lines {
		if s.origins[i] != "" {
			widest = max(widest, len(line))
		}
	}
	for i, line := range s.lines {
		if s.o.Origin && s.origins[i] != "" {
			line = fmt.Sprintf("%-*s  # %s", min(widest, 80), line, s.origins[i])
		}
		if _, err := fmt.Fprintln(w, line); err != nil {
			return err
		}
	}
	return nil
}

// origin is the file and the line of a YAML path.
func (c *Config) origin(path string) string {
	if n := c.line(path); n > 0 {
		return fmt.Sprintf("%s:%d", c.path, n)
	}
	return c.path
}

func (s *selecting) showSafelist(out *shown) error {
	out.section("safelist")
	for _, c := range s.layers {
		if c.Safelist == nil {
			continue
		}
		for i, e := range *c.Safelist {
			line, err := e.line()
			if err != nil {
				return err
			}
			out.add("  - "+line, c.origin(fmt.Sprintf("$.safelist[%d]", i)))
		}
	}
	if s.out.Safelist != nil && len(s.out.Safelist.entries) == 0 {
		out.head = ""
		out.add("safelist: []", "")
	}
	return nil
}

func (s *selecting) showSettings(out *shown) error {
	out.section("settings")
	for _, r := range s.set.Rules {
		var fields []field
		var origins []string
		for _, name := range sortedKeys(r.Settings) {
			v, given := s.settings[r.ID][name]
			switch {
			case given:
				fields = append(fields, field{name, v.value})
				if at := v.file.origin("$.settings" + key(v.rule) + key(name)); !slices.Contains(origins, at) {
					origins = append(origins, at)
				}
			case out.o.All && r.Settings[name].Default != nil:
				fields = append(fields, field{name, r.Settings[name].Default})
				origins = append(origins, "default")
			}
		}
		if len(fields) == 0 {
			continue
		}
		line, err := flow(fields)
		if err != nil {
			return err
		}
		out.add("  "+r.ID+": "+line, strings.Join(slices.Compact(origins), ", "))
	}
	return nil
}

// showRules shows the switches, and with all the others too.
func (s *selecting) showRules(out *shown) error {
	out.section("rules")
	for _, r := range s.set.Rules {
		var enabled, severity any
		var reason string
		var origins []string
		for _, c := range s.layers {
			for _, name := range byWeight(s.set, c.Rules) {
				sw := c.Rules[name]
				if !r.is(name) {
					continue
				}
				if sw.Enabled != nil {
					enabled = *sw.Enabled
				}
				if sw.Enabled != nil || sw.Reason != "" {
					reason = sw.Reason
				}
				if sw.Severity != 0 {
					severity = sw.Severity.String()
				}
				origins = append(origins, c.origin("$.rules"+key(name)))
			}
		}
		if origins == nil && out.o.All {
			enabled, severity, origins = r.ByDefault(false), r.Severity.String(), []string{"default"}
		}
		if origins == nil {
			continue
		}
		line, err := flow([]field{{"enabled", enabled}, {"severity", severity}, {"reason", reason}})
		if err != nil {
			return err
		}
		out.add("  "+r.ID+": "+line, strings.Join(origins, ", "))
	}
	return nil
}

func (s *selecting) showExceptions(out *shown) error {
	out.section("exceptions")
	for _, c := range s.layers {
		for i, e := range c.Exceptions {
			line, err := flow(slices.Concat([]field{{"rule", e.Rule}}, patternFields(e.Pattern),
				[]field{{"owner", e.Owner}, {"reason", e.Reason}, {"ticket", e.Ticket}, {"expires", e.Expires.String()}}))
			if err != nil {
				return err
			}
			out.add("  - "+line, c.origin(fmt.Sprintf("$.exceptions[%d]", i)))
		}
	}
	return nil
}
