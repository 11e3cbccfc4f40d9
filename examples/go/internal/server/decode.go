package server

import (
	"context"
	"slices"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/encoding"
	"google.golang.org/grpc/encoding/proto"
	"google.golang.org/grpc/mem"
	"google.golang.org/grpc/status"
)

// A request that cannot be decoded is the client's fault: INVALID_ARGUMENT. By default, grpc-go sends INTERNAL before
// our code can change it, and decodes unary requests before authentication. Therefore grpc-go decodes each request into
// a received, which never fails. receive then returns the error inside the interceptors.

// received is a request and the error from decoding it.
type received struct {
	request any
	err     error
}

// receive decodes a request inside a call to grpc-go's own receive.
func receive(grpcReceive func(any) error, request any) error {
	r := &received{request: request}
	if err := grpcReceive(r); err != nil {
		return err
	}
	if r.err != nil {
		return status.Error(codes.InvalidArgument, "the request cannot be decoded")
	}
	return nil
}

type codec struct{ encoding.CodecV2 }

func newCodec() codec { return codec{encoding.GetCodecV2(proto.Name)} }

func (c codec) Unmarshal(data mem.BufferSlice, message any) error {
	r, ok := message.(*received)
	if !ok {
		return c.CodecV2.Unmarshal(data, message)
	}
	r.err = c.CodecV2.Unmarshal(data, r.request)
	return nil
}

// registrar registers services so that their requests are decoded inside the interceptors.
type registrar struct{ *grpc.Server }

func (r registrar) RegisterService(desc *grpc.ServiceDesc, service any) {
	changed := *desc
	changed.Methods = slices.Clone(desc.Methods)
	for i := range changed.Methods {
		method := &changed.Methods[i]
		method.Handler = receiveInside("/"+desc.ServiceName+"/"+method.MethodName, method.Handler)
	}
	changed.Streams = slices.Clone(desc.Streams)
	for i := range changed.Streams {
		inner := changed.Streams[i].Handler
		changed.Streams[i].Handler = func(service any, stream grpc.ServerStream) error {
			return inner(service, receivingStream{stream})
		}
	}
	r.Server.RegisterService(&changed, service)
}

// receiveInside runs the interceptors without a request. The handler inside them decodes the request.
func receiveInside(fullMethod string, inner grpc.MethodHandler) grpc.MethodHandler {
	return func(
		service any, ctx context.Context, decode func(any) error, interceptor grpc.UnaryServerInterceptor,
	) (any, error) {
		info := &grpc.UnaryServerInfo{Server: service, FullMethod: fullMethod}
		return interceptor(ctx, nil, info, func(ctx context.Context, _ any) (any, error) {
			return inner(service, ctx, func(request any) error { return receive(decode, request) }, nil)
		})
	}
}

type receivingStream struct{ grpc.ServerStream }

func (s receivingStream) RecvMsg(message any) error { return receive(s.ServerStream.RecvMsg, message) }
