package fix

import "slices"

// NotInConsole are the calls of plans that the console rendering cannot say.
func NotInConsole() (out []string) {
	for _, action := range Calls() {
		if consoleSteps[action] == "" && !slices.Contains(undoOnly, action) {
			out = append(out, action)
		}
	}
	return out
}
