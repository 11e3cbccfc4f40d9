import assert from 'node:assert/strict';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { create, toBinary } from '@bufbuild/protobuf';
import { type Client, Code, ConnectError, createClient } from '@connectrpc/connect';
import { ErrorCode, headerList, type Limits, type Stream, serveConnection } from '@example/http2';
import { createTransport } from '@example/rpc-client';
import { SimpleResponseSchema } from '../gen/grpc/testing/messages_pb.ts';
import { TestService } from '../gen/grpc/testing/test_pb.ts';

const requestBytes = 271_828;
const responseBytes = 314_159;
const headers = headerList([
  [':status', '200'],
  ['content-type', 'application/grpc'],
]);
const trailers = headerList([['grpc-status', '0']]);
const message = toBinary(
  SimpleResponseSchema,
  create(SimpleResponseSchema, { payload: { body: zeros(responseBytes) } }),
);
const prefix = Buffer.alloc(5);
prefix.writeUInt32BE(message.length, 1);

/** What the server does with a call whose request has arrived. @param send sends DATA, and resolves when it has left */
type Respond = (stream: Stream, send: (head: Uint8Array, body: Uint8Array) => Promise<void>) => Promise<void>;

/** The negative HTTP/2 cases (https://github.com/grpc/grpc/blob/master/doc/http2-interop-test-descriptions.md). */
export const negativeCases: Readonly<Record<string, () => Promise<void>>> = {
  async goaway() {
    await using server = await startServer(async (stream, send) => {
      stream.connection.drain();
      await respond(stream, send);
    });
    for (let call = 0; call < 2; call++) await succeeds(server.tests);
    assert.equal(server.seen.connections, 2);
  },

  async rst_after_header() {
    await fails(async (stream) => {
      stream.sendHeaders(headers);
      stream.reset(ErrorCode.NO_ERROR);
    });
  },

  async rst_during_data() {
    await fails(async (stream, send) => {
      stream.sendHeaders(headers);
      await send(prefix, message.subarray(0, message.length / 2));
      stream.reset(ErrorCode.NO_ERROR);
    });
  },

  async rst_after_data() {
    await fails(async (stream, send) => {
      stream.sendHeaders(headers);
      await send(prefix, message);
      stream.reset(ErrorCode.NO_ERROR);
    });
  },

  async ping() {
    const acknowledged: Promise<number>[] = [];
    await using server = await startServer(async (stream, send) => {
      const ping = () => acknowledged.push(new Promise((resolve) => stream.connection.ping(resolve)));
      ping();
      stream.sendHeaders(headers);
      ping();
      await send(prefix, message);
      ping();
      stream.sendTrailers(trailers);
    });
    await succeeds(server.tests);
    assert.equal((await Promise.all(acknowledged)).length, 3);
  },

  async max_streams() {
    await using server = await startServer(
      async (stream, send) => {
        await new Promise(setImmediate);
        await respond(stream, send);
      },
      { concurrentStreams: 1 },
    );
    await succeeds(server.tests);
    await Promise.all(Array.from({ length: 10 }, () => succeeds(server.tests)));
    assert.deepEqual(server.seen, { connections: 1, requests: 11, open: 0, mostOpen: 1 });
  },
};

async function respond(stream: Stream, send: (head: Uint8Array, body: Uint8Array) => Promise<void>): Promise<void> {
  stream.sendHeaders(headers);
  await send(prefix, message);
  stream.sendTrailers(trailers);
}

/** @returns the server, and our client of it */
async function startServer(respond: Respond, limits: Partial<Limits> = {}) {
  const seen = { connections: 0, requests: 0, open: 0, mostOpen: 0 };
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    seen.connections += 1;
    sockets.add(socket.on('close', () => sockets.delete(socket)).on('error', () => {}));
    serveConnection(socket, {
      limits,
      accept(stream) {
        seen.requests += 1;
        seen.open += 1;
        seen.mostOpen = Math.max(seen.mostOpen, seen.open);
        let onDrain = () => {};
        const send = (head: Uint8Array, body: Uint8Array) =>
          new Promise<void>((resolve) => {
            if (stream.sendData(head, body)) resolve();
            else onDrain = resolve;
          });
        return {
          onData: (_, start, end) => stream.consume(end - start),
          onEnd: () => void respond(stream, send),
          onDrain: () => onDrain(),
          onClose() {
            seen.open -= 1;
          },
        };
      },
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const transport = createTransport({ target: `127.0.0.1:${port}`, maxConnections: 1 });
  return {
    seen,
    tests: createClient(TestService, transport),
    async [Symbol.asyncDispose]() {
      transport.close();
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function call(tests: Client<typeof TestService>) {
  return tests.unaryCall({ responseSize: responseBytes, payload: { body: zeros(requestBytes) } });
}

async function succeeds(tests: Client<typeof TestService>): Promise<void> {
  const { payload } = await call(tests);
  assert.equal(payload?.body.length, responseBytes);
}

/** The call fails, and is not made twice. */
async function fails(respond: Respond): Promise<void> {
  await using server = await startServer(respond);
  const error = await call(server.tests).then(() => assert.fail('the call succeeded'), ConnectError.from);
  assert.equal(error.code, Code.Internal, error.message);
  assert.equal(server.seen.requests, 1);
}

function zeros(size: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(size);
}
