// Package report writes assessments: a file a format, all of the same JSON
// form. Accounts are written as they are judged; nothing is judged here.
//
// Names, messages and policies come from the account and are hostile: each
// format escapes them in its own way, and control characters reach none.
package report
