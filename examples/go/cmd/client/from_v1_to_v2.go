package main

import (
	"context"
	"fmt"
	"io"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	userv1 "example.com/protos/gen/go/user/v1"
	userv2 "example.com/protos/gen/go/user/v2"
)

// moveToV2 makes each call with user.v1, and then with user.v2. Servers have both versions at one address, with the
// same users, so a program can use both on one connection and migrate call by call.
func moveToV2(ctx context.Context, was userv1.UserServiceClient, is userv2.UserServiceClient, out io.Writer) error {
	ctx, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()

	// user.v1: the id is a number, and the response is the user.
	before, err := was.GetUser(ctx, &userv1.GetUserRequest{Id: 1})
	if err != nil {
		return err
	}
	// user.v2: the id is a text made of the number, and the user is a field of the response.
	response, err := is.GetUser(ctx, &userv2.GetUserRequest{Id: idInV2(before.GetId())})
	if status.Code(err) == codes.Unimplemented {
		fmt.Fprintln(out, "the server is older and has no user.v2: stay with user.v1")
		return nil
	}
	if err != nil {
		return err
	}
	after := response.GetUser()
	fmt.Fprintf(out, "moved: %d is %s, %s\n", before.GetId(), after.GetId(), after.GetName())

	// user.v1 has no age. In user.v2 it is a pointer, which is nil when the age is unknown, because 0 is a valid age.
	// GetAge returns 0 for both.
	if after.Age == nil {
		fmt.Fprintln(out, "age: not known")
	} else {
		fmt.Fprintln(out, "age:", after.GetAge())
	}

	// user.v1 cannot change a user. In user.v2, UpdateUser changes the fields that the mask names. A field that the mask
	// names and the user does not set is cleared.
	updated, err := is.UpdateUser(ctx, &userv2.UpdateUserRequest{
		User:       &userv2.User{Id: after.GetId(), Roles: []string{"reader"}},
		UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"roles"}},
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "updated: %s, %v\n", updated.GetUser().GetName(), updated.GetUser().GetRoles())
	return nil
}

// idInV2 converts an id of user.v1 that a program has kept.
func idInV2(id int64) string { return fmt.Sprintf("usr-%d", id) }
