// Package caller represents the user who makes a call.
package caller

import "context"

// Caller is the user who makes a call.
type Caller struct {
	// Subject is the claim sub of the caller's token; empty when the server runs without authentication.
	Subject string
	// Scopes is the list of scopes in the token, such as users.read.
	Scopes map[string]bool
}

// Anybody is every caller of a server without authentication. Such a caller may do everything.
var Anybody = Caller{Scopes: map[string]bool{"admin": true}}

// IsAdmin reports whether the caller may access the data of others.
func (c Caller) IsAdmin() bool { return c.Scopes["admin"] }

type contextKey struct{}

// NewContext returns a context that carries the caller.
func NewContext(ctx context.Context, c Caller) context.Context {
	return context.WithValue(ctx, contextKey{}, c)
}

// FromContext returns the caller of a call. If no interceptor has set the caller, the caller may do nothing.
func FromContext(ctx context.Context) Caller {
	c, _ := ctx.Value(contextKey{}).(Caller)
	return c
}
