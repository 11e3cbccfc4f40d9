import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { prepareSqlite } from '@example/storage';
import { v7 as uuidv7 } from 'uuid';
import { expect, it } from 'vitest';
import { migrations } from './migrations.ts';
import { SqliteOrderRepository } from './sqlite-order-repository.ts';

it('an order without a create_time gets one from its id', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'order-migrations-'));
  const path = join(folder, 'order.db');
  prepareSqlite(path, migrations.slice(0, 1));
  const db = new DatabaseSync(path);
  const times = [0, 1, 1_700_000_000_123, Date.now(), 2 ** 48 - 1];
  const id = (msecs: number) => `ord-${uuidv7({ msecs })}`;
  const ids = times.map(id);
  const insert = db.prepare(
    "INSERT INTO orders (id, customer_id, items, total, status) VALUES (?, 'c', '[]', 0, 'PENDING')",
  );
  for (const order of ids) insert.run(order);
  db.close();

  const orders = await SqliteOrderRepository.open(path);
  for (const [i, time] of times.entries()) expect((await orders.get(ids[i] ?? ''))?.createTime).toEqual(new Date(time));
  await orders.close();
  rmSync(folder, { recursive: true });
});
