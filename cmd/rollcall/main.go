// Rollcall calls the roll of an AWS account's IAM users.
package main

import (
	"context"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"syscall"

	"github.com/rollcall-iam/rollcall/internal/cli"
)

// calm makes the collector look at the heap more seldom: an account is read once and
// kept, and looking at it while it is small and growing took a sixth of the time. The
// ballast is never touched, and so takes no memory; the collector counts it, and lets
// a heap grow by as much more before it looks. Who sets GOGC gets what they set.
func calm() (ballast []byte) {
	if os.Getenv("GOGC") != "" {
		return nil
	}
	debug.SetGCPercent(140)
	return make([]byte, 24<<20)
}

func main() {
	ballast := calm()
	signal.Ignore(syscall.SIGPIPE) // a closed pipe is an error like any other, so that files are cleaned up
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends the program at once
	status := cli.Main(ctx, cli.System(), os.Args[1:])
	stop()
	runtime.KeepAlive(ballast)
	os.Exit(status)
}
