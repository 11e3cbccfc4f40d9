// Package dial connects to services. Calls are balanced, have a timeout, and are retried where that is safe.
package dial

import (
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	_ "google.golang.org/grpc/health" // watches the health of servers
	"google.golang.org/grpc/keepalive"
)

// serviceConfig spreads calls over all servers that report SERVING. A call without a deadline gets a timeout of 30 s.
// Listed calls are retried when the server is UNAVAILABLE. These are safe to repeat: reads, and CreateOrder, because
// our clients give each order a request_id.
const serviceConfig = `{
  "loadBalancingConfig": [{"round_robin": {}}],
  "healthCheckConfig": {"serviceName": ""},
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
    "timeout": "30s",
    "retryPolicy": {
      "maxAttempts": 4,
      "initialBackoff": "0.1s",
      "maxBackoff": "1s",
      "backoffMultiplier": 2,
      "retryableStatusCodes": ["UNAVAILABLE"]
    }
  }, {
    "name": [{}],
    "timeout": "30s"
  }]
}`

// alive pings a silent connection that has calls. Most servers accept one ping in five minutes. They close a connection
// that sends more, with too_many_pings. On Linux a connection also ends when sent bytes are not acknowledged within the
// timeout.
var alive = keepalive.ClientParameters{Time: 330 * time.Second, Timeout: 20 * time.Second}

// Options configure the connection to a service.
type Options struct {
	// CA is the name of a PEM file with the root certificate of the servers. Empty: plaintext.
	CA string
	// Token adds a token to each call. Nil: no token is sent.
	Token credentials.PerRPCCredentials
}

// Connect returns a connection to all servers of a target: HOST:PORT or dns:///HOST:PORT for all addresses of a name,
// or a list such as ipv4:10.0.0.1:9000,10.0.0.2:9000.
func Connect(target string, o Options) (*grpc.ClientConn, error) {
	transport := insecure.NewCredentials()
	if o.CA != "" {
		var err error
		if transport, err = credentials.NewClientTLSFromFile(o.CA, ""); err != nil {
			return nil, err
		}
	}
	dial := []grpc.DialOption{
		grpc.WithTransportCredentials(transport),
		grpc.WithDefaultServiceConfig(serviceConfig),
		grpc.WithKeepaliveParams(alive),
		grpc.WithResolvers(list{}),
	}
	if o.Token != nil {
		dial = append(dial, grpc.WithPerRPCCredentials(o.Token))
	}
	return grpc.NewClient(target, dial...)
}
