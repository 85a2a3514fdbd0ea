package report

import (
	"encoding/binary"
	"slices"
)

// rows are different from each other.
type rows struct {
	list   [][]int
	places map[string]int
	key    []byte
}

// place is where a row is, which is added where there is none like it.
func (t *rows) place(row ...int) int {
	t.key = t.key[:0]
	for _, n := range row {
		t.key = binary.AppendVarint(t.key, int64(n))
	}
	at, ok := t.places[string(t.key)]
	if !ok {
		if t.places == nil {
			t.places = map[string]int{}
		}
		at = len(t.list)
		t.places[string(t.key)] = at
		t.list = append(t.list, slices.Clone(row))
	}
	return at
}

// width is how many columns the flat tables have.
const width = 5

// columns are those of rows that stand one after the other, each number as the step
// from the one above it.
func columns(flat []int) [][]int {
	out := make([][]int, width)
	for c := range out {
		out[c] = make([]int, len(flat)/width)
		last := 0
		for i := range out[c] {
			n := flat[i*width+c]
			out[c][i], last = n-last, n
		}
	}
	return out
}

// steps are rows with each number as the step from the one before, through all rows.
func steps(list [][]int) [][]int {
	out, last := make([][]int, len(list)), 0
	for i, row := range list {
		out[i] = make([]int, len(row))
		for k, n := range row {
			out[i][k], last = n-last, n
		}
	}
	return out
}
