package fix

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/rollcall-iam/rollcall/internal/clean"
	"github.com/rollcall-iam/rollcall/internal/noun"
)

// Shell writes a plan as a script of the aws CLI. It stops at the first error
// and can be run again: what is done already is no error. Before it takes
// anything away it looks whether the users have it by their groups.
func Shell(w io.Writer, p *Plan) error {
	if err := checkTexts(p); err != nil {
		return err
	}
	s := &shellWriter{w: w, asked: map[string]bool{}, gone: map[string]bool{}}
	for _, step := range p.Steps {
		if step.Call.Action == "DeleteUser" {
			s.gone[fold(step.Call.Args[argUser])] = true
		}
	}
	s.printf(shellHead, clean.Marked(p.Account.ID), noun.Count(len(p.Steps), "step"), quote(p.Account.ID))
	for _, user := range p.ShutOut {
		s.printf("notme %s\n", quote(fold(user)))
		if id := idOfUser(p, user); id != "" {
			s.printf("same %s %s\n", quote(user), quote(id))
		}
	}
	if slices.ContainsFunc(p.Steps, func(s Step) bool { return s.Call.Action == "CreateLoginProfile" }) {
		s.printf("[[ -t 2 ]] || { echo 'a password is shown on a terminal and nowhere else: nothing was done' >&2; exit 1; }\n")
	}
	var last Stage
	for _, step := range p.Steps {
		if step.Stage == Take && last == Join {
			s.printf("\nsettle\n")
		}
		if step.Stage != last {
			s.printf("\n")
		}
		last = step.Stage
		s.step(step)
	}
	s.printf("\necho 'done'\n")
	return s.err
}

const shellHead = `#!/usr/bin/env bash
# Made by rollcall fix for account %s: %s. It stops at the first error and can
# be run again. It asks whether the account is the right one, and before it takes
# anything away whether the users have it by their groups. It does not ask whether
# keys and passwords were used since the plan was made, nor what the inline policies
# of groups say that were there before: make the plan anew if it is not of today.
set -euo pipefail
export AWS_PAGER=''

[[ $(aws sts get-caller-identity --query Account --output text) == %s ]] || { echo 'these are the credentials of another account' >&2; exit 1; }

# notme USER: these are not the credentials of a user whom the script shuts out.
notme() {
  local me
  me=$(aws sts get-caller-identity --query Arn --output text)
  [[ $me != *:user/* || $(tr '[:upper:]' '[:lower:]' <<< "${me##*/}") != "$1" ]] || { printf 'these are the credentials of %%s, who is shut out: nothing was done\n' "$1" >&2; exit 1; }
}

# same USER ID: the user is the one that the plan is about, or is deleted already.
same() {
  local got
  got=$(aws iam get-user --user-name "$1" --query User.UserId --output text 2>&1) || true
  [[ $got == "$2" || $got == *'(NoSuchEntity)'* ]] || { printf '%%s is not the user that the plan is about: nothing was done\n%%s\n' "$1" "$got" >&2; exit 1; }
}

# unless CODE COMMAND...: the error CODE says that it is done already.
unless() {
  local code=$1 out
  shift
  out=$("$@" 2>&1) || [[ $out == *"($code)"* ]] || { printf '%%s\n' "$out" >&2; exit 1; }
}

# holds WHAT WANTED COMMAND...: the command lists what is wanted, and no more.
holds() {
  local what=$1 wanted=$2 got
  shift 2
  got=$("$@" --output text)
  got=$(tr '\t' '\n' <<< "$got" | LC_ALL=C sort)
  [[ $got != None ]] || got=''
  [[ $got == "$wanted" ]] || { printf '%%s is not as planned: nothing more is done\nplanned:\n%%s\nfound:\n%%s\n' "$what" "$wanted" "$got" >&2; exit 1; }
}

# within WHAT WANTED COMMAND...: the command lists WANTED, maybe with more.
within() {
  local what=$1 wanted=$2
  shift 2
  "$@" --output text | tr '\t' '\n' | grep -Fqx -- "$wanted" || { printf '%%s is not in %%s: nothing more is done\n' "$what" "$wanted" >&2; exit 1; }
}

# says ARN DOCUMENT: the policy, in its first version, is this one.
says() {
  local got
  got=$(aws iam get-policy-version --policy-arn "$1" --version-id v1 --query 'to_string(PolicyVersion.Document)' --output text)
  [[ $got == "$2" ]] || { printf '%%s is there and says something else: nothing more is done\n' "$1" >&2; exit 1; }
}

# password USER: gives a user, as a JSON string, a password that is shown once.
password() {
  local user=$1 secret out
  secret=$(head -c 600 /dev/urandom | LC_ALL=C tr -dc 'a-km-zA-HJ-NP-Z2-9' | cut -c1-24)'aA2!'
  if out=$(printf '{"UserName": %%s, "Password": "%%s", "PasswordResetRequired": true}' "$user" "$secret" |
    aws iam create-login-profile --cli-input-json file:///dev/stdin 2>&1); then
    printf 'password of %%s, which is shown this once: %%s\n' "$user" "$secret" >&2
  elif [[ $out != *'(EntityAlreadyExists)'* ]]; then
    printf '%%s\n' "$out" >&2
    exit 1
  fi
}

settle() {
  echo "waiting ${SETTLE:-60} seconds, until AWS has taken it in"
  sleep "${SETTLE:-60}"
}
`

