import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient, type Transport } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { nodeArgs, Program, urlIn } from '@example/kit/programs';
import { root } from '@example/kit/root';
import { needProgram, skipReason } from '@example/kit/toolchains';
import { OrderService } from '@example/protos/order/v1';
import { UserService } from '@example/protos/user/v1';
import { UserService as UserServiceV2 } from '@example/protos/user/v2';
import { describe, expect, it } from 'vitest';

const systemCalls = 'pwrite64,fdatasync,fsync,write,writev,sendto,sendmsg';

const missing = await skipReason(() => needProgram('strace'));

/** The texts by which a write is found in the trace. */
interface Write {
  /** A text that first appears in the write to the store. */
  readonly stored: string;
  /** A text that appears in the response, and in no later write. */
  readonly sent: string;
}

type Writes = Readonly<Record<string, Write>>;

async function writeUsers(transport: Transport): Promise<Writes> {
  const [unkeyed, keyed, v2, updated] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];
  const email = 'traced@example.com';
  const users = createClient(UserService, transport);
  await users.createUser({ name: unkeyed, email });
  await users.createUser({ name: keyed, email, requestId: randomUUID() });
  const usersV2 = createClient(UserServiceV2, transport);
  await usersV2.createUser({ user: { name: v2, email }, requestId: randomUUID() });
  await usersV2.updateUser({ user: { id: 'usr-1', name: updated } });
  return {
    'CreateUser without a request_id': { stored: unkeyed, sent: unkeyed },
    'CreateUser with a request_id': { stored: keyed, sent: keyed },
    'CreateUser of user.v2': { stored: v2, sent: v2 },
    UpdateUser: { stored: updated, sent: updated },
  };
}

async function writeOrders(transport: Transport): Promise<Writes> {
  const [customerId, productId, text] = [randomUUID(), randomUUID(), randomUUID()];
  const orders = createClient(OrderService, transport);
  const { id: orderId } = await orders.createOrder({ customerId, requestId: randomUUID() });
  const item = { orderId, productId, quantity: 1, unitPrice: 1 };
  await orders.uploadLineItems(each(item), { headers: { 'idempotency-key': randomUUID() } });
  const { id: roomId } = await orders.createOrder({ customerId: 'another customer' });
  const message = { orderId: roomId, sender: 'traced', text, messageId: randomUUID() };
  for await (const echo of orders.orderChat(each(message))) expect(echo.text).toBe(text);
  return {
    CreateOrder: { stored: customerId, sent: customerId },
    UploadLineItems: { stored: productId, sent: orderId },
    OrderChat: { stored: text, sent: text },
  };
}

async function* each<T>(message: T): AsyncIterable<T> {
  yield message;
}

/** Runs a service during `use`, with its store and the trace of its system calls in `folder`. */
async function whileTraced<T>(service: string, folder: string, use: (transport: Transport) => Promise<T>): Promise<T> {
  const main = join(root, 'packages', service, 'src/main.ts');
  const strace = ['-f', '-y', '-s', '4096', '-o', join(folder, 'trace'), '-e', `trace=${systemCalls}`];
  await using program = new Program('strace', [...strace, process.execPath, ...nodeArgs(main)], {
    isEnvClean: true,
    env: { PORT: '0', DATABASE_URL: `sqlite:${folder}/store.db` },
  });
  const baseUrl = await program.waitForLine(urlIn);
  return await use(createGrpcTransport({ baseUrl }));
}

/** A timeout in milliseconds, long because tracing slows a service down. */
const timeout = 60_000;

describe.skipIf(missing)(missing ?? 'a write is synced to disk before its response is sent', () => {
  it.for([
    ['user-service', writeUsers],
    ['order-service', writeOrders],
  ] as const)('by %s', { timeout }, async ([service, use]) => {
    const folder = mkdtempSync(join(tmpdir(), 'sync-'));
    const writes = await whileTraced(service, folder, use);
    const trace = readFileSync(join(folder, 'trace'), 'utf8').split('\n');
    rmSync(folder, { recursive: true });
    for (const [rpc, { stored, sent }] of Object.entries(writes)) {
      const writtenAt = trace.findIndex(
        (line) => line.includes('pwrite64(') && line.includes('store.db-wal>') && line.includes(stored),
      );
      const syncedAt = trace.findIndex((line, i) => i > writtenAt && /f(?:data)?sync\(\d+<.*store\.db-wal>/.test(line));
      const sentAt = trace.findLastIndex(
        (line) => /(?:write|writev|sendto|sendmsg)\(\d+<(?:socket|TCP)/.test(line) && line.includes(sent),
      );
      expect(writtenAt, rpc).toBeGreaterThan(0);
      expect(syncedAt, rpc).toBeGreaterThan(writtenAt);
      expect(sentAt, rpc).toBeGreaterThan(syncedAt);
    }
  });
});
