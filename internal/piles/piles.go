// Package piles keeps values that may be very many while they come in: none is
// moved, or copied again and again, before all are there.
package piles

import "slices"

// A pile holds first values, each further one twice as many as the one before it,
// up to most.
const first, most = 32, 256

// Of is a growing list. The zero value is empty.
type Of[T any] struct{ piles [][]T }

// Add returns where the value is until List moves it.
func (p *Of[T]) Add(v T) *T {
	n := len(p.piles)
	if n == 0 || len(p.piles[n-1]) == cap(p.piles[n-1]) {
		size := first
		if n > 0 {
			size = min(2*cap(p.piles[n-1]), most)
		}
		p.piles = append(p.piles, make([]T, 0, size))
		n++
	}
	last := &p.piles[n-1]
	*last = append(*last, v)
	return &(*last)[len(*last)-1]
}

// Take moves all values of another list to the end of this one; none is copied.
func (p *Of[T]) Take(from *Of[T]) {
	p.piles = append(p.piles, from.piles...)
	from.piles = nil
}

// Refs is head and then where all values are, in order: they stay there.
func (p *Of[T]) Refs(head ...*T) []*T {
	n := len(head)
	for _, pile := range p.piles {
		n += len(pile)
	}
	out := append(make([]*T, 0, n), head...)
	for _, pile := range p.piles {
		for i := range pile {
			out = append(out, &pile[i])
		}
	}
	return out
}

// List is head and then all values in order, in one piece; the list is empty again.
func (p *Of[T]) List(head ...T) []T {
	if p.piles == nil {
		return head
	}
	out := slices.Concat(append([][]T{head}, p.piles...)...)
	p.piles = nil
	return out
}
