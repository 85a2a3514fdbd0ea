package assess

// A pile holds firstPile findings, each further one twice as many as the one
// before it, up to pileSize.
const firstPile, pileSize = 32, 1024

// piles are findings as they are found: there may be very many, and none is
// moved before all are there.
type piles [][]Finding

func (p *piles) add(f Finding) *Finding {
	n := len(*p)
	if n == 0 || len((*p)[n-1]) == cap((*p)[n-1]) {
		size := firstPile
		if n > 0 {
			size = min(2*cap((*p)[n-1]), pileSize)
		}
		*p = append(*p, make([]Finding, 0, size))
		n++
	}
	last := &(*p)[n-1]
	*last = append(*last, f)
	return &(*last)[len(*last)-1]
}
