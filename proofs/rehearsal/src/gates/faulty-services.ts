import { once } from 'node:events';
import { createServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import type { DescMessage, DescMethod, DescService, Message, MessageInitShape } from '@bufbuild/protobuf';
import { ConnectError, createContextValues, type ServiceImpl, type Transport } from '@connectrpc/connect';
import { connectNodeAdapter, createGrpcTransport } from '@connectrpc/connect-node';
import { OrderService } from '@example/protos/order/v1';
import { UserService } from '@example/protos/user/v1';
import type { Services } from '../services.ts';
import type { ServiceFault } from './service-faults.ts';

/**
 * Starts a gRPC proxy of `user.v1` and `order.v1` with one fault. It forwards each call to the running services, and
 * applies the fault to requests, responses and errors.
 */
export async function startFaultyServices(
  { usersUrl, ordersUrl }: Pick<Services, 'usersUrl' | 'ordersUrl'>,
  fault: ServiceFault,
): Promise<Services> {
  const server = createServer(
    connectNodeAdapter({
      routes(router) {
        router.service(UserService, forwarded(UserService, createGrpcTransport({ baseUrl: usersUrl }), fault));
        router.service(OrderService, forwarded(OrderService, createGrpcTransport({ baseUrl: ordersUrl }), fault));
      },
    }),
  );
  const sessions = new Set<{ destroy(): void }>();
  server.on('session', (session) => sessions.add(session));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    usersUrl: url,
    ordersUrl: url,
    async close() {
      const closed = once(server, 'close');
      server.close();
      for (const session of sessions) session.destroy();
      await closed;
    },
  };
}

/** The handlers of a service, which call the same service through a transport. */
function forwarded<S extends DescService>(service: S, transport: Transport, fault: ServiceFault): ServiceImpl<S> {
  const handlers = service.methods.map((method) => {
    const call = (requests: AsyncIterable<Message>) => callThrough(transport, method, requests, fault);
    const streamsResponses = method.methodKind === 'server_streaming' || method.methodKind === 'bidi_streaming';
    const streamsRequests = method.methodKind === 'client_streaming' || method.methodKind === 'bidi_streaming';
    const requestsOf = (request: Message | AsyncIterable<Message>) =>
      streamsRequests ? (request as AsyncIterable<Message>) : only(request as Message);
    const handler = streamsResponses
      ? (request: Message | AsyncIterable<Message>) => call(requestsOf(request))
      : async (request: Message | AsyncIterable<Message>) => await firstOf(call(requestsOf(request)));
    return [method.localName, handler];
  });
  return Object.fromEntries(handlers) as ServiceImpl<S>;
}

/** Makes one call of any kind, and applies the fault to its requests and responses. */
async function* callThrough(
  transport: Transport,
  method: DescMethod,
  requests: AsyncIterable<Message>,
  { onRequest, onResponse, onError }: ServiceFault,
): AsyncGenerator<Message> {
  async function* edited() {
    for await (const request of requests) {
      onRequest?.(request);
      yield request as MessageInitShape<DescMessage>;
    }
  }
  try {
    // A unary call is a stream of one message each way.
    const stream = { ...method, methodKind: 'bidi_streaming' } as DescMethod & { methodKind: 'bidi_streaming' };
    const response = await transport.stream(stream, undefined, undefined, undefined, edited(), createContextValues());
    for await (const message of response.message) {
      onResponse?.(message);
      yield message;
    }
  } catch (error) {
    const found = ConnectError.from(error);
    throw onError?.(found) ?? found;
  }
}

async function* only(message: Message): AsyncIterable<Message> {
  yield message;
}

async function firstOf(messages: AsyncIterable<Message>): Promise<Message> {
  let first: Message | undefined;
  // Reads to the end: an error may follow the message.
  for await (const message of messages) first ??= message;
  if (!first) throw new Error('the service sent no response');
  return first;
}
