package cli

import (
	"testing"

	"github.com/rollcall-iam/rollcall/internal/browsertest"
)

func TestZZ(t *testing.T) {
	b := browsertest.Open(t)
	for _, s := range []struct{ name, at string }{
		{"exc", "one.html#/exceptions"}, {"sum", "one.html"}, {"rules", "one.html#/rules"}, {"card", "one.html#/user/111122223333/ci-deploy?rule=key-rotation"},
	} {
		b.Go("file:///tmp/shots/" + s.at)
		b.Size(1200, 1100); b.Shot("/tmp/shots/" + s.name + ".png")
	}
}
