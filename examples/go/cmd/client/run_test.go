package main

import (
	"context"
	"net"
	"strings"
	"testing"

	"google.golang.org/grpc"

	"example.com/protos/examples/go/internal/server"
	"example.com/protos/examples/go/internal/servertest"
	userv1 "example.com/protos/gen/go/user/v1"
	userv2 "example.com/protos/gen/go/user/v2"
)

const output = `got user: Aoife <aoife@example.com>
count: 3
user 1000000: NotFound: there is no user 1000000
  USER_NOT_FOUND of user.example.com: map[user_id:1000000]
moved: 1 is usr-1, Aoife
age: not known
updated: Aoife, [reader]
created order: total 0.3, ORDER_STATUS_PENDING
uploaded: 2 items, total 104.98
listed order: 3 items, total 105.28
chat 1, aoife: Is it on its way?
chat 2, aoife: Thank you!
bad order: InvalidArgument: 2 invalid fields: items[0].quantity must be 1 to 1000000, and 1 more
  items[0].quantity must be 1 to 1000000
  items[0].unit_price must be a finite number from 0 to 1000000000
`

func TestRunPlain(t *testing.T) {
	s := servertest.Start(t, nil)
	wantOutput(t, "--user-address", s.UserAddress(), "--order-address", s.OrderAddress())
}

func TestRunSecure(t *testing.T) {
	cert, key := servertest.Certificate(t)
	issuer := servertest.NewIssuer(t)
	s := servertest.Start(t, func(o *server.Options) { o.TLSCert, o.TLSKey, o.JWKS = cert, key, issuer.JWKS })
	token := issuer.Token(t, "aoife", "users.read users.write orders.read orders.write")
	wantOutput(
		t, "--user-address", s.UserAddress(), "--order-address", s.OrderAddress(),
		"--ca", cert, "--token", token,
	)
}

func wantOutput(t *testing.T, args ...string) {
	t.Helper()
	var out strings.Builder
	if err := run(t.Context(), args, &out); err != nil {
		t.Fatal(err)
	}
	if out.String() != output {
		t.Errorf("the output is:\n%s", out.String())
	}
}

func TestATokenIsNotSentInPlaintext(t *testing.T) {
	s := servertest.Start(t, nil)
	err := run(t.Context(), []string{"--user-address", s.UserAddress(), "--token", "secret"}, &strings.Builder{})
	if err == nil || !strings.Contains(err.Error(), "transport level security") {
		t.Errorf("the error is %v", err)
	}
}

func TestAServerWithoutV2(t *testing.T) {
	conn := servertest.Dial(t, serveV1(t, oldServer{}))
	var out strings.Builder
	err := moveToV2(t.Context(), userv1.NewUserServiceClient(conn), userv2.NewUserServiceClient(conn), &out)
	if err != nil || !strings.Contains(out.String(), "stay with user.v1") {
		t.Errorf("the output is %q, %v", out.String(), err)
	}
}

// oldServer is UserService before user.v2.
type oldServer struct {
	userv1.UnimplementedUserServiceServer
}

func (oldServer) GetUser(context.Context, *userv1.GetUserRequest) (*userv1.User, error) {
	return &userv1.User{Id: 1}, nil
}

// serveV1 serves only user.v1 until the test ends, and returns the address.
func serveV1(t *testing.T, service userv1.UserServiceServer) string {
	t.Helper()
	listener, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	server := grpc.NewServer()
	userv1.RegisterUserServiceServer(server, service)
	go server.Serve(listener)
	t.Cleanup(server.Stop)
	return listener.Addr().String()
}
