import { once } from 'node:events';
import { connect } from 'node:net';
import { createClient } from '@connectrpc/connect';
import { FrameType } from '@example/http2/testing';
import { UserService } from '@example/protos/user/v1';
import { expect, it } from 'vitest';
import { transports } from '../testing/index.ts';
import { receivedOn, startServer } from '../testing/test-server.ts';

/** Writes bytes one at a time. */
async function drip(socket: ReturnType<typeof connect>, bytes: Uint8Array): Promise<void> {
  socket.setNoDelay();
  for (const byte of bytes) await new Promise((resolve) => socket.write(Buffer.from([byte]), resolve));
}

it.each(transports)('one port serves %s', async (_, transport) => {
  const { url } = await startServer();
  expect(await createClient(UserService, transport(url)).getUser({ id: '7' })).toMatchObject({ id: '7' });
});

it.each(['127.0.0.1', '[::1]'])('a server on localhost listens on %s', async (host) => {
  const { port } = await startServer();
  const response = await fetch(`http://${host}:${port}/user.v1.UserService/GetUser`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"id":"7"}',
  });
  expect(await response.json()).toEqual({ id: '7' });
});

it('HTTP/1.1 requests that are pipelined, or arrive byte by byte, get their responses in order', async () => {
  const { port } = await startServer();
  const socket = connect(port, '127.0.0.1');
  const received = receivedOn(socket);
  const request = (body: string, headers: string) =>
    `POST /user.v1.UserService/GetUser HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n${headers}\r\n\r\n${body}`;
  socket.write(request('{"id":"1"}', 'content-length: 10') + request('{"id":"2"}', 'content-length: 10'));
  const chunked = request('6\r\n{"id":\r\n4\r\n"3"}\r\n0\r\n\r\n', 'transfer-encoding: chunked');
  await drip(socket, Buffer.from(chunked));
  socket.write(request('{', 'content-length: 1'));
  await expect.poll(received).toContain('invalid_argument');
  expect(received().match(/HTTP\/1\.1 \d+|"id":"\d"/g)).toEqual(
    ['1', '2', '3'].flatMap((id) => ['HTTP/1.1 200', `"id":"${id}"`]).concat('HTTP/1.1 400'),
  );
  socket.destroy();
});

it('an HTTP/2 preface that arrives byte by byte is recognized', async () => {
  const { port } = await startServer();
  const socket = connect(port, '127.0.0.1');
  const settings = once(socket, 'data');
  const emptySettings = Buffer.from([0, 0, 0, FrameType.SETTINGS, 0, 0, 0, 0, 0]);
  await drip(socket, Buffer.concat([Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), emptySettings]));
  const [[, , , type]] = (await settings) as [Buffer];
  expect(type).toBe(FrameType.SETTINGS);
  socket.destroy();
});

it('a server does not start on a port that is in use', async () => {
  const { port } = await startServer();
  await expect(startServer({ config: { port } })).rejects.toMatchObject({ code: 'EADDRINUSE' });
});
