import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { type Client, Code, ConnectError, createClient, type Interceptor, type ServiceImpl } from '@connectrpc/connect';
import { NoteService } from '@example/kit/notes';
import { UserService } from '@example/protos/user/v1';
import { callOf, type ServeOptions, serve } from '@example/rpc-server';
import { silentLogger, testConfig } from '@example/rpc-server/testing';
import { expect, it, onTestFinished } from 'vitest';
import { createFakeClock, type FakeClock } from '../testing/fake-clock.ts';
import { DeadlineCause } from '../time-spent/time-spent.ts';
import type { ClientTransport } from './channel-transport.ts';
import { createTransport } from './create-transport.ts';
import type { TransportOptions } from './transport-options.ts';

type Users = Partial<ServiceImpl<typeof UserService>>;

/** @returns the target of a new server with this UserService */
async function serveUsers(users: Users, options: Partial<ServeOptions> = {}): Promise<string> {
  const server = await serve({
    config: testConfig,
    logger: silentLogger,
    ...options,
    routes: (router) => router.service(UserService, users),
  });
  onTestFinished(() => server.close(0));
  return new URL(server.url).host;
}

function transportTo(target: string, options: Partial<TransportOptions> = {}): ClientTransport {
  const transport = createTransport({ target, ...options });
  onTestFinished(() => transport.close());
  return transport;
}

function usersAt(target: string, options: Partial<TransportOptions> = {}): Client<typeof UserService> {
  return createClient(UserService, transportTo(target, options));
}

const failureOf = (call: Promise<unknown>) =>
  call.then(() => Promise.reject(new Error('the call succeeded')), ConnectError.from);

/** Makes a call by a clock that the test advances, so that no backoff takes real time. */
async function inFakeTime<T>(make: (clock: FakeClock) => Promise<T>): Promise<T> {
  const clock = createFakeClock();
  const call = make(clock);
  let isOver = false;
  void call.finally(() => {
    isOver = true;
  });
  await expect
    .poll(
      async () => {
        await clock.advance(50);
        return isOver;
      },
      { interval: 1 },
    )
    .toBe(true);
  return await call;
}

const unavailable = () => new ConnectError('try again', Code.Unavailable);

it('repeats a call without side effects, and sends the number of previous attempts', async () => {
  const attempts: (string | null)[] = [];
  const target = await serveUsers({
    getUser: ({ id }, { requestHeader }) => {
      attempts.push(requestHeader.get('grpc-previous-rpc-attempts'));
      if (attempts.length < 3) throw unavailable();
      return { id };
    },
  });
  expect(await inFakeTime((clock) => usersAt(target, { clock }).getUser({ id: '7' }))).toMatchObject({ id: '7' });
  expect(attempts).toEqual([null, '1', '2']);
});

it.each([
  ['with a request id', 'c4a760a8-dbcf-5254-a0d9-6a4474bd1b62', 3],
  ['without a request id', '', 1],
])('makes a create %s %s at most %i times', async (_, requestId, expected) => {
  let attempts = 0;
  const target = await serveUsers({
    createUser: () => {
      attempts += 1;
      throw unavailable();
    },
  });
  const failed = inFakeTime((clock) => failureOf(usersAt(target, { clock }).createUser({ requestId })));
  expect((await failed).code).toBe(Code.Unavailable);
  expect(attempts).toBe(expected);
});

it('obeys a service config, and the pushback of a server', async () => {
  let attempts = 0;
  const target = await serveUsers({
    createUser: (_, context) => {
      attempts += 1;
      if (attempts === 2) context.responseTrailer.set('grpc-retry-pushback-ms', '-1');
      throw new ConnectError('no', Code.Aborted);
    },
  });
  const retryPolicy = {
    maxAttempts: 4,
    initialBackoff: '0.01s',
    maxBackoff: '0.1s',
    backoffMultiplier: 2,
    retryableStatusCodes: ['ABORTED'],
  };
  const serviceConfig = { methodConfig: [{ name: [{ service: UserService.typeName }], retryPolicy }] };
  expect((await failureOf(usersAt(target, { serviceConfig }).createUser({}))).code).toBe(Code.Aborted);
  expect(attempts).toBe(2);
});

