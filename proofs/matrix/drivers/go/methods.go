package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"

	orderv1 "example.com/protos/gen/go/order/v1"
	userv1 "example.com/protos/gen/go/user/v1"
	userv2 "example.com/protos/gen/go/user/v2"
)

// method makes a call. If the call fails, method returns the error and the earlier responses.
type method func(ctx context.Context, r request) ([]proto.Message, error)

func methodsOf(userConn, orderConn grpc.ClientConnInterface) map[string]method {
	users, usersV2 := userv1.NewUserServiceClient(userConn), userv2.NewUserServiceClient(userConn)
	orders := orderv1.NewOrderServiceClient(orderConn)
	return map[string]method{
		"user.v1.UserService/GetUser":    unary(users.GetUser),
		"user.v1.UserService/CreateUser": unary(users.CreateUser),
		"user.v1.UserService/ListUsers":  unary(users.ListUsers),

		"user.v2.UserService/GetUser":    unary(usersV2.GetUser),
		"user.v2.UserService/CreateUser": unary(usersV2.CreateUser),
		"user.v2.UserService/ListUsers":  unary(usersV2.ListUsers),
		"user.v2.UserService/UpdateUser": unary(usersV2.UpdateUser),

		"order.v1.OrderService/CreateOrder":       unary(orders.CreateOrder),
		"order.v1.OrderService/GetOrder":          unary(orders.GetOrder),
		"order.v1.OrderService/UpdateOrderStatus": unary(orders.UpdateOrderStatus),
		"order.v1.OrderService/ListOrders":        serverStream(orders.ListOrders),
		"order.v1.OrderService/UploadLineItems":   clientStream(orders.UploadLineItems),
		"order.v1.OrderService/OrderChat":         bidiStream(orders.OrderChat),
	}
}

// message is *T, the pointer that is a protobuf message.
type message[T any] interface {
	*T
	proto.Message
}

func unary[Req any, PReq message[Req], Res proto.Message](
	call func(context.Context, PReq, ...grpc.CallOption) (Res, error),
) method {
	return func(ctx context.Context, r request) ([]proto.Message, error) {
		request, err := parseOne[Req, PReq](r.Requests)
		if err != nil {
			return nil, err
		}
		response, err := call(ctx, request)
		if err != nil {
			return nil, err
		}
		return []proto.Message{response}, nil
	}
}

func serverStream[Req any, PReq message[Req], Res any, PRes message[Res]](
	call func(context.Context, PReq, ...grpc.CallOption) (grpc.ServerStreamingClient[Res], error),
) method {
	return func(ctx context.Context, r request) ([]proto.Message, error) {
		request, err := parseOne[Req, PReq](r.Requests)
		if err != nil {
			return nil, err
		}
		stream, err := call(ctx, request)
		if err != nil {
			return nil, err
		}
		return receiveAll[Res, PRes](stream.Recv)
	}
}

func clientStream[Req any, PReq message[Req], Res any, PRes message[Res]](
	call func(context.Context, ...grpc.CallOption) (grpc.ClientStreamingClient[Req, Res], error),
) method {
	return func(ctx context.Context, r request) ([]proto.Message, error) {
		all, err := parseAll[Req, PReq](r.Requests)
		if err != nil {
			return nil, err
		}
		stream, err := call(ctx)
		if err != nil {
			return nil, err
		}
		if err := sendAll(stream.Send, all); err != nil {
			return nil, err
		}
		response := PRes(new(Res))
		if !r.HoldOpen {
			response, err = stream.CloseAndRecv()
		} else {
			err = stream.RecvMsg(response)
		}
		if err != nil {
			return nil, err
		}
		return []proto.Message{response}, nil
	}
}

func bidiStream[Req any, PReq message[Req], Res any, PRes message[Res]](
	call func(context.Context, ...grpc.CallOption) (grpc.BidiStreamingClient[Req, Res], error),
) method {
	return func(ctx context.Context, r request) ([]proto.Message, error) {
		all, err := parseAll[Req, PReq](r.Requests)
		if err != nil {
			return nil, err
		}
		stream, err := call(ctx)
		if err != nil {
			return nil, err
		}
		// Recv returns the error of the call.
		go func() {
			if sendAll(stream.Send, all) == nil && !r.HoldOpen {
				stream.CloseSend()
			}
		}()
		return receiveAll[Res, PRes](stream.Recv)
	}
}

func parseOne[T any, P message[T]](requests []json.RawMessage) (P, error) {
	if len(requests) != 1 {
		return nil, fmt.Errorf("driver: the call takes one request, not %d", len(requests))
	}
	request := P(new(T))
	return request, parse(requests[0], request)
}

func parseAll[T any, P message[T]](requests []json.RawMessage) ([]*T, error) {
	all := make([]*T, len(requests))
	for i, text := range requests {
		all[i] = new(T)
		if err := parse(text, P(all[i])); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// sendAll stops without an error when the server has ended the call: receiving returns the status.
func sendAll[T any](send func(*T) error, messages []*T) error {
	for _, m := range messages {
		if err := send(m); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
	}
	return nil
}

func receiveAll[T any, P message[T]](receive func() (*T, error)) ([]proto.Message, error) {
	var all []proto.Message
	for {
		m, err := receive()
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return all, err
		}
		all = append(all, P(m))
	}
}
