package rule

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"github.com/rollcall-iam/rollcall/internal/bounded"
)

// A Config is a rollcall.yaml, with the files that it extends.
type Config struct {
	Extends    Files                     `yaml:"extends"`
	Safelist   *[]Entry                  `yaml:"safelist"`
	Settings   map[string]map[string]any `yaml:"settings"`
	Rules      map[string]Switch         `yaml:"rules"`
	Exceptions []Exception               `yaml:"exceptions"`

	path string
	real string // the path without links, which is one however the file is named
	text []byte
	base []*Config // what it extends, weakest first

	parsed *ast.File // of line, made when it is first needed
}

// A Switch turns a rule on or off, or changes how bad its findings are.
type Switch struct {
	Enabled  *bool    `yaml:"enabled"`
	Severity Severity `yaml:"severity"`
	Reason   string   `yaml:"reason"`
}

// Files are one path or several.
type Files []string

// UnmarshalYAML reads a word or a list of words.
func (f *Files) UnmarshalYAML(n ast.Node) error {
	list, ok := n.(*ast.SequenceNode)
	if !ok {
		path, err := scalar(n)
		*f = Files{path}
		return err
	}
	for _, v := range list.Values {
		path, err := scalar(v)
		if err != nil {
			return err
		}
		*f = append(*f, path)
	}
	return nil
}

// ReadConfig reads a configuration file and those it extends, whose paths
// count from its folder. Unknown keys are errors that quote the line.
func ReadConfig(path string) (*Config, error) { return (&reading{}).config(path, nil) }

// A reading keeps the files read so far, by their real paths: a base that many
// files extend is read once.
type reading struct{ done map[string]*Config }

func (r *reading) config(path string, from []string) (*Config, error) {
	text, err := bounded.File(path, "configuration", largest)
	if err != nil {
		return nil, err
	}
	real, err := realPath(path)
	if err != nil {
		return nil, err
	}
	if slices.Contains(from, real) {
		return nil, fmt.Errorf("%q extends itself", path)
	}
	if c := r.done[real]; c != nil {
		return c, nil
	}
	c, err := ParseConfig(path, text)
	if err != nil {
		return nil, err
	}
	c.real = real
	for i, name := range c.Extends {
		base, err := r.config(beside(path, name), append(from, real))
		if err != nil && len(c.Extends) > 1 {
			return nil, c.at(fmt.Sprintf("$.extends[%d]", i), fmt.Errorf("extends: %w", err))
		}
		if err != nil {
			return nil, c.at("$.extends", fmt.Errorf("extends: %w", err))
		}
		c.base = append(c.base, base)
	}
	if r.done == nil {
		r.done = map[string]*Config{}
	}
	r.done[real] = c
	return c, nil
}

// largest is far beyond any configuration or rule: what is larger is another
// file, or has no end.
const largest = 16 << 20

func realPath(path string) (string, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	return filepath.EvalSymlinks(abs)
}

// beside is the file that a configuration extends: its path counts from the
// configuration's folder, or from the home of the user where it begins with ~.
func beside(path, name string) string {
	if rest, ok := strings.CutPrefix(name, "~/"); ok {
		if home, err := os.UserHomeDir(); err == nil {
			return filepath.Join(home, rest)
		}
	}
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(filepath.Dir(path), name)
}

// ParseConfig reads a configuration that extends none; path is for messages.
func ParseConfig(path string, text []byte) (*Config, error) {
	c := &Config{}
	if err := Unmarshal(path, text, c); err != nil {
		return nil, err
	}
	c.path, c.text = path, text // not before: an empty file empties what it is read into
	for _, name := range sortedKeys(c.Rules) {
		if c.Rules[name] == (Switch{}) {
			return nil, c.at("$.rules"+key(name), fmt.Errorf("rule %q is switched neither on nor off: give enabled or severity, or leave it out", name))
		}
	}
	if c.Safelist == nil && has(text, "$.safelist") {
		return nil, c.at("$.safelist", errors.New("safelist is empty: write [] if nobody is approved, or leave it out"))
	}
	return c, nil
}

// Over makes the configuration stand over another, as over one it extends.
func (c *Config) Over(base *Config) {
	c.base = append([]*Config{base}, c.base...)
}

// Path is the configuration's own file.
func (c *Config) Path() string { return c.path }

// Files are those that it was read from, its own and those that it extends.
func (c *Config) Files() (out []string) {
	for _, l := range c.layers() {
		out = append(out, l.path)
	}
	return out
}

// layers are the files of a configuration, weakest first, each once.
func (c *Config) layers() []*Config {
	var out []*Config
	seen := map[*Config]bool{}
	var walk func(*Config)
	walk = func(l *Config) {
		if l == nil || seen[l] || l.real != "" && slices.ContainsFunc(out, func(o *Config) bool { return o.real == l.real }) {
			return
		}
		seen[l] = true
		for _, b := range l.base {
			walk(b)
		}
		out = append(out, l)
	}
	walk(c)
	return out
}

// at adds the file and the lines at a YAML path to an error.
func (c *Config) at(path string, err error) error {
	if c.path == "" { // it was never a file
		return err
	}
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

// line is where the value at a YAML path stands, 0 where that cannot be told.
func (c *Config) line(path string) int {
	p, err := yaml.PathString(path)
	if err != nil {
		return 0
	}
	if c.parsed == nil {
		if c.parsed, err = parser.ParseBytes(c.text, 0); err != nil {
			return 0
		}
	}
	n, err := p.FilterFile(c.parsed)
	if err != nil {
		return 0
	}
	return n.GetToken().Position.Line
}

// key is a name as a step of a YAML path.
func key(name string) string { return ".'" + name + "'" }
