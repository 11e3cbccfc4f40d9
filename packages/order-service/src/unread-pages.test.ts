import { mkdtempSync, rmSync } from 'node:fs';
import http2 from 'node:http2';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create, toBinary } from '@bufbuild/protobuf';
import { createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { ChatMessageSchema, ListOrdersRequestSchema, OrderService } from '@example/protos/order/v1';
import { silentLogger, testConfig } from '@example/rpc-server/testing';
import { expect, it, onTestFinished } from 'vitest';
import { startOrderService } from './start.ts';

const mebi = 1024 * 1024;
const readers = 60;
const config = { ...testConfig, memoryBudgetBytes: 16 * mebi, connectionMemoryBytes: 2 * mebi };

async function start() {
  const folder = mkdtempSync(join(tmpdir(), 'order-'));
  const database = { kind: 'sqlite', path: join(folder, 'order.db') } as const;
  const server = await startOrderService({ server: config, database }, silentLogger);
  onTestFinished(async () => {
    await server.close(0);
    rmSync(folder, { recursive: true });
  });
  return { url: server.url, orders: createClient(OrderService, createGrpcTransport({ baseUrl: server.url })) };
}

function envelope(message: Uint8Array): Buffer {
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
}

/** Opens many streams on one connection that reads nothing. @returns the gRPC statuses of those that end */
function openUnread(url: string, path: string, request: Buffer, isEnd: boolean): string[] {
  const session = http2.connect(url, { settings: { initialWindowSize: 0 } });
  onTestFinished(() => session.destroy());
  const statuses: string[] = [];
  for (let i = 0; i < readers; i++) {
    const stream = session.request({ ':method': 'POST', ':path': path, 'content-type': 'application/grpc' });
    const note = (fields: http2.IncomingHttpHeaders) => {
      if (fields['grpc-status'] !== undefined) statuses.push(`${fields['grpc-status']}`);
    };
    stream
      .on('error', () => {})
      .on('response', note)
      .on('trailers', note);
    if (isEnd) stream.end(request);
    else stream.write(request);
  }
  return statuses;
}

const resourceExhausted = '8';

it('late readers of a chat that read nothing are refused, and other clients are served', async () => {
  const { url, orders } = await start();
  const { id } = await orders.createOrder({ customerId: 'c', items: [{ productId: 'p', quantity: 1, unitPrice: 1 }] });
  const text = '😀'.repeat(1_000);
  const say = async function* () {
    for (let i = 0; i < 100; i++) yield { orderId: id, sender: 's', text };
  };
  let heard = 0;
  for await (const _ of orders.orderChat(say())) heard += 1;
  expect(heard).toBe(100);
  const join = envelope(toBinary(ChatMessageSchema, create(ChatMessageSchema, { orderId: id, sender: 's' })));
  const statuses = openUnread(url, '/order.v1.OrderService/OrderChat', join, false);
  await expect.poll(() => statuses.length).toBeGreaterThan(readers / 2);
  expect(new Set(statuses)).toEqual(new Set([resourceExhausted]));
  expect((await orders.getOrder({ id })).id).toBe(id);
});

it('late readers of a list of orders that read nothing are refused, and other clients are served', async () => {
  const { url, orders } = await start();
  const items = Array.from({ length: 1_000 }, () => ({ productId: 'p'.repeat(60), quantity: 1, unitPrice: 1 }));
  const { id } = await orders.createOrder({ customerId: 'c', items });
  const list = envelope(toBinary(ListOrdersRequestSchema, create(ListOrdersRequestSchema, { customerId: 'c' })));
  const statuses = openUnread(url, '/order.v1.OrderService/ListOrders', list, true);
  await expect.poll(() => statuses.length).toBeGreaterThan(readers / 2);
  expect(new Set(statuses)).toEqual(new Set([resourceExhausted]));
  expect((await orders.getOrder({ id })).id).toBe(id);
});
