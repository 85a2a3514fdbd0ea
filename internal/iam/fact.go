package iam

import "time"

// A State says how much is known of a fact.
type State uint8

// The states of a fact. The zero value is Unknown.
const (
	Unknown State = iota
	Absent        // AWS says there is no value
	Known
)

// A Fact is a value of which something may be unknown.
type Fact[T any] struct {
	Value T
	State State
}

// Is makes a known fact.
func Is[T any](v T) Fact[T] { return Fact[T]{Value: v, State: Known} }

// None makes a fact that is known to have no value.
func None[T any]() Fact[T] { return Fact[T]{State: Absent} }

// Time is a moment in seconds since 1970, UTC.
type Time int64

// Never is the moment that stands for "it did not happen": the first of
// January of the year 1, as CloudGuard writes it.
const Never Time = -62135596800

// When is a moment as a fact; none is 0, as where a source leaves it out.
func When(t Time) Fact[Time] {
	if t == 0 {
		return None[Time]()
	}
	return Is(t)
}

// At converts a time.
func At(t time.Time) Time { return Time(t.Unix()) }

// Std converts to a time in UTC.
func (t Time) Std() time.Time { return time.Unix(int64(t), 0).UTC() }

// String is the moment in ISO 8601, or "never".
func (t Time) String() string { return string(t.Append(make([]byte, 0, len(time.RFC3339)))) }

// Append adds what String says to text.
func (t Time) Append(text []byte) []byte {
	if t == Never {
		return append(text, "never"...)
	}
	return t.Std().AppendFormat(text, time.RFC3339)
}
