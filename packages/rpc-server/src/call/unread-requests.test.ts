import { once } from 'node:events';
import http2 from 'node:http2';
import { Code } from '@connectrpc/connect';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../testing/test-server.ts';

const mebi = 1024 * 1024;
let server: TestServer;
let session: http2.ClientHttp2Session;
let chatsLeft: number;

beforeEach(async () => {
  chatsLeft = 0;
  server = await startServer({
    notes: {
      /** Reads one message, and responds after the call has ended. */
      async *discuss(messages, { signal }) {
        for await (const _ of messages) break;
        chatsLeft += 1;
        await once(signal, 'abort');
        yield {};
      },
    },
  });
  session = http2.connect(server.url);
  session.on('error', () => {});
});
afterEach(() => void session.destroy());

function request(path: string, contentType: string): http2.ClientHttp2Stream {
  const stream = session.request({ ':method': 'POST', ':path': path, 'content-type': contentType });
  stream.on('error', () => {});
  stream.resume();
  return stream;
}

/** An envelope header for a message of `length` bytes, and the first `sent` bytes of that message. */
function beginning(length: number, sent: number): Buffer {
  const bytes = Buffer.alloc(5 + sent);
  bytes.writeUInt32BE(length, 1);
  return bytes;
}

const getUser = '/user.v1.UserService/GetUser';
const discuss = '/notes.v1.NoteService/Discuss';

describe('a request that its handler does not read to its end', () => {
  it.each(['application/grpc', 'application/grpc-web', 'application/connect+proto'])(
    'does not use up the window of its connection (%s)',
    async (contentType) => {
      const count = 20;
      const empty = Buffer.alloc(5);
      // Almost fills the window of a stream. All these parts together exceed the window of the connection.
      const part = beginning(mebi, 260_000 - 10);
      for (let i = 0; i < count; i++) request(discuss, contentType).write(Buffer.concat([empty, part]));
      await expect.poll(() => chatsLeft).toBe(count);
      const stream = request(getUser, 'application/grpc');
      stream.end(beginning(100_000, 100_000));
      // The message consists of zeros, which are invalid.
      expect((await once(stream, 'response'))[0]).toMatchObject({ 'grpc-status': `${Code.InvalidArgument}` });
    },
  );
});
