// A client of gRPC, gRPC-Web and Connect.
//
// The life of a call: transport/ creates a `Call` with its request. For each attempt, the call takes a connection from
// a `ConnectionSource`. An `Attempt` is a stream on a connection, and its `Protocol` reads the response.
export type { ResolverFactory } from './channel/resolving/create-resolver.ts';
export type { Endpoint, Resolver, ResolverListener } from './channel/resolving/resolver.ts';
export type { Target } from './channel/resolving/target.ts';
export type { ServiceConfigJson } from './service-config.ts';
export { type CallStage, DeadlineCause } from './time-spent/time-spent.ts';
export type { TlsOptions } from './tls/tls-options.ts';
export type { FetchToken, Token } from './tokens/token-source.ts';
export type { ClientTransport } from './transport/channel-transport.ts';
export { createTransport } from './transport/create-transport.ts';
export type { TransportOptions } from './transport/transport-options.ts';
