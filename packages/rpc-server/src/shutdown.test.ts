import { once } from 'node:events';
import { connect } from 'node:net';
import { Code, createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { Flag, FrameType, frame, RawClient } from '@example/http2/testing';
import { NoteService } from '@example/kit/notes';
import { UserService } from '@example/protos/user/v1';
import { expect, it } from 'vitest';
import { callHeaders } from './testing/call-headers.ts';
import { failureOf, transports } from './testing/index.ts';
import { all, receivedOn, startServer, thenSilence, untilCancelled } from './testing/test-server.ts';

/** A server whose GetUser waits for `release`, and whose Discuss waits for its cancellation. */
async function startWaiting() {
  const entered = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  const events: string[] = [];
  const server = await startServer({
    users: {
      async getUser({ id }) {
        entered.resolve();
        await release.promise;
        return { id };
      },
    },
    notes: {
      async *discuss(_, { signal }) {
        entered.resolve();
        yield await untilCancelled(signal);
      },
    },
    onClosed: () => void events.push('store closed'),
  });
  return { server, entered: entered.promise, release: release.resolve, events };
}

it.each(transports)('shutdown lets a call over %s end, then closes the store', async (_, transport) => {
  const { server, entered, release, events } = await startWaiting();
  const call = createClient(UserService, transport(server.url)).getUser({ id: '7' });
  await entered;
  const closed = server.close(60_000);
  expect(events).toEqual([]);
  release();
  expect(await call).toMatchObject({ id: '7' });
  await closed;
  expect(events).toEqual(['store closed']);
});

it.each([
  ['404', '/nope', 'application/grpc'],
  ['415', '/user.v1.UserService/GetUser', 'text/plain'],
])('shutdown does not wait for a client that goes on sending after status %s', async (_, path, contentType) => {
  const { port, close } = await startServer();
  const client = await RawClient.connect(port);
  client.send(frame(FrameType.HEADERS, Flag.END_HEADERS, 1, callHeaders(path, { 'content-type': contentType })));
  await client.next(({ type, streamId }) => type === FrameType.RST_STREAM && streamId === 1);
  await close(60_000);
});

it('shutdown lets the second of two pipelined HTTP/1.1 requests end', async () => {
  const { server, entered, release } = await startWaiting();
  const socket = connect(server.port, '127.0.0.1');
  const received = receivedOn(socket);
  const head = 'HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 10\r\n\r\n{"id":"7"}';
  socket.write(`POST /nope ${head}POST /user.v1.UserService/GetUser ${head}`);
  await entered;
  await expect.poll(received).toContain('404');
  const ended = once(socket, 'close');
  const closed = server.close(60_000);
  release();
  await Promise.all([closed, ended]);
  expect(received()).toContain('{"id":"7"}');
});

it('shutdown does not wait for idle connections of any protocol', async () => {
  const server = await startServer();
  const silent = connect(server.port, '127.0.0.1');
  await once(silent, 'connect');
  for (const [, transport] of transports) {
    await createClient(UserService, transport(server.url)).getUser({ id: '7' });
  }
  await server.close(60_000);
  await expect(fetch(server.url)).rejects.toThrow();
});

it('shutdown cancels the calls that are left after the grace with UNAVAILABLE', async () => {
  const { server, entered, events } = await startWaiting();
  const notes = createClient(NoteService, createGrpcTransport({ baseUrl: server.url }));
  const failure = failureOf(all(notes.discuss(thenSilence({ noteId: 'note-1' }))));
  await entered;
  await server.close(0);
  expect((await failure).code).toBe(Code.Unavailable);
  expect(events).toEqual(['store closed']);
});

it('shutdown does not wait for a handler that ignores its signal', async () => {
  const { server, entered, events } = await startWaiting();
  const failure = failureOf(
    createClient(UserService, createGrpcTransport({ baseUrl: server.url })).getUser({ id: '7' }),
  );
  await entered;
  await server.close(0);
  expect(events).toEqual(['store closed']);
  await failure;
});

it('a server that is closed several times shuts down once', async () => {
  const { server, events } = await startWaiting();
  await Promise.all([server.close(), server.close(), server.close(0)]);
  expect(events).toEqual(['store closed']);
});
