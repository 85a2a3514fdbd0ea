package assess

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// A Redaction says what an assessment is not to tell.
type Redaction struct {
	Names bool // of users, groups, roles and policies, tags and the account's alias
	ARNs  bool // and the account's number
	Keys  bool // ids of access keys, other credentials and MFA devices
}

// ParseRedaction reads names, arns and keys.
func ParseRedaction(words []string) (r Redaction, err error) {
	for _, w := range words {
		switch strings.ToLower(w) {
		case "names":
			r.Names = true
		case "arns":
			r.ARNs = true
		case "keys":
			r.Keys = true
		default:
			return r, fmt.Errorf("%q is none of names, arns and keys", w)
		}
	}
	return r, nil
}

// Redact puts placeholders in place of what is not to be told, wherever it
// stands: the same one for the same thing throughout the account. They say
// nothing of what they stand for, and neither do fingerprints any more.
func (a *Account) Redact(r Redaction) {
	if r == (Redaction{}) {
		return
	}
	x := &redacting{Redaction: r, known: map[string]string{}, made: map[string]int{}}
	if r.Names {
		x.learnNames(a)
	}
	if r.ARNs && a.ID != "" {
		x.learn("account", a.ID)
	}
	if r.Keys {
		x.learnKeys(a)
	}
	x.account(a)
}

// A redacting is the redaction of one account.
type redacting struct {
	Redaction
	known map[string]string // placeholders, by what they stand for in lower case
	made  map[string]int    // placeholders of each kind
	odd   []string          // what is known and is no word, the longest first
}

// word is how IAM's names, ids and numbers look in a text.
var (
	word = regexp.MustCompile(`[\pL\pN_+=,.@-]+`)
	arn  = regexp.MustCompile(`arn:aws[a-z-]*:[^\s"'<>;]+`)
	keys = regexp.MustCompile(`\b(AKIA|ASIA|APKA|ACCA|ABIA|AIDA|AGPA|AROA|ANPA)[A-Z0-9]{12,}\b`)
)

func (x *redacting) placeholder(kind string) string {
	x.made[kind]++
	return fmt.Sprintf("%s-%d", kind, x.made[kind])
}

func (x *redacting) learn(kind, text string) {
	key := strings.ToLower(text)
	if text == "" || x.known[key] != "" {
		return
	}
	x.known[key] = x.placeholder(kind)
	if word.FindString(text) != text || strings.TrimRight(text, ".,") != text {
		x.odd = append(x.odd, text)
		slices.SortFunc(x.odd, func(a, b string) int { return len(b) - len(a) })
	}
}

