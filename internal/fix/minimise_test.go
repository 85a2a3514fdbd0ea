package fix

import (
	"math/bits"
	"testing"

	"pgregory.net/rapid"
)

// Groups that are found are unions of the rows again; none that is said to be
// impossible exists, by trying all of them where they are few.
func TestBasis(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const elements = 4
		drawn := rapid.SliceOfNDistinct(rapid.Uint64Range(1, 1<<elements-1), 1, 5, func(n uint64) uint64 { return n }).Draw(t, "rows")
		rows := make([]set, len(drawn))
		for i, n := range drawn {
			rows[i] = set{n}
		}
		found := findBasis(rows)
		have := emptyAs(rows)
		for _, g := range found.groups {
			give(rows, have, g)
		}
		if row, _ := lacking(rows, have); row >= 0 {
			t.Fatalf("row %d is not what its groups are", row)
		}
		if least := bruteForce(drawn, elements); found.least > least || len(found.groups) != least {
			t.Fatalf("%d groups and a bound of %d, where %d are enough", len(found.groups), found.least, least)
		}
	})
}

// bruteForce is the least number of groups, by trying all families of sets.
func bruteForce(rows []uint64, elements int) int {
	best := len(rows)
	all := uint64(1)<<(1<<elements-1) - 1 // families of the sets that are not empty
	for family := uint64(1); family <= all; family++ {
		if bits.OnesCount64(family) < best && serves(family, rows) {
			best = bits.OnesCount64(family)
		}
	}
	return best
}

func serves(family uint64, rows []uint64) bool {
	for _, row := range rows {
		got := uint64(0)
		for f := family; f != 0; f &= f - 1 {
			if group := uint64(bits.TrailingZeros64(f)) + 1; group&^row == 0 {
				got |= group
			}
		}
		if got != row {
			return false
		}
	}
	return true
}
