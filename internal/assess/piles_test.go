package assess

import (
	"strconv"
	"testing"
)

// TestPiles makes more findings than an account of 20,000 users has: what add
// gave stays where it is, and none is lost.
func TestPiles(t *testing.T) {
	var p piles
	var given []*Finding
	for i := range 100 * pileSize {
		given = append(given, p.add(Finding{Fingerprint: strconv.Itoa(i)}))
	}
	i := 0
	for _, pile := range p {
		for j := range pile {
			if &pile[j] != given[i] || pile[j].Fingerprint != strconv.Itoa(i) {
				t.Fatalf("finding %d is %q and was moved: %v", i, pile[j].Fingerprint, &pile[j] != given[i])
			}
			i++
		}
	}
	if i != len(given) {
		t.Errorf("%d findings of %d", i, len(given))
	}
}
