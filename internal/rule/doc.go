// Package rule is what is asked of an account: rules with their texts and
// typed settings, the safelist, and the configuration that chooses among them.
// It loads and validates; running a rule against an account is for assess.
package rule
