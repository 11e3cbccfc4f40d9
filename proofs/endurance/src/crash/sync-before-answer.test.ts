import { spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createClient, type Transport } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { root } from '@example/kit/root';
import { OrderService } from '@example/protos/order/v1';
import { UserService } from '@example/protos/user/v1';
import { UserService as UserServiceV2 } from '@example/protos/user/v2';
import { describe, expect, it } from 'vitest';

const calls = 'pwrite64,fdatasync,fsync,write,writev,sendto,sendmsg';
const missing = whyNoStrace();

/** Why there is none, for the test to say; undefined when there is one. In CI a missing one is an error. */
function whyNoStrace(): string | undefined {
  if (spawnSync('strace', ['-V']).status === 0) return undefined;
  const why = 'no strace: install it to see the system calls';
  if (process.env['CI']) throw new Error(why);
  return why;
}

/** What one write is known by in the trace. */
interface Write {
  /** In what is written, and nowhere before. */
  readonly stored: string;
  /** In the answer, and in no later one. */
  readonly answered: string;
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
    'CreateUser without a request_id': { stored: unkeyed, answered: unkeyed },
    'CreateUser with a request_id': { stored: keyed, answered: keyed },
    'CreateUser of user.v2': { stored: v2, answered: v2 },
    UpdateUser: { stored: updated, answered: updated },
  };
}

async function writeOrders(transport: Transport): Promise<Writes> {
  const [customerId, productId, text] = [randomUUID(), randomUUID(), randomUUID()];
  const orders = createClient(OrderService, transport);
  const { id: orderId } = await orders.createOrder({ customerId, requestId: randomUUID() });
  const item = { orderId, productId, quantity: 1, unitPrice: 1 };
  await orders.uploadLineItems(each(item), { headers: { 'idempotency-key': randomUUID() } });
  const { id: roomId } = await orders.createOrder({ customerId: 'somebody else' });
  const message = { orderId: roomId, sender: 'traced', text, messageId: randomUUID() };
  for await (const echo of orders.orderChat(each(message))) expect(echo.text).toBe(text);
  return {
    CreateOrder: { stored: customerId, answered: customerId },
    UploadLineItems: { stored: productId, answered: orderId },
    OrderChat: { stored: text, answered: text },
  };
}

async function* each<T>(message: T): AsyncIterable<T> {
  yield message;
}

/** Runs a service, with its store and the trace of what it asks the system for in `folder`, while it is used. */
async function whileTraced<T>(service: string, folder: string, use: (transport: Transport) => Promise<T>): Promise<T> {
  const main = join(root, 'packages', service, 'src/main.ts');
  const strace = ['-f', '-y', '-s', '4096', '-o', join(folder, 'trace'), '-e', `trace=${calls}`];
  const child = spawn('strace', [...strace, process.execPath, '--import', 'tsx', main], {
    env: { PATH: process.env['PATH'], PORT: '0', DATABASE_URL: `sqlite:${folder}/store.db` },
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  const exited = once(child, 'exit');
  try {
    let baseUrl = '';
    for await (const line of createInterface({ input: child.stdout })) {
      baseUrl = (JSON.parse(line) as { url?: string }).url ?? '';
      if (baseUrl !== '') break;
    }
    child.stdout.resume();
    return await use(createGrpcTransport({ baseUrl }));
  } finally {
    process.kill(-(child.pid ?? 0), 'SIGKILL');
    await exited;
  }
}

describe.skipIf(missing)(missing ?? 'the system is asked to sync what was written before the answer is sent', () => {
  it.each([
    ['user-service', writeUsers],
    ['order-service', writeOrders],
  ] as const)('by %s', async (service, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'sync-'));
    const writes = await whileTraced(service, folder, use);
    const trace = readFileSync(join(folder, 'trace'), 'utf8').split('\n');
    rmSync(folder, { recursive: true });
    for (const [rpc, { stored, answered }] of Object.entries(writes)) {
      const writtenAt = trace.findIndex(
        (line) => line.includes('pwrite64(') && line.includes('store.db-wal>') && line.includes(stored),
      );
      const syncedAt = trace.findIndex((line, i) => i > writtenAt && /f(?:data)?sync\(\d+<.*store\.db-wal>/.test(line));
      const answeredAt = trace.findLastIndex(
        (line) => /(?:write|writev|sendto|sendmsg)\(\d+<(?:socket|TCP)/.test(line) && line.includes(answered),
      );
      expect(writtenAt, rpc).toBeGreaterThan(0);
      expect(syncedAt, rpc).toBeGreaterThan(writtenAt);
      expect(answeredAt, rpc).toBeGreaterThan(syncedAt);
    }
  });
});
