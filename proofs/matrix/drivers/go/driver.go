package main

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	userv2 "example.com/protos/gen/go/user/v2"
)

// request is one line of input.
type request struct {
	Method string `json:"method"`
	// Requests are messages in ProtoJSON.
	Requests []json.RawMessage `json:"requests"`
	Metadata map[string]string `json:"metadata"`
	// TimeoutMs is the timeout of the call. Nil is no timeout.
	TimeoutMs *int `json:"timeoutMs"`
	// HoldOpen keeps the sending half of a stream open until the call has ended.
	HoldOpen bool `json:"holdOpen"`
	// WithoutToken leaves out the token of the environment.
	WithoutToken bool `json:"withoutToken"`
	// Token replaces the token of the environment.
	Token string `json:"token"`
}

// driver makes calls to one pair of servers.
type driver struct {
	users, orders *grpc.ClientConn
	token         string
	methods       map[string]method
}

func newDriver(environment func(string) string) (*driver, error) {
	transport := insecure.NewCredentials()
	if file := environment("CA_FILE"); file != "" {
		var err error
		if transport, err = credentials.NewClientTLSFromFile(file, ""); err != nil {
			return nil, err
		}
	}
	users, err := grpc.NewClient(environment("USER_ADDRESS"), grpc.WithTransportCredentials(transport))
	if err != nil {
		return nil, err
	}
	orders, err := grpc.NewClient(environment("ORDER_ADDRESS"), grpc.WithTransportCredentials(transport))
	if err != nil {
		users.Close()
		return nil, err
	}
	return &driver{users, orders, environment("TOKEN"), methodsOf(users, orders)}, nil
}

func (d *driver) close() {
	d.users.Close()
	d.orders.Close()
}

// call makes one call.
func (d *driver) call(ctx context.Context, r request) result {
	method, ok := d.methods[r.Method]
	if !ok {
		return newResult(nil, fmt.Errorf("driver: unknown method %q", r.Method))
	}
	if r.TimeoutMs != nil {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, time.Duration(*r.TimeoutMs)*time.Millisecond)
		defer cancel()
	}
	// Cancelling the context ends a stream that was not read to its end.
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	return newResult(method(d.withMetadata(ctx, r), r))
}

func (d *driver) withMetadata(ctx context.Context, r request) context.Context {
	md := metadata.New(r.Metadata)
	token := d.token
	if r.Token != "" {
		token = r.Token
	}
	if token != "" && !r.WithoutToken {
		md.Set("authorization", "Bearer "+token)
	}
	return metadata.NewOutgoingContext(ctx, md)
}

func parse(text json.RawMessage, message proto.Message) error {
	if update, ok := message.(*userv2.UpdateUserRequest); ok {
		return parseUpdate(text, update)
	}
	return parseMessage(text, message)
}

func parseMessage(text json.RawMessage, message proto.Message) error {
	if err := protojson.Unmarshal(text, message); err != nil {
		return fmt.Errorf("driver: %w", err)
	}
	return nil
}