// learnNames takes the names of all there is, in order.
func (x *redacting) learnNames(a *Account) {
	names := map[string]string{}
	add := func(r Resource) {
		if r.Type != "account" && r.Type != "root" {
			names[r.Name] = cmp.Or(r.Type, "resource")
		}
	}
	for i := range a.Findings {
		add(a.Findings[i].Resource)
		for _, p := range a.Findings[i].Parts {
			if strings.HasSuffix(p.Type, "-policy") {
				names[p.ID[strings.LastIndexByte(p.ID, '/')+1:]] = "policy"
			}
		}
	}
	if v := a.Inventory; v != nil {
		for _, list := range [][]Card{v.Users, v.Groups, v.Policies} {
			for _, c := range list {
				add(c.Resource)
				x.learnFacts(names, c.Facts)
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		x.learn(names[name], name)
	}
	x.learn("alias", a.Alias)
}

// kindsOf are the fields of cards whose items are names.
var kindsOf = map[string]string{"attachedGroups": "group", "users": "user", "groups": "group", "roles": "role", "inlinePolicies": "policy", "managedPolicies": "policy"}

func (x *redacting) learnFacts(names map[string]string, facts []Fact) {
	for _, f := range facts {
		for _, i := range f.Items {
			switch kind := kindsOf[f.Field]; {
			case f.Field == "tags":
				_, value, _ := strings.Cut(i.Text, "=")
				names[value] = "tag"
			case kind == "policy":
				names[i.ID[strings.LastIndexByte(i.ID, '/')+1:]] = kind
			case kind != "":
				names[i.Text] = kind
			}
		}
	}
}

// credentialTypes are the parts and items whose ids are those of credentials.
var credentialTypes = []string{"access-key", "ssh-key", "mfa-device", "service-credential", "signing-certificate"}

func (x *redacting) learnKeys(a *Account) {
	for _, f := range a.Findings {
		for _, p := range f.Parts {
			if slices.Contains(credentialTypes, p.Type) {
				x.learn(p.Type, p.ID)
			}
		}
	}
	if a.Inventory == nil {
		return
	}
	for _, c := range a.Inventory.Users {
		for _, f := range c.Facts {
			for _, i := range f.Items {
				if slices.Contains(credentialTypes, i.Type) {
					x.learn(i.Type, i.ID)
				}
			}
		}
	}
}

// text is a text without what is not to be told.
func (x *redacting) text(s string) string {
	if s == "" {
		return s
	}
	if x.ARNs {
		s = arn.ReplaceAllStringFunc(s, func(found string) string {
			end := strings.TrimRight(found, ",.)]}")
			x.learn("arn", end)
			return x.known[strings.ToLower(end)] + found[len(end):]
		})
	}
	for _, odd := range x.odd {
		s = strings.ReplaceAll(s, odd, x.known[strings.ToLower(odd)])
	}
	if x.Keys {
		s = keys.ReplaceAllStringFunc(s, func(id string) string {
			x.learn("id", id)
			return x.known[strings.ToLower(id)]
		})
	}
	return word.ReplaceAllStringFunc(s, x.word)
}

// word is a word's placeholder, what stops a sentence aside; the word where it
// has none.
func (x *redacting) word(w string) string {
	for end := len(w); end > 0; {
		if to := x.known[strings.ToLower(w[:end])]; to != "" {
			return to + w[end:]
		}
		trimmed := strings.TrimRight(w[:end], ",.")
		if len(trimmed) == end {
			break
		}
		end = len(trimmed)
	}
	if key, value, ok := strings.Cut(w, "="); ok {
		return x.word(key) + "=" + x.word(value)
	}
	return w
}

func (x *redacting) account(a *Account) {
	for i := range a.Findings {
		x.finding(&a.Findings[i], i)
	}
	for i := range a.Frameworks {
		for k := range a.Frameworks[i].Controls {
			c := &a.Frameworks[i].Controls[k]
			for n := range c.Findings {
				x.finding(&c.Findings[n], len(a.Findings)+n)
			}
			c.Fingerprints = nil
		}
	}
	if a.Baseline != nil {
		a.Baseline.Gone = nil // by fingerprints, which are no more
	}
	for i := range a.Warnings {
		a.Warnings[i] = x.text(a.Warnings[i])
	}
	for i := range a.Unknown {
		for k := range a.Unknown[i].Missing {
			a.Unknown[i].Missing[k].Detail = x.text(a.Unknown[i].Missing[k].Detail)
		}
	}
	for i := range a.Sources {
		a.Sources[i].Detail = x.text(a.Sources[i].Detail)
	}
	for i := range a.Rules {
		for name, value := range a.Rules[i].Settings {
			a.Rules[i].Settings[name] = x.text(value)
		}
	}
	x.inventory(a.Inventory)
	a.Alias, a.ID = x.text(a.Alias), x.text(a.ID)
}

func (x *redacting) resource(r *Resource) { r.Name, r.ARN = x.text(r.Name), x.text(r.ARN) }

func (x *redacting) finding(f *Finding, n int) {
	x.resource(&f.Resource)
	f.Message, f.Fingerprint = x.text(f.Message), fmt.Sprintf("finding-%d", n+1)
	for i := range f.Parts {
		p := &f.Parts[i]
		p.ID, p.Text = x.text(p.ID), x.text(p.Text)
	}
	for i := range f.Evidence {
		e := &f.Evidence[i]
		e.Value, e.Expression = x.text(e.Value), x.text(e.Expression)
	}
	if f.Exception != nil {
		e := *f.Exception
		e.Owner, e.Reason, e.Ticket = x.text(e.Owner), x.text(e.Reason), x.text(e.Ticket)
		f.Exception = &e
	}
}

func (x *redacting) inventory(v *Inventory) {
	if v == nil {
		return
	}
	for _, list := range [][]Card{v.Users, v.Groups, v.Policies} {
		for i := range list {
			x.resource(&list[i].Resource)
			for k := range list[i].Facts {
				f := &list[i].Facts[k]
				f.Text = x.text(f.Text)
				for n := range f.Items {
					f.Items[n].ID, f.Items[n].Text = x.text(f.Items[n].ID), x.text(f.Items[n].Text)
				}
			}
		}
	}
	for i := range v.Documents {
		v.Documents[i] = x.text(v.Documents[i])
	}
}

// Redact leaves of a configuration's entries that there are some.
func (f *Footer) Redact(r Redaction) {
	if !r.Names && !r.ARNs {
		return
	}
	for _, list := range [][]string{f.Expired, f.StaleSafelist, f.StaleExceptions} {
		for i := range list {
			list[i] = fmt.Sprintf("entry-%d", i+1)
		}
	}
}
