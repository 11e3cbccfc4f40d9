import { createRegistry } from '@bufbuild/protobuf';
import { type ClientTransport, createTransport, type TransportOptions } from '@example/rpc-client';
import type { ClientCompatRequest } from '../gen/connectrpc/conformance/v1/client_compat_pb.ts';
import { Codec, Compression, HTTPVersion, Protocol } from '../gen/connectrpc/conformance/v1/config_pb.ts';
import { file_connectrpc_conformance_v1_service } from '../gen/connectrpc/conformance/v1/service_pb.ts';

const protocols = new Map<Protocol, TransportOptions['protocol']>([
  [Protocol.CONNECT, 'connect'],
  [Protocol.GRPC, 'grpc'],
  [Protocol.GRPC_WEB, 'grpc-web'],
]);
const compressions = new Map<Compression, TransportOptions['sendCompression']>([
  [Compression.GZIP, 'gzip'],
  [Compression.BR, 'br'],
]);
const registry = createRegistry(file_connectrpc_conformance_v1_service);

/** The transport for one call of the suite. */
export function requestedTransport(request: ClientCompatRequest): ClientTransport {
  const { clientTlsCreds, serverTlsCert } = request;
  const compression = compressions.get(request.compression);
  const tls = {
    ca: text(serverTlsCert),
    ...(clientTlsCreds !== undefined && { cert: text(clientTlsCreds.cert), key: text(clientTlsCreds.key) }),
  };
  return createTransport({
    target: `${request.host}:${request.port}`,
    protocol: protocols.get(request.protocol),
    codec: request.codec === Codec.JSON ? 'json' : 'proto',
    ...(request.codec === Codec.JSON && { jsonOptions: { registry } }),
    httpVersion: request.httpVersion === HTTPVersion.HTTP_VERSION_1 ? '1.1' : '2',
    ...(serverTlsCert.length > 0 && { tls }),
    sendCompression: compression,
    compressMinBytes: 0,
    acceptCompression: compression === undefined ? [] : [compression],
    maxResponseBytes: request.messageReceiveLimit || undefined,
    useHttpGet: request.useGetHttpMethod,
    // In the suite, a call without a timeout has no deadline, and each call has one attempt.
    defaultTimeoutMs: 0,
    serviceConfig: { methodConfig: [{ name: [{}] }] },
  });
}

function text(pem: Uint8Array): string {
  return Buffer.from(pem).toString();
}
