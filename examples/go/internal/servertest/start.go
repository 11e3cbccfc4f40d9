// Package servertest starts servers for tests.
package servertest

import (
	"log/slog"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"example.com/protos/examples/go/internal/server"
	orderv1 "example.com/protos/gen/go/order/v1"
	userv1 "example.com/protos/gen/go/user/v1"
	userv2 "example.com/protos/gen/go/user/v2"
)

// Server is a running server with clients.
type Server struct {
	*server.Server
	UserConn, OrderConn *grpc.ClientConn
	Users               userv1.UserServiceClient
	UsersV2             userv2.UserServiceClient
	Orders              orderv1.OrderServiceClient
}

// Start starts a server on free ports until the test ends; change may set options.
func Start(t testing.TB, change func(*server.Options), dial ...grpc.DialOption) *Server {
	t.Helper()
	options := server.Options{
		UserAddress:    "localhost:0",
		OrderAddress:   "localhost:0",
		CallsPerSecond: 100_000,
		Log:            slog.New(slog.DiscardHandler),
	}
	if change != nil {
		change(&options)
	}
	running, err := server.Start(options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { running.Stop(0) })
	users := Dial(t, running.UserAddress(), dial...)
	orders := Dial(t, running.OrderAddress(), dial...)
	return &Server{
		running, users, orders,
		userv1.NewUserServiceClient(users), userv2.NewUserServiceClient(users), orderv1.NewOrderServiceClient(orders),
	}
}

// Dial makes a connection, in plaintext unless dial has other credentials.
func Dial(t testing.TB, address string, dial ...grpc.DialOption) *grpc.ClientConn {
	t.Helper()
	plaintext := grpc.WithTransportCredentials(insecure.NewCredentials())
	conn, err := grpc.NewClient(address, append([]grpc.DialOption{plaintext}, dial...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn
}
