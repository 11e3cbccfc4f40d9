import { setTimeout } from 'node:timers/promises';
import { Code, ConnectError, createClient } from '@connectrpc/connect';
import { headerList } from '@example/http2';
import { NoteService } from '@example/kit/notes';
import { UserService } from '@example/protos/user/v1';
import { expect, it, onTestFinished } from 'vitest';
import type { Resolver } from '../channel/resolving/resolver.ts';
import { startBackend } from '../testing/backend.ts';
import { createFakeClock } from '../testing/fake-clock.ts';
import { startNameServer } from '../testing/name-server.ts';
import { createTransport } from '../transport/create-transport.ts';
import type { TransportOptions } from '../transport/transport-options.ts';
import { DeadlineCause } from './time-spent.ts';

const timeoutMs = 200;

// Each cause is polled, because on a busy machine the event loop may be the longest stage.

/** The stage that took the time of a call that ends by its deadline. */
async function stageOf(target: string, options: Partial<TransportOptions> = {}, meanwhile = () => {}) {
  const transport = createTransport({ target, waitForReady: true, ...options });
  onTestFinished(() => transport.close());
  const call = createClient(UserService, transport).createUser({ name: 'x'.repeat(300_000) }, { timeoutMs });
  meanwhile();
  return await causeOf(call);
}

async function causeOf(call: Promise<unknown>): Promise<DeadlineCause['stage']> {
  const error = await call.then(() => new ConnectError('the call succeeded'), ConnectError.from);
  expect(error.code).toBe(Code.DeadlineExceeded);
  expect(error.cause).toBeInstanceOf(DeadlineCause);
  return (error.cause as DeadlineCause).stage;
}

const silent = () => {};
/** A backend that reads the whole request and never responds. */
const readAll = () => startBackend(silent);

it('a name server that does not respond', async () => {
  await using names = await startNameServer(1);
  names.addresses = undefined;
  await expect.poll(() => stageOf(`dns://${names.address}/users.test:9000`)).toBe('resolving');
});

it('a resolver that finds nothing', async () => {
  const resolver: Resolver = { authority: 'x', start() {}, refresh() {}, stop() {} };
  await expect.poll(() => stageOf('mine:x', { resolvers: { mine: () => resolver } })).toBe('resolving');
});

it('a server that accepts a connection and sends nothing', async () => {
  await using backend = await readAll();
  backend.isMute = true;
  await expect.poll(() => stageOf(backend.address)).toBe('connecting');
});

it('no server that can be connected, with the reason', async () => {
  await using backend = await readAll();
  await backend.close();
  await expect.poll(() => stageOf(backend.address)).toBe('picking');
  const transport = createTransport({ target: backend.address, waitForReady: true });
  onTestFinished(() => transport.close());
  const call = () => createClient(UserService, transport).getUser({}, { timeoutMs });
  await expect.poll(() => call().catch(String)).toMatch(/; the last failure: .*ECONNREFUSED/);
});

it('connections that are full', async () => {
  await using backend = await startBackend(silent, { concurrentStreams: 1 });
  const transport = createTransport({ target: backend.address, maxConnections: 1 });
  onTestFinished(() => transport.close());
  const users = createClient(UserService, transport);
  const first = users.getUser({}).catch(() => {});
  await expect.poll(() => backend.requests).toBe(1);
  await expect.poll(() => causeOf(users.getUser({}, { timeoutMs }))).toBe('stream');
  await backend.close();
  await first;
});

it('a server that does not read the request', async () => {
  await using backend = await startBackend(silent);
  // The window of the server is smaller than the request, and the server consumes nothing.
  backend.consumes = false;
  await expect.poll(() => stageOf(backend.address)).toBe('flow control');
});

it('a server that does not respond', async () => {
  await using backend = await readAll();
  await expect.poll(() => stageOf(backend.address)).toBe('response');
});

it('a server that does not end its response', async () => {
  const headers = headerList([
    [':status', '200'],
    ['content-type', 'application/grpc'],
  ]);
  await using backend = await startBackend((stream) => stream.sendHeaders(headers));
  await expect.poll(() => stageOf(backend.address)).toBe('response');
});

it('a program that does not end its request', async () => {
  await using backend = await readAll();
  const transport = createTransport({ target: backend.address });
  onTestFinished(() => transport.close());
  const upload = () =>
    createClient(NoteService, transport).uploadLines(
      (async function* () {
        yield { indent: 1 };
        await new Promise(() => {});
      })(),
      { timeoutMs },
    );
  await expect.poll(() => causeOf(upload())).toBe('request');
});

it('a program that does not read the response', async () => {
  const head = headerList([
    [':status', '200'],
    ['content-type', 'application/grpc'],
  ]);
  await using backend = await startBackend((stream) => {
    stream.sendHeaders(head);
    stream.sendData(new Uint8Array(5), new Uint8Array());
  });
  const clock = createFakeClock();
  const transport = createTransport({ target: backend.address, clock });
  onTestFinished(() => transport.close());
  const notes = createClient(NoteService, transport).listNotes({}, { timeoutMs })[Symbol.asyncIterator]();
  await notes.next();
  await clock.advance(timeoutMs);
  expect(await causeOf(notes.next())).toBe('reading');
});

it('attempts that fail, and the pauses between them', async () => {
  const refused = headerList([
    [':status', '200'],
    ['content-type', 'application/grpc'],
    ['grpc-status', String(Code.Unavailable)],
    ['grpc-retry-pushback-ms', '10000'],
  ]);
  await using backend = await startBackend((stream) => stream.sendHeaders(refused, true));
  const retryPolicy = {
    maxAttempts: 2,
    initialBackoff: '1s',
    maxBackoff: '1s',
    backoffMultiplier: 1,
    retryableStatusCodes: ['UNAVAILABLE'],
  };
  const serviceConfig = { methodConfig: [{ name: [{}], retryPolicy }] };
  await expect.poll(() => stageOf(backend.address, { serviceConfig })).toBe('backoff');
});

it('a token that never arrives', async () => {
  await using backend = await readAll();
  const token = () => setTimeout(10_000, { value: '', expiresAt: 0 }, { ref: false });
  await expect.poll(() => stageOf(backend.address, { token, sendTokensWithoutTls: true })).toBe('token');
});

it('an event loop that is blocked', async () => {
  await using backend = await readAll();
  const block = () => {
    const until = performance.now() + 2 * timeoutMs;
    while (performance.now() < until);
  };
  expect(await stageOf(backend.address, {}, block)).toBe('event loop');
});
