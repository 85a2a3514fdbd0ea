package iam

import (
	"fmt"
	"strconv"
	"time"
)

// layouts are the spellings of dates in AWS's output, the CLI's, boto's, Scout's
// and old credential reports.
var layouts = []string{time.RFC3339, "2006-01-02 15:04:05Z07:00", "2006-01-02T15:04:05-0700", "2006-01-02 15:04:05-0700", "2006-01-02 15:04:05", "2006-01-02"}

// ParseTime reads a date in any of those spellings, or seconds since 1970.
func ParseTime(s string) (Time, error) {
	for _, layout := range layouts {
		if t, err := time.Parse(layout, s); err == nil {
			return At(t), nil
		}
	}
	if f, err := strconv.ParseFloat(s, 64); err == nil && f > -1e11 && f < 1e11 {
		return Time(f), nil
	}
	return 0, fmt.Errorf("%q is not a date", s)
}
