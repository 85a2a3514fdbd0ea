// Package gsl gives GSL its meaning: it checks a parsed rule against a schema
// of entities, compiles it to closures over typed values, runs it in
// three-valued logic, and explains what decided a verdict.
//
// It knows no entity: the caller's Schema says which there are and how their
// fields are read. Null has CloudGuard's meaning (nothing there); unknown is a
// fact whose source was not read, and follows Kleene's logic: false and
// unknown is false, and a rule is unknown only where the missing fact decides.
package gsl
