package users

import (
	"encoding/base64"
	"math"
	"testing"
)

func TestPageToken(t *testing.T) {
	if got := pageToken(50); got != "djE6NTA" {
		t.Errorf("the token of 50 is %q", got)
	}
	for _, id := range []int64{1, 50, 1<<53 + 1, math.MaxInt64} {
		if got, ok := lastIDOf(pageToken(id)); !ok || got != id {
			t.Errorf("the token of %d is read as %d, %v", id, got, ok)
		}
	}
}

func TestLastIDOfRefuses(t *testing.T) {
	tokens := []string{"", "!!!", "djE6NTA=", "djE6NTA+", "djE6NTB", " djE6NTA", "djE6NTA\n"}
	for _, text := range []string{"v2:50", "v1:x", "v1:0", "v1:-1", "v1:+1", "v1:050", "v1:50 ", "v1:9223372036854775808"} {
		tokens = append(tokens, base64.RawURLEncoding.EncodeToString([]byte(text)))
	}
	for _, token := range tokens {
		if id, ok := lastIDOf(token); ok {
			t.Errorf("%q is read as %d", token, id)
		}
	}
}
