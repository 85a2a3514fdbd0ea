// Rollcall calls the roll of an AWS account's IAM users.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/rollcall-iam/rollcall/internal/cli"
)

func main() {
	signal.Ignore(syscall.SIGPIPE) // a closed pipe is an error like any other, so that files are cleaned up
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends the program at once
	status := cli.Main(ctx, cli.System(), os.Args[1:])
	stop()
	os.Exit(status)
}
