import { Code, ConnectError, createClient } from '@connectrpc/connect';
import { headerList } from '@example/http2';
import { NoteService } from '@example/kit/notes';
import { UserService } from '@example/protos/user/v1';
import { expect, it, onTestFinished, vi } from 'vitest';
import type { Resolver } from '../channel/resolving/resolver.ts';
import { type Backend, startBackend } from '../testing/backend.ts';
import { createFakeClock, type FakeClock } from '../testing/fake-clock.ts';
import { startNameServer } from '../testing/name-server.ts';
import { createTransport } from '../transport/create-transport.ts';
import type { TransportOptions } from '../transport/transport-options.ts';
import { DeadlineCause } from './time-spent.ts';

// The clock stands still until a call waits for the injected cause, so a busy machine adds no time to other stages.

const timeoutMs = 200;

function open(target: string, options: Partial<TransportOptions> = {}, clock = createFakeClock()) {
  const transport = createTransport({ target, clock, ...options });
  onTestFinished(() => transport.close());
  return { clock, transport, users: createClient(UserService, transport) };
}

/**
 * The stage that took the time of a call that ends by its deadline.
 *
 * @param isReached whether the call waits for the injected cause
 */
async function stageOf(target: string, isReached: () => boolean, ...rest: [Partial<TransportOptions>?, FakeClock?]) {
  const { clock, users } = open(target, ...rest);
  const call = causeOf(users.createUser({}, { timeoutMs }));
  await expect.poll(isReached).toBe(true);
  await clock.advance(timeoutMs);
  return (await call).stage;
}

async function causeOf(call: Promise<unknown>): Promise<DeadlineCause> {
  const error = await call.then(() => new ConnectError('the call succeeded'), ConnectError.from);
  expect(error.code).toBe(Code.DeadlineExceeded);
  expect(error.cause).toBeInstanceOf(DeadlineCause);
  return error.cause as DeadlineCause;
}

const grpcHeaders = headerList([
  [':status', '200'],
  ['content-type', 'application/grpc'],
]);
/** A backend that reads the whole request and never responds. */
const silent = () => {};
const hasRequest = (backend: Backend) => () => backend.requests === 1;

it('a name server that does not respond', async () => {
  await using names = await startNameServer(1);
  names.addresses = undefined;
  expect(await stageOf(`dns://${names.address}/users.test:9000`, () => names.questions > 0)).toBe('resolving');
});

it('a resolver that finds nothing', async () => {
  const resolver: Resolver = { authority: 'x', start() {}, refresh() {}, stop() {} };
  expect(await stageOf('mine:x', () => true, { resolvers: { mine: () => resolver } })).toBe('resolving');
});

it('a server that accepts a connection and sends nothing', async () => {
  await using backend = await startBackend(silent);
  backend.isMute = true;
  expect(await stageOf(backend.address, () => backend.accepted === 1)).toBe('connecting');
});

it('no server that can be connected, with the reason', async () => {
  await using backend = await startBackend(silent);
  await backend.close();
  const createUser = { name: [{ service: UserService.typeName, method: 'CreateUser' }], waitForReady: true };
  const { clock, users } = open(backend.address, { serviceConfig: { methodConfig: [createUser] } });
  // Fails when the attempt to connect has failed.
  await expect(users.getUser({})).rejects.toThrow('ECONNREFUSED');
  const call = causeOf(users.createUser({}, { timeoutMs }));
  await clock.advance(timeoutMs);
  const { stage, message } = await call;
  expect(stage).toBe('picking');
  expect(message).toMatch(/; the last failure: .*ECONNREFUSED/);
});

it('connections that are full', async () => {
  await using backend = await startBackend(silent, { concurrentStreams: 1 });
  const { clock, users } = open(backend.address, { maxConnections: 1 });
  users.getUser({}).catch(() => {});
  await expect.poll(hasRequest(backend)).toBe(true);
  const call = causeOf(users.getUser({}, { timeoutMs }));
  await clock.advance(timeoutMs);
  expect((await call).stage).toBe('stream');
});

it('a server that does not read the request', async () => {
  await using backend = await startBackend(silent);
  backend.consumes = false;
  const { clock, users } = open(backend.address);
  // The window of the server is smaller than the request.
  const call = causeOf(users.createUser({ name: 'x'.repeat(300_000) }, { timeoutMs }));
  await expect.poll(hasRequest(backend)).toBe(true);
  await clock.advance(timeoutMs);
  expect((await call).stage).toBe('flow control');
});

it('a server that does not respond', async () => {
  await using backend = await startBackend(silent);
  expect(await stageOf(backend.address, hasRequest(backend))).toBe('response');
});

it('a server that does not end its response', async () => {
  await using backend = await startBackend((stream) => stream.sendHeaders(grpcHeaders));
  expect(await stageOf(backend.address, hasRequest(backend))).toBe('response');
});

it('a program that does not end its request', async () => {
  await using backend = await startBackend(silent);
  const { clock, transport } = open(backend.address);
  async function* requests() {
    yield { indent: 1 };
    await new Promise(() => {});
  }
  const call = causeOf(createClient(NoteService, transport).uploadLines(requests(), { timeoutMs }));
  await expect.poll(hasRequest(backend)).toBe(true);
  await clock.advance(timeoutMs);
  expect((await call).stage).toBe('request');
});

it('a program that does not read the response', async () => {
  await using backend = await startBackend((stream) => {
    stream.sendHeaders(grpcHeaders);
    stream.sendData(new Uint8Array(5), new Uint8Array());
  });
  const { clock, transport } = open(backend.address);
  const notes = createClient(NoteService, transport).listNotes({}, { timeoutMs })[Symbol.asyncIterator]();
  await notes.next();
  await clock.advance(timeoutMs);
  expect((await causeOf(notes.next())).stage).toBe('reading');
});

it('attempts that fail, and the pauses between them', async () => {
  const pauseMs = 10_000;
  const refused = headerList([
    [':status', '200'],
    ['content-type', 'application/grpc'],
    ['grpc-status', String(Code.Unavailable)],
    ['grpc-retry-pushback-ms', `${pauseMs}`],
  ]);
  await using backend = await startBackend((stream) => stream.sendHeaders(refused, true));
  const retryPolicy = {
    maxAttempts: 2,
    initialBackoff: '1s',
    maxBackoff: '1s',
    backoffMultiplier: 1,
    retryableStatusCodes: ['UNAVAILABLE'],
  };
  const clock = createFakeClock();
  const timers = vi.spyOn(clock, 'setTimeout');
  const isPausing = () => timers.mock.calls.some(([, ms]) => ms === pauseMs);
  const serviceConfig = { methodConfig: [{ name: [{}], retryPolicy }] };
  expect(await stageOf(backend.address, isPausing, { serviceConfig }, clock)).toBe('backoff');
});

it('a token that never arrives', async () => {
  await using backend = await startBackend(silent);
  const token = () => new Promise<never>(() => {});
  const options = { token, sendTokensWithoutTls: true };
  expect(await stageOf(backend.address, () => true, options)).toBe('token');
});

it('an event loop that is blocked', async () => {
  await using backend = await startBackend(silent);
  const { users } = open(backend.address, { clock: undefined });
  const call = causeOf(users.getUser({}, { timeoutMs }));
  const until = performance.now() + 2 * timeoutMs;
  while (performance.now() < until);
  expect((await call).stage).toBe('event loop');
});
