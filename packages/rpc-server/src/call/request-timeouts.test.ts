import { once } from 'node:events';
import http2 from 'node:http2';
import { connect } from 'node:net';
import { Code, createClient } from '@connectrpc/connect';
import { NoteService } from '@example/kit/notes';
import { expect, it, vi } from 'vitest';
import { failureOf, transports } from '../testing/index.ts';
import { all, startServer, thenSilence } from '../testing/test-server.ts';

const getUserPath = '/user.v1.UserService/GetUser';
const requestTimedOut = 'the request did not arrive within 50 ms';

/** The start of a unary request that never ends, by content type. */
const unfinished: [contentType: string, start: Uint8Array][] = [
  ['application/grpc', Buffer.from([0, 0])],
  ['application/grpc-web', Buffer.from([0, 0])],
  ['application/grpc-web-text', Buffer.from('AAA')],
  ['application/json', Buffer.from('{"id')],
];

it.each(unfinished)('a %s request that takes longer than REQUEST_BODY_MS fails, over HTTP/2', async (type, start) => {
  const getUser = vi.fn(() => ({}));
  const { url } = await startServer({ config: { requestBodyMs: 50 }, users: { getUser } });
  const session = http2.connect(url);
  const stream = session.request({ ':method': 'POST', ':path': getUserPath, 'content-type': type });
  stream.write(start);
  let response = '';
  stream.on('response', (headers) => {
    response += decodeURIComponent(`${headers['grpc-message']}`);
  });
  stream.on('data', (bytes) => {
    response += type.endsWith('text') ? Buffer.from(`${bytes}`, 'base64') : bytes;
  });
  await once(stream, 'end');
  expect(response).toContain(requestTimedOut);
  expect(getUser).not.toHaveBeenCalled();
  session.destroy();
});

it.each(unfinished)('a %s request that takes longer than REQUEST_BODY_MS fails, over HTTP/1.1', async (type, start) => {
  const { port } = await startServer({ config: { requestBodyMs: 50 } });
  const socket = connect(port, '127.0.0.1');
  socket.write(`POST ${getUserPath} HTTP/1.1\r\nhost: a\r\ncontent-type: ${type}\r\ncontent-length: 1000\r\n\r\n`);
  socket.write(start);
  let response = '';
  socket.setEncoding('utf8').on('data', (text: string) => {
    response += text;
  });
  const decoded = () => `${response}${Buffer.from(response.split('\r\n\r\n')[1] ?? '', 'base64')}`;
  await expect.poll(decoded).toContain(requestTimedOut);
  socket.destroy();
});

it.each(transports)(
  'a client that pauses for longer than MESSAGE_GAP_MS over %s fails its stream',
  async (_, transport) => {
    const { url } = await startServer({
      config: { messageGapMs: 50 },
      notes: { uploadLines: async (lines) => ({ lineCount: (await all(lines)).length }) },
    });
    const notes = createClient(NoteService, transport(url));
    const error = await failureOf(notes.uploadLines(thenSilence({})));
    expect(error).toMatchObject({ code: Code.DeadlineExceeded, rawMessage: 'no message arrived for 50 ms' });
  },
);
