package main

import (
	"context"
	"io"

	"google.golang.org/grpc"

	orderv1 "example.com/protos/gen/go/order/v1"
	userv1 "example.com/protos/gen/go/user/v1"
)

// registerOld registers servers written for 1.0.0: they lack the RPCs that were added later, and must compile with
// every later version.
var _ = registerOld

func registerOld(server grpc.ServiceRegistrar) {
	userv1.RegisterUserServiceServer(server, oldUsers{})
	orderv1.RegisterOrderServiceServer(server, oldOrders{})
}

type oldUsers struct {
	userv1.UnimplementedUserServiceServer
}

func (oldUsers) GetUser(_ context.Context, r *userv1.GetUserRequest) (*userv1.User, error) {
	return &userv1.User{Id: r.GetId(), Name: "Aoife", Email: "aoife@example.com"}, nil
}

func (oldUsers) CreateUser(_ context.Context, r *userv1.CreateUserRequest) (*userv1.User, error) {
	return &userv1.User{Id: 4, Name: r.GetName(), Email: r.GetEmail()}, nil
}

func (oldUsers) ListUsers(_ context.Context, r *userv1.ListUsersRequest) (*userv1.ListUsersResponse, error) {
	return &userv1.ListUsersResponse{Users: make([]*userv1.User, r.GetPageSize()), NextPageToken: r.GetPageToken()}, nil
}

type oldOrders struct {
	orderv1.UnimplementedOrderServiceServer
}

func (oldOrders) CreateOrder(_ context.Context, r *orderv1.CreateOrderRequest) (*orderv1.Order, error) {
	status := orderv1.OrderStatus_ORDER_STATUS_PENDING
	return &orderv1.Order{Id: "ord-1", CustomerId: r.GetCustomerId(), Items: r.GetItems(), Total: 0.3, Status: status}, nil
}

func (oldOrders) GetOrder(_ context.Context, r *orderv1.GetOrderRequest) (*orderv1.Order, error) {
	return &orderv1.Order{Id: r.GetId(), Status: orderv1.OrderStatus_ORDER_STATUS_SHIPPED}, nil
}

func (oldOrders) ListOrders(r *orderv1.ListOrdersRequest, stream grpc.ServerStreamingServer[orderv1.Order]) error {
	return stream.Send(&orderv1.Order{CustomerId: r.GetCustomerId()})
}

func (oldOrders) UploadLineItems(stream grpc.ClientStreamingServer[orderv1.LineItem, orderv1.UploadSummary]) error {
	summary := &orderv1.UploadSummary{}
	for {
		item, err := stream.Recv()
		if err == io.EOF {
			return stream.SendAndClose(summary)
		}
		if err != nil {
			return err
		}
		summary.ItemCount++
		summary.TotalQuantity += int64(item.GetQuantity())
		summary.Total += float64(item.GetQuantity()) * item.GetUnitPrice()
	}
}

func (oldOrders) OrderChat(stream grpc.BidiStreamingServer[orderv1.ChatMessage, orderv1.ChatMessage]) error {
	message, err := stream.Recv()
	if err != nil {
		return err
	}
	return stream.Send(&orderv1.ChatMessage{OrderId: message.GetOrderId(), Sender: message.GetSender(), Sequence: 1})
}
