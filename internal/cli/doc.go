// Package cli is the command line: a file a command, each a constructor that
// turns flags into options and a run function that takes them.
//
// The rules of the interface: stdout is the answer, stderr the conversation.
// Messages are lower case, quote the user's text and say what to do next.
// Progress is for terminals only. Every prompt has a flag. Names from an
// account are hostile wherever they are shown.
package cli
