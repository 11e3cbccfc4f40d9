import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { OrderService } from '@example/protos/order/v1';
import { endWhileLoading, type ServiceProcess, startProcess } from '@example/rpc-server/testing';
import { prepareSqlite } from '@example/storage';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { migrations } from './store/migrations.ts';

const main = join(import.meta.dirname, 'main.ts');
let folder: string;
const started: ServiceProcess[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'order-main-'));
});
afterEach(async () => {
  await Promise.all(started.splice(0).map((service) => service.end('SIGKILL')));
  rmSync(folder, { recursive: true });
});

async function start(): Promise<ServiceProcess> {
  const service = await startProcess(main, { DATABASE_URL: `sqlite:${folder}/order.db` });
  started.push(service);
  return service;
}

const clientOf = ({ url }: ServiceProcess) => createClient(OrderService, createGrpcTransport({ baseUrl: url }));

/** A value from /proc/PID/status, in bytes. */
function memoryOf({ process }: ServiceProcess, name: 'VmRSS' | 'VmHWM'): number {
  const [, kibibytes] =
    new RegExp(`${name}:\\s+(\\d+) kB`).exec(readFileSync(`/proc/${process.pid}/status`, 'utf8')) ?? [];
  return Number(kibibytes) * 1024;
}

describe('the process of order-service', () => {
  it('ends on SIGTERM while it is being loaded', async () => {
    expect(await endWhileLoading(main, { DATABASE_URL: `sqlite:${folder}/order.db` })).toBe(0);
  });

  it('loses no acknowledged order and no acknowledged message when it is killed under load', async () => {
    const first = await start();
    const client = clientOf(first);
    const { id: room } = await client.createOrder({ customerId: 'room' });
    const orders = new Map<string, number>();
    const messages = new Map<bigint, string>();

    const writers = Array.from({ length: 8 }, async (_, writer) => {
      for (let i = 1; ; i++) {
        const items = [{ productId: `p-${writer}`, quantity: i, unitPrice: 0.1 }];
        const order = await client.createOrder({ customerId: 'load', items }).catch(() => undefined);
        if (order === undefined) return;
        orders.set(order.id, order.total);
        if (orders.size === 200) void first.end('SIGKILL');
      }
    });
    const talker = async () => {
      let echoed = Promise.withResolvers<void>();
      const talk = (async function* () {
        yield { orderId: room, sender: 'talker' };
        for (let i = 0; ; i++) {
          yield { text: `message ${i}` };
          await echoed.promise;
          echoed = Promise.withResolvers();
        }
      })();
      for await (const { sequence, text } of client.orderChat(talk)) {
        messages.set(sequence, text);
        echoed.resolve();
      }
    };
    await Promise.all([...writers, talker().catch(() => undefined)]);
    expect(orders.size).toBeGreaterThanOrEqual(200);
    expect(messages.size).toBeGreaterThan(0);

    const again = clientOf(await start());
    const stored = new Map<string, number>();
    for await (const { id, total } of again.listOrders({ customerId: 'load' })) stored.set(id, total);
    for (const [id, total] of orders) expect(stored.get(id)).toBe(total);
    const replayed = new Map<bigint, string>();
    const reader = (async function* () {
      yield { orderId: room, sender: 'reader' };
    })();
    for await (const { sequence, text } of again.orderChat(reader)) replayed.set(sequence, text);
    expect([...replayed.keys()]).toEqual(Array.from({ length: replayed.size }, (_, i) => BigInt(i + 1)));
    for (const [sequence, text] of messages) expect(replayed.get(sequence)).toBe(text);
  });

  it.runIf(process.platform === 'linux')('streams 100,000 orders in less than 64 MiB more memory', async () => {
    const path = join(folder, 'order.db');
    prepareSqlite(path, migrations);
    const db = new DatabaseSync(path);
    db.exec(`
      WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)
      INSERT INTO orders (id, customer_id, items, total, status)
      SELECT 'ord-' || i, 'big', '[["p-1",2,29.99],["p-2",1,5]]', 64.98, 'PENDING' FROM n`);
    db.close();
    const service = await start();
    const orders = clientOf(service);
    // Warm up first: V8 grows the heap of any process under load, with or without streaming.
    for (let i = 0; i < 5_000; i++) await orders.createOrder({ customerId: 'warm-up' });

    const before = memoryOf(service, 'VmRSS');
    const resetPeak = '5';
    writeFileSync(`/proc/${service.process.pid}/clear_refs`, resetPeak);
    let count = 0;
    for await (const _ of orders.listOrders({ customerId: 'big' })) count += 1;
    expect(count).toBe(100_000);
    expect(memoryOf(service, 'VmHWM') - before).toBeLessThan(64 * 1024 * 1024);
  });
});
