// Package assess judges a snapshot: every rule on every entity, under given
// settings, at a given time. It is pure; reading is for the sources, showing
// for report. Its result has one JSON form, which is a contract.
package assess
