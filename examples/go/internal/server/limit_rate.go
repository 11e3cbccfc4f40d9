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

	"example.com/examples/go/internal/caller"
)

// maxBuckets is when callers who have not called for a while are forgotten.
const maxBuckets = 10_000

// buckets has a token bucket for each caller.
type buckets struct {
	mu             sync.Mutex
	byCaller       map[string]*rate.Limiter
	callsPerSecond int
}

// limitRate gives each caller so many calls a second, and twice as many at once after a pause.
func limitRate(callsPerSecond int) around {
	b := &buckets{byCaller: map[string]*rate.Limiter{}, callsPerSecond: callsPerSecond}
	return func(ctx context.Context, _ string, next func(context.Context) error) error {
		if wait := b.take(callerKey(ctx)); wait > 0 {
			exhausted := status.New(codes.ResourceExhausted, "too many calls, try again later")
			return withRetryInfo(exhausted, wait).Err()
		}
		return next(ctx)
	}
}

// take takes a token from the caller's bucket, or says how long there will be none.
func (b *buckets) take(key string) time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	bucket, ok := b.byCaller[key]
	if !ok {
		b.forgetIdle()
		bucket = rate.NewLimiter(rate.Limit(b.callsPerSecond), 2*b.callsPerSecond)
		b.byCaller[key] = bucket
	}
	reservation := bucket.Reserve()
	wait := reservation.Delay()
	if wait > 0 {
		reservation.Cancel()
	}
	return wait
}

// forgetIdle forgets full buckets: a new one would be the same.
func (b *buckets) forgetIdle() {
	if len(b.byCaller) < maxBuckets {
		return
	}
	for key, bucket := range b.byCaller {
		if bucket.Tokens() >= float64(bucket.Burst()) {
			delete(b.byCaller, key)
		}
	}
}

// callerKey is the subject of the token, or else the address without its port.
func callerKey(ctx context.Context) string {
	if subject := caller.FromContext(ctx).Subject; subject != "" {
		return "subject " + subject
	}
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
