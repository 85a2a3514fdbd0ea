package policy

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// Decode returns a document's JSON without spaces from the text in which AWS
// and its clients hand it on: JSON, or JSON percent-encoded as on the wire. It
// decodes once only, for a document may hold a literal % itself.
func Decode(text string) ([]byte, error) {
	text = strings.TrimSpace(text)
	if strings.HasPrefix(text, "{") {
		return Compact([]byte(text))
	}
	decoded, err := url.PathUnescape(text)
	if err != nil {
		return nil, fmt.Errorf("policy document: %w", err)
	}
	return Compact([]byte(decoded))
}

// Compact removes the spaces of a document in place.
func Compact(text []byte) ([]byte, error) {
	v := jsontext.Value(text)
	if err := v.Compact(jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)); err != nil {
		return nil, fmt.Errorf("policy document: %w", err)
	}
	if v.Kind() != '{' {
		return nil, fmt.Errorf("a policy document must be a JSON object")
	}
	return v, nil
}
