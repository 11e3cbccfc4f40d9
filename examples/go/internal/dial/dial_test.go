package dial_test

import (
	"context"
	"net"
	"sync/atomic"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/status"

	"example.com/protos/examples/go/internal/dial"
	"example.com/protos/examples/go/internal/servertest"
	userv1 "example.com/protos/gen/go/user/v1"
)

// waitLimit is how long a test waits for a connection to change.
const waitLimit = 20 * time.Second

func get(t *testing.T, users userv1.UserServiceClient) {
	t.Helper()
	if _, err := users.GetUser(t.Context(), &userv1.GetUserRequest{Id: 1}); err != nil {
		t.Fatal(err)
	}
}

// callUntil makes calls until the condition holds.
func callUntil(t *testing.T, users userv1.UserServiceClient, condition func() bool) {
	t.Helper()
	for end := time.Now().Add(waitLimit); !condition(); {
		if time.Now().After(end) {
			t.Fatal("the calls do not change")
		}
		get(t, users)
	}
}

func TestCallsAreSpreadOverAllServers(t *testing.T) {
	a, b := start(t, nil), start(t, nil)
	users := connect(t, a, b)
	callUntil(t, users, func() bool { return a.calls.Load() > 0 && b.calls.Load() > 0 })
	beforeA, beforeB := a.calls.Load(), b.calls.Load()
	for range 100 {
		get(t, users)
	}
	if moreA, moreB := a.calls.Load()-beforeA, b.calls.Load()-beforeB; moreA != 50 || moreB != 50 {
		t.Errorf("of 100 calls, one server has %d, and the other %d", moreA, moreB)
	}
}

func TestAnAddressOfANameWhereNobodyListensDoesNoHarm(t *testing.T) {
	_, port, err := net.SplitHostPort(start(t, nil).address)
	if err != nil {
		t.Fatal(err)
	}
	// On most machines, localhost is 127.0.0.1 and ::1. The server listens on the first.
	conn, err := dial.Connect("dns:///localhost:"+port, dial.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	for range 10 {
		get(t, userv1.NewUserServiceClient(conn))
	}
}

func TestAServerThatIsNotServingGetsNoCalls(t *testing.T) {
	a, b := start(t, nil), start(t, nil)
	users := connect(t, a, b)
	callUntil(t, users, func() bool { return a.calls.Load() > 0 && b.calls.Load() > 0 })

	a.health.SetServingStatus("", grpc_health_v1.HealthCheckResponse_NOT_SERVING)
	calls, inARow := a.calls.Load(), 0
	callUntil(t, users, func() bool {
		if before := calls; before == a.calls.Load() {
			inARow++
		} else {
			calls, inARow = a.calls.Load(), 0
		}
		return inARow > 20
	})
	a.health.SetServingStatus("", grpc_health_v1.HealthCheckResponse_SERVING)
	callUntil(t, users, func() bool { return a.calls.Load() > calls })
}

func TestAReadIsRetriedAfterItsServerIsKilled(t *testing.T) {
	var attempts atomic.Int32
	reached := make(chan struct{})
	holdFirst := func(ctx context.Context) error {
		if attempts.Add(1) > 1 {
			return nil
		}
		close(reached)
		<-ctx.Done()
		return ctx.Err()
	}
	a, b := start(t, holdFirst), start(t, holdFirst)
	users := connect(t, a, b)
	ended := make(chan error, 1)
	go func() {
		_, err := users.GetUser(t.Context(), &userv1.GetUserRequest{Id: 1})
		ended <- err
	}()
	<-reached
	killed, other := a, b
	if b.calls.Load() > 0 {
		killed, other = b, a
	}
	killed.server.Stop()
	if err := <-ended; err != nil || other.calls.Load() != 1 {
		t.Errorf("the call ended with %v, after %d calls of the other server", err, other.calls.Load())
	}
}

func TestOnlyCallsThatAreSafeToRepeatAreRetried(t *testing.T) {
	failing := start(t, func(context.Context) error { return status.Error(codes.Unavailable, "not now") })
	users := connect(t, failing)
	_, err := users.GetUser(t.Context(), &userv1.GetUserRequest{Id: 1})
	servertest.WantCode(t, err, codes.Unavailable)
	if calls := failing.calls.Load(); calls != 4 {
		t.Errorf("a read was tried %d times", calls)
	}
	_, err = users.CreateUser(t.Context(), &userv1.CreateUserRequest{})
	servertest.WantCode(t, err, codes.Unavailable)
	if calls := failing.calls.Load(); calls != 5 {
		t.Errorf("a write was tried %d times", calls-4)
	}
}

func TestEveryCallHasADeadline(t *testing.T) {
	var left time.Duration
	s := start(t, func(ctx context.Context) error {
		deadline, _ := ctx.Deadline()
		left = time.Until(deadline)
		return nil
	})
	get(t, connect(t, s))
	if left <= 0 || left > 30*time.Second {
		t.Errorf("a call has %v", left)
	}
}
