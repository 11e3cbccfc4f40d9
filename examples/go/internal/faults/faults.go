// Package faults has the errors that a caller can do something about. They know nothing of gRPC: one interceptor turns them
// into statuses.
package faults

import "fmt"

// Violation is one field at fault.
type Violation struct {
	// Field is the path from the request, in proto names: items[2].unit_price.
	Field string
	// Description says what the field must be, for people.
	Description string
}

// InvalidFields is a request that breaks the field rules.
type InvalidFields struct {
	// Violations are the first ones, in field order.
	Violations []Violation
	// Count is how many there are in all.
	Count int
}

func (e *InvalidFields) Error() string {
	first := e.Violations[0]
	if e.Count == 1 {
		return fmt.Sprintf("1 invalid field: %s %s", first.Field, first.Description)
	}
	return fmt.Sprintf("%d invalid fields: %s %s, and %d more", e.Count, first.Field, first.Description, e.Count-1)
}

// NotFound is a resource that is not there.
type NotFound struct {
	Text     string
	Reason   string
	Domain   string
	Metadata map[string]string
}

func (e *NotFound) Error() string { return e.Text }

// RequestIDReused is a caller's id of a request that belongs to another request.
type RequestIDReused struct {
	RequestID string
	Domain    string
}

func (e *RequestIDReused) Error() string {
	return fmt.Sprintf("the id %s belongs to another request: give each request an id of its own", e.RequestID)
}

// Precondition is a resource in a state in which something cannot be done.
type Precondition struct {
	Text string
	// Type says what about the resource, such as ORDER_STATUS.
	Type string
	// Subject is the id of the resource.
	Subject string
}

func (e *Precondition) Error() string { return e.Text }

// PermissionDenied is something that the caller may not do.
type PermissionDenied struct{ Text string }

func (e *PermissionDenied) Error() string { return e.Text }

// ReaderTooSlow is somebody in a room who reads more slowly than the others write.
type ReaderTooSlow struct {
	// MaxLag is how many messages one may be behind.
	MaxLag int
	// Sequence is the number of the last message that was sent to them.
	Sequence int64
}

func (e *ReaderTooSlow) Error() string {
	return fmt.Sprintf("you are more than %d messages behind: join again with the sequence %d", e.MaxLag, e.Sequence)
}
