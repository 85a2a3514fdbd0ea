package movein

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"

	"github.com/rollcall-iam/rollcall/internal/iam"
	"github.com/rollcall-iam/rollcall/internal/match"
	"github.com/rollcall-iam/rollcall/internal/rule"
)

// A mute is what a mutelist says of a check in an account.
type mute struct {
	account, check           string
	regions, resources, tags []string
	except                   map[string][]string // Accounts, Regions, Resources, Tags
	reason                   string
}

// prowler reads a mutelist, an allowlist as it was called before.
func (m *Move) prowler(text []byte) (known bool, err error) {
	var top yaml.MapSlice
	if err := readYAML(text, &top); err != nil {
		return false, fmt.Errorf("it is %s; as YAML: %w", errNone, err)
	}
	for _, name := range []string{"Mutelist", "Mute List", "Allowlist"} {
		list, ok := child(top, name).(yaml.MapSlice)
		if !ok {
			continue
		}
		accounts, ok := child(list, "Accounts").(yaml.MapSlice)
		if !ok {
			return false, fmt.Errorf("%s: it has no Accounts", name)
		}
		return true, m.prowlerAccounts(accounts)
	}
	return false, nil
}

// readYAML reads YAML in its order; the reader panics on some tags.
func readYAML(text []byte, v any) (err error) {
	if err := rule.Shallow(text); err != nil {
		return fmt.Errorf("line %w", err)
	}
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("it cannot be read: %v", r)
		}
	}()
	return yaml.UnmarshalWithOptions(text, v, yaml.UseOrderedMap(), yaml.AllowDuplicateMapKey())
}

// child is a value by its key: the last, where there are several, as Prowler
// has it.
func child(in yaml.MapSlice, key string) (out any) {
	for _, item := range in {
		if fmt.Sprint(item.Key) == key {
			out = item.Value
		}
	}
	return out
}

func (m *Move) prowlerAccounts(accounts yaml.MapSlice) error {
	for i, item := range accounts {
		account := fmt.Sprint(item.Key)
		if slices.ContainsFunc(accounts[i+1:], func(o yaml.MapItem) bool { return fmt.Sprint(o.Key) == account }) {
			m.lose("account "+account, "it stands there again, and Prowler heeds the last")
			continue
		}
		if account != "*" && !iam.IsAccountID(account) {
			m.lose("account "+account, "it is not twelve digits, so it is nobody's")
			continue
		}
		in, _ := item.Value.(yaml.MapSlice)
		checks, ok := child(in, "Checks").(yaml.MapSlice)
		if !ok {
			return fmt.Errorf("account %q has no Checks", account)
		}
		for _, check := range checks {
			in, ok := check.Value.(yaml.MapSlice)
			if !ok {
				return fmt.Errorf("check %q of account %q is no mapping with Regions and Resources", fmt.Sprint(check.Key), account)
			}
			m.prowlerMute(readMute(account, fmt.Sprint(check.Key), in))
		}
	}
	return nil
}

func readMute(account, check string, in yaml.MapSlice) mute {
	out := mute{account: account, check: check, regions: texts(child(in, "Regions")), resources: texts(child(in, "Resources")),
		tags: texts(child(in, "Tags")), except: map[string][]string{}}
	if s, ok := child(in, "Description").(string); ok {
		out.reason = strings.TrimSpace(s)
	}
	if e, ok := child(in, "Exceptions").(yaml.MapSlice); ok {
		for _, item := range e {
			if list := texts(item.Value); len(list) > 0 {
				out.except[fmt.Sprint(item.Key)] = list
			}
		}
	}
	return out
}

// texts is a list of words, or one.
func texts(v any) (out []string) {
	switch v := v.(type) {
	case nil:
	case []any:
		for _, e := range v {
			out = append(out, fmt.Sprint(e))
		}
	default:
		out = append(out, fmt.Sprint(v))
	}
	return out
}

