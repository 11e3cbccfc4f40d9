package users

import (
	"encoding/base64"
	"strconv"
	"strings"
)

// pageToken returns the token of the page after the user with the id lastID. It is the same on every server, and not a
// secret.
func pageToken(lastID int64) string {
	return base64.RawURLEncoding.EncodeToString([]byte("v1:" + strconv.FormatInt(lastID, 10)))
}

// lastIDOf parses a token of pageToken. Any other text is invalid, even one that differs only by a leading zero.
func lastIDOf(token string) (id int64, ok bool) {
	text, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil {
		return 0, false
	}
	digits, ok := strings.CutPrefix(string(text), "v1:")
	if !ok {
		return 0, false
	}
	id, err = strconv.ParseInt(digits, 10, 64)
	return id, err == nil && id >= 1 && pageToken(id) == token
}
