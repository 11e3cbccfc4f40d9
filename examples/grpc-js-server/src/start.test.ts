import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { all, clientsOf, startServer } from './server-process.fixture.ts';

it('keeps its data in the folder of --data', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'grpc-js-data-'));
  const first = await startServer('--data', folder);
  await clientsOf(first).users.createUser({ name: 'Saoirse', email: 's@example.com' });
  await clientsOf(first).orders.createOrder({ customerId: 'c' });
  expect(await first.end('SIGTERM')).toBe(0);
  const second = await startServer('--data', folder);
  expect((await clientsOf(second).users.getUser({ id: '4' })).name).toBe('Saoirse');
  expect(await all(clientsOf(second).orders.listOrders({ customerId: 'c' }))).toHaveLength(1);
  await second.end('SIGKILL');
  rmSync(folder, { recursive: true });
});
