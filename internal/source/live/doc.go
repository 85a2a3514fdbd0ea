// Package live reads an account from AWS: bulk calls first, in parallel,
// slowly enough for IAM's limits. A call that is denied or fails is recorded
// in the snapshot and reading goes on; only missing or refused credentials and
// an unreachable endpoint are errors.
package live
