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
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	status := cli.Main(ctx, cli.System(), os.Args[1:])
	stop()
	os.Exit(status)
}
