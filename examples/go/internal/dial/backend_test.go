package dial_test

import (
	"context"
	"net"
	"sync/atomic"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/health"
	"google.golang.org/grpc/health/grpc_health_v1"

	"example.com/protos/examples/go/internal/dial"
	userv1 "example.com/protos/gen/go/user/v1"
)

// backend is a server of user.v1 that counts its calls.
type backend struct {
	userv1.UnimplementedUserServiceServer
	address string
	server  *grpc.Server
	health  *health.Server
	calls   atomic.Int32
	// get handles GetUser, if it is set.
	get func(context.Context) error
}

func (b *backend) GetUser(ctx context.Context, request *userv1.GetUserRequest) (*userv1.User, error) {
	b.calls.Add(1)
	if b.get != nil {
		if err := b.get(ctx); err != nil {
			return nil, err
		}
	}
	return &userv1.User{Id: request.GetId()}, nil
}

func (b *backend) CreateUser(ctx context.Context, _ *userv1.CreateUserRequest) (*userv1.User, error) {
	return b.GetUser(ctx, nil)
}

// start starts a backend on a free port until the test ends.
func start(t *testing.T, get func(context.Context) error) *backend {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	b := &backend{
		address: listener.Addr().String(), server: grpc.NewServer(), health: health.NewServer(), get: get,
	}
	userv1.RegisterUserServiceServer(b.server, b)
	grpc_health_v1.RegisterHealthServer(b.server, b.health)
	go b.server.Serve(listener)
	t.Cleanup(b.server.Stop)
	return b
}

// connect connects to a list of backends until the test ends.
func connect(t *testing.T, first *backend, more ...*backend) userv1.UserServiceClient {
	t.Helper()
	target := "ipv4:" + first.address
	for _, b := range more {
		target += "," + b.address
	}
	conn, err := dial.Connect(target, dial.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return userv1.NewUserServiceClient(conn)
}
