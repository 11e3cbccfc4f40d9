import { Code, createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { expect, it } from 'vitest';
import { Health, HealthCheckResponse_ServingStatus as Status } from '../gen/health/v1/health_pb.ts';
import { parseOptions } from '../options.ts';
import { clientsOf, failureOf, startServer } from '../server-process.fixture.ts';
import { start } from '../start.ts';

/** A chat that is open until `leave`. */
async function openChat(server: { readonly userAddress: string; readonly orderAddress: string }) {
  const { orders } = clientsOf(server);
  const { id: orderId } = await orders.createOrder({ customerId: 'c' });
  const left = Promise.withResolvers<void>();
  async function* saying() {
    yield { orderId, sender: 'Aoife', text: 'hello' };
    await left.promise;
    yield { text: 'goodbye' };
  }
  const heard = orders.orderChat(saying())[Symbol.asyncIterator]();
  await heard.next();
  return { heard, leave: () => left.resolve() };
}

it.each(['SIGINT', 'SIGTERM'] as const)(
  'on %s reports NOT_SERVING, lets calls finish, and exits with code 0',
  async (signal) => {
    const server = await startServer();
    const { heard, leave } = await openChat(server);
    const watching = new AbortController();
    const health = createClient(Health, createGrpcTransport({ baseUrl: `http://${server.orderAddress}` }));
    const seen = health.watch({}, { signal: watching.signal })[Symbol.asyncIterator]();
    expect((await seen.next()).value?.status).toBe(Status.SERVING);

    const ended = server.end(signal);
    expect((await seen.next()).value?.status).toBe(Status.NOT_SERVING);
    watching.abort();
    const late = await failureOf(clientsOf(server).orders.getOrder({ id: 'ord-1' }));
    expect(late.code).toBe(Code.Unavailable);
    leave();
    expect((await heard.next()).value?.text).toBe('goodbye');
    expect((await heard.next()).done).toBe(true);
    expect(await ended).toBe(0);
  },
);

it('cancels calls that do not end in time', async () => {
  const services = await start(parseOptions(['--user-address=localhost:0', '--order-address=localhost:0']));
  const { heard, leave } = await openChat({
    userAddress: services.users.address,
    orderAddress: services.orders.address,
  });
  await services.stop(100);
  await failureOf(heard.next());
  leave();
});
