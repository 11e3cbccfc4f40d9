import http2 from 'node:http2';
import { expect, it } from 'vitest';
import { exchange, startServer, type TestServer } from '../testing/test-server.ts';

const path = '/user.v1.UserService/GetUser';

async function overHttp1({ port }: TestServer, host: string, method = 'POST'): Promise<number> {
  const fields = [`host: ${host}`, 'content-type: application/json', 'content-length: 2', 'connection: close'];
  const response = await exchange(port, `${[`${method} ${path} HTTP/1.1`, ...fields].join('\r\n')}\r\n\r\n{}`);
  return Number(response.split(' ')[1]);
}

async function overHttp2({ url }: TestServer, host: string, method = 'POST'): Promise<number> {
  const session = http2.connect(url);
  const fields = { ':method': method, ':path': path, ':authority': host, 'content-type': 'application/json' };
  const status = await new Promise<number>((resolve, reject) =>
    session
      .request(fields, { endStream: false })
      .on('response', (headers) => resolve(Number(headers[':status'])))
      .on('error', reject)
      .end('{}'),
  );
  session.destroy();
  return status;
}

it.each([
  ['HTTP/1.1', overHttp1],
  ['HTTP/2', overHttp2],
])('a request over %s that names a host which is not allowed gets 421, preflights too', async (_, statusOf) => {
  const server = await startServer({
    config: { allowedHosts: ['localhost', '[::1]'], corsOrigins: ['http://evil.example'] },
  });
  expect(await statusOf(server, 'LocalHost:9000')).toBe(200);
  expect(await statusOf(server, '[::1]')).toBe(200);
  expect(await statusOf(server, 'evil.example:9000')).toBe(421);
  expect(await statusOf(server, 'localhost.evil.example')).toBe(421);
  expect(await statusOf(server, 'evil.example', 'OPTIONS')).toBe(421);
});

it('a server without allowed hosts accepts any host', async () => {
  expect(await overHttp1(await startServer(), 'example.org')).toBe(200);
});
