package main

import (
	"context"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
)

// serviceConfig makes grpc-go retry a call when the server is UNAVAILABLE. It lists only calls that are safe to repeat:
// reads, and CreateOrder, because this client gives each order a request_id.
const serviceConfig = `{
  "methodConfig": [{
    "name": [
      {"service": "user.v1.UserService", "method": "GetUser"},
      {"service": "user.v1.UserService", "method": "ListUsers"},
      {"service": "user.v2.UserService", "method": "GetUser"},
      {"service": "user.v2.UserService", "method": "ListUsers"},
      {"service": "order.v1.OrderService", "method": "CreateOrder"},
      {"service": "order.v1.OrderService", "method": "GetOrder"},
      {"service": "order.v1.OrderService", "method": "ListOrders"}
    ],
    "retryPolicy": {
      "maxAttempts": 4,
      "initialBackoff": "0.1s",
      "maxBackoff": "1s",
      "backoffMultiplier": 2,
      "retryableStatusCodes": ["UNAVAILABLE"]
    }
  }]
}`

type connectionOptions struct {
	// Empty: plaintext.
	ca string
	// Empty: no token is sent.
	token string
}

func connect(address string, o connectionOptions) (*grpc.ClientConn, error) {
	transport := insecure.NewCredentials()
	if o.ca != "" {
		var err error
		if transport, err = credentials.NewClientTLSFromFile(o.ca, ""); err != nil {
			return nil, err
		}
	}
	dial := []grpc.DialOption{grpc.WithTransportCredentials(transport), grpc.WithDefaultServiceConfig(serviceConfig)}
	if o.token != "" {
		dial = append(dial, grpc.WithPerRPCCredentials(bearer(o.token)))
	}
	return grpc.NewClient(address, dial...)
}

// bearer adds a token to each call.
type bearer string

func (b bearer) GetRequestMetadata(context.Context, ...string) (map[string]string, error) {
	return map[string]string{"authorization": "Bearer " + string(b)}, nil
}

// RequireTransportSecurity keeps grpc-go from sending the token in plaintext.
func (bearer) RequireTransportSecurity() bool { return true }
