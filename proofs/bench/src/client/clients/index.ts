import type { MakeClients } from '../bench-client.ts';
import { connectNode, rpcClient, rpcTransport } from './connect.ts';
import { grpcJs, niceGrpc } from './grpc-js.ts';
import { nodeHttp2 } from './node-http2.ts';

const all: Readonly<Record<string, MakeClients>> = {
  ...{ 'rpc-client': rpcClient, 'rpc-transport': rpcTransport, 'connect-node': connectNode },
  ...{ 'grpc-js': grpcJs, 'nice-grpc': niceGrpc, 'node-http2': nodeHttp2 },
};

/** @param name the first argument of a client program */
export function clientsOf(name: string | undefined): MakeClients {
  const make = all[name ?? ''];
  if (make === undefined) throw new Error(`there is no client ${name}`);
  return make;
}
