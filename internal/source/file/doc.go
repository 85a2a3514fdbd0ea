// Package file reads an account from files: what the aws CLI and the SDKs
// write (authorization details, the credential report as CSV or JSON, the
// small listings), snapshots that Rollcall saved, and the results of ScoutSuite
// and Scout2. It groups the files of a run by account and reads one account at
// a time.
//
// It accepts the shapes that are found in the wild, ignores what it does not
// know, and rejects what is broken with the file, the place and the reason.
// Everything read is hostile.
package file
