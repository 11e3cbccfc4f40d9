import { Code, ConnectError, createClient } from '@connectrpc/connect';
import { NoteService } from '@example/kit/notes';
import { UserService } from '@example/protos/user/v1';
import { expect, it, onTestFinished } from 'vitest';
import type { TransportOptions } from '../transport/transport-options.ts';
import { createFakeClock } from './fake-clock.ts';
import { createInProcess } from './in-process.ts';

function start(options: Partial<TransportOptions> = {}) {
  const { transport, faults } = createInProcess(
    (router) =>
      router
        .service(UserService, { getUser: ({ id }) => ({ id }), createUser: ({ name }) => ({ name }) })
        .service(NoteService, {
          async *discuss(messages) {
            yield* messages;
          },
        }),
    options,
  );
  onTestFinished(() => transport.close());
  return { users: createClient(UserService, transport), notes: createClient(NoteService, transport), faults };
}

it('calls handlers of all kinds', async () => {
  const { users, notes } = start();
  expect(await users.getUser({ id: '7' })).toMatchObject({ id: '7' });
  const texts: string[] = [];
  const said = (async function* () {
    yield { text: 'one' };
    yield { text: 'two' };
  })();
  for await (const { text } of notes.discuss(said)) texts.push(text);
  expect(texts).toEqual(['one', 'two']);
});

it.each(['grpc', 'grpc-web', 'connect'] as const)('makes calls by %s', async (protocol) => {
  const { users } = start({ protocol });
  expect(await users.getUser({ id: '7' })).toMatchObject({ id: '7' });
});

it('repeats failed attempts of calls that may be repeated', async () => {
  const clock = createFakeClock();
  const { users, faults } = start({ clock });
  faults.failNext(Code.Unavailable, Code.Unavailable);
  const call = users.getUser({ id: '7' });
  await clock.advance(50);
  expect(faults.attempts).toBe(1);
  await clock.advance(100);
  expect(faults.attempts).toBe(2);
  await clock.advance(300);
  expect(faults.attempts).toBe(3);
  expect(await call).toMatchObject({ id: '7' });
  faults.failNext(Code.Unavailable);
  const failed = await users.createUser({ name: 'x' }).then(() => undefined, ConnectError.from);
  expect(failed?.rawMessage).toBe('injected Unavailable');
});

it('ends a call at its deadline while attempts are delayed', async () => {
  const clock = createFakeClock();
  const { users, faults } = start({ clock });
  faults.delay(10_000);
  const codes: (Code | undefined)[] = [];
  for (const timeoutMs of [9_000, 11_000]) {
    const call = users.getUser({ id: '7' }, { timeoutMs }).then(() => undefined, ConnectError.from);
    void call.then((error) => codes.push(error?.code));
  }
  await clock.advance(8_990);
  expect(codes).toEqual([]);
  await clock.advance(20);
  expect(codes).toEqual([Code.DeadlineExceeded]);
  await clock.advance(1_000);
  expect(codes).toEqual([Code.DeadlineExceeded, undefined]);
});

it('opens a new connection when one is drained or lost', async () => {
  const { users, faults } = start();
  for (const fault of ['drain', 'cut'] as const) {
    await users.getUser({ id: '7' });
    faults[fault]();
    expect(await users.getUser({ id: '7' })).toMatchObject({ id: '7' });
  }
});
