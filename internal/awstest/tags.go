package awstest

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

const tagsPerUser = 50

type tag struct{ key, value string }

type tagXML struct{ Key, Value string }

func (t tag) xml() tagXML { return tagXML{t.key, t.value} }

// addTags puts those of a call on a user. A key has one value, whatever its
// letter case.
func (u *user) addTags(form url.Values) error {
	tags := slices.Clone(u.tags)
	for i := 1; form.Has(fmt.Sprintf("Tags.member.%d.Key", i)); i++ {
		t := tag{form.Get(fmt.Sprintf("Tags.member.%d.Key", i)), form.Get(fmt.Sprintf("Tags.member.%d.Value", i))}
		if at := slices.IndexFunc(tags, func(o tag) bool { return strings.EqualFold(o.key, t.key) }); at >= 0 {
			tags[at] = t
		} else {
			tags = append(tags, t)
		}
	}
	if len(tags) > tagsPerUser {
		return &fault{http.StatusConflict, "LimitExceeded", fmt.Sprintf("The number of tags has reached the maximum limit of %d.", tagsPerUser)}
	}
	u.tags = tags
	return nil
}

func (s *StandIn) tagUser(form url.Values) (any, error) {
	u, err := s.user(form)
	if err != nil {
		return nil, err
	}
	return nil, u.addTags(form)
}

// untagUser is content with keys that are not there.
func (s *StandIn) untagUser(form url.Values) (any, error) {
	u, err := s.user(form)
	if err != nil {
		return nil, err
	}
	for _, key := range listed(form, "TagKeys") {
		u.tags = slices.DeleteFunc(u.tags, func(t tag) bool { return strings.EqualFold(t.key, key) })
	}
	return nil, nil
}
