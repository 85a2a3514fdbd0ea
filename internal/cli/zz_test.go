package cli

import (
	"os"
	"testing"

	"github.com/rollcall-iam/rollcall/internal/browsertest"
)

func TestZZ(t *testing.T) {
	b := browsertest.Open(t)
	b.Size(360, 900)
	for _, s := range []struct{ name, at string }{{"p-sum", "a.html"}, {"p-find", "a.html#/findings"}, {"p-exc", "a.html#/exceptions"}} {
		b.Go("file:///tmp/shots/" + s.at)
		b.Shot("/tmp/shots/" + s.name + ".png")
	}
	b.Size(1200, 1000)
	b.Media("", "dark")
	for _, s := range []struct{ name, at string }{{"d-card", "a.html#/user/111122223333/ci-deploy?rule=key-rotation"}, {"d-find", "a.html#/findings?q=severity%3A%3E%3Dmedium+-status%3Aexcepted"}, {"d-exc", "a.html#/exceptions"}} {
		b.Go("file:///tmp/shots/" + s.at)
		b.Shot("/tmp/shots/" + s.name + ".png")
	}
	b.Media("print", "light")
	b.Go("file:///tmp/shots/a.html")
	os.WriteFile("/tmp/shots/a.pdf", b.PDF(), 0o600)
}
