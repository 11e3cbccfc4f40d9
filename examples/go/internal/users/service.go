package users

import (
	"context"

	"example.com/examples/go/internal/caller"
	userv1 "example.com/protos/gen/go/user/v1"
)

// Service is user.v1.UserService on a store.
type Service struct {
	// An RPC that a later version adds is UNIMPLEMENTED until it is written here.
	userv1.UnimplementedUserServiceServer
	Store *Store
}

// GetUser is a unary call: one request, one response.
func (s *Service) GetUser(_ context.Context, request *userv1.GetUserRequest) (*userv1.User, error) {
	return s.Store.Get(request.GetId())
}

// CreateUser is safe to repeat when the request has a request_id.
func (s *Service) CreateUser(ctx context.Context, request *userv1.CreateUserRequest) (*userv1.User, error) {
	subject := caller.FromContext(ctx).Subject
	return s.Store.Create(request.GetName(), request.GetEmail(), request.GetRequestId(), subject)
}

// ListUsers returns one page, and the token of the next.
func (s *Service) ListUsers(_ context.Context, request *userv1.ListUsersRequest) (*userv1.ListUsersResponse, error) {
	return s.Store.List(request.GetPageSize(), request.GetPageToken())
}
