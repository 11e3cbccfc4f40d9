package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"

	"google.golang.org/grpc/codes"
	testgrpc "google.golang.org/grpc/interop/grpc_testing"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

// The delay of the second response of a call that is cancelled.
const muchLaterUs = 600_000_000

// unaryCalls makes all calls at once.
func unaryCalls(ctx context.Context, client testgrpc.TestServiceClient, c check) error {
	ended := make(chan error, c.Count)
	for range c.Count {
		go func() { ended <- unaryCall(ctx, client, c) }()
	}
	var err error
	for range c.Count {
		err = errors.Join(err, <-ended)
	}
	return err
}

func unaryCall(ctx context.Context, client testgrpc.TestServiceClient, c check) error {
	ctx = metadata.AppendToOutgoingContext(ctx, "x-barrier", strconv.Itoa(c.Barrier))
	response, err := client.UnaryCall(ctx, &testgrpc.SimpleRequest{
		ResponseSize: c.ResponseBytes,
		Payload:      &testgrpc.Payload{Body: make([]byte, c.RequestBytes)},
	})
	if err != nil {
		return err
	}
	return expectLength(response.GetPayload(), c.ResponseBytes)
}

// messages sends and receives at once.
func messages(ctx context.Context, client testgrpc.TestServiceClient, c check) error {
	stream, err := client.FullDuplexCall(ctx)
	if err != nil {
		return err
	}
	sent := make(chan error, 1)
	go func() {
		for i := range c.Count {
			if err := stream.Send(streamRequest(c, i)); err != nil {
				sent <- err
				return
			}
		}
		sent <- stream.CloseSend()
	}()
	for i := range c.Count {
		response, err := stream.Recv()
		if err != nil {
			return fmt.Errorf("message %d: %w", i, err)
		}
		if err := expectLength(response.GetPayload(), lengthOf(c, i)); err != nil {
			return fmt.Errorf("message %d: %w", i, err)
		}
	}
	if _, err := stream.Recv(); !errors.Is(err, io.EOF) {
		return fmt.Errorf("the end: %v", err)
	}
	return <-sent
}

// cancelled starts calls and cancels all of them at once.
func cancelled(ctx context.Context, client testgrpc.TestServiceClient, c check) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var streams []testgrpc.TestService_FullDuplexCallClient
	for range c.Count {
		stream, err := client.FullDuplexCall(ctx)
		if err != nil {
			return err
		}
		streams = append(streams, stream)
		if err := stream.Send(endlessRequest()); err != nil {
			return err
		}
		if _, err := stream.Recv(); err != nil {
			return err
		}
	}
	cancel()
	for _, stream := range streams {
		if _, err := stream.Recv(); status.Code(err) != codes.Canceled {
			return fmt.Errorf("a cancelled call ended with %v", err)
		}
	}
	return nil
}

// streamRequest returns message i, which requests a response of the same length.
func streamRequest(c check, i int) *testgrpc.StreamingOutputCallRequest {
	length := lengthOf(c, i)
	return &testgrpc.StreamingOutputCallRequest{
		ResponseParameters: []*testgrpc.ResponseParameters{{Size: length}},
		Payload:            &testgrpc.Payload{Body: make([]byte, length)},
	}
}

// endlessRequest requests a first response at once, and a second response much later.
func endlessRequest() *testgrpc.StreamingOutputCallRequest {
	return &testgrpc.StreamingOutputCallRequest{
		ResponseParameters: []*testgrpc.ResponseParameters{{Size: 1}, {Size: 1, IntervalUs: muchLaterUs}},
	}
}

// lengthOf returns different lengths for successive messages.
func lengthOf(c check, i int) int32 {
	return int32(i) % c.ResponseBytes
}

func expectLength(payload *testgrpc.Payload, length int32) error {
	if got := len(payload.GetBody()); got != int(length) {
		return fmt.Errorf("expected %d bytes, got %d", length, got)
	}
	return nil
}
