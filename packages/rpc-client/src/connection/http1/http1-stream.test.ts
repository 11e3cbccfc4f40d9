import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Code, createClient } from '@connectrpc/connect';
import { UserService } from '@example/protos/user/v1';
import { failureOf } from '@example/rpc-server/testing';
import { expect, it, onTestFinished } from 'vitest';
import { createTransport } from '../../transport/create-transport.ts';

it.each<[name: string, code: Code, text: string, respond: RequestListener]>([
  [
    'has large headers',
    Code.ResourceExhausted,
    'exceed maxHeaderBytes',
    (_request, response) => response.writeHead(200, { 'x-large': 'a'.repeat(40_000) }).end(),
  ],
  [
    'is not HTTP',
    Code.Internal,
    'the response is not valid HTTP',
    ({ socket }) => socket.end('SSH-2.0-OpenSSH_9.9\r\n'),
  ],
])('reports a response that %s as such, and does not repeat the call', async (_name, code, text, respond) => {
  let requests = 0;
  const server = createServer((request, response) => {
    requests += 1;
    respond(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const target = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const transport = createTransport({ target, protocol: 'connect', httpVersion: '1.1' });
  onTestFinished(() => transport.close());
  const error = await failureOf(createClient(UserService, transport).getUser({}));
  expect(error).toMatchObject({ code, rawMessage: expect.stringContaining(text) });
  expect(requests).toBe(1);
});