// idOfUser is a user's unique id, as the plan rests on it; "" where it does not.
func idOfUser(p *Plan, user string) string {
	for _, c := range p.Start {
		if c.Kind == KindUser && c.Fact == FactID && fold(c.Name) == fold(user) && len(c.Is) == 1 {
			return c.Is[0]
		}
	}
	return ""
}

type shellWriter struct {
	w     io.Writer
	err   error
	asked map[string]bool
	gone  map[string]bool // users whom the plan deletes
}

func (s *shellWriter) printf(format string, args ...any) {
	if s.err == nil {
		_, s.err = fmt.Fprintf(s.w, format, args...)
	}
}

func (s *shellWriter) step(step Step) {
	for _, c := range step.Needs {
		s.need(step.Stage, c)
	}
	if step.Call.Action == "CreateLoginProfile" {
		name, _ := json.Marshal(step.Call.Args[argUser])
		s.printf("password %s\n", quote(string(name)))
		return
	}
	command := "aws iam " + kebab(step.Call.Action)
	for _, name := range sortedKeys(step.Call.Args) {
		command += " " + flag(name, step.Call.Args[name])
	}
	code := step.Call.DoneCode()
	if s.gone[fold(step.Call.Args[argUser])] && code == "" {
		code = "NoSuchEntity" // on another run the user is deleted already
	}
	if code != "" {
		command = "unless " + code + " " + command
	}
	s.printf("%s\n", command)
	if step.Call.Action == "CreatePolicy" && step.Undo != nil {
		s.printf("says %s %s\n", quote(step.Undo.Args[argARN]), quote(compact(step.Call.Args[argDocument])))
	}
}

// flag is an argument as the aws CLI has it: what is true or false has a flag
// for either.
func flag(name, value string) string {
	switch {
	case !slices.Contains(switches, name):
	case value == yes:
		return "--" + kebab(name)
	default:
		return "--no-" + kebab(name)
	}
	return "--" + kebab(name) + " " + quote(value)
}

// compact is a document without white space, as the aws CLI can write it.
func compact(document string) string {
	var b bytes.Buffer
	if json.Compact(&b, []byte(document)) != nil {
		return document
	}
	return b.String()
}

// listings are the commands that list a fact.
var listings = map[[2]string][2]string{
	{KindGroup, FactAttached}: {"list-attached-group-policies --group-name", "AttachedPolicies[].PolicyArn"},
	{KindGroup, FactInline}:   {"list-group-policies --group-name", "PolicyNames[]"},
	{KindGroup, FactMembers}:  {"get-group --group-name", "Users[].UserName"},
	{KindUser, FactMember}:    {"list-groups-for-user --user-name", "Groups[].GroupName"},
}

// need asks for a condition, once in each stage.
func (s *shellWriter) need(stage Stage, c Condition) {
	key := fmt.Sprint(stage, c)
	list, known := listings[[2]string{c.Kind, c.Fact}]
	if !known || s.asked[key] {
		return
	}
	s.asked[key] = true
	command := fmt.Sprintf("aws iam %s %s --query %s", list[0], quote(c.Name), quote(list[1]))
	what := quote(c.Kind + " " + c.Name)
	if c.Fact == FactMember {
		for _, group := range c.Is {
			s.printf("within %s %s %s\n", what, quote(group), command)
		}
		return
	}
	wanted := make([]string, len(c.Is))
	for i, is := range c.Is {
		wanted[i], _, _ = strings.Cut(is, " ") // inline policies have their digests behind
	}
	s.printf("holds %s %s %s\n", what, quote(strings.Join(wanted, "\n")), command)
}

// kebab is a name of the API as the aws CLI has it.
func kebab(name string) string { return strings.ToLower(strings.Join(wordsOf(name), "-")) }

// quote makes a text one word of the shell, whatever it holds.
func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }
