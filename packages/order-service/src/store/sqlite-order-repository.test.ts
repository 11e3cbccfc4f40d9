import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { orderRepositoryContract } from './order-repository.contract.ts';
import { SqliteOrderRepository } from './sqlite-order-repository.ts';

const folder = mkdtempSync(join(tmpdir(), 'order-repository-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('keeps the write-ahead log small while a client lists slowly', async () => {
  const path = join(folder, 'slow.db');
  const orders = await SqliteOrderRepository.open(path);
  const create = (id: string) =>
    orders.create({ id, customerId: 'c', items: [], total: 0, status: 'PENDING', createTime: new Date() });
  await Promise.all(Array.from({ length: 1_000 }, (_, i) => create(`early-${i}`)));
  const pages = orders.listByCustomer('c')[Symbol.asyncIterator]();
  await pages.next();
  for (let batch = 0; batch < 40; batch++) {
    await Promise.all(Array.from({ length: 500 }, (_, i) => create(`late-${batch}-${i}`)));
  }
  expect(statSync(`${path}-wal`).size).toBeLessThan(8 * 1024 * 1024);
  let listed = 256;
  for (let next = await pages.next(); next.done !== true; next = await pages.next()) listed += next.value.length;
  expect(listed).toBe(1_000);
  await orders.close();
});

let stores = 0;
const open = () => SqliteOrderRepository.open(join(folder, `${++stores}.db`));
const openStopped = async () => {
  const stopped = await open();
  await stopped.close();
  return stopped;
};
orderRepositoryContract('SQLite', open, openStopped);
