package fix

import (
	"encoding/json"
	"errors"
	"fmt"
)

// TerraformUsers are the users that a Terraform state holds, each by the ARN or
// name with the address at which Terraform has it. It reads a state file and
// what terraform show -json prints of a state or of a plan.
func TerraformUsers(text []byte) (map[string]string, error) {
	var state struct {
		Version   int
		Resources []struct {
			Module, Mode, Type, Name string
			Instances                []struct {
				IndexKey   any `json:"index_key"`
				Attributes stateUser
			}
		}
		FormatVersion string `json:"format_version"`
		// Of what terraform show -json prints of a state, and of a plan.
		Values  stateValues
		Planned stateValues                  `json:"planned_values"`
		Prior   struct{ Values stateValues } `json:"prior_state"`
	}
	if err := json.Unmarshal(text, &state); err != nil {
		return nil, err
	}
	if state.Version != 4 && state.FormatVersion == "" {
		return nil, errors.New("it is neither a Terraform state of version 4 nor what terraform show -json prints")
	}
	out := map[string]string{}
	for _, r := range state.Resources {
		if r.Mode != "managed" || r.Type != "aws_iam_user" {
			continue
		}
		for _, i := range r.Instances {
			i.Attributes.note(out, address(r.Module, r.Type+"."+r.Name, i.IndexKey))
		}
	}
	for _, v := range []stateValues{state.Values, state.Prior.Values, state.Planned} {
		v.RootModule.note(out)
	}
	return out, nil
}

type stateValues struct {
	RootModule stateModule `json:"root_module"`
}

type stateUser struct{ Name, ARN string }

func (u stateUser) note(out map[string]string, address string) {
	switch {
	case u.ARN != "":
		out[u.ARN] = address
	case u.Name != "":
		out[fold(u.Name)] = address
	}
}

// address is how Terraform writes where it has something.
func address(module, name string, index any) string {
	if module != "" {
		name = module + "." + name
	}
	switch i := index.(type) {
	case string:
		return fmt.Sprintf("%s[%q]", name, i)
	case float64:
		return fmt.Sprintf("%s[%d]", name, int(i))
	}
	return name
}

type stateModule struct {
	Resources []struct {
		Address, Mode, Type string
		Values              stateUser
	}
	ChildModules []stateModule `json:"child_modules"`
}

func (m stateModule) note(out map[string]string) {
	for _, r := range m.Resources {
		if r.Mode == "managed" && r.Type == "aws_iam_user" {
			r.Values.note(out, r.Address)
		}
	}
	for _, child := range m.ChildModules {
		child.note(out)
	}
}

// terraformAt is where Terraform has a user; "" where it does not.
func (p *planner) terraformAt(name string) string {
	if u := p.users[name]; u != nil && p.Terraform[u.ARN] != "" {
		return p.Terraform[u.ARN]
	}
	return p.Terraform[fold(name)]
}
