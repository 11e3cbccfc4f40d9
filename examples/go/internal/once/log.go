// Package once makes writes safe to repeat.
package once

import (
	"encoding/json"
	"strings"
	"time"

	"example.com/protos/examples/go/internal/faults"
)

// keptFor is how long a result is remembered.
const keptFor = 24 * time.Hour

// Log remembers the results of requests by their idempotency key, request_id. It has no lock of its own: the caller of
// Do must hold the lock of the data that the request changes, so that change and result become visible together.
type Log[T any] struct {
	domain  string
	entries map[key]entry[T]
	// oldest first, so that results are dropped from the front
	order []key
}

type key struct{ scope, id string }

type entry[T any] struct {
	request string
	result  T
	time    time.Time
}

// NewLog returns an empty log. Domain is put into the error for a reused id.
func NewLog[T any](domain string) *Log[T] {
	return &Log[T]{domain: domain, entries: map[key]entry[T]{}}
}

// Do calls do, or returns the first result when the same request was done under the same id. For a different request
// under the same id it returns a *faults.RequestIDReused. Failed requests are not remembered. A request without an id
// is always done.
//
// Scope is the caller and method that the id belongs to. Request is the validated request, in a form that JSON can
// hold.
func (l *Log[T]) Do(scope, id string, request any, do func() (T, error)) (T, error) {
	var none T
	if id == "" {
		return do()
	}
	text, err := json.Marshal(request)
	if err != nil {
		return none, err
	}
	k := key{scope, strings.ToLower(id)} // UUIDs ignore case
	if before, ok := l.entries[k]; ok {
		if before.request != string(text) {
			return none, &faults.RequestIDReused{RequestID: id, Domain: l.domain}
		}
		return before.result, nil
	}
	result, err := do()
	if err != nil {
		return none, err
	}
	now := time.Now()
	l.forgetBefore(now.Add(-keptFor))
	l.entries[k] = entry[T]{string(text), result, now}
	l.order = append(l.order, k)
	return result, nil
}

func (l *Log[T]) forgetBefore(t time.Time) {
	for len(l.order) > 0 && l.entries[l.order[0]].time.Before(t) {
		delete(l.entries, l.order[0])
		l.order = l.order[1:]
	}
}