// prowlerMute turns a mute into exceptions, where they waive no more.
func (m *Move) prowlerMute(mu mute) {
	entry := mu.check
	if mu.account != "*" {
		entry += " in account " + mu.account
	}
	checks, problem := matchingChecks(mu.check)
	switch {
	case problem != "":
		m.lose(entry, "%s", problem)
	case len(checks) == 0 && strings.HasPrefix(mu.check, "iam"):
		m.lose(entry, "no rule of ours answers it")
	case len(checks) == 0:
		m.Others++
	case len(mu.regions) == 0 || len(mu.resources) == 0:
		m.lose(entry, "without Regions and Resources it mutes nothing")
	case !anyMatches(mu.regions, globalRegions):
		m.lose(entry, "regions %s: the findings on IAM are in %s; were yours elsewhere, write the exception by hand", strings.Join(mu.regions, ", "), globalRegions[0])
	case mu.excepts():
		m.lose(entry, "its Exceptions cannot be said with us: write exceptions for those who are meant")
	default:
		m.prowlerChecks(entry, mu, checks)
	}
}

// globalRegions are where Prowler says that findings on IAM are.
var globalRegions = []string{"us-east-1", "us-gov-east-1", "cn-north-1"}

// excepts reports whether the mute's own exceptions may be for anybody.
func (mu mute) excepts() bool {
	if len(mu.except) == 0 {
		return false
	}
	if r := mu.except["Regions"]; r != nil && !anyMatches(r, globalRegions) {
		return false
	}
	if a := mu.except["Accounts"]; a != nil && mu.account != "*" && !anyMatches(a, []string{mu.account}) {
		return false
	}
	return true
}

func (m *Move) prowlerChecks(entry string, mu mute, checks []prowlerCheck) {
	explicit := len(checks) == 1
	patterns, all := m.prowlerPatterns(entry, mu)
	for _, check := range checks {
		if check.other && !all {
			if explicit {
				m.lose(entry, "Prowler names %s there, and our %s does not", check.resource, check.rule)
			}
			continue
		}
		for _, r := range m.named(check.rule) {
			for _, p := range patterns {
				if p.Tag != "" && !tagged(r) {
					continue
				}
				m.waive(waiver{rule: r, Pattern: p, id: entry, reason: mu.why()})
			}
		}
	}
}

func (mu mute) why() string {
	if mu.reason != "" {
		return mu.reason
	}
	return "muted in Prowler"
}

// prowlerPatterns are whom a mute is for; all is set for everybody.
func (m *Move) prowlerPatterns(entry string, mu mute) (out []match.Pattern, all bool) {
	account := strings.TrimPrefix(mu.account, "*")
	everybody := slices.ContainsFunc(mu.resources, isAll)
	tags := slices.DeleteFunc(slices.Clone(mu.tags), isAll)
	switch {
	case len(tags) > 0 && (!everybody || len(tags) > 1):
		m.lose(entry, "an exception of ours goes by a name or by one tag, not by %s together", strings.Join(append(mu.resources, tags...), " and "))
	case len(tags) == 1:
		return m.tagPatterns(entry, tags[0], account), false
	case everybody && account != "":
		return []match.Pattern{{Account: account}}, true
	case everybody:
		return []match.Pattern{{Glob: "*"}}, true
	}
	if len(tags) > 0 {
		return nil, false
	}
	for _, text := range mu.resources {
		p, err := namePattern(text)
		if err != nil {
			m.lose(entry, "resource %q: %v", text, err)
			continue
		}
		p.Account = account
		out = append(out, p)
	}
	return out, false
}

// literalTags are tags with alternatives, and nothing else of a regular
// expression.
var literalTags = regexp.MustCompile(`^\^?[\w /:@+-]+=[\w /:@+-]+\$?(\s*\|\s*\^?[\w /:@+-]+=[\w /:@+-]+\$?)*$`)

// tagPatterns are the tags, one exception each. Prowler looks for the text
// anywhere in key=value; ours is the whole tag, which waives no more.
func (m *Move) tagPatterns(entry, text, account string) (out []match.Pattern) {
	if !literalTags.MatchString(text) {
		m.lose(entry, "tag %q is a regular expression, which our tags are not", text)
		return nil
	}
	m.keep("%s: %s: tag %q is taken as the whole tag; Prowler finds it within others too", m.file, entry, text)
	for _, tag := range strings.Split(text, "|") {
		out = append(out, match.Pattern{Tag: strings.Trim(strings.TrimSpace(tag), "^$"), Account: account})
	}
	return out
}
