import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import http2 from 'node:http2';
import { createAuthority } from '@example/kit/authority';
import { Client, credentials, type Metadata } from '@grpc/grpc-js';
import { describe, expect, it } from 'vitest';
import type { ConnectionOptions } from '../api.ts';
import { headerList } from '../headers/header-list.ts';
import { EchoHandler } from '../testing/echo-handler.ts';
import { type RunningServer, startServer } from '../testing/test-server.ts';

const startEchoServer = (): Promise<RunningServer> => startServer({ accept: (stream) => new EchoHandler(stream) });

interface Response {
  readonly headers: http2.IncomingHttpHeaders & http2.IncomingHttpStatusHeader;
  readonly body: Buffer;
  readonly trailers: http2.IncomingHttpHeaders;
}

async function exchange(
  session: http2.ClientHttp2Session,
  headers: http2.OutgoingHttpHeaders,
  body: Buffer,
): Promise<Response> {
  const stream = session.request({ ':method': 'POST', ':path': '/', ...headers });
  let trailers: http2.IncomingHttpHeaders = {};
  stream.on('trailers', (received) => {
    trailers = received;
  });
  stream.end(body);
  const [received] = await once(stream, 'response');
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return { headers: received, body: Buffer.concat(chunks), trailers };
}

/** Pseudo-random numbers, the same in each run. */
function* numbers(seed: number): Generator<number, never> {
  for (let state = seed; ; ) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    yield state >> 8;
  }
}

describe('node:http2 as a client', () => {
  it.each([0, 1, 100, 4_096, 65_536])(
    'receives the echo of its requests with a header table of %i bytes',
    async (headerTableSize) => {
      await using server = await startEchoServer();
      const session = http2.connect(`http://127.0.0.1:${server.port}`, { settings: { headerTableSize } });
      const random = numbers(headerTableSize + 1);
      const next = (below: number) => random.next().value % below;
      try {
        for (let round = 0; round < 60; round++) {
          const headers = Object.fromEntries(
            Array.from({ length: next(12) }, () => [`x-${next(30)}`, 'v'.repeat(next(4) === 0 ? next(900) : next(20))]),
          );
          const body = Buffer.alloc(next(3) * 30_000 + next(100), round);
          const reply = await exchange(session, headers, body);
          expect(reply.headers).toMatchObject({ ':status': 200, ...headers });
          expect(reply.trailers).toMatchObject(headers);
          expect(reply.body.equals(body)).toBe(true);
        }
      } finally {
        session.destroy();
      }
    },
  );

  it('receives the right echo on each of 200 concurrent streams', async () => {
    await using server = await startEchoServer();
    const session = http2.connect(`http://127.0.0.1:${server.port}`);
    try {
      const replies = Array.from({ length: 200 }, async (_, index) => {
        const body = Buffer.alloc(20_000 + index, index);
        const reply = await exchange(session, { index }, body);
        expect(reply.body.equals(body)).toBe(true);
        expect(reply.trailers['index']).toBe(String(index));
      });
      await Promise.all(replies);
    } finally {
      session.destroy();
    }
  });
});

describe('node:http2 as a client over TLS', () => {
  it('receives the echo of its requests', async () => {
    const authority = await createAuthority();
    const accept: ConnectionOptions['accept'] = (stream) => new EchoHandler(stream);
    await using server = await startServer({ accept }, await authority.issueForServer('localhost'));
    const session = http2.connect(`https://localhost:${server.port}`, { ca: authority.cert });
    try {
      const bodies = [10, 1_000_000, 3_000_000].map((size) => randomBytes(size));
      const replies = await Promise.all(bodies.map((body, index) => exchange(session, { index }, body)));
      expect(replies.map(({ body }, index) => body.equals(bodies[index] as Buffer))).toEqual([true, true, true]);
      expect(replies.map(({ trailers }) => trailers['index'])).toEqual(['0', '1', '2']);
    } finally {
      session.destroy();
    }
  });
});

describe('grpc-js as a client', () => {
  it('completes a unary call', async () => {
    await using server = await startServer({
      accept: (stream) =>
        new EchoHandler(stream, [['content-type', 'application/grpc']], headerList([['grpc-status', '0']])),
    });
    const client = new Client(`127.0.0.1:${server.port}`, credentials.createInsecure());
    try {
      const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
      const pass = (bytes: Buffer) => bytes;
      const call = client.makeUnaryRequest('/a.B/C', pass, pass, Buffer.from('hello'), (error, response) =>
        error === null && response !== undefined ? resolve(response) : reject(error),
      );
      const [metadata] = (await once(call, 'metadata')) as [Metadata];
      expect(metadata.get('content-type')).toEqual(['application/grpc']);
      expect(String(await promise)).toBe('hello');
    } finally {
      client.close();
    }
  });
});
