package assess

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/rollcall-iam/rollcall/internal/entity"
	"github.com/rollcall-iam/rollcall/internal/gsl"
	"github.com/rollcall-iam/rollcall/internal/gsl/syntax"
	"github.com/rollcall-iam/rollcall/internal/iam"
	"github.com/rollcall-iam/rollcall/internal/rule"
	"github.com/rollcall-iam/rollcall/internal/spell"
)

// A compiled rule is a rule with its settings in place.
type compiled struct {
	*rule.Chosen
	program  *gsl.Program
	warnings []*syntax.Error
	outcomes []outcome
}

// An outcome is the words of a finding, in pieces.
type outcome struct {
	when     *gsl.Condition // nil for always
	severity rule.Severity
	text     []piece
}

// A piece is text, an operand, or the parts concerned.
type piece struct {
	text    string
	operand *gsl.Operand
	parts   bool
}

func compile(r *rule.Chosen, values rule.Values) (*compiled, error) {
	c := &compiled{Chosen: r}
	o := gsl.Options{Settings: r.Placeholders(values), Seconds: r.Seconds(), Lenient: r.Lenient}
	program, warnings, err := gsl.Compile(entity.Schema, r.Tree, o)
	if err != nil {
		return nil, r.Wrong(err)
	}
	c.program, c.warnings = program, warnings
	for _, out := range r.Outcomes {
		compiledOutcome, err := compileOutcome(program, out, o)
		if err != nil {
			return nil, fmt.Errorf("rule %s: outcome %q: %w", r.ID, out.Text, err)
		}
		c.outcomes = append(c.outcomes, compiledOutcome)
	}
	return c, nil
}

func compileOutcome(p *gsl.Program, out rule.Outcome, o gsl.Options) (c outcome, err error) {
	c.severity = out.Severity
	if out.When != "" {
		if c.when, err = p.Condition(out.When, o); err != nil {
			return c, err
		}
	}
	rest := out.Text
	for {
		before, after, found := strings.Cut(rest, "{")
		c.text = append(c.text, piece{text: before})
		if !found {
			return c, nil
		}
		inner, tail, closed := strings.Cut(after, "}")
		if !closed {
			return c, fmt.Errorf("{ without }")
		}
		if inner == "parts" {
			c.text = append(c.text, piece{parts: true})
		} else {
			operand, err := p.Operand(inner, o)
			if err != nil {
				return c, err
			}
			c.text = append(c.text, piece{operand: operand})
		}
		rest = tail
	}
}

// words are a finding's severity and message.
func (c *compiled) words(m *gsl.Machine, obj any, x gsl.Explanation) (rule.Severity, string) {
	for _, o := range c.outcomes {
		if o.when != nil && !o.when.Holds(m, obj) {
			continue
		}
		severity := c.Severity
		if o.severity != 0 && !c.Overridden {
			severity = o.severity
		}
		text := make([]byte, 0, 256) // on the stack
		for _, p := range o.text {
			text = append(text, p.write(m, obj, x)...)
		}
		return severity, string(text)
	}
	return c.Severity, evidenceText(x)
}

// written is how many parts a message names.
const written = 10

func (p piece) write(m *gsl.Machine, obj any, x gsl.Explanation) string {
	switch {
	case p.operand != nil:
		return p.operand.Eval(m, obj).String()
	case !p.parts:
		return p.text
	}
	var names []string
	for _, v := range x.Parts {
		if part, ok := entity.PartOf(v); ok {
			names = append(names, part.Text)
		}
	}
	if len(names) == 0 && len(x.Evidence) > 0 { // elements that are no parts, such as actions
		return x.Evidence[0].Value
	}
	if more := len(names) - written; more > 0 {
		names = append(names[:written], fmt.Sprintf("and %d more", more))
	}
	return strings.Join(names, "; ")
}

// fingerprint is the same for the same rule on the same resource in every
// run. Resources that share an ARN are told apart by their order.
func (r *ruling) fingerprint(res *entity.Resource) string {
	key := fingerprint(r.out.ID, cmp.Or(r.Key, r.ID), res.Type, cmp.Or(res.ARN, res.Name))
	if res.Twin > 0 {
		return fingerprint(key, strconv.Itoa(res.Twin))
	}
	return key
}

func fingerprint(parts ...string) string {
	text := make([]byte, 0, 256) // on the stack
	text = append(text, "rollcall/v1"...)
	for _, p := range parts {
		text = append(append(text, '\n'), p...)
	}
	sum := sha256.Sum256(text)
	return string(hex.AppendEncode(text[:0], sum[:16]))
}

// bindGroups looks up the groups that settings name. One that the account
// lacks is a finding on the account; where too few are left for anybody to
// pass, the rule applies to nobody and usable is false.
func (r *ruling) bindGroups() (usable bool, err error) {
	usable = true
	for name, s := range r.Settings {
		given, ok := r.Values[name]
		if s.Type != rule.Groups || !ok {
			continue
		}
		real, missing := r.lookUp(given)
		if !r.groupsKnown() {
			real, missing = append(real, missing...), nil // they may exist
		}
		for _, m := range missing {
			r.missingGroup(m)
		}
		values := rule.Values{}
		for k, v := range r.Values {
			values[k] = v
			if of := r.Settings[k]; of.Type == rule.Count && of.Of == name && len(real) < int(v.Num()) {
				usable = false
			}
		}
		values[name] = gsl.Strings(real)
		if r.compiled, err = compile(r.Chosen, values); err != nil {
			return false, err
		}
	}
	return usable, nil
}

// groupsKnown reports whether the groups that were read are all there are. A
// listing without any may have been asked for users alone.
func (r *ruling) groupsKnown() bool {
	n, counted := r.entities.View.Summary["Groups"]
	return r.entities.View.Source(iam.Details).State == iam.Read && (len(r.entities.View.Groups) > 0 || counted && n == 0)
}

// lookUp finds groups whatever their letter case, and returns their real names.
func (r *ruling) lookUp(given gsl.Value) (real, missing []string) {
	list := given.Object().(gsl.List)
	for i := range list.Len() {
		name := list.At(i).Text()
		if spelled, ok := r.entities.View.GroupName(name); ok {
			real = append(real, spelled)
		} else {
			missing = append(missing, name)
		}
	}
	return real, missing
}

func (r *ruling) missingGroup(name string) {
	message := fmt.Sprintf("the configured group %q does not exist", name)
	var names []string
	for _, g := range r.entities.View.Groups {
		names = append(names, g.Name)
	}
	if near := spell.Nearest(name, names); near != "" {
		message += fmt.Sprintf(" (did you mean %q?)", near)
	}
	account := r.entities.Resource()
	if f := r.failed(r.matched(nil, account), account, r.Severity, gsl.Explanation{}, message); f != nil {
		f.Fingerprint = fingerprint(r.out.ID, r.ID, "group", name)
	}
}

// evidenceText is the message of a rule that has no words of its own.
func evidenceText(x gsl.Explanation) string {
	var out []string
	for _, e := range x.Evidence {
		if s := e.Field + ": " + e.Value; !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return strings.Join(out, "; ")
}
