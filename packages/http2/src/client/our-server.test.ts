import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { headerList } from '../headers/header-list.ts';
import { startServer } from '../testing/test-server.ts';
import type { ResponseHandler } from './client-api.ts';
import { openConnection } from './open-connection.ts';

it('sends a request to our server, and receives headers, data and trailers', async () => {
  await using server = await startServer();
  const socket = connect(server.port, '127.0.0.1');
  const connection = openConnection(socket, {});
  const { promise, resolve } = Promise.withResolvers<string[]>();
  const events: string[] = [];
  const handler: ResponseHandler = {
    onHeaders: ({ status }) => events.push(`headers ${status}`),
    onData: (chunk, start, end) => events.push(`data ${chunk.toString('latin1', start, end)}`),
    onEnd: (trailers) => events.push(`trailers ${trailers?.get('bytes')}`),
    onDrain() {},
    onClose: (reason) => resolve([...events, `close ${reason?.code}`]),
  };
  const headers = headerList([
    [':method', 'POST'],
    [':scheme', 'http'],
    [':path', '/x'],
    [':authority', 'localhost'],
  ]);
  const stream = connection.request(headers, headerList([['te', 'trailers']]), handler);
  stream.sendData(new Uint8Array(2), new Uint8Array(3), true);
  expect(await promise).toEqual(['headers 200', 'data POST /x 5\n', 'trailers 5', 'close undefined']);
  connection.drain();
  await once(socket, 'close');
  expect(server.ends).toMatchObject([{ by: 'peer', code: 0 }]);
});
