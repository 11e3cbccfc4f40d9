package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"

	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

func serve() error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	server := grpc.NewServer()
	for _, service := range services {
		server.RegisterService(withHandlers(service), nil)
	}
	fmt.Println(listener.Addr())
	return server.Serve(listener)
}

// withHandlers returns a service of the package with our handlers.
func withHandlers(service *grpc.ServiceDesc) *grpc.ServiceDesc {
	ours := &grpc.ServiceDesc{ServiceName: service.ServiceName, HandlerType: (*any)(nil)}
	for _, method := range service.Methods {
		method.Handler = unaryHandler(methodOf(service.ServiceName, method.MethodName))
		ours.Methods = append(ours.Methods, method)
	}
	for _, stream := range service.Streams {
		stream.Handler = streamHandler(methodOf(service.ServiceName, stream.StreamName))
		ours.Streams = append(ours.Streams, stream)
	}
	return ours
}

// unary is grpc.MethodHandler, which older versions of grpc lack.
type unary = func(any, context.Context, func(any) error, grpc.UnaryServerInterceptor) (any, error)

func unaryHandler(method protoreflect.MethodDescriptor) unary {
	return func(_ any, ctx context.Context, decode func(any) error, _ grpc.UnaryServerInterceptor) (any, error) {
		request := newMessage(method.Input())
		if err := decode(request); err != nil {
			return nil, err
		}
		trailer, err := trailerOf([]proto.Message{request})
		if err != nil {
			return nil, err
		}
		return filled(method.Output()), grpc.SetTrailer(ctx, trailer)
	}
}

func streamHandler(method protoreflect.MethodDescriptor) grpc.StreamHandler {
	return func(_ any, stream grpc.ServerStream) error {
		var seen []proto.Message
		for {
			request := newMessage(method.Input())
			if err := stream.RecvMsg(request); err == io.EOF {
				break
			} else if err != nil {
				return err
			}
			seen = append(seen, request)
			if method.IsStreamingServer() && method.IsStreamingClient() {
				if err := stream.SendMsg(filled(method.Output())); err != nil {
					return err
				}
			}
		}
		trailer, err := trailerOf(seen)
		if err != nil {
			return err
		}
		stream.SetTrailer(trailer)
		return respondToRest(method, stream)
	}
}

func respondToRest(method protoreflect.MethodDescriptor, stream grpc.ServerStream) error {
	left := 1
	if method.IsStreamingServer() {
		left = 2
		if method.IsStreamingClient() {
			left = 0
		}
	}
	for range left {
		if err := stream.SendMsg(filled(method.Output())); err != nil {
			return err
		}
	}
	return nil
}

func trailerOf(seen []proto.Message) (metadata.MD, error) {
	list, err := jsonOf(seen)
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(list)
	return metadata.Pairs("skew-seen", string(text)), err
}
