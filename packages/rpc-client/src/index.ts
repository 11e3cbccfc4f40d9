// A client of gRPC, gRPC-Web and Connect.
//
// The way of a call: transport/ makes it a `Call` with its request, which gets connections from a `ConnectionSource`,
// one for each attempt; an `Attempt` is a stream on a connection, and reads its response as its `Protocol` has it.
export type { ResolverFactory } from './channel/resolving/create-resolver.ts';
export type { Endpoint, Resolver, ResolverListener } from './channel/resolving/resolver.ts';
export type { Target } from './channel/resolving/target.ts';
export type { ServiceConfigJson } from './service-config.ts';
export { type CallStage, DeadlineCause } from './time-spent/time-spent.ts';
export type { TlsOptions } from './tls/tls-options.ts';
export type { FetchToken, Token } from './tokens/token-source.ts';
export { type ClientTransport, createTransport } from './transport/create-transport.ts';
export type { TransportOptions } from './transport/transport-options.ts';
