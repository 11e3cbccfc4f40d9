import { create, type DescMessage, fromBinary, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import { Code, ConnectError, type Transport } from '@connectrpc/connect';
import { Client, credentials, Metadata } from '@grpc/grpc-js';
import { transportClient } from '../tested-client.ts';

/** A usual configuration of grpc-js: round robin, retries for GetUser as in gRPC's guide, and keepalive. */
const options = {
  'grpc.service_config': JSON.stringify({
    loadBalancingConfig: [{ round_robin: {} }],
    methodConfig: [
      {
        name: [{ service: 'user.v1.UserService', method: 'GetUser' }],
        retryPolicy: {
          maxAttempts: 3,
          initialBackoff: '0.1s',
          maxBackoff: '1s',
          backoffMultiplier: 2,
          retryableStatusCodes: ['UNAVAILABLE'],
        },
      },
    ],
  }),
  'grpc.keepalive_time_ms': 10_000,
  'grpc.keepalive_timeout_ms': 3_000,
  'grpc.dns_min_time_between_resolutions_ms': 1_000,
};

/** grpc-js uses the name server of the target only with GRPC_NODE_USE_ALTERNATIVE_RESOLVER, which this command sets. */
export const client = transportClient(({ nameServer, host, port }) => {
  const channel = new Client(`dns://${nameServer}/${host}:${port}`, credentials.createInsecure(), options);
  const unary: Transport['unary'] = (method, _signal, timeoutMs, _header, input) =>
    new Promise((resolve, reject) => {
      channel.makeUnaryRequest(
        `/${method.parent.typeName}/${method.name}`,
        (message: MessageInitShape<DescMessage>) =>
          Buffer.from(toBinary(method.input as DescMessage, create(method.input as DescMessage, message))),
        (bytes: Buffer) => fromBinary(method.output as DescMessage, bytes),
        input as MessageInitShape<DescMessage>,
        new Metadata(),
        timeoutMs === undefined ? {} : { deadline: Date.now() + timeoutMs },
        (error, message) => {
          if (error) reject(new ConnectError(error.details, error.code as number as Code));
          else {
            const empty = { header: new Headers(), trailer: new Headers() };
            resolve({ stream: false, service: method.parent, method, message: message as never, ...empty });
          }
        },
      );
    });
  const stream: Transport['stream'] = () => Promise.reject(new ConnectError('not used', Code.Unimplemented));
  return { transport: { unary, stream }, close: () => channel.close() };
});
