package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
)

// request is one line of input.
type request struct {
	Method string `json:"method"`
	// Requests are messages in ProtoJSON.
	Requests []json.RawMessage `json:"requests"`
	Metadata map[string]string `json:"metadata"`
	// TimeoutMs is the timeout of the call. Nil means no timeout.
	TimeoutMs *int `json:"timeoutMs"`
	// HoldOpen keeps the sending half of a stream open until the call has ended.
	HoldOpen bool `json:"holdOpen"`
	// WithoutToken leaves out the token of the environment.
	WithoutToken bool `json:"withoutToken"`
	// Token replaces the token of the environment.
	Token string `json:"token"`
}

// driver makes calls to the servers of all services.
type driver struct {
	connections map[string]*grpc.ClientConn
	token       string
	stubs       map[string]any
}

// packageName finds the last part of the name of a package, before its version: user in user.v1.UserService.
var packageName = regexp.MustCompile(`(\w+)\.v\d`)

func newDriver(environment func(string) string) (*driver, error) {
	transport := insecure.NewCredentials()
	if file := environment("CA_FILE"); file != "" {
		var err error
		if transport, err = credentials.NewClientTLSFromFile(file, ""); err != nil {
			return nil, err
		}
	}
	d := &driver{connections: map[string]*grpc.ClientConn{}, token: environment("TOKEN")}
	var failed error
	d.stubs = stubsOf(func(service string) grpc.ClientConnInterface {
		name := packageName.FindStringSubmatch(service)[1]
		if d.connections[name] == nil {
			address := environment(strings.ToUpper(name) + "_ADDRESS")
			connection, err := grpc.NewClient(address, grpc.WithTransportCredentials(transport))
			failed = errors.Join(failed, err)
			d.connections[name] = connection
		}
		return d.connections[name]
	})
	return d, failed
}

func (d *driver) close() {
	for _, connection := range d.connections {
		connection.Close()
	}
}

// call makes one call.
func (d *driver) call(ctx context.Context, r request) result {
	if r.TimeoutMs != nil {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, time.Duration(*r.TimeoutMs)*time.Millisecond)
		defer cancel()
	}
	// Cancelling the context ends a stream that was not read to its end.
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	return newResult(invoke(d.withMetadata(ctx, r), d.stubs, r))
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
	if mask := message.ProtoReflect().Descriptor().Fields().ByName("update_mask"); mask != nil {
		return parseUpdate(text, message, mask)
	}
	return parseMessage(text, message)
}

func parseMessage(text json.RawMessage, message proto.Message) error {
	if err := protojson.Unmarshal(text, message); err != nil {
		return fmt.Errorf("driver: %w", err)
	}
	return nil
}
