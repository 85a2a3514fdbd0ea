// Rollcall calls the roll of an AWS account's IAM users.
package main

import (
	"context"
	"os"
	"os/signal"
	"runtime"
	"syscall"

	"github.com/rollcall-iam/rollcall/internal/cli"
)

// ballast is memory that is never touched, and so takes none. The collector counts
// it, and so lets a heap grow by as much before it looks at it: an account is read
// once and kept, and looking at it while it is small and growing took a sixth of
// the time. Who sets GOGC gets what they set.
func ballast() []byte {
	if os.Getenv("GOGC") != "" {
		return nil
	}
	return make([]byte, 24<<20)
}

func main() {
	weight := ballast()
	signal.Ignore(syscall.SIGPIPE) // a closed pipe is an error like any other, so that files are cleaned up
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends the program at once
	status := cli.Main(ctx, cli.System(), os.Args[1:])
	stop()
	runtime.KeepAlive(weight)
	os.Exit(status)
}
