// Package entity shows a snapshot to GSL: it is the only place that knows
// both IAM and the rule language. Its tables are the schema, from which the
// manual of fields is made; field names and their meanings follow CloudGuard,
// and those that are ours are marked.
package entity
