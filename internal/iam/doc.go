// Package iam is the state of IAM in one AWS account at one moment, as plain
// values: users, groups, roles, policies, the password policy, the summary,
// and for each source of facts whether it could be read.
//
// A fact is known, absent (AWS says there is none) or unknown (its source was
// not read, or does not cover the user). Unknown is never zero, false or empty.
//
// The package also derives what follows from a snapshot alone: who is granted
// what and through which group, which grants are redundant, who may change
// whose credentials. It does no I/O and has no clock; reading is for the
// source packages, judging for assess.
package iam
