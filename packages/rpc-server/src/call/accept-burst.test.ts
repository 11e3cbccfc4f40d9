import { connect } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { startServer } from '../testing/test-server.ts';
import { acceptBurst } from './accept-burst.ts';

it('a burst lasts until a turn of the event loop without a new connection', async () => {
  for (let turn = 0; turn < 3; turn++) {
    acceptBurst.onAccept();
    expect(acceptBurst.isUnderWay).toBe(true);
    await setImmediate();
    expect(acceptBurst.isUnderWay).toBe(true);
  }
  await setImmediate();
  await setImmediate();
  expect(acceptBurst.isUnderWay).toBe(false);
});

it('a connection to a server begins one', async () => {
  const { port } = await startServer();
  const socket = connect(port, '127.0.0.1');
  while (!acceptBurst.isUnderWay) await setImmediate();
  socket.destroy();
});
