// A client of gRPC, gRPC-Web and Connect.
//
// The way of a call: transport/ makes it a `Call` with its request, which gets connections from a `ConnectionSource`,
// one for each attempt; an `Attempt` is a stream on a connection, and reads its response as its `Protocol` has it.
export type { TlsOptions } from './tls/tls-options.ts';
export { type ClientTransport, createTransport } from './transport/create-transport.ts';
export type { TransportOptions } from './transport/transport-options.ts';
