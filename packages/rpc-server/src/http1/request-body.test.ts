import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { expect, it, vi } from 'vitest';
import { requestReads } from '../call/turns.ts';
import { Http1Request, RequestBody } from './request-body.ts';

it('a body of one-byte chunks is spread over turns, and no chunk is kept while the reader is behind', async () => {
  const wait = vi.spyOn(requestReads, 'wait');
  const requests: Http1Request[] = [];
  let received = 0;
  const server = createServer({ IncomingMessage: Http1Request }, (request) => {
    requests.push(request);
    const onData = () => {
      received += 1;
    };
    const body = new RequestBody(request.socket);
    body.open({ onData, onEnd() {}, onDrain() {}, onClose() {} });
    request.passTo(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.write(`POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n${'1\r\na\r\n'.repeat(200_000)}`);
  await expect.poll(() => received).toBeGreaterThanOrEqual(65_535);
  expect(requests[0]?.readableLength).toBe(0);
  expect(requests[0]?.socket.isPaused()).toBe(true);
  expect(wait.mock.calls.reduce((sum, [bytes]) => sum + bytes, 0)).toBeGreaterThan(50 * 65_535);
  socket.destroy();
  server.close();
});
