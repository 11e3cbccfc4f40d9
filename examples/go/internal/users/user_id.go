package users

import (
	"strconv"
	"strings"
)

const idPrefix = "usr-"

// idOf returns what user.v2 calls the user whom user.v1 calls by a number.
func idOf(number int64) string { return idPrefix + strconv.FormatInt(number, 10) }

// numberOf reads an id of idOf. A text that only resembles one, such as one with a leading zero, is none.
func numberOf(id string) (number int64, ok bool) {
	number, err := strconv.ParseInt(strings.TrimPrefix(id, idPrefix), 10, 64)
	return number, err == nil && number >= 1 && idOf(number) == id
}
