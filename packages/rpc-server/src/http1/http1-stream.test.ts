import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, it } from 'vitest';
import type { ServerConfig } from '../config/server-config.ts';
import { recordingLogger, startServer } from '../testing/test-server.ts';

async function start(config: Partial<ServerConfig>): Promise<string> {
  const server = await startServer({
    config,
    users: {
      getUser({ id }, { responseHeader }) {
        if (id === '7') {
          responseHeader.set('trailer', 'x-end');
          responseHeader.set('http2-settings', 'AAMAAABkAAQAAP__');
        }
        responseHeader.set('x-header', 'one');
        return { id };
      },
    },
  });
  return `${server.url}/user.v1.UserService/GetUser`;
}

it('a response over HTTP/1.1 does not have fields about the connection, even if its handler sets them', async () => {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(await start({}), { method: 'POST', headers, body: '{"id":"7"}' });
  expect(await response.json()).toEqual({ id: '7' });
  const received = ['trailer', 'http2-settings', 'x-header'].map((name) => response.headers.get(name));
  expect(received).toEqual([null, null, 'one']);
});

it('a response by GET has Vary: Origin when CORS is on', async () => {
  const url = await start({ corsOrigins: ['https://example.org'] });
  const response = await fetch(`${url}?encoding=json&message=%7B%7D`);
  expect(response.status).toBe(200);
  expect(response.headers.get('vary')).toBe('Origin');
});

it('a response to a preflight has no content-length, because its status is 204', async () => {
  const url = await start({ corsOrigins: ['https://example.org'] });
  const response = await fetch(url, { method: 'OPTIONS' });
  expect([response.status, response.headers.get('content-length')]).toEqual([204, null]);
});

it('a response that is reset ends its connection', async () => {
  const { logger, lines } = recordingLogger();
  const { port } = await startServer({
    config: { defaultDeadlineMs: 50 },
    logger,
    notes: {
      async *listNotes() {
        while (true) yield { id: 'x'.repeat(100_000) };
      },
    },
  });
  const socket = connect(port, '127.0.0.1');
  const fields = 'host: a\r\ncontent-type: application/connect+json\r\ncontent-length: 7';
  socket.write(`POST /notes.v1.NoteService/ListNotes HTTP/1.1\r\n${fields}\r\n\r\n\0\0\0\0\x02{}`);
  // The client reads nothing until the call has been logged, some time after the deadline.
  await expect.poll(() => lines).toMatchObject([{ status: 'DeadlineExceeded' }]);
  await once(socket.resume(), 'close');
});
