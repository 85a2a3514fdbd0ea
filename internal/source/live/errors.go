package live

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/smithy-go"

	"github.com/rollcall-iam/rollcall/internal/iam"
)

// denials are the codes by which AWS refuses an action to a known caller.
var denials = map[string]bool{"AccessDenied": true, "AccessDeniedException": true, "UnauthorizedOperation": true, "OptInRequired": true}

// refusals are the codes by which AWS does not accept the credentials at all.
var refusals = map[string]bool{"InvalidClientTokenId": true, "SignatureDoesNotMatch": true, "ExpiredToken": true, "ExpiredTokenException": true,
	"UnrecognizedClientException": true, "IncompleteSignature": true, "MissingAuthenticationToken": true, "InvalidToken": true, "AuthFailure": true}

func code(err error) string {
	var api smithy.APIError
	if errors.As(err, &api) {
		return api.ErrorCode()
	}
	return ""
}

// outcome is the state of a source after a call, and a note for people.
func outcome(err error) (iam.SourceState, string) {
	switch c := code(err); {
	case err == nil:
		return iam.Read, ""
	case denials[c]:
		return iam.Denied, ""
	case errors.Is(err, context.DeadlineExceeded):
		return iam.Failed, "no answer within --timeout"
	case throttled(err):
		return iam.Failed, "throttled until --timeout"
	case c != "":
		var api smithy.APIError
		errors.As(err, &api)
		return iam.Failed, c + ": " + api.ErrorMessage()
	}
	return iam.Failed, err.Error()
}

// fatal says why reading cannot even begin: nobody to read as, or nothing to
// read from. A denial or a failing service is not fatal.
func fatal(err error) error {
	c := code(err)
	switch {
	case refusals[c]:
		return fmt.Errorf("AWS does not accept the credentials: %w", err)
	case strings.Contains(err.Error(), "no EC2 IMDS role found"): // the SDK's last resort, and it has no type for it
		return errors.New("no AWS credentials found: choose a --profile, sign in (aws sso login), or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")
	case c == "" && !errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("reaching AWS: %w", err)
	}
	return nil
}
