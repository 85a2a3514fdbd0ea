// Package framework reads compliance frameworks: their controls, and by which
// rules, with which settings, each is judged. Judging is for assess.
package framework
