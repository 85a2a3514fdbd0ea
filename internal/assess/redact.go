package assess

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/rollcall-iam/rollcall/internal/iam/policy"
)

// A Redaction says what an assessment is not to tell.
type Redaction struct {
	Names bool // of users, groups, roles and policies, tags, the account's alias, and what people wrote of them
	ARNs  bool // and numbers of accounts
	Keys  bool // ids of access keys, other credentials and MFA devices

	accounts map[string]string // placeholders of their numbers
	arns     map[string]string // and of ARNs
	made     map[string]int    // placeholders of each kind, in all accounts
}

// ParseRedaction reads names, arns and keys.
func ParseRedaction(words []string) (*Redaction, error) {
	r := &Redaction{accounts: map[string]string{}, arns: map[string]string{}, made: map[string]int{}}
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

// Any reports whether something is not to be told: accounts need an inventory
// then, which has the names.
func (r *Redaction) Any() bool { return r.Names || r.ARNs || r.Keys }

// words are what was asked for.
func (r *Redaction) words() (out []string) {
	for _, w := range []struct {
		name string
		on   bool
	}{{"names", r.Names}, {"arns", r.ARNs}, {"keys", r.Keys}} {
		if w.on {
			out = append(out, w.name)
		}
	}
	return out
}

// Account puts placeholders in place of what is not to be told, wherever it
// stands: the same one for the same thing throughout the account. They say
// nothing of what they stand for, and neither do fingerprints any more.
func (r *Redaction) Account(a *Account) error {
	if !r.Any() {
		return nil
	}
	if len(a.Redacted) > 0 {
		return fmt.Errorf("account %s is redacted already (%s): start from the assessment as it was", a.ID, strings.Join(a.Redacted, ", "))
	}
	if a.Inventory == nil {
		return fmt.Errorf("account %s has no inventory, which tells the names in it: scan it again with --redact", cmp.Or(a.ID, "without number"))
	}
	x := &redacting{Redaction: r, placeholders: newPlaceholders(r.made), prints: map[string]string{}}
	x.ids = r.Keys
	if r.ARNs {
		x.placeholders.arns, x.numbers = x.arn, r.number
	}
	if r.Names {
		x.learnNames(a)
	}
	if r.Keys {
		x.learnKeys(a)
		x.learnGone(a)
	}
	x.learnWords(a)
	x.account(a)
	a.Redacted = r.words()
	return nil
}

// number is the placeholder of an account's number, one for all accounts.
func (r *Redaction) number(id string) string {
	if r.accounts[id] == "" {
		r.accounts[id] = fmt.Sprintf("account-%d", len(r.accounts)+1)
	}
	return r.accounts[id]
}

// Footer replaces the patterns of configured entries by entry-N, and leaves out who
// answers for them and why.
func (r *Redaction) Footer(f *Footer) {
	if !r.Names && !r.ARNs {
		return
	}
	by := map[string]string{} // placeholders by what lists say of entries
	for i := range f.Entries {
		e, to := &f.Entries[i], fmt.Sprintf("entry-%d", i+1)
		by[e.over()], by[e.name()] = to, to
		e.Pattern, e.Owner, e.Reason, e.Ticket = to, "", "", ""
	}
	for _, list := range [][]string{f.Expired, f.StaleSafelist, f.StaleExceptions} {
		for i := range list {
			list[i] = cmp.Or(by[list[i]], "an entry")
		}
	}
	if r.ARNs {
		f.NotScanned = nil
	}
	for i := range f.Off {
		f.Off[i].Why, f.Off[i].Settings = unreasoned(f.Off[i].Why), nil
	}
}

// patterned are the patterns of exceptions and entries in messages.
var patterned = regexp.MustCompile(`the (exception|safelist entry|entry) .* (expired|until) (?P<date>[0-9-]{10})`)

// unreasoned leaves out in which file, and for what reason, a rule is off.
func unreasoned(why string) string {
	const off = "switched off"
	if strings.HasPrefix(why, off+" in ") {
		return off
	}
	return why
}

// A redacting is the redaction of one account.
type redacting struct {
	*Redaction
	*placeholders
	prints map[string]string // placeholders of fingerprints
}

// arn is the placeholder of an ARN; what AWS keeps for everybody has none.
func (x *redacting) arn(arn string) string {
	if policy.IsAWSManaged(arn) {
		return arn
	}
	if x.Redaction.arns[arn] == "" {
		x.Redaction.arns[arn] = x.next("arn")
	}
	return x.Redaction.arns[arn]
}

func (x *redacting) account(a *Account) {
	for f := range a.verdicts() {
		x.finding(f)
	}
	for i := range a.Frameworks {
		for k := range a.Frameworks[i].Controls {
			x.control(&a.Frameworks[i].Controls[k])
		}
	}
	if a.Baseline != nil {
		for i := range a.Baseline.Gone {
			x.gone(&a.Baseline.Gone[i])
		}
	}
	for i := range a.Warnings {
		a.Warnings[i] = x.said(a.Warnings[i])
	}
	for i := range a.Unknown {
		x.gaps(a.Unknown[i].Missing)
	}
	for i := range a.Sources {
		a.Sources[i].Detail = x.text(a.Sources[i].Detail)
	}
	for _, list := range [][]Rule{a.Rules, a.Variants} {
		for i := range list {
			settings := maps.Clone(list[i].Settings)
			for name, value := range settings {
				settings[name] = x.text(value)
				if x.Names && (strings.ContainsAny(value, "*@/") || slices.Contains(list[i].Worded, name)) { // patterns of names
					settings[name] = "redacted"
				}
			}
			list[i].Settings = settings
		}
	}
	x.inventory(a.Inventory)
	a.Alias, a.ID = x.text(a.Alias), x.text(a.ID)
}

// said is a message, which may tell the pattern of an entry.
func (x *redacting) said(text string) string {
	if x.Names {
		text = patterned.ReplaceAllString(text, "an entry until ${date}")
	}
	return x.text(text)
}

func (x *redacting) gaps(list []Gap) {
	for i := range list {
		list[i].Detail = x.text(list[i].Detail)
	}
}

func (x *redacting) control(c *Control) {
	c.Fingerprints = slices.Clone(c.Fingerprints)
	for i, p := range c.Fingerprints {
		c.Fingerprints[i] = x.print(p)
	}
	if x.Names {
		c.Note = unreasoned(c.Note)
	}
	for i := range c.Rules {
		if x.Names {
			c.Rules[i].Note = unreasoned(c.Rules[i].Note)
		}
		x.gaps(c.Rules[i].Missing)
	}
}

// gone is a finding of an earlier account, whose names are not all known.
func (x *redacting) gone(d *Difference) {
	if x.Names {
		d.Finding.Parts, d.Finding.Evidence, d.Finding.Message = []Part{}, []Evidence{}, "the reason is redacted"
		x.learn(cmp.Or(d.Finding.Resource.Type, "resource"), d.Finding.Resource.Name)
	}
	d.Why = x.text(d.Why)
	d.Was = nil
	x.finding(&d.Finding)
}

func (x *redacting) resource(r *Resource) {
	r.ARN, r.Note, r.Name = x.text(r.ARN), x.text(r.Note), x.name(r.Name)
}

func (x *redacting) print(fingerprint string) string {
	if x.prints[fingerprint] == "" {
		x.prints[fingerprint] = x.next("finding")
	}
	return x.prints[fingerprint]
}

func (x *redacting) finding(f *Finding) {
	x.meaning(named(f)...)
	defer func() { x.about = nil }()
	x.resource(&f.Resource)
	f.Message = x.waived(f)
	if f.Before = x.text(f.Before); f.Before != "" && x.Names { // it may name what is no more, and nobody knows
		f.Before = "the reason is redacted"
	}
	f.Fingerprint = x.print(f.Fingerprint)
	for i := range f.Parts {
		p := &f.Parts[i]
		p.ID, p.Text = x.name(p.ID), x.text(p.Text)
	}
	for i := range f.Evidence {
		e := &f.Evidence[i]
		e.Value, e.Expression = x.text(e.Value), x.text(e.Expression)
	}
}

// named are what a finding names: its resource, its parts, and what is in lists that
// decided it.
func named(f *Finding) []string {
	out := []string{f.Resource.Name}
	for _, p := range f.Parts {
		out = append(out, p.ID)
	}
	for _, e := range f.Evidence {
		out = append(out, strings.Split(e.Value, ", ")...)
	}
	return out
}

// waived is a finding's message; what somebody wrote about its exception is left
// out of both.
func (x *redacting) waived(f *Finding) string {
	if f.Exception == nil || !x.Names {
		return x.said(f.Message)
	}
	message, said := strings.CutSuffix(f.Message, "; "+f.Exception.String())
	if !said {
		message = "the reason is redacted"
	}
	f.Exception = &Exception{Expires: f.Exception.Expires}
	return x.said(message) + "; " + f.Exception.String()
}

func (x *redacting) inventory(v *Inventory) {
	defer func() { x.about = nil }()
	for _, list := range v.lists() {
		for i := range list {
			x.meaning(list[i].Name)
			x.resource(&list[i].Resource)
			for k := range list[i].Facts {
				x.fact(&list[i].Facts[k])
			}
		}
	}
	x.meaning()
	for i, d := range v.Documents {
		v.Documents[i] = x.text(plainJSON(d))
	}
}

// plainJSON is a document in which letters stand for themselves: \u0061lice is alice to
// who reads the page.
func plainJSON(document string) string {
	if !strings.Contains(document, `\u`) {
		return document
	}
	v := jsontext.Value(document)
	if v.Canonicalize() != nil {
		return "a document that cannot be read is left out"
	}
	return string(v)
}

func (x *redacting) fact(f *Fact) {
	x.meaning()
	f.Text = x.text(f.Text)
	for n := range f.Items {
		i := &f.Items[n]
		x.meaning(i.ID)
		i.ID = x.name(i.ID)
		if key, value, found := strings.Cut(i.Text, "="); found && f.Field == "tags" && x.known[strings.ToLower(i.Text)] == "" {
			i.Text = x.text(key) + "=" + x.name(value)
			continue
		}
		i.Text = x.name(i.Text)
	}
}
