package bounded

import (
	"errors"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// ErrDense is that a file is made of objects that no honest one has.
var ErrDense = Error("objects are smaller than any that an honest file has")

// Density compares what was decoded from a file with the text that it took. An
// object without members takes three bytes of a file and hundreds of memory, so
// that a small file of them would fill it; an honest one has members that are
// always written.
type Density struct{ least int64 }

// Least counts each decoded value of a type as so many bytes, the fewest that an
// honest one takes, and makes decoding fail once they exceed what was read. The
// decoding itself is left to others.
func Least[T any](d *Density, bytes int64) *json.Unmarshalers {
	const slack = 1 << 10 // for what is begun
	return json.UnmarshalFromFunc(func(dec *jsontext.Decoder, _ *T) error {
		if d.least += bytes; d.least > dec.InputOffset()+slack {
			return ErrDense
		}
		return errors.ErrUnsupported
	})
}
