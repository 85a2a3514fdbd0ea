package rule

import (
	"fmt"
	"strings"

	"github.com/goccy/go-yaml"
)

// unmarshal reads strict YAML: unknown keys are errors, and every error quotes
// the line. The reader panics on some tags, which is an error like any other.
func unmarshal(path string, text []byte, v any) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%s: cannot be read as YAML; tags such as !!binary are not for here", path)
		}
	}()
	if err := yaml.UnmarshalWithOptions(text, v, yaml.Strict()); err != nil {
		return fmt.Errorf("%s:%s", path, strings.TrimSpace(yaml.FormatError(err, false, true)))
	}
	return nil
}

// has reports whether the text has a value, null included, at a YAML path.
func has(text []byte, path string) bool {
	p, err := yaml.PathString(path)
	if err != nil {
		return false
	}
	_, err = p.ReadNode(strings.NewReader(string(text)))
	return err == nil
}
