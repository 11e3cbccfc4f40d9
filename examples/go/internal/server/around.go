package server

import (
	"context"

	"google.golang.org/grpc"
)

// around is an interceptor for calls of every kind. It calls next, possibly with an extended context, and returns the
// error of the call.
type around func(ctx context.Context, method string, next func(context.Context) error) error

func (a around) unary(
	ctx context.Context, request any, info *grpc.UnaryServerInfo, handler grpc.UnaryHandler,
) (any, error) {
	var response any
	err := a(ctx, info.FullMethod, func(ctx context.Context) (err error) {
		response, err = handler(ctx, request)
		return err
	})
	return response, err
}

func (a around) stream(
	service any, stream grpc.ServerStream, info *grpc.StreamServerInfo, handler grpc.StreamHandler,
) error {
	return a(stream.Context(), info.FullMethod, func(ctx context.Context) error {
		return handler(service, streamWithContext{stream, ctx})
	})
}

type streamWithContext struct {
	grpc.ServerStream
	ctx context.Context
}

func (s streamWithContext) Context() context.Context { return s.ctx }

// chain combines interceptors. The first one is the outermost.
func chain(interceptors ...around) []grpc.ServerOption {
	var options []grpc.ServerOption
	for _, a := range interceptors {
		options = append(options, grpc.ChainUnaryInterceptor(a.unary), grpc.ChainStreamInterceptor(a.stream))
	}
	return options
}
