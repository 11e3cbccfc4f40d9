package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"

	orderv1 "example.com/protos/gen/go/order/v1"
	userv1 "example.com/protos/gen/go/user/v1"
	userv2 "example.com/protos/gen/go/user/v2"
)

// stubsOf creates the generated client of each service. connect returns the connection to the server of a service.
func stubsOf(connect func(service string) grpc.ClientConnInterface) map[string]any {
	stubs := map[string]any{}
	stubs["user.v1.UserService"] = userv1.NewUserServiceClient(connect("user.v1.UserService"))
	stubs["user.v2.UserService"] = userv2.NewUserServiceClient(connect("user.v2.UserService"))
	stubs["order.v1.OrderService"] = orderv1.NewOrderServiceClient(connect("order.v1.OrderService"))
	return stubs
}

// invoke makes a call with a generated client. If the call fails, invoke returns the error and the earlier responses.
func invoke(ctx context.Context, stubs map[string]any, r request) ([]proto.Message, error) {
	service, name, _ := strings.Cut(r.Method, "/")
	stub := reflect.ValueOf(stubs[service])
	method, err := methodOf(service, name)
	if err != nil || !stub.IsValid() {
		return nil, fmt.Errorf("driver: unknown method %q: %v", r.Method, err)
	}
	requests, err := parseAll(r, method.Input())
	if err != nil {
		return nil, err
	}
	args := []reflect.Value{reflect.ValueOf(ctx)}
	if !method.IsStreamingClient() {
		if len(requests) != 1 {
			return nil, fmt.Errorf("driver: the call takes one request, not %d", len(requests))
		}
		args = append(args, reflect.ValueOf(requests[0]))
	}
	results := stub.MethodByName(name).Call(args)
	if err, ok := results[1].Interface().(error); ok {
		return nil, err
	}
	if stream, ok := results[0].Interface().(grpc.ClientStream); ok {
		return exchange(stream, method, requests, r.HoldOpen)
	}
	return []proto.Message{results[0].Interface().(proto.Message)}, nil
}

func methodOf(service, name string) (protoreflect.MethodDescriptor, error) {
	descriptor, err := protoregistry.GlobalFiles.FindDescriptorByName(protoreflect.FullName(service + "." + name))
	if err != nil {
		return nil, err
	}
	method, ok := descriptor.(protoreflect.MethodDescriptor)
	if !ok {
		return nil, fmt.Errorf("%s is no method", descriptor.FullName())
	}
	return method, nil
}

// newMessage makes an empty message of a generated type.
func newMessage(descriptor protoreflect.MessageDescriptor) (proto.Message, error) {
	generated, err := protoregistry.GlobalTypes.FindMessageByName(descriptor.FullName())
	if err != nil {
		return nil, err
	}
	return generated.New().Interface(), nil
}

func parseAll(r request, input protoreflect.MessageDescriptor) ([]proto.Message, error) {
	all := make([]proto.Message, len(r.Requests))
	for i, text := range r.Requests {
		m, err := newMessage(input)
		if err != nil {
			return nil, err
		}
		if err := parse(text, m); err != nil {
			return nil, err
		}
		all[i] = m
	}
	return all, nil
}

// exchange sends the requests of a stream, and receives responses until its end.
func exchange(
	stream grpc.ClientStream, method protoreflect.MethodDescriptor, requests []proto.Message, holdOpen bool,
) ([]proto.Message, error) {
	if method.IsStreamingClient() {
		// The error of sendAll is ignored: if the call fails, receiving returns its error.
		go func() {
			if sendAll(stream, requests) == nil && !holdOpen {
				stream.CloseSend()
			}
		}()
	}
	var all []proto.Message
	for {
		m, err := newMessage(method.Output())
		if err != nil {
			return all, err
		}
		if err := stream.RecvMsg(m); errors.Is(err, io.EOF) {
			return all, nil
		} else if err != nil {
			return all, err
		}
		all = append(all, m)
		if !method.IsStreamingServer() {
			return all, nil
		}
	}
}

func sendAll(stream grpc.ClientStream, messages []proto.Message) error {
	for _, m := range messages {
		if err := stream.SendMsg(m); err != nil {
			return err
		}
	}
	return nil
}
