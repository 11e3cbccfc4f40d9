package server_test

import (
	"context"
	"net"
	"testing"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"

	"example.com/protos/examples/go/internal/server"
	"example.com/protos/examples/go/internal/servertest"
	orderv1 "example.com/protos/gen/go/order/v1"
	userv2 "example.com/protos/gen/go/user/v2"
)

func createFor(ctx context.Context, s *servertest.Server, customerID string) error {
	_, err := s.Orders.CreateOrder(ctx, &orderv1.CreateOrderRequest{CustomerId: customerID})
	return err
}

func TestOnlyUsersWhoExistMayOrder(t *testing.T) {
	users := servertest.Start(t, nil)
	s := servertest.Start(t, func(o *server.Options) { o.UsersTarget = users.UserAddress() })
	for _, customer := range []string{"usr-1", "aoife", "usr-", "usr-x", "usr-01"} {
		if err := createFor(t.Context(), s, customer); err != nil {
			t.Errorf("an order of %q: %v", customer, err)
		}
	}
	for _, customer := range []string{"usr-999", "usr-99999999999999999999"} {
		err := createFor(t.Context(), s, customer)
		servertest.WantCode(t, err, codes.FailedPrecondition)
		violations := servertest.Detail[*errdetails.PreconditionFailure](t, err).GetViolations()
		if len(violations) != 1 || violations[0].GetType() != "CUSTOMER" || violations[0].GetSubject() != customer {
			t.Errorf("the violations are %v", violations)
		}
	}
	users.Stop(0)
	servertest.WantCode(t, createFor(t.Context(), s, "usr-1"), codes.Unavailable)
}

func TestTheTokenIsPassedOn(t *testing.T) {
	cert, key := servertest.Certificate(t)
	issuer := servertest.NewIssuer(t)
	secure := func(o *server.Options) { o.TLSCert, o.TLSKey, o.JWKS = cert, key, issuer.JWKS }
	transport, err := credentials.NewClientTLSFromFile(cert, "")
	if err != nil {
		t.Fatal(err)
	}
	users := servertest.Start(t, secure)
	s := servertest.Start(t, func(o *server.Options) {
		secure(o)
		o.UsersTarget, o.UsersCA = users.UserAddress(), cert
	}, grpc.WithTransportCredentials(transport))
	for scope, want := range map[string]codes.Code{
		"orders.write users.read": codes.OK,
		"orders.write":            codes.PermissionDenied,
	} {
		servertest.WantCode(t, createFor(as(t, issuer.Token(t, "usr-1", scope)), s, "usr-1"), want)
	}
}

// slowUsers is a UserService that works on a call until it is cancelled.
type slowUsers struct {
	userv2.UnimplementedUserServiceServer
	reached chan time.Time
	ended   chan error
}

func (s slowUsers) GetUser(ctx context.Context, _ *userv2.GetUserRequest) (*userv2.GetUserResponse, error) {
	deadline, _ := ctx.Deadline()
	s.reached <- deadline
	<-ctx.Done()
	s.ended <- ctx.Err()
	return nil, ctx.Err()
}

// startSlowUsers starts an OrderService that asks a slow UserService.
func startSlowUsers(t *testing.T) (slowUsers, *servertest.Server) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	slow := slowUsers{reached: make(chan time.Time, 1), ended: make(chan error, 1)}
	running := grpc.NewServer()
	userv2.RegisterUserServiceServer(running, slow)
	go running.Serve(listener)
	t.Cleanup(running.Stop)
	target := func(o *server.Options) { o.UsersTarget = listener.Addr().String() }
	return slow, servertest.Start(t, target)
}

func TestTheDeadlineAndTheCancellationArePassedOn(t *testing.T) {
	slow, s := startSlowUsers(t)
	// Shorter than the default of the connection to UserService.
	const timeout = 10 * time.Second
	ctx, cancel := context.WithTimeout(t.Context(), timeout)
	ended := make(chan error, 1)
	go func() { ended <- createFor(ctx, s, "usr-1") }()
	// A timeout is sent as a duration. The receiver's deadline is therefore later than the sender's, by the time that the
	// request takes to arrive.
	called, _ := ctx.Deadline()
	if late := (<-slow.reached).Sub(called); late > timeout {
		t.Errorf("the deadline of the second call is %v after that of the first", late)
	}
	cancel()
	servertest.WantCode(t, <-ended, codes.Canceled)
	<-slow.ended
}
