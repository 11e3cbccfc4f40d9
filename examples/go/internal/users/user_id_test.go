package users

import (
	"math"
	"testing"
)

func TestUserID(t *testing.T) {
	for _, number := range []int64{1, 10, 1<<53 + 1, math.MaxInt64} {
		if got, ok := numberOf(idOf(number)); !ok || got != number {
			t.Errorf("%q is read as %d, %v", idOf(number), got, ok)
		}
	}
}

func TestNumberOfRefuses(t *testing.T) {
	for _, id := range []string{
		"", "1", "usr-", "usr-0", "usr--1", "usr-+1", "usr-01", "usr-1 ", "usr-x", "USR-1", "usr-usr-1", "usr-9223372036854775808", "usr-1\n",
	} {
		if number, ok := numberOf(id); ok {
			t.Errorf("%q is read as %d", id, number)
		}
	}
}
