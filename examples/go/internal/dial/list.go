package dial

import (
	"strings"

	"google.golang.org/grpc/resolver"
)

// list resolves targets such as ipv4:10.0.0.1:9000,10.0.0.2:9000, which other gRPC libraries have built in.
type list struct{}

func (list) Scheme() string { return "ipv4" }

func (list) Build(
	target resolver.Target, conn resolver.ClientConn, _ resolver.BuildOptions,
) (resolver.Resolver, error) {
	var state resolver.State
	for address := range strings.SplitSeq(target.Endpoint(), ",") {
		endpoint := resolver.Endpoint{Addresses: []resolver.Address{{Addr: address}}}
		state.Endpoints = append(state.Endpoints, endpoint)
	}
	return unchanging{}, conn.UpdateState(state)
}

// OverrideAuthority makes the first address the name that certificates must have, as other gRPC libraries do.
func (list) OverrideAuthority(target resolver.Target) string {
	first, _, _ := strings.Cut(target.Endpoint(), ",")
	return first
}

type unchanging struct{}

func (unchanging) ResolveNow(resolver.ResolveNowOptions) {}
func (unchanging) Close()                                {}
