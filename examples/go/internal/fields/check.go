// Package fields checks the fields of requests.
package fields

import (
	"fmt"
	"regexp"
	"unicode"
	"unicode/utf8"

	"example.com/protos/examples/go/internal/faults"
)

// maxReported keeps the error below the 8 KiB of trailers that most clients accept.
const maxReported = 20

var uuid = regexp.MustCompile(`^(?i)[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)

// Check collects all violations of one request, so that the caller gets them all at once. Call its checks in field
// order, then Err.
type Check struct {
	violations []faults.Violation
	count      int
}

// That records a violation unless ok.
func (c *Check) That(ok bool, field, description string) {
	if ok {
		return
	}
	c.count++
	if len(c.violations) < maxReported {
		c.violations = append(c.violations, faults.Violation{Field: field, Description: description})
	}
}

// Text requires one line of atLeast to atMost code points without control characters.
func (c *Check) Text(field, value string, atLeast, atMost int) {
	c.text(field, value, atLeast, atMost, unicode.IsControl, "no control characters")
}

// MultilineText is Text with tab and line feed allowed.
func (c *Check) MultilineText(field, value string, atLeast, atMost int) {
	isForbidden := func(r rune) bool { return unicode.IsControl(r) && r != '\t' && r != '\n' }
	c.text(field, value, atLeast, atMost, isForbidden, "no control characters except tab and line feed")
}

func (c *Check) text(field, value string, atLeast, atMost int, isForbidden func(rune) bool, rule string) {
	length := utf8.RuneCountInString(value)
	ok := atLeast <= length && length <= atMost
	for _, r := range value {
		ok = ok && !isForbidden(r)
	}
	c.That(ok, field, fmt.Sprintf("must have %d to %d characters and %s", atLeast, atMost, rule))
}

// OptionalUUID requires an empty text or a UUID, in upper or lower case.
func (c *Check) OptionalUUID(field, value string) {
	c.That(value == "" || uuid.MatchString(value), field, "must be empty or a UUID")
}

// Err returns a *faults.InvalidFields when a check failed.
func (c *Check) Err() error {
	if c.count == 0 {
		return nil
	}
	return &faults.InvalidFields{Violations: c.violations, Count: c.count}
}
