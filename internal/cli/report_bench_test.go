package cli

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/rollcall-iam/rollcall/internal/awstest"
	"github.com/rollcall-iam/rollcall/internal/browsertest"
)

// BenchmarkReport measures in Chromium how long a page takes until it can be
// used, how long a click on a risk and a filter take, and how large it is.
func BenchmarkReport(b *testing.B) {
	for _, users := range []int{5000, 20000, 50000} {
		b.Run("users="+strconv.Itoa(users), func(b *testing.B) {
			dir := b.TempDir()
			awstest.GenerateFiles(b, dir, "111122223333", users)
			path := filepath.Join(b.TempDir(), "report.html")
			env := &Env{Stdin: nil, Stdout: io.Discard, Stderr: io.Discard, Getenv: os.Getenv, Now: time.Now, Terminal: func(any) (int, bool) { return 0, false }}
			if status := Main(context.Background(), env, []string{"scan", "-q", "-o", path, dir}); status != exitOK {
				b.Fatal("exit ", status)
			}
			info, err := os.Stat(path)
			if err != nil {
				b.Fatal(err)
			}
			page := browsertest.Open(b)
			var open, click, filter float64
			for b.Loop() {
				page.Go("file://" + path)
				open += browsertest.Eval[float64](page, "Number(document.documentElement.dataset.ready)")
				time.Sleep(time.Second) // as people do, who look before they click; the page prepares its words meanwhile
				click += page.Timed("#/findings?q=rule%3Auser-direct-policies+status%3Afail")
				filter += page.Timed("#/findings?q=severity%3A%3E%3Dmedium+team-01")
			}
			n := float64(b.N)
			b.ReportMetric(open/n, "ms-open")
			b.ReportMetric(click/n, "ms-click")
			b.ReportMetric(filter/n, "ms-filter")
			b.ReportMetric(float64(info.Size())/1e6, "MB")
			b.ReportMetric(0, "ns/op")
		})
	}
}
