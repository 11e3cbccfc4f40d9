// Features that HTTP2=node does not have: limits of a connection, and the exact bytes of @example/http2.
import { once } from 'node:events';
import http2 from 'node:http2';
import { Flag, FrameType, frame, RawClient, type RawFrame } from '@example/http2/testing';
import { expect, it } from 'vitest';
import { callHeaders } from '../testing/call-headers.ts';
import { startServer } from '../testing/test-server.ts';

const getUser = '/user.v1.UserService/GetUser';

it('header fields that a connection has sent before take a byte each', async () => {
  const { port } = await startServer();
  using client = await RawClient.connect(port);
  const isEnd = ({ flags }: RawFrame) => (flags & Flag.END_STREAM) !== 0;
  const framesOf = async (id: number) => {
    client.send(
      frame(FrameType.HEADERS, Flag.END_HEADERS, id, callHeaders(getUser)),
      frame(FrameType.DATA, Flag.END_STREAM, id, Buffer.alloc(5)),
    );
    await client.next((found) => found.streamId === id && isEnd(found));
    return client.frames.filter(({ streamId }) => streamId === id);
  };
  const first = await framesOf(1);
  expect(first.map(({ type }) => type)).toEqual([FrameType.HEADERS, FrameType.DATA, FrameType.HEADERS]);
  expect((await framesOf(3)).map(({ payload }) => payload.length)).toEqual([2, 5, 1]);
});

it('an HTTP/2 connection whose header block takes longer than HEADERS_MS is closed', async () => {
  const { port } = await startServer({ config: { headersMs: 100 } });
  const client = await RawClient.connect(port);
  const block = frame(FrameType.HEADERS, Flag.END_HEADERS, 1, callHeaders(getUser));
  let sent = 0;
  // Never sends the last byte, so that the block stays incomplete, however slow the server is.
  const drip = setInterval(() => {
    if (sent < block.length - 1) client.send(block.subarray(sent, ++sent));
  }, 10);
  await client.closed;
  clearInterval(drip);
});

it.each([
  [900_000, 415],
  [1_100_000, 431],
])('a request with %i bytes of header fields gets %i when MAX_HEADER_BYTES is a million', async (length, status) => {
  const { url } = await startServer({ config: { maxHeaderBytes: 1_000_000 } });
  const session = http2.connect(url, { maxSendHeaderBlockLength: 2_000_000 });
  // The request has no content type.
  const request = session.request({ ':method': 'POST', ':path': getUser, 'x-long': 'x'.repeat(length) });
  request.on('error', () => {}).end();
  expect((await once(request, 'response'))[0]).toMatchObject({ ':status': status });
  session.destroy();
});
