// Package movein turns the settings of other tools into a configuration of
// ours: profiles of Cloud Conformity, rulesets and exceptions of ScoutSuite and
// Scout2, mutelists of Prowler. It says what has no counterpart; nothing is
// waived or approved that was not there. Reading and writing files is its
// callers' business, and so are the rulesets that bring rules of their own.
package movein
