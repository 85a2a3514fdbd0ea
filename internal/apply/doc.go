// Package apply runs plans against an account: it looks first whether the
// account is still as the plan has it, writes down every step before and after
// it is done, and goes on, or back, from wherever a run ended. What the steps
// are is for fix.
package apply
