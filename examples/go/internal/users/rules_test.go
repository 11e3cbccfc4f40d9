package users

import (
	"strings"
	"testing"

	"example.com/protos/examples/go/internal/fields"
)

func TestEmail(t *testing.T) {
	check := func(address string) error {
		var check fields.Check
		checkEmail(&check, "email", address)
		return check.Err()
	}
	label := strings.Repeat("a", 63)
	long := "a@" + label + "." + label + "." + label + "." // 194 characters
	for _, address := range []string{
		"a@b.c", "first.last+tag@example.com", "!#$%&'*+/=?^_{|}~-@example.com", ".a..b.@example.com",
		strings.Repeat("a", 64) + "@example.com", "a@" + label + ".com", long + strings.Repeat("a", 60),
	} {
		if err := check(address); err != nil {
			t.Errorf("%q: %v", address, err)
		}
	}
	for _, address := range []string{
		"", "a", "@example.com", "a@", "a@example", "a@example.", "a@.com", "a@b..com", "a@-b.com", "a@b-.com",
		"a b@example.com", " a@example.com", "a@example.com\n", "a@b@example.com", "ü@example.com", "a@bücher.example",
		`"a"@example.com`, "a`@example.com", "a@[127.0.0.1]", strings.Repeat("a", 65) + "@example.com",
		"a@a" + label + ".com", long + strings.Repeat("a", 61),
	} {
		if check(address) == nil {
			t.Errorf("%q is accepted", address)
		}
	}
}
