package server

import (
	"context"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"example.com/protos/examples/go/internal/caller"
	orderv1 "example.com/protos/gen/go/order/v1"
	userv1 "example.com/protos/gen/go/user/v1"
	userv2 "example.com/protos/gen/go/user/v2"
)

// scopes has the scope that each method requires. Handlers check which orders a caller may access.
var scopes = map[string]string{
	userv1.UserService_GetUser_FullMethodName:    "users.read",
	userv1.UserService_ListUsers_FullMethodName:  "users.read",
	userv1.UserService_CreateUser_FullMethodName: "users.write",

	userv2.UserService_GetUser_FullMethodName:    "users.read",
	userv2.UserService_ListUsers_FullMethodName:  "users.read",
	userv2.UserService_CreateUser_FullMethodName: "users.write",
	userv2.UserService_UpdateUser_FullMethodName: "users.write",

	orderv1.OrderService_GetOrder_FullMethodName:          "orders.read",
	orderv1.OrderService_ListOrders_FullMethodName:        "orders.read",
	orderv1.OrderService_CreateOrder_FullMethodName:       "orders.write",
	orderv1.OrderService_UploadLineItems_FullMethodName:   "orders.write",
	orderv1.OrderService_OrderChat_FullMethodName:         "orders.write",
	orderv1.OrderService_UpdateOrderStatus_FullMethodName: "admin",
}

// authorize checks the scope of the caller's token. Admins may do everything; methods without a scope are open to all.
func authorize(ctx context.Context, method string, next func(context.Context) error) error {
	who := caller.FromContext(ctx)
	scope, isNeeded := scopes[method]
	if isNeeded && !who.Scopes[scope] && !who.IsAdmin() {
		return status.Errorf(codes.PermissionDenied, "the token must have the scope %s", scope)
	}
	return next(ctx)
}
