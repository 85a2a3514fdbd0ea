package report

import (
	"errors"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/rollcall-iam/rollcall/internal/assess"
)

// errDense is that an assessment is made of values which no assessment has.
var errDense = errors.New("objects are smaller than any that an assessment has: Rollcall did not write this")

// density compares what was decoded with the text that it took. An object without
// members takes three bytes of a file and hundreds of memory, so that a small file
// of them would fill it; an honest one has members that are always written.
type density struct{ least int64 }

// options let a decoder count what an assessment has many of, each with the bytes
// that it takes at least.
func (d *density) options() json.Options {
	return json.WithUnmarshalers(json.JoinUnmarshalers(
		least[assess.Finding](d, 100), least[assess.Rule](d, 100), least[assess.Card](d, 20), least[assess.Fact](d, 10), least[assess.Item](d, 8),
		least[assess.Part](d, 15), least[assess.Evidence](d, 30), least[assess.Source](d, 15), least[assess.Missing](d, 25), least[assess.Gap](d, 15),
		least[assess.Framework](d, 30), least[assess.Control](d, 20), least[assess.Difference](d, 50), least[assess.ControlRule](d, 10), least[assess.Entry](d, 30), least[assess.Off](d, 30)))
}

// least counts values of a type and leaves the decoding to others.
func least[T any](d *density, bytes int64) *json.Unmarshalers {
	const slack = 1 << 10 // for what is begun
	return json.UnmarshalFromFunc(func(dec *jsontext.Decoder, _ *T) error {
		if d.least += bytes; d.least > dec.InputOffset()+slack {
			return errDense
		}
		return errors.ErrUnsupported
	})
}