it('gives each call a deadline, unless its timeout is 0', async () => {
  const lefts: (number | undefined)[] = [];
  const target = await serveUsers({
    getUser: (_, { timeoutMs }) => {
      lefts.push(timeoutMs());
      return {};
    },
  });
  const users = usersAt(target, { defaultTimeoutMs: 5_000 });
  await users.getUser({});
  await users.getUser({}, { timeoutMs: 20_000 });
  await users.getUser({}, { timeoutMs: 0 });
  expect(lefts[0]).toBeLessThanOrEqual(5_000);
  expect(lefts[1]).toBeGreaterThan(5_000);
  // The default deadline of the server.
  expect(lefts[2]).toBe(testConfig.defaultDeadlineMs);
});

it('passes deadline, cancellation, request id and trace context on to the calls that a handler makes', async () => {
  const seen: Record<string, unknown>[] = [];
  const ended = Promise.withResolvers<void>();
  const last = await serveUsers({
    getUser: (_, context) => {
      const { requestHeader, signal, timeoutMs } = context;
      seen.push({
        left: timeoutMs(),
        requestId: callOf(context).requestId,
        traceparent: requestHeader.get('traceparent'),
        authorization: requestHeader.get('authorization'),
      });
      return new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          ended.resolve();
          reject(signal.reason);
        });
      });
    },
  });
  const inner = usersAt(last);
  const first = await serveUsers({ getUser: async ({ id }) => await inner.getUser({ id }) });
  const cancel = new AbortController();
  const headers = { 'x-request-id': 'one', traceparent: 'trace', authorization: 'Bearer secret' };
  const call = usersAt(first).getUser({ id: '1' }, { timeoutMs: 5_000, signal: cancel.signal, headers });
  await expect.poll(() => seen.length).toBe(1);
  expect(seen[0]).toEqual({ left: expect.any(Number), requestId: 'one', traceparent: 'trace', authorization: null });
  expect(seen[0]?.['left']).toBeLessThanOrEqual(5_000);
  cancel.abort();
  expect((await failureOf(call)).code).toBe(Code.Canceled);
  await ended.promise;
});

it('passes the token of the caller on to a server with passToken', async () => {
  let seen: string | null = null;
  const last = await serveUsers({
    getUser: (_, { requestHeader }) => {
      seen = requestHeader.get('authorization');
      return {};
    },
  });
  const inner = usersAt(last, { passToken: true, sendTokensWithoutTls: true });
  const first = await serveUsers({ getUser: async () => await inner.getUser({}) });
  await usersAt(first).getUser({}, { headers: { authorization: 'Bearer of the caller' } });
  expect(seen).toBe('Bearer of the caller');
});

it('sends a token that it fetches once, and a new one after a server has refused it', async () => {
  const seen: (string | null)[] = [];
  const target = await serveUsers({
    getUser: (_, { requestHeader }) => {
      seen.push(requestHeader.get('authorization'));
      if (seen.length === 2) throw new ConnectError('who are you?', Code.Unauthenticated);
      return {};
    },
  });
  let fetched = 0;
  const token = async () => ({ value: `token ${++fetched}`, expiresAt: Date.now() + 60_000 });
  const users = usersAt(target, { token, sendTokensWithoutTls: true });
  await users.getUser({});
  expect((await failureOf(users.getUser({}))).code).toBe(Code.Unauthenticated);
  await users.getUser({});
  expect(seen).toEqual(['Bearer token 1', 'Bearer token 1', 'Bearer token 2']);
});

it('does not send tokens without TLS, unless sendTokensWithoutTls is set', () => {
  const token = async () => ({ value: 'x', expiresAt: 0 });
  expect(() => createTransport({ target: 'users:9000', token })).toThrow('tokens are not sent without TLS');
  expect(() => createTransport({ target: 'users:9000', passToken: true })).toThrow('tokens are not sent without TLS');
  createTransport({ target: 'users:9000', token, tls: true }).close();
  createTransport({ target: 'unix:/run/users.sock', token }).close();
});

it.each([
  { protocol: 'gRPC' },
  { codec: 'xml' },
  { protocol: 'connect', httpVersion: '3' },
  { sendCompression: 'zstd' },
  { acceptCompression: ['gzip', 'zstd'] },
  { minConnections: 0 },
  { maxResponseBytes: Number.NaN },
  { connectTimeoutMs: Number.POSITIVE_INFINITY },
  { keepalive: { silenceMs: 0 } },
])('refuses %j, and names the option', (options) => {
  const [name] = Object.keys(options).slice(-1);
  expect(() => createTransport({ target: 'users:9000', ...(options as object) })).toThrow(
    new RegExp(`^invalid options of the transport:[^]* ${name}`),
  );
});

