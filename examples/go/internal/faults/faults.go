// Package faults has the errors that a caller can act on. The errors do not depend on gRPC: one interceptor turns them
// into statuses.
package faults

import "fmt"

// Violation describes one invalid field.
type Violation struct {
	// Field is the path from the request, in proto names: items[2].unit_price.
	Field string
	// Description is the rule that the field breaks, for people.
	Description string
}

// InvalidFields is the error for a request that breaks the field rules.
type InvalidFields struct {
	// Violations are the first violations, in field order.
	Violations []Violation
	// Count is the number of all violations, which may be larger.
	Count int
}

func (e *InvalidFields) Error() string {
	first := e.Violations[0]
	if e.Count == 1 {
		return fmt.Sprintf("1 invalid field: %s %s", first.Field, first.Description)
	}
	return fmt.Sprintf("%d invalid fields: %s %s, and %d more", e.Count, first.Field, first.Description, e.Count-1)
}

// NotFound is the error for a missing resource.
type NotFound struct {
	Text     string
	Reason   string
	Domain   string
	Metadata map[string]string
}

func (e *NotFound) Error() string { return e.Text }

// RequestIDReused is the error for a request_id that was used for a different request.
type RequestIDReused struct {
	RequestID string
	Domain    string
}

func (e *RequestIDReused) Error() string {
	return fmt.Sprintf("the id %s belongs to another request: give each request its own id", e.RequestID)
}

// Precondition is the error for a resource whose state does not allow the request.
type Precondition struct {
	Text string
	// Type names the failed check, such as ORDER_STATUS.
	Type string
	// Subject is the id of the resource.
	Subject string
}

func (e *Precondition) Error() string { return e.Text }

// PermissionDenied is the error for an operation that the caller is not allowed.
type PermissionDenied struct{ Text string }

func (e *PermissionDenied) Error() string { return e.Text }

// ReaderTooSlow is the error for a reader of a room who falls too far behind.
type ReaderTooSlow struct {
	// MaxLag is how many messages a reader may be behind.
	MaxLag int
	// Sequence is the number of the last message sent to the reader.
	Sequence int64
}

func (e *ReaderTooSlow) Error() string {
	return fmt.Sprintf("you are more than %d messages behind: join again with the sequence %d", e.MaxLag, e.Sequence)
}
