package users

import (
	"context"
	"strconv"

	"example.com/protos/examples/go/internal/caller"
	"example.com/protos/examples/go/internal/fields"
	userv1 "example.com/protos/gen/go/user/v1"
	userv2 "example.com/protos/gen/go/user/v2"
)

// ServiceV1 implements user.v1.UserService on a store.
type ServiceV1 struct {
	// A method that a later API version adds is UNIMPLEMENTED until this type implements it.
	userv1.UnimplementedUserServiceServer
	Store *Store
}

// GetUser is a unary call: one request, one response.
func (s *ServiceV1) GetUser(_ context.Context, request *userv1.GetUserRequest) (*userv1.User, error) {
	var check fields.Check
	check.That(request.GetId() >= 1, "id", "must be 1 or more")
	if err := check.Err(); err != nil {
		return nil, err
	}
	user, ok := s.Store.get(request.GetId())
	if !ok {
		return nil, notFound(strconv.FormatInt(request.GetId(), 10))
	}
	return toV1(user), nil
}

// CreateUser is safe to repeat when the request has a request_id.
func (s *ServiceV1) CreateUser(ctx context.Context, request *userv1.CreateUserRequest) (*userv1.User, error) {
	var check fields.Check
	checkName(&check, "name", request.GetName())
	checkEmail(&check, "email", request.GetEmail())
	check.OptionalUUID("request_id", request.GetRequestId())
	if err := check.Err(); err != nil {
		return nil, err
	}
	user := &userv2.User{Name: request.GetName(), Email: request.GetEmail()}
	scope := userv1.UserService_CreateUser_FullMethodName + " " + caller.FromContext(ctx).Subject
	created, err := s.Store.create(user, scope, request.GetRequestId())
	if err != nil {
		return nil, err
	}
	return toV1(created), nil
}

// ListUsers returns one page, and the token of the next.
func (s *ServiceV1) ListUsers(_ context.Context, request *userv1.ListUsersRequest) (*userv1.ListUsersResponse, error) {
	after, size, err := checkPage(request.GetPageSize(), request.GetPageToken())
	if err != nil {
		return nil, err
	}
	page, nextToken := s.Store.page(after, size)
	response := &userv1.ListUsersResponse{NextPageToken: nextToken}
	for _, user := range page {
		response.Users = append(response.Users, toV1(user))
	}
	return response, nil
}

// toV1 returns the fields of a user that user.v1 has.
func toV1(user *userv2.User) *userv1.User {
	number, _ := numberOf(user.GetId()) // stored ids are always valid
	return &userv1.User{Id: number, Name: user.GetName(), Email: user.GetEmail()}
}
