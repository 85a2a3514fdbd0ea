package awstest

import (
	"fmt"
	"net/http"
)

// A fault is an error as AWS answers it.
type fault struct {
	status        int
	code, message string
}

func (f *fault) Error() string { return f.code }

func (f *fault) xml() any { return struct{ Code, Message string }{f.code, f.message} }

func noSuch(what, name string) error {
	return &fault{http.StatusNotFound, "NoSuchEntity", fmt.Sprintf("The %s with name %s cannot be found.", what, name)}
}

func noID(what, id string) error {
	return &fault{http.StatusNotFound, "NoSuchEntity", fmt.Sprintf("The %s with id %s cannot be found.", what, id)}
}

func noPolicy(arn string) error {
	return &fault{http.StatusNotFound, "NoSuchEntity", "Policy " + arn + " does not exist or is not attachable."}
}

func exists(what, name string) error {
	return &fault{http.StatusConflict, "EntityAlreadyExists", fmt.Sprintf("%s with name %s already exists.", what, name)}
}

// inUse refuses to delete what something else still refers to.
func inUse() error {
	return &fault{http.StatusConflict, "DeleteConflict", "Cannot delete entity, must remove referenced objects first."}
}

func invalid(format string, args ...any) error {
	return &fault{http.StatusBadRequest, "ValidationError", fmt.Sprintf(format, args...)}
}

func duplicate(status int, code, what string) error {
	return &fault{status, code, "The " + what + " is already associated."}
}

func malformed(code, what string) error {
	return &fault{http.StatusBadRequest, code, "The " + what + " is malformed."}
}
