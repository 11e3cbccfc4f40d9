import { once } from 'node:events';
import http2 from 'node:http2';
import { Code } from '@connectrpc/connect';
import { OrderService } from '@example/protos/order/v1';
import { UserService } from '@example/protos/user/v1';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type RunningServer, serve } from '../serve.ts';
import { silentLogger, testConfig } from '../testing/index.ts';

const mebi = 1024 * 1024;
let server: RunningServer;
let session: http2.ClientHttp2Session;
let chatsLeft: number;

beforeEach(async () => {
  chatsLeft = 0;
  server = await serve({
    config: testConfig,
    logger: silentLogger,
    routes: (router) =>
      router.service(UserService, { getUser: ({ id }) => ({ id }) }).service(OrderService, {
        async uploadLineItems(items) {
          for await (const _ of items);
          return {};
        },
        /** Reads one message, and answers when nobody waits any more. */
        async *orderChat(messages, { signal }) {
          for await (const _ of messages) break;
          chatsLeft += 1;
          await once(signal, 'abort');
          yield {};
        },
      }),
  });
  session = http2.connect(server.url);
  session.on('error', () => {});
});
afterEach(async () => {
  session.destroy();
  await server.close(0);
});

function request(path: string, contentType: string): http2.ClientHttp2Stream {
  const stream = session.request({ ':method': 'POST', ':path': path, 'content-type': contentType });
  stream.on('error', () => {});
  stream.resume();
  return stream;
}

/** The first `sent` bytes of a message that says that it has `length`. */
function beginning(length: number, sent: number): Buffer {
  const bytes = Buffer.alloc(5 + sent);
  bytes.writeUInt32BE(length, 1);
  return bytes;
}

const getUser = '/user.v1.UserService/GetUser';
const orderChat = '/order.v1.OrderService/OrderChat';

describe('a request that its handler does not read to its end', () => {
  it.each(['application/grpc', 'application/grpc-web', 'application/connect+proto'])(
    'leaves the window of the connection to others (%s)',
    async (contentType) => {
      const count = 20;
      const empty = Buffer.alloc(5);
      // As much as the window of a stream, all of which would be more than that of the connection.
      const part = beginning(mebi, 260_000 - 10);
      for (let i = 0; i < count; i++) request(orderChat, contentType).write(Buffer.concat([empty, part]));
      await expect.poll(() => chatsLeft).toBe(count);
      const stream = request(getUser, 'application/grpc');
      stream.end(beginning(100_000, 100_000));
      // Of zeros, which are no message.
      expect((await once(stream, 'response'))[0]).toMatchObject({ 'grpc-status': `${Code.InvalidArgument}` });
    },
  );
});
