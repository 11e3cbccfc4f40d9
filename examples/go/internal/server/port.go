package server

import (
	"net"
	"time"

	"google.golang.org/grpc"
	_ "google.golang.org/grpc/encoding/gzip" // accepts compressed requests, and compresses their responses
	"google.golang.org/grpc/health"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/keepalive"
	"google.golang.org/grpc/reflection"
)

const (
	maxMessageBytes = 4 << 20
	maxHeaderBytes  = 32 << 10
	maxStreams      = 250
)

// limits protect a server from its clients.
func limits() []grpc.ServerOption {
	return []grpc.ServerOption{
		grpc.MaxRecvMsgSize(maxMessageBytes),
		grpc.MaxHeaderListSize(maxHeaderBytes),
		grpc.MaxConcurrentStreams(maxStreams),
		grpc.KeepaliveParams(keepalive.ServerParameters{Time: time.Minute, Timeout: 20 * time.Second}),
		// By default, grpc-go closes the connection of a client that pings more often than every five minutes.
		grpc.KeepaliveEnforcementPolicy(
			keepalive.EnforcementPolicy{MinTime: 10 * time.Second, PermitWithoutStream: true},
		),
	}
}

// port is one listener with services, health and reflection.
type port struct {
	address string
	server  *grpc.Server
	health  *health.Server
}

// listen opens a port; register adds the services.
func listen(address string, options []grpc.ServerOption, register func(grpc.ServiceRegistrar)) (*port, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return nil, err
	}
	_, number, err := net.SplitHostPort(listener.Addr().String())
	if err != nil {
		return nil, err
	}
	p := &port{
		address: net.JoinHostPort(host, number),
		server:  grpc.NewServer(options...),
		health:  health.NewServer(),
	}
	register(registrar{p.server})
	for service := range p.server.GetServiceInfo() {
		p.health.SetServingStatus(service, grpc_health_v1.HealthCheckResponse_SERVING)
	}
	grpc_health_v1.RegisterHealthServer(p.server, p.health)
	reflection.Register(p.server)
	go p.server.Serve(listener)
	return p, nil
}

// stop drains the port: it takes no new calls, and ends the calls that are still in progress after the limit.
func (p *port) stop(limit time.Duration) {
	p.health.Shutdown()
	drained := make(chan struct{})
	go func() {
		p.server.GracefulStop()
		close(drained)
	}()
	select {
	case <-drained:
	case <-time.After(limit):
		p.server.Stop()
		<-drained
	}
}
