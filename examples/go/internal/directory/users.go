// Package directory asks UserService about users.
package directory

import (
	"context"
	"fmt"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"example.com/protos/examples/go/internal/dial"
	"example.com/protos/examples/go/internal/faults"
	userv2 "example.com/protos/gen/go/user/v2"
)

// Users are the users of UserService.
type Users struct {
	conn   *grpc.ClientConn
	client userv2.UserServiceClient
}

// Connect returns the users of the UserService at a target. With a CA, calls use TLS and carry the caller's token.
func Connect(target, ca string) (*Users, error) {
	options := dial.Options{CA: ca}
	if ca != "" {
		options.Token = callersToken{}
	}
	conn, err := dial.Connect(target, options)
	if err != nil {
		return nil, err
	}
	return &Users{conn, userv2.NewUserServiceClient(conn)}, nil
}

// Has reports whether there is a user with an id such as usr-1. The context is that of the call that OrderService is
// serving. When this call is cancelled or its deadline passes, the call to UserService ends, too.
func (u *Users) Has(ctx context.Context, id string) (bool, error) {
	_, err := u.client.GetUser(ctx, &userv2.GetUserRequest{Id: id})
	switch status.Code(err) {
	case codes.OK:
		return true, nil
	case codes.NotFound, codes.InvalidArgument: // the number in the id may be larger than that of any user
		return false, nil
	case codes.PermissionDenied:
		return false, &faults.PermissionDenied{
			Text: "an order for a user needs a token with the scope users.read as well",
		}
	case codes.Canceled, codes.DeadlineExceeded:
		return false, err
	case codes.Unavailable: // the text of the error has addresses
		return false, status.Error(codes.Unavailable, "UserService cannot be reached, try again later")
	}
	return false, fmt.Errorf("a call to UserService failed: %v", err)
}

// Close ends the connection, if there is one.
func (u *Users) Close() {
	if u != nil {
		u.conn.Close()
	}
}

// callersToken passes on the token of the call that is being served.
type callersToken struct{}

func (callersToken) GetRequestMetadata(ctx context.Context, _ ...string) (map[string]string, error) {
	passed := map[string]string{}
	for _, value := range metadata.ValueFromIncomingContext(ctx, "authorization") {
		passed["authorization"] = value
	}
	return passed, nil
}

func (callersToken) RequireTransportSecurity() bool { return true }
