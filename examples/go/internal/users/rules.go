package users

import (
	"regexp"

	"example.com/protos/examples/go/internal/fields"
)

const (
	maxNameLength   = 200
	maxEmailLength  = 254
	defaultPageSize = 50
	maxPageSize     = 1000
)

// email matches the address format of HTML's e-mail input, with at most 64 characters before the @ and at least two
// labels after it.
var email = regexp.MustCompile(
	"^[A-Za-z0-9.!#$%&'*+/=?^_{|}~-]{1,64}@" + label + `(?:\.` + label + ")+$")

const label = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"

func checkName(check *fields.Check, field, name string) {
	check.Text(field, name, 1, maxNameLength)
}

func checkEmail(check *fields.Check, field, address string) {
	ok := len(address) <= maxEmailLength && email.MatchString(address)
	check.That(ok, field, "must be an address such as aoife@example.com")
}

// checkPage returns the number of the last user before the page, and the maximum length of the page.
func checkPage(pageSize int32, token string) (after int64, size int, err error) {
	var check fields.Check
	check.That(pageSize >= 0, "page_size", "must not be negative")
	if token != "" {
		var ok bool
		after, ok = lastIDOf(token)
		check.That(ok, "page_token", "must be empty or the next_page_token of the page before")
	}
	size = min(int(pageSize), maxPageSize)
	if size == 0 {
		size = defaultPageSize
	}
	return after, size, check.Err()
}
