import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { destroyAfter } from './destroy-after.ts';

/** Both ends of a connection. */
async function open(): Promise<readonly [Socket, Socket]> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const [accepted] = (await once(server, 'connection')) as [Socket];
  server.close();
  onTestFinished(() => {
    client.destroy();
    accepted.destroy();
  });
  return [client, accepted];
}

it('destroys a socket', async () => {
  const [client, socket] = await open();
  destroyAfter(socket, 1);
  await once(client.resume(), 'close');
});

it('can be stopped by data that came in time, while the event loop was busy', async () => {
  const [client, socket] = await open();
  const stop = destroyAfter(socket, 20);
  const received = once(socket, 'data');
  socket.once('data', stop);
  client.write('a request');
  const due = performance.now() + 40;
  while (performance.now() < due);
  await received;
  await setImmediate();
  expect(socket.destroyed).toBe(false);
});
