package main

import (
	"context"
	"fmt"
	"io"

	userv1 "example.com/protos/gen/go/user/v1"
)

func callUserService(ctx context.Context, users userv1.UserServiceClient, out io.Writer) error {
	user, err := getUser(ctx, users, 1)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "got user: %s <%s>\n", user.GetName(), user.GetEmail())

	count, err := countUsers(ctx, users)
	if err != nil {
		return err
	}
	fmt.Fprintln(out, "count:", count)

	if _, err = getUser(ctx, users, 1_000_000); err != nil {
		explain(out, "user 1000000", err)
	}
	return nil
}

func getUser(ctx context.Context, users userv1.UserServiceClient, id int64) (*userv1.User, error) {
	// The deadline is sent with the call, so that the server stops working on the call, too.
	ctx, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	return users.GetUser(ctx, &userv1.GetUserRequest{Id: id})
}

// countUsers reads page after page: each page except the last has the token of the next one.
func countUsers(ctx context.Context, users userv1.UserServiceClient) (int, error) {
	ctx, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	count, token := 0, ""
	for {
		page, err := users.ListUsers(ctx, &userv1.ListUsersRequest{PageToken: token})
		if err != nil {
			return 0, err
		}
		count += len(page.GetUsers())
		if token = page.GetNextPageToken(); token == "" {
			return count, nil
		}
	}
}
