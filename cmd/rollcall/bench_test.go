package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"

	"github.com/rollcall-iam/rollcall/internal/awstest"
	"github.com/rollcall-iam/rollcall/internal/rule"
	"github.com/rollcall-iam/rollcall/rules"
)

// BenchmarkProcess measures whole processes: CPU-seconds and the most memory
// used, from files, with every rule that is on by default and with all there are.
func BenchmarkProcess(b *testing.B) {
	bin := filepath.Join(b.TempDir(), "rollcall")
	if out, err := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", bin, ".").CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	b.Run("version", func(b *testing.B) { measure(b, bin, "version") })
	all := everyRule(b)
	for _, users := range []int{100, 1000, 5000, 20_000} {
		dir := b.TempDir()
		awstest.GenerateFiles(b, dir, "111122223333", users)
		b.Run("users="+strconv.Itoa(users), func(b *testing.B) { measure(b, bin, "scan", "-q", dir) })
		b.Run("users="+strconv.Itoa(users)+",catalogue", func(b *testing.B) { measure(b, bin, "scan", "-q", "-c", all, dir) })
		if users == 5000 {
			b.Run("users=5000,plan", func(b *testing.B) { measure(b, bin, "fix", "plan", "-q", "--rule", "IAM-071", dir) })
			b.Run("users=5000,html", func(b *testing.B) { measure(b, bin, "scan", "-q", "-o", filepath.Join(b.TempDir(), "r.html"), dir) })
		}
	}
	for _, accounts := range []int{20, 200} {
		dir := b.TempDir()
		for i := range accounts {
			folder := filepath.Join(dir, fmt.Sprintf("%012d", 100_000_000_000+i))
			if err := os.Mkdir(folder, 0o700); err != nil {
				b.Fatal(err)
			}
			awstest.GenerateFiles(b, folder, filepath.Base(folder), 5000)
		}
		name := fmt.Sprintf("accounts=%d,users=5000,catalogue", accounts)
		b.Run(name, func(b *testing.B) { measure(b, bin, "scan", "-q", "-c", all, dir) })
		b.Run(name+",jsonl", func(b *testing.B) {
			measure(b, bin, "scan", "-q", "-c", all, "-o", filepath.Join(b.TempDir(), "r.jsonl"), dir)
		})
	}
}

// everyRule is a configuration in which the whole catalogue is on.
func everyRule(b *testing.B) string {
	set, err := rule.LoadAll(rules.FS)
	if err != nil {
		b.Fatal(err)
	}
	text := "rules:\n"
	for _, r := range set.Rules {
		text += "  " + r.ID + ": {enabled: true}\n"
	}
	path := filepath.Join(b.TempDir(), "rollcall.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		b.Fatal(err)
	}
	return path
}

func measure(b *testing.B, name string, args ...string) {
	var cpu, most float64
	for b.Loop() {
		cmd := exec.Command(name, args...)
		if out, err := cmd.CombinedOutput(); err != nil {
			b.Fatalf("%v\n%s", err, out)
		}
		cpu += (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds()
		if u, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
			most = max(most, float64(u.Maxrss)/1024)
		}
	}
	b.ReportMetric(cpu/float64(b.N), "cpu-s/op")
	b.ReportMetric(most, "MB")
	b.ReportMetric(0, "ns/op")
}
