package server

import (
	"context"
	"net"
	"sync"
	"time"

	"golang.org/x/time/rate"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/durationpb"

	"example.com/protos/examples/go/internal/caller"
)

// maxBuckets is the number of buckets at which full buckets are dropped.
const maxBuckets = 10_000

// rateLimit has a token bucket for each caller: a rate, and a burst of twice as many calls.
type rateLimit struct {
	mu sync.Mutex
	// by subject or address
	buckets        map[string]*rate.Limiter
	callsPerSecond int
}

func newRateLimit(callsPerSecond int) *rateLimit {
	return &rateLimit{buckets: map[string]*rate.Limiter{}, callsPerSecond: callsPerSecond}
}

// limitRate counts each call by the subject of its token, or else by its address.
func limitRate(limit *rateLimit) around {
	return func(ctx context.Context, _ string, next func(context.Context) error) error {
		key := addressKey(ctx)
		if subject := caller.FromContext(ctx).Subject; subject != "" {
			key = "subject " + subject
		}
		if err := limit.count(key); err != nil {
			return err
		}
		return next(ctx)
	}
}

// count counts a call, or returns RESOURCE_EXHAUSTED with the time to wait.
func (l *rateLimit) count(key string) error {
	if wait := l.take(key); wait > 0 {
		exhausted := status.New(codes.ResourceExhausted, "too many calls, try again later")
		return withRetryInfo(exhausted, wait).Err()
	}
	return nil
}

// take takes a token from the caller's bucket, or returns how long to wait for one.
func (l *rateLimit) take(key string) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	bucket, ok := l.buckets[key]
	if !ok {
		l.forgetIdle()
		bucket = rate.NewLimiter(rate.Limit(l.callsPerSecond), 2*l.callsPerSecond)
		l.buckets[key] = bucket
	}
	reservation := bucket.Reserve()
	wait := reservation.Delay()
	if wait > 0 {
		reservation.Cancel()
	}
	return wait
}

// forgetIdle drops full buckets, because a new bucket is full, too.
func (l *rateLimit) forgetIdle() {
	if len(l.buckets) < maxBuckets {
		return
	}
	for key, bucket := range l.buckets {
		if bucket.Tokens() >= float64(bucket.Burst()) {
			delete(l.buckets, key)
		}
	}
}

// addressKey is the key of the caller's address without the port, which differs for each connection.
func addressKey(ctx context.Context) string {
	address := peerAddress(ctx)
	if host, _, err := net.SplitHostPort(address); err == nil {
		address = host
	}
	return "address " + address
}

func withRetryInfo(s *status.Status, wait time.Duration) *status.Status {
	detailed, err := s.WithDetails(&errdetails.RetryInfo{RetryDelay: durationpb.New(wait)})
	if err != nil {
		return s
	}
	return detailed
}
