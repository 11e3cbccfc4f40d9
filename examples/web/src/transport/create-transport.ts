import type { Interceptor, Transport } from '@connectrpc/connect';
import { createConnectTransport, createGrpcWebTransport } from '@connectrpc/connect-web';
import { OrderService } from '@example/protos/order/v1';
import { addresses } from '../addresses.ts';
import { session } from '../session/session.ts';
import { meterCalls } from './call-log.ts';
import type { TransportName } from './transport-names.ts';

/** The default timeout of a call, in milliseconds. */
const defaultTimeoutMs = 10_000;

const withToken: Interceptor = (next) => (request) => {
  const token = session.get()?.token;
  if (token !== undefined) request.header.set('authorization', `Bearer ${token}`);
  return next(request);
};

/** One transport for both services. */
export function createTransport(name: TransportName): Transport {
  const { interceptor, fetch } = meterCalls(name);
  const to = (baseUrl: string) => {
    const options = { baseUrl, defaultTimeoutMs, fetch, interceptors: [withToken, interceptor] };
    // With Connect the services also accept binary messages, but developer tools of browsers can show JSON.
    return name === 'connect' ? createConnectTransport(options) : createGrpcWebTransport(options);
  };
  if (name === 'envoy' && addresses.envoy !== undefined) return to(addresses.envoy);
  const [users, orders] = [to(addresses.users), to(addresses.orders)];
  const serviceOf = (typeName: string) => (typeName === OrderService.typeName ? orders : users);
  return {
    unary: (method, ...rest) => serviceOf(method.parent.typeName).unary(method, ...rest),
    stream: (method, ...rest) => serviceOf(method.parent.typeName).stream(method, ...rest),
  };
}
