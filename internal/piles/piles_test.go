package piles_test

import (
	"testing"

	"github.com/rollcall-iam/rollcall/internal/piles"
)

// What Add gave stays where it is, and none of many values is lost.
func TestPiles(t *testing.T) {
	const many = 100_000
	var p piles.Of[int]
	var given []*int
	for i := range many {
		given = append(given, p.Add(i))
	}
	for i, at := range given {
		if *at != i {
			t.Fatalf("value %d is %d", i, *at)
		}
		*at = -i // it is the value itself, and no copy of it
	}
	list := p.List(7)
	if len(list) != many+1 || list[0] != 7 {
		t.Fatalf("%d values of %d, the first %d", len(list), many+1, list[0])
	}
	for i, v := range list[1:] {
		if v != -i {
			t.Fatalf("value %d is %d", i, v)
		}
	}
	if again := p.List(); len(again) > 0 {
		t.Errorf("%d values are there twice", len(again))
	}
}

// Refs are the values themselves, in order behind the head.
func TestRefs(t *testing.T) {
	var p piles.Of[int]
	head := -1
	for i := range 1000 {
		p.Add(i)
	}
	refs := p.Refs(&head)
	*refs[1000] = 7
	if list := p.List(); len(refs) != 1001 || refs[0] != &head || *refs[500] != 499 || list[999] != 7 {
		t.Errorf("%d, %d, %d", len(refs), *refs[500], list[999])
	}
}

// What is taken from another list stands behind what was there, in order, and is gone
// from the other.
func TestTake(t *testing.T) {
	var one, two piles.Of[int]
	for i := range 100 {
		one.Add(i)
		two.Add(100 + i)
	}
	one.Take(&two)
	one.Add(200)
	for i, v := range one.List() {
		if v != i {
			t.Fatalf("value %d is %d", i, v)
		}
	}
	if rest := two.List(); len(rest) > 0 {
		t.Errorf("%d values are left", len(rest))
	}
}
