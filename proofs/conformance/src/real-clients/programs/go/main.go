// Command go runs checks with grpc-go on one connection, as program-client.ts describes.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/credentials/insecure"
	testgrpc "google.golang.org/grpc/interop/grpc_testing"
)

const longest = 60 * time.Second

type check struct {
	Name          string `json:"name"`
	Kind          string `json:"kind"`
	Count         int    `json:"count"`
	RequestBytes  int    `json:"requestBytes"`
	ResponseBytes int32  `json:"responseBytes"`
	Barrier       int    `json:"barrier"`
}

type result struct {
	Name  string `json:"name"`
	Error string `json:"error,omitempty"`
}

func main() {
	if err := run(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(address, checks string) error {
	var all []check
	if err := json.Unmarshal([]byte(checks), &all); err != nil {
		return err
	}
	// A proxy in front of the server may not be listening yet.
	delays := backoff.Config{BaseDelay: 100 * time.Millisecond, Multiplier: 1, MaxDelay: time.Second}
	retry := grpc.ConnectParams{Backoff: delays}
	conn, err := grpc.NewClient(address,
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithConnectParams(retry),
		grpc.WithDefaultCallOptions(grpc.WaitForReady(true)))
	if err != nil {
		return err
	}
	results := json.NewEncoder(os.Stdout)
	for _, c := range all {
		r := result{Name: c.Name}
		if err := runCheck(testgrpc.NewTestServiceClient(conn), c); err != nil {
			r.Error = err.Error()
		}
		if err := results.Encode(r); err != nil {
			return err
		}
	}
	return conn.Close()
}

func runCheck(client testgrpc.TestServiceClient, c check) error {
	ctx, cancel := context.WithTimeout(context.Background(), longest)
	defer cancel()
	switch c.Kind {
	case "unary":
		return unaryCalls(ctx, client, c)
	case "messages":
		return messages(ctx, client, c)
	case "cancel":
		return errors.Join(cancelled(ctx, client, c), unaryCall(ctx, client, c))
	}
	return fmt.Errorf("unknown kind of check: %s", c.Kind)
}
