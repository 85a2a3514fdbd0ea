package file

import (
	"testing"

	"github.com/rollcall-iam/rollcall/internal/awstest"
)

// BenchmarkRead is what decoding an account of 5,000 users takes: the floor of
// what judging it can take.
func BenchmarkRead(b *testing.B) {
	dir := b.TempDir()
	awstest.GenerateFiles(b, dir, "111122223333", 5000)
	b.ReportAllocs()
	for b.Loop() {
		set, err := Find([]string{dir})
		if err != nil {
			b.Fatal(err)
		}
		if _, err := set.Accounts[0].Read(); err != nil {
			b.Fatal(err)
		}
	}
}
