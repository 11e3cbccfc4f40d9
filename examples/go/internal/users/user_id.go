package users

import (
	"strconv"
	"strings"
)

const idPrefix = "usr-"

// idOf returns the user.v2 id of the user with this number in user.v1.
func idOf(number int64) string { return idPrefix + strconv.FormatInt(number, 10) }

// numberOf parses an id of idOf. Any other text is invalid, even one that differs only by a leading zero.
func numberOf(id string) (number int64, ok bool) {
	number, err := strconv.ParseInt(strings.TrimPrefix(id, idPrefix), 10, 64)
	return number, err == nil && number >= 1 && idOf(number) == id
}