it('does not pass the text of a failed call on to the clients of the server that made it', async () => {
  const inner = usersAt('ipv4:127.0.0.1:1');
  const first = await serveUsers({ getUser: async () => await inner.getUser({}) });
  const { code, rawMessage } = await failureOf(
    usersAt(first)
      .createUser({})
      .catch(() => usersAt(first).getUser({})),
  );
  expect(code).toBe(Code.Unavailable);
  expect(rawMessage).toMatch(/^a call to another service failed/);
});

it('retries the first message of a stream of responses, and nothing after it', async () => {
  let attempts = 0;
  const server = await serve({
    config: testConfig,
    logger: silentLogger,
    routes: (router) =>
      router.service(NoteService, {
        async *listNotes() {
          attempts += 1;
          if (attempts === 1) throw unavailable();
          yield { id: 'first' };
          throw unavailable();
        },
      }),
  });
  onTestFinished(() => server.close(0));
  const ids: string[] = [];
  const read = async () => {
    const notes = createClient(NoteService, transportTo(new URL(server.url).host));
    for await (const { id } of notes.listNotes({})) ids.push(id);
  };
  expect((await failureOf(read())).code).toBe(Code.Unavailable);
  expect([attempts, ids]).toEqual([2, ['first']]);
});

it('keeps the process alive while a call waits for a server, but not afterwards', async () => {
  const program = `
    import { createClient } from '@connectrpc/connect';
    import { UserService } from '@example/protos/user/v1';
    import { createTransport } from '@example/rpc-client';
    const users = createClient(UserService, createTransport({ target: 'ipv4:127.0.0.1:1', waitForReady: true }));
    console.log(await users.getUser({}, { timeoutMs: 1_500 }).catch(({ code }) => code));`;
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program], {
    cwd: import.meta.dirname,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  expect([output, code]).toEqual([`${Code.DeadlineExceeded}\n`, 0]);
}, 60_000);

it('ends a stream that is left early by its signal, and not by leaving the loop', async () => {
  const signals: AbortSignal[] = [];
  const server = await serve({
    config: testConfig,
    logger: silentLogger,
    routes: (router) =>
      router.service(NoteService, {
        async *listNotes(_, { signal }) {
          signals.push(signal);
          yield { id: 'first' };
          await new Promise((resolve) => signal.addEventListener('abort', resolve));
        },
      }),
  });
  onTestFinished(() => server.close(0));
  const notes = createClient(NoteService, transportTo(new URL(server.url).host));
  const stop = new AbortController();
  for await (const { id } of notes.listNotes({}, { signal: stop.signal })) {
    expect(id).toBe('first');
    break;
  }
  // Connect's iterable has no return(), so that the transport is not informed.
  expect(notes.listNotes({})[Symbol.asyncIterator]().return).toBeUndefined();
  expect(signals[0]?.aborted).toBe(false);
  stop.abort();
  await expect.poll(() => signals[0]?.aborted).toBe(true);
});

it.each([
  ['without interceptors', []],
  ['with an interceptor', [((next) => next) satisfies Interceptor]],
])('names the stages that took the time until the deadline, %s', async (_name, interceptors) => {
  const target = await serveUsers({
    getUser: (_, { signal }) =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
  });
  const users = usersAt(target, { interceptors });
  // The timer wheel is up to 10 ms late. If interceptors had the same deadlines, their timers would end most of the 20
  // calls first, with an error without a cause.
  const calls = Array.from({ length: 20 }, (_, index) => failureOf(users.getUser({}, { timeoutMs: 100 + index })));
  for (const { code, cause } of await Promise.all(calls)) {
    expect(code).toBe(Code.DeadlineExceeded);
    expect(cause).toBeInstanceOf(DeadlineCause);
  }
});

it('accepts a timeout that is longer than a timer can be, also with an interceptor', async () => {
  const target = await serveUsers({ getUser: () => ({ id: '7' }) });
  const users = usersAt(target, { interceptors: [(next) => next] });
  expect(await users.getUser({}, { timeoutMs: 2 ** 32 })).toMatchObject({ id: '7' });
});
