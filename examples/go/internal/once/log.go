// Package once makes writes safe to repeat.
package once

import (
	"encoding/json"
	"strings"
	"time"

	"example.com/examples/go/internal/faults"
)

// keptFor is how long the answer to a request is remembered.
const keptFor = 24 * time.Hour

// Log remembers the answers to the requests that carried an id. It has no lock of its own: whoever calls Do holds the lock of
// what the request changes, so that change and answer appear together.
type Log[T any] struct {
	domain  string
	entries map[key]entry[T]
	// oldest first, to forget from its front
	order []key
}

type key struct{ scope, id string }

type entry[T any] struct {
	request string
	answer  T
	time    time.Time
}

// NewLog returns an empty log; domain is that of the error for an id that is used twice.
func NewLog[T any](domain string) *Log[T] {
	return &Log[T]{domain: domain, entries: map[key]entry[T]{}}
}

// Do calls do, or returns its answer of the first time when the same request was done under the same id. Another request under
// the id is a *faults.RequestIDReused; a request that failed is not remembered, and one without an id is always done.
//
// Scope says whose id it is. Request is what was asked for, found valid, in a form that JSON can hold.
func (l *Log[T]) Do(scope, id string, request any, do func() (T, error)) (T, error) {
	var none T
	if id == "" {
		return do()
	}
	text, err := json.Marshal(request)
	if err != nil {
		return none, err
	}
	k := key{scope, strings.ToLower(id)} // a UUID means the same in any case
	if before, ok := l.entries[k]; ok {
		if before.request != string(text) {
			return none, &faults.RequestIDReused{RequestID: id, Domain: l.domain}
		}
		return before.answer, nil
	}
	answer, err := do()
	if err != nil {
		return none, err
	}
	now := time.Now()
	l.forgetBefore(now.Add(-keptFor))
	l.entries[k] = entry[T]{string(text), answer, now}
	l.order = append(l.order, k)
	return answer, nil
}

func (l *Log[T]) forgetBefore(t time.Time) {
	for len(l.order) > 0 && l.entries[l.order[0]].time.Before(t) {
		delete(l.entries, l.order[0])
		l.order = l.order[1:]
	}
}
