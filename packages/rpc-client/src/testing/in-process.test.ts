import { Code, ConnectError, createClient } from '@connectrpc/connect';
import { OrderService } from '@example/protos/order/v1';
import { UserService } from '@example/protos/user/v1';
import { expect, it, onTestFinished } from 'vitest';
import type { TransportOptions } from '../transport/transport-options.ts';
import { createInProcess } from './in-process.ts';

function start(options: Partial<TransportOptions> = {}) {
  const { transport, faults } = createInProcess(
    (router) =>
      router
        .service(UserService, { getUser: ({ id }) => ({ id }), createUser: ({ name }) => ({ name }) })
        .service(OrderService, {
          async *orderChat(messages) {
            yield* messages;
          },
        }),
    options,
  );
  onTestFinished(() => transport.close());
  return { users: createClient(UserService, transport), orders: createClient(OrderService, transport), faults };
}

it('calls handlers of all kinds', async () => {
  const { users, orders } = start();
  expect(await users.getUser({ id: '7' })).toMatchObject({ id: '7' });
  const texts: string[] = [];
  const said = (async function* () {
    yield { text: 'one' };
    yield { text: 'two' };
  })();
  for await (const { text } of orders.orderChat(said)) texts.push(text);
  expect(texts).toEqual(['one', 'two']);
});

it.each(['grpc', 'grpc-web', 'connect'] as const)('makes calls by %s', async (protocol) => {
  const { users } = start({ protocol });
  expect(await users.getUser({ id: '7' })).toMatchObject({ id: '7' });
});

it('repeats failed attempts of calls that may be repeated', async () => {
  const { users, faults } = start();
  faults.failNext(Code.Unavailable, Code.Unavailable);
  expect(await users.getUser({ id: '7' })).toMatchObject({ id: '7' });
  expect(faults.attempts).toBe(3);
  faults.failNext(Code.Unavailable);
  const failed = await users.createUser({ name: 'x' }).then(() => undefined, ConnectError.from);
  expect(failed?.rawMessage).toBe('injected Unavailable');
});

it('ends a call at its deadline while attempts are delayed', async () => {
  const { users, faults } = start();
  faults.delay(10_000);
  const failed = await users.getUser({ id: '7' }, { timeoutMs: 50 }).then(() => undefined, ConnectError.from);
  expect(failed?.code).toBe(Code.DeadlineExceeded);
});

it('opens a new connection when one is drained or lost', async () => {
  const { users, faults } = start();
  for (const fault of ['drain', 'cut'] as const) {
    await users.getUser({ id: '7' });
    faults[fault]();
    expect(await users.getUser({ id: '7' })).toMatchObject({ id: '7' });
  }
});
