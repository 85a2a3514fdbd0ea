package rule

import (
	"slices"
	"strings"
)

// object is a piece of a JSON Schema.
type object = map[string]any

// JSONSchema is the schema of a rollcall.yaml with these rules, in draft 7,
// which editors know best. Names are taken as they are written here; the
// program takes them in any letter case.
func (set *Set) JSONSchema() map[string]any {
	settings, switches, defs := object{}, object{}, object{}
	for _, r := range set.Rules {
		defs[r.ID] = r.settingsSchema()
		for _, name := range append([]string{r.ID}, r.Aliases...) {
			settings[name], switches[name] = set.settingsFor(name), object{"$ref": "#/definitions/switch"}
		}
	}
	defs["switch"] = closed("Turns the rule on or off, or changes how bad its findings are", object{
		"enabled": object{"type": "boolean"}, "severity": object{"enum": severityNames[1:]}, "reason": text("why")})
	return object{
		"$schema": "http://json-schema.org/draft-07/schema#", "$id": "https://github.com/rollcall-iam/rollcall/rollcall.schema.json",
		"title": "rollcall.yaml", "type": "object", "additionalProperties": false, "definitions": defs,
		"properties": object{
			"extends":    oneOrMany("files that this one stands on; paths count from its folder"),
			"safelist":   object{"type": "array", "description": "the approved users", "items": matched(approvalFields())},
			"settings":   closed("settings of rules, by id or alias", settings),
			"rules":      closed("rules turned on or off, and severities, by id or alias", switches),
			"exceptions": object{"type": "array", "description": "rules waived for some", "items": excepted()},
		},
	}
}

// settingsFor are those of all rules that go by a name.
func (set *Set) settingsFor(name string) any {
	rules, err := set.Named(name)
	if err != nil || len(rules) == 1 {
		return object{"$ref": "#/definitions/" + rules[0].ID}
	}
	all := object{}
	for _, r := range rules {
		for k, s := range r.Settings {
			all[k] = s.schema()
		}
	}
	return closed("settings of several rules", all)
}

func (r *Rule) settingsSchema() object {
	all := object{}
	for name, s := range r.Settings {
		all[name] = s.schema()
	}
	return closed(r.Title, all)
}

// schema is what a value of the setting may be.
func (s Setting) schema() object {
	var out object
	switch s.Type {
	case Choice:
		out = object{"enum": s.Values}
	case Choices:
		out = object{"anyOf": []any{object{"const": "all"}, object{"type": "array", "minItems": 1, "items": object{"enum": s.Values}}, object{"enum": s.Values}}}
	case Count:
		out = object{"anyOf": []any{object{"const": "all"}, whole()}}
	case Number:
		out = whole()
	case Duration:
		out = object{"anyOf": []any{object{"type": "string", "pattern": `^([0-9]+d|([0-9.]+(h|m|s|ms|us|ns))+|[0-9]+)$`}, whole()}}
	case Regex:
		out = text("a regular expression of RE2")
	default:
		return describe(oneOrMany(""), s)
	}
	return describe(out, s)
}

func describe(out object, s Setting) object {
	out["description"] = s.Doc
	if s.Default != nil {
		out["default"] = s.Default
	}
	return out
}

func whole() object { return object{"type": "integer", "minimum": 0} }

func text(doc string) object {
	return object{"type": []string{"string", "number"}, "minLength": 1, "description": doc}
}

func oneOrMany(doc string) object {
	out := object{"anyOf": []any{object{"type": "string", "minLength": 1}, object{"type": "array", "minItems": 1, "items": object{"type": []string{"string", "number"}}}}}
	if doc != "" {
		out["description"] = doc
	}
	return out
}

func closed(doc string, properties object) object {
	return object{"type": "object", "description": doc, "additionalProperties": false, "properties": properties}
}

// matched is a closed object that says who is meant, in one of the ways there are.
func matched(fields object) object {
	ways := []string{"user", "glob", "regex", "arn", "path", "tag"}
	var one []any
	for _, w := range ways {
		one = append(one, object{"required": []string{w}})
	}
	out := closed("", fields)
	delete(out, "description")
	out["oneOf"] = append(slices.Clone(one), object{"required": []string{"account"}, "not": object{"anyOf": one}})
	return out
}

func approvalFields() object {
	day := text("the last day")
	day["pattern"] = `^[0-9]{4}-[0-9]{2}-[0-9]{2}$`
	account := object{"type": []string{"string", "number"}, "pattern": "^[0-9]{12}$", "description": "twelve digits"}
	return object{
		"user": text("a name, in any letter case"), "glob": text("a name with * and ?"), "regex": text("must match the whole name"),
		"arn": text("may have * and ?"), "path": text("this path and all below it"), "tag": text("Key or Key=Value"), "account": account,
		"owner": text("who answers for it"), "reason": text("why"), "ticket": text("where it was decided"), "expires": day,
	}
}

func excepted() object {
	fields := approvalFields()
	fields["rule"] = text("an id or alias; an alias of several rules means all of them")
	out := matched(fields)
	out["required"] = []string{"rule"}
	return out
}

// SchemaName is where people keep the schema beside a configuration.
const SchemaName = "rollcall.schema.json"

// SchemaComment is the line that tells editors of the schema.
func SchemaComment(path string) string {
	return "# yaml-language-server: $schema=" + strings.ReplaceAll(path, " ", "%20")
}
