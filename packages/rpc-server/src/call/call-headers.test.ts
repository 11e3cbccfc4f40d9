import { once } from 'node:events';
import http2 from 'node:http2';
import { Flag, FrameType, frame, literals, RawClient } from '@example/http2/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../testing/test-server.ts';

const path = '/user.v1.UserService/GetUser';
let server: TestServer;
beforeEach(async () => {
  server = await startServer({});
});

describe('a request with Host instead of :authority', () => {
  it.each(['grpc', 'grpc-web', 'proto', 'json'])(
    'is served, unless the value of Host is invalid (%s)',
    async (type) => {
      using client = await RawClient.connect(server.port);
      const call = (streamId: number, host: string) => {
        const fields = {
          ':method': 'POST',
          ':scheme': 'http',
          ':path': path,
          host,
          'content-type': `application/${type}`,
        };
        const headers = frame(FrameType.HEADERS, Flag.END_HEADERS, streamId, literals(Object.entries(fields)));
        const body = type === 'json' ? Buffer.from('{}') : Buffer.alloc(type === 'proto' ? 0 : 5);
        client.send(headers, frame(FrameType.DATA, Flag.END_STREAM, streamId, body));
        return client.nextOf(FrameType.HEADERS, streamId);
      };
      // The index of `:status: 200` in the static table of HPACK, and of `:status: 400`.
      expect((await call(1, 'localhost')).payload[0]).toBe(0x88);
      expect((await call(3, '[')).payload[0]).toBe(0x8c);
    },
  );
});

describe('a request with Expect: 100-continue', () => {
  it.each(['grpc', 'grpc-web', 'proto'])('gets status 100 before its body is sent (%s)', async (type) => {
    const session = http2.connect(server.url);
    const headers = { ':method': 'POST', ':path': path, 'content-type': `application/${type}` };
    const request = session.request({ ...headers, expect: '100-continue' });
    await once(request, 'continue');
    request.end(Buffer.alloc(type === 'proto' ? 0 : 5));
    expect((await once(request, 'response'))[0]).toMatchObject({ ':status': 200 });
    session.destroy();
  });
});
