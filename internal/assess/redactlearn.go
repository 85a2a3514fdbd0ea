package assess

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/rollcall-iam/rollcall/internal/iam/policy"
)

// learnNames takes the names of all there is: the oldest first, so that whoever
// comes later has a later number, and those before keep theirs.
func (x *redacting) learnNames(a *Account) {
	names := nameList{}
	for f := range a.verdicts() {
		names.finding(f)
	}
	for _, list := range [][]Rule{a.Rules, a.Variants} {
		for i := range list {
			names.settings(list[i].Settings)
		}
	}
	cards := byAge(a.Inventory)
	for _, c := range cards {
		names.resource(c.Resource)
		names.facts(c.Facts)
	}
	for _, c := range cards {
		if kind := names[c.Name]; kind != "" {
			x.learn(kind, c.Name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		x.learn(names[name], name)
	}
	for _, list := range [][]Rule{a.Rules, a.Variants} {
		for i := range list {
			for _, name := range list[i].Worded {
				x.learnSetting(list[i].Settings[name])
			}
		}
	}
	x.learn("alias", a.Alias)
	for _, c := range cards {
		x.learnTags(c.Facts)
	}
}

// sentences are words that reports say of anything.
const sentences = "a access account active all an and are as by created group groups has have in inactive inline is it key keys last managed may mfa never no none nobody not of on or password policies policy report role roles root set signed the they through to unknown until used user users was who with"

// learnWords notes which names are words of our own sentences: there they mean
// nobody, unless a finding names them.
func (x *redacting) learnWords(a *Account) {
	x.common = map[string]bool{}
	note := func(text string) {
		for _, w := range strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) }) {
			if w = strings.ToLower(w); x.known[w] != "" {
				x.common[w] = true
			}
		}
	}
	note(sentences)
	for _, list := range [][]Rule{a.Rules, a.Variants} {
		for _, r := range list {
			note(r.Title + " " + r.Risk + " " + r.Action)
		}
	}
	for f := range a.verdicts() {
		for _, e := range f.Evidence {
			note(e.Expression)
		}
	}
}

// byAge are all cards, the oldest first; those of an age by their names.
func byAge(v *Inventory) []*Card {
	var out []*Card
	for _, list := range v.lists() {
		for i := range list {
			out = append(out, &list[i])
		}
	}
	created := func(c *Card) string {
		i := slices.IndexFunc(c.Facts, func(f Fact) bool { return f.Field == "createDate" })
		if i < 0 {
			return ""
		}
		return c.Facts[i].Text // in the order of time, as all are in UTC
	}
	slices.SortStableFunc(out, func(x, y *Card) int {
		return cmp.Or(strings.Compare(created(x), created(y)), strings.Compare(x.Name, y.Name))
	})
	return out
}

// learnSetting takes a setting as somebody wrote it, and those of its words that
// are of one kind wherever they stand.
func (x *redacting) learnSetting(value string) {
	for _, word := range strings.Split(value, ", ") {
		if telling(word) {
			x.learn("setting", word)
		}
	}
}

// learnTags takes the values of tags: by themselves, or with their keys where
// anything else may be said with them.
func (x *redacting) learnTags(facts []Fact) {
	for _, f := range facts {
		if f.Field != "tags" {
			continue
		}
		for _, i := range f.Items {
			key, value, _ := strings.Cut(i.Text, "=")
			if value == "" {
				continue
			}
			if x.known[strings.ToLower(value)]+x.known[strings.ToLower(i.Text)] != "" {
				continue
			}
			to := x.next("tag")
			if telling(value) {
				x.put(value, to)
			} else {
				x.put(i.Text, key+"="+to)
			}
		}
	}
}

// telling reports whether a tag's value is one of a kind wherever it stands, such
// as alice@example.org, Alice Adams or team-7: "prod" and "Allow" are words.
func telling(value string) bool {
	letters, signs := 0, 0
	for _, r := range value {
		if unicode.IsLetter(r) {
			letters++
		} else {
			signs++
		}
	}
	return letters > 2 && signs > 0
}

// A nameList is names with the kinds of what they name.
type nameList map[string]string

func (l nameList) resource(r Resource) {
	if r.Type != "account" && r.Type != "root" && !policy.IsAWSManaged(r.ARN) {
		l[r.Name] = cmp.Or(r.Type, "resource")
	}
}

func (l nameList) finding(f *Finding) {
	l.resource(f.Resource)
	for _, p := range f.Parts {
		if strings.HasSuffix(p.Type, "-policy") {
			l.policy(p.ID)
		}
	}
}

// settings takes the names of groups that somebody configured.
func (l nameList) settings(settings map[string]string) {
	for name, value := range settings {
		if strings.HasPrefix(name, "group") {
			for _, group := range strings.Split(value, ", ") {
				l[group] = "group"
			}
		}
	}
}

// policy takes the name of a policy by its ARN, or by its path below a user.
func (l nameList) policy(id string) {
	if !policy.IsAWSManaged(id) {
		l[id[strings.LastIndexByte(id, '/')+1:]] = "policy"
	}
}

// kindsOf are the fields of cards whose items are names.
var kindsOf = map[string]string{"attachedGroups": "group", "users": "user", "groups": "group", "roles": "role", "inlinePolicies": "policy", "managedPolicies": "policy", "permissionsBoundary": "policy"}

func (l nameList) facts(facts []Fact) {
	for _, f := range facts {
		kind := kindsOf[f.Field]
		for _, i := range f.Items {
			switch {
			case kind == "policy":
				l.policy(cmp.Or(i.ID, i.Text))
			case kind != "":
				l[i.Text] = kind
			}
		}
	}
}

// credentialTypes are the parts and items whose ids are those of credentials.
var credentialTypes = []string{"access-key", "ssh-key", "mfa-device", "service-credential", "signing-certificate"}

func (x *redacting) learnKeys(a *Account) {
	for _, c := range byAge(a.Inventory) {
		for _, f := range c.Facts {
			for _, i := range f.Items {
				x.learnKey(i.Type, i.ID)
			}
		}
	}
	for f := range a.verdicts() {
		for _, p := range f.Parts {
			x.learnKey(p.Type, p.ID)
		}
	}
}

// learnGone takes the ids of credentials that only the baseline had.
func (x *redacting) learnGone(a *Account) {
	if a.Baseline == nil {
		return
	}
	for _, d := range a.Baseline.Gone {
		for _, p := range d.Finding.Parts {
			x.learnKey(p.Type, p.ID)
		}
	}
}

func (x *redacting) learnKey(kind, id string) {
	if slices.Contains(credentialTypes, kind) {
		x.learn(kind, id)
	}
}
