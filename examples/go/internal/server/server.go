// Package server serves both services, each on a port of its own.
package server

import (
	"log/slog"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"

	"example.com/protos/examples/go/internal/chat"
	"example.com/protos/examples/go/internal/directory"
	"example.com/protos/examples/go/internal/orders"
	"example.com/protos/examples/go/internal/users"
	orderv1 "example.com/protos/gen/go/order/v1"
	userv1 "example.com/protos/gen/go/user/v1"
	userv2 "example.com/protos/gen/go/user/v2"
)

// Options configure a server.
type Options struct {
	// HOST:PORT; port 0 takes any free port.
	UserAddress, OrderAddress string
	// Names of PEM files: the certificate with its chain, and its private key. Empty: plaintext.
	TLSCert, TLSKey string
	// The name of a file with a JSON Web Key Set. Empty: no authentication.
	JWKS string
	// CallsPerSecond is the rate limit of one caller; a burst may have twice as many calls.
	CallsPerSecond int
	// UsersTarget is the target of the UserService with which OrderService checks customers. Empty: customers are not
	// checked.
	UsersTarget string
	// UsersCA is the name of a PEM file with the root certificate of that UserService. Empty: plaintext.
	UsersCA string
	Log     *slog.Logger
}

// Server is both services, listening.
type Server struct {
	user, order *port
	// nil when customers are not checked
	customers *directory.Users
}

// Start starts a server with fresh stores.
func Start(o Options) (*Server, error) {
	options, err := o.serverOptions()
	if err != nil {
		return nil, err
	}
	user, err := listen(o.UserAddress, options, func(r grpc.ServiceRegistrar) {
		store := users.NewStore()
		userv1.RegisterUserServiceServer(r, &users.ServiceV1{Store: store})
		userv2.RegisterUserServiceServer(r, &users.ServiceV2{Store: store})
	})
	if err != nil {
		return nil, err
	}
	customers, err := o.customers()
	if err != nil {
		user.stop(0)
		return nil, err
	}
	order, err := listen(o.OrderAddress, options, func(r grpc.ServiceRegistrar) {
		service := &orders.Service{Store: orders.NewStore(), Rooms: chat.NewRooms(), Users: customers}
		orderv1.RegisterOrderServiceServer(r, service)
	})
	if err != nil {
		user.stop(0)
		customers.Close()
		return nil, err
	}
	return &Server{user, order, customers}, nil
}

// customers returns nil when customers are not checked.
func (o Options) customers() (*directory.Users, error) {
	if o.UsersTarget == "" {
		return nil, nil
	}
	return directory.Connect(o.UsersTarget, o.UsersCA)
}

// UserAddress is the HOST:PORT of UserService.
func (s *Server) UserAddress() string { return s.user.address }

// OrderAddress is the HOST:PORT of OrderService.
func (s *Server) OrderAddress() string { return s.order.address }

// Stop takes no more calls, and returns when the calls in progress have ended. After the limit, Stop ends the remaining
// calls.
func (s *Server) Stop(limit time.Duration) {
	var stopped sync.WaitGroup
	stopped.Go(func() { s.user.stop(limit) })
	stopped.Go(func() { s.order.stop(limit) })
	stopped.Wait()
	s.customers.Close()
}

// serverOptions are the same for both ports. The interceptors are listed from the outermost to the innermost: each sees
// the outcome of the interceptors after it.
func (o Options) serverOptions() ([]grpc.ServerOption, error) {
	limit := newRateLimit(o.CallsPerSecond)
	authentication := around(letAnybody)
	if o.JWKS != "" {
		keys, err := readKeys(o.JWKS)
		if err != nil {
			return nil, err
		}
		authentication = authenticate(keys, limit)
	}
	options := append(limits(), grpc.ForceServerCodecV2(newCodec()))
	options = append(options, chain(logCalls(o.Log), mapErrors(o.Log), authentication, limitRate(limit), authorize)...)
	if o.TLSCert == "" {
		return options, nil
	}
	transport, err := credentials.NewServerTLSFromFile(o.TLSCert, o.TLSKey)
	if err != nil {
		return nil, err
	}
	return append(options, grpc.Creds(transport)), nil
}
