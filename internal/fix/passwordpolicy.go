package fix

import (
	"maps"
	"strconv"

	"github.com/rollcall-iam/rollcall/internal/assess"
	"github.com/rollcall-iam/rollcall/internal/iam"
)

// Arguments of UpdateAccountPasswordPolicy.
const (
	argLength   = "MinimumPasswordLength"
	argSymbols  = "RequireSymbols"
	argNumbers  = "RequireNumbers"
	argUpper    = "RequireUppercaseCharacters"
	argLower    = "RequireLowercaseCharacters"
	argChange   = "AllowUsersToChangePassword"
	argMaxAge   = "MaxPasswordAge"          // days; left out for never
	argRemember = "PasswordReusePrevention" // left out for none
	argHard     = "HardExpiry"
)

const yes = "true"

// switches are the arguments that are true or false.
var switches = []string{argSymbols, argNumbers, argUpper, argLower, argChange, argHard}

// passwordArgs are the account's password policy as the call has it; nil where
// there is none.
func passwordArgs(f iam.Fact[iam.PasswordPolicy]) map[string]string {
	if f.State != iam.Known {
		return nil
	}
	p := f.Value
	out := map[string]string{argLength: strconv.Itoa(p.MinimumLength)}
	for name, on := range map[string]bool{argSymbols: p.RequireSymbols, argNumbers: p.RequireNumbers, argUpper: p.RequireUppercase,
		argLower: p.RequireLowercase, argChange: p.AllowUsersToChange, argHard: p.HardExpiry} {
		out[name] = strconv.FormatBool(on)
	}
	for name, n := range map[string]int{argMaxAge: p.MaxAge, argRemember: p.ReusePrevention} {
		if n > 0 {
			out[name] = strconv.Itoa(n)
		}
	}
	return out
}

// asStrict is a policy that asks for no less than AWS does without one: eight
// characters of three kinds.
func asStrict() map[string]string {
	return map[string]string{argLength: "8", argSymbols: "false", argNumbers: yes, argUpper: yes, argLower: yes, argChange: "false", argHard: "false"}
}

// asked are what the rules ask of the policy: a value, or a setting that has it.
var asked = map[string]struct{ arg, value, setting string }{
	"password-change":    {argChange, yes, ""},
	"password-expiry":    {argMaxAge, "", "days"},
	"password-length":    {argLength, "", "length"},
	"password-lowercase": {argLower, yes, ""},
	"password-number":    {argNumbers, yes, ""},
	"password-policy":    {},
	"password-reuse":     {argRemember, "", "remembered"},
	"password-symbol":    {argSymbols, yes, ""},
	"password-uppercase": {argUpper, yes, ""},
}

// askPasswords takes one finding on the password policy into the one call that
// changes it: IAM sets what a call leaves out back to its default.
func (p *planner) askPasswords(findings []*assess.Finding) {
	for _, f := range findings {
		if p.Snapshot.PasswordPolicy.State == iam.Unknown {
			p.leave(f, "the password policy was not read")
			continue
		}
		if p.passwords == nil {
			p.passwords = maps.Clone(p.state.passwords)
			if p.passwords == nil {
				p.passwords = asStrict()
			}
		}
		a := asked[f.Rule]
		value := a.value
		if a.setting != "" {
			value = strconv.Itoa(int(p.Settings[f.Rule][a.setting].Num()))
		}
		if a.arg == argMaxAge && p.passwords[argHard] == yes {
			p.leave(f, "the policy lets nobody in whose password has expired (HardExpiry), so that all with an older password would be locked out at once: turn that off first, or have them change their passwords")
			continue
		}
		if a.arg != "" {
			p.passwords[a.arg] = value
		}
		p.policyFindings = append(p.policyFindings, f)
	}
}

// settlePasswords adds the step for all of the findings on the password policy.
func (p *planner) settlePasswords() {
	if len(p.policyFindings) == 0 {
		return
	}
	was := Condition{KindAccount, "", FactPasswords, members(p.state.passwords)}
	p.start(was)
	s := p.step(Make, Call{"UpdateAccountPasswordPolicy", p.passwords}, was)
	s.Leaves = []Condition{{KindAccount, "", FactPasswords, members(p.passwords)}}
	if before := passwordArgs(p.Snapshot.PasswordPolicy); before[argMaxAge] != p.passwords[argMaxAge] && p.passwords[argMaxAge] != "" {
		s.Note = "whoever has an older password must change it at the next sign-in"
	}
	for _, f := range p.policyFindings {
		s.closes(f)
	}
}

// members are arguments as a condition has them: NAME VALUE, sorted.
func members(args map[string]string) []string {
	out := []string{}
	for _, name := range sortedKeys(args) {
		out = append(out, name+" "+args[name])
	}
	return out
}

// PasswordFact is a password policy, as conditions have it.
func PasswordFact(p iam.PasswordPolicy) []string { return members(passwordArgs(iam.Is(p))) }
