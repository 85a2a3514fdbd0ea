package cli

import (
	"context"
	"io"
	"os"
	"testing"
	"time"
)

func BenchmarkF(b *testing.B) {
	env := &Env{Stdin: os.Stdin, Stdout: io.Discard, Stderr: io.Discard, Getenv: os.Getenv, Now: time.Now, Terminal: func(any) (int, bool) { return 0, false }}
	for b.Loop() {
		if c := Main(context.Background(), env, []string{"scan", "-q", "/tmp/f5000/details.json", "/tmp/f5000/report.json"}); c != 0 {
			b.Fatal(c)
		}
	}
}
