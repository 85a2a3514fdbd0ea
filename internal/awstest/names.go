package awstest

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
)

var plainName = regexp.MustCompile(`^[\w+=,.@-]{1,128}$`)

// names are what AWS takes for each, in writes. It has such a rule for inline
// policies too, which is left out, so that tests can have names that are hard to
// carry.
var names = map[string]*regexp.Regexp{
	"UserName":  plainName,
	"GroupName": plainName,
	"RoleName":  regexp.MustCompile(`^[\w+=,.@-]{1,64}$`),
	"Path":      regexp.MustCompile(`^/([!-~]{1,510}/)?$`),
}

func checkNames(form url.Values) error {
	for param, right := range names {
		if err := checkName(form, param, right); err != nil {
			return err
		}
	}
	return nil
}

func checkName(form url.Values, param string, right *regexp.Regexp) error {
	if form.Has(param) && !right.MatchString(form.Get(param)) {
		return invalid("1 validation error detected: Value at '%s' failed to satisfy constraint: Member must satisfy regular expression pattern: %s", param, right)
	}
	return nil
}

func checkDocument(text string) error {
	if !json.Valid([]byte(text)) {
		return &fault{http.StatusBadRequest, "MalformedPolicyDocument", "Syntax errors in policy."}
	}
	return nil
}

// pathOf is / where none is asked for.
func pathOf(form url.Values) string {
	if p := form.Get("Path"); p != "" {
		return p
	}
	return "/"
}

// id makes AWS's kind of id: never the same again, though each run gives the
// same ones.
func (s *StandIn) id(prefix string, length int) string {
	s.made++
	sum := sha256.Sum256(fmt.Append(nil, prefix, s.made))
	return prefix + base32.StdEncoding.EncodeToString(sum[:])[:length]
}

// listed are the values of a list in a form.
func listed(form url.Values, name string) (out []string) {
	for i := 1; form.Has(fmt.Sprintf("%s.member.%d", name, i)); i++ {
		out = append(out, form.Get(fmt.Sprintf("%s.member.%d", name, i)))
	}
	return out
}
