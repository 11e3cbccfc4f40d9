package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

type outcome struct {
	Server    int               `json:"server"`
	Method    string            `json:"method"`
	Code      uint32            `json:"code"`
	Responses []json.RawMessage `json:"responses"`
	Seen      json.RawMessage   `json:"seen"`
}

func callAll(addresses []string) error {
	for index, address := range addresses {
		connection, err := grpc.NewClient(address, grpc.WithTransportCredentials(insecure.NewCredentials()))
		if err != nil {
			return err
		}
		for _, service := range services {
			if err := callService(connection, service, index); err != nil {
				return err
			}
		}
		if err := connection.Close(); err != nil {
			return err
		}
	}
	return nil
}

func callService(connection *grpc.ClientConn, service *grpc.ServiceDesc, server int) error {
	streams := service.Streams
	for _, method := range service.Methods {
		streams = append(streams, grpc.StreamDesc{StreamName: method.MethodName})
	}
	for _, stream := range streams {
		name := service.ServiceName + "/" + stream.StreamName
		method := methodOf(service.ServiceName, stream.StreamName)
		responses, trailer, err := call(connection, &stream, name, method)
		list, failure := jsonOf(responses)
		if failure != nil {
			return failure
		}
		result := outcome{Server: server, Method: name, Code: uint32(status.Code(err)), Responses: list}
		if err != nil {
			result.Responses = []json.RawMessage{}
		} else if seen := trailer.Get("skew-seen"); len(seen) == 1 {
			result.Seen = json.RawMessage(seen[0])
		} else {
			return fmt.Errorf("%s has no trailer skew-seen", name)
		}
		if err := json.NewEncoder(os.Stdout).Encode(result); err != nil {
			return err
		}
	}
	return nil
}

func call(
	connection *grpc.ClientConn,
	description *grpc.StreamDesc,
	name string,
	method protoreflect.MethodDescriptor,
) ([]proto.Message, metadata.MD, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	stream, err := connection.NewStream(ctx, description, "/"+name)
	if err != nil {
		return nil, nil, err
	}
	requests := 1
	if method.IsStreamingClient() {
		requests = 2
	}
	for range requests {
		// io.EOF means that the server has ended the call. RecvMsg returns the reason.
		if err := stream.SendMsg(filled(method.Input())); err != nil && err != io.EOF {
			return nil, nil, err
		}
	}
	if err := stream.CloseSend(); err != nil {
		return nil, nil, err
	}
	var responses []proto.Message
	for {
		response := newMessage(method.Output())
		if err := stream.RecvMsg(response); err == io.EOF {
			return responses, stream.Trailer(), nil
		} else if err != nil {
			return nil, nil, err
		}
		responses = append(responses, response)
		if !method.IsStreamingServer() {
			return responses, stream.Trailer(), nil
		}
	}
}
