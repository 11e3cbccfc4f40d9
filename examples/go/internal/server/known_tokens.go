package server

import (
	"sync"
	"time"

	"example.com/protos/examples/go/internal/caller"
)

const (
	// believedFor is how long a verified token is accepted without another check, at most until it expires.
	believedFor    = time.Minute
	maxKnownTokens = 10_000
)

// knownTokens caches the callers of tokens that were verified a short time ago.
type knownTokens struct {
	mu      sync.Mutex
	byToken map[string]knownToken
}

type knownToken struct {
	caller caller.Caller
	until  time.Time
}

func newKnownTokens() *knownTokens { return &knownTokens{byToken: map[string]knownToken{}} }

func (k *knownTokens) caller(token string) (who caller.Caller, ok bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	known := k.byToken[token]
	return known.caller, time.Now().Before(known.until)
}

func (k *knownTokens) add(token string, who caller.Caller, expiry time.Time) {
	until := time.Now().Add(believedFor)
	if expiry.Before(until) {
		until = expiry
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(k.byToken) >= maxKnownTokens {
		clear(k.byToken) // all tokens are then verified again
	}
	k.byToken[token] = knownToken{who, until}
}
