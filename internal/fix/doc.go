// Package fix turns findings into plans: the calls that remove them, in an
// order in which every user has, at every moment, what they had before. A plan
// is made from a snapshot and its findings alone, the same every time; it names
// for each call what must be so before it, what undoes it and how well, and
// ends with what it leaves and why. Running a plan is for apply.
package fix
