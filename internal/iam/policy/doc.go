// Package policy is the algebra of IAM policy documents: it parses each text
// once, gives it a canonical form, and answers what can be proved about it
// without evaluating requests: which patterns match or cover which, whether
// one statement lies inside another, how much of an administrator a document
// makes.
//
// It knows nothing of users, groups or attachments; package iam puts the
// documents together. It proves, it does not guess: Covers and Contains say
// true only where that holds for every request.
package policy
