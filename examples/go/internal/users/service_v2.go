package users

import (
	"context"

	"example.com/protos/examples/go/internal/caller"
	userv2 "example.com/protos/gen/go/user/v2"
)

// ServiceV2 implements user.v2.UserService on a store.
type ServiceV2 struct {
	// A method that a later API version adds is UNIMPLEMENTED until this type implements it.
	userv2.UnimplementedUserServiceServer
	Store *Store
}

// GetUser returns one user.
func (s *ServiceV2) GetUser(_ context.Context, request *userv2.GetUserRequest) (*userv2.GetUserResponse, error) {
	number, err := checkID(request.GetId())
	if err != nil {
		return nil, err
	}
	user, ok := s.Store.get(number)
	if !ok {
		return nil, notFound(request.GetId())
	}
	return &userv2.GetUserResponse{User: user}, nil
}

// CreateUser is safe to repeat when the request has a request_id.
func (s *ServiceV2) CreateUser(
	ctx context.Context, request *userv2.CreateUserRequest,
) (*userv2.CreateUserResponse, error) {
	if err := checkNew(request.GetUser(), request.GetRequestId()); err != nil {
		return nil, err
	}
	scope := userv2.UserService_CreateUser_FullMethodName + " " + caller.FromContext(ctx).Subject
	created, err := s.Store.create(writable(request.GetUser()), scope, request.GetRequestId())
	if err != nil {
		return nil, err
	}
	return &userv2.CreateUserResponse{User: created}, nil
}

// ListUsers returns one page, and the token of the next. Tokens are the same as in user.v1.
func (s *ServiceV2) ListUsers(_ context.Context, request *userv2.ListUsersRequest) (*userv2.ListUsersResponse, error) {
	after, size, err := checkPage(request.GetPageSize(), request.GetPageToken())
	if err != nil {
		return nil, err
	}
	page, nextToken := s.Store.page(after, size)
	return &userv2.ListUsersResponse{Users: page, NextPageToken: nextToken}, nil
}

// UpdateUser changes the fields that the request names.
func (s *ServiceV2) UpdateUser(
	_ context.Context, request *userv2.UpdateUserRequest,
) (*userv2.UpdateUserResponse, error) {
	number, paths, err := checkUpdate(request.GetUser(), request.GetUpdateMask().GetPaths())
	if err != nil {
		return nil, err
	}
	values := writable(request.GetUser())
	user, ok := s.Store.update(number, func(stored *userv2.User) *userv2.User { return updated(stored, values, paths) })
	if !ok {
		return nil, notFound(request.GetUser().GetId())
	}
	return &userv2.UpdateUserResponse{User: user}, nil
}
