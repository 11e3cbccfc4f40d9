import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ReaderTooSlowError } from '@example/service-kit';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { LocalRoomNotifications } from '../notifications/local-room-notifications.ts';
import { SqliteOrderRepository } from '../store/sqlite-order-repository.ts';
import { Chat } from './chat.ts';

const orderId = 'ord-1';
const everybody = { name: '', isAdmin: true };
const notAborted = new AbortController().signal;
let folder: string;
let orders: SqliteOrderRepository;
let notifications: LocalRoomNotifications;
let chat: Chat;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'chat-'));
  orders = await SqliteOrderRepository.open(join(folder, 'order.db'));
  notifications = new LocalRoomNotifications();
  chat = new Chat(orders, notifications);
  await orders.create({ id: orderId, customerId: 'c', items: [], total: 0, status: 'PENDING', createTime: new Date() });
});
afterEach(async () => {
  await orders.close();
  rmSync(folder, { recursive: true });
});

async function say(count: number): Promise<void> {
  const message = { orderId, sender: 'talker', text: 'hi', createTime: new Date(), messageId: '' };
  await Promise.all(Array.from({ length: count }, () => orders.appendMessage(message)));
  notifications.notify(orderId);
}

/** Joins after the message with `sequence`, and stays until `leave` resolves. */
function enter(sequence: number, leave: Promise<void>): AsyncIterator<{ sequence: number }> {
  const inputs = (async function* () {
    yield { orderId, sender: 'reader', text: '', sequence: BigInt(sequence), messageId: '' };
    await leave;
  })();
  return flat(chat.join(inputs, notAborted, everybody))[Symbol.asyncIterator]();
}

async function* flat<T>(pages: AsyncIterable<readonly T[]>): AsyncIterable<T> {
  for await (const page of pages) yield* page;
}

const immediately = Promise.resolve();
const never = new Promise<void>(() => {});

async function countAll(reader: AsyncIterator<unknown>): Promise<number> {
  let count = 0;
  while ((await reader.next()).done !== true) count += 1;
  return count;
}

it('Chat cuts off a reader that lags too far behind, and lets it resume from there', async () => {
  const slow = enter(0, never);
  const first = slow.next();
  await say(1);
  expect((await first).value).toMatchObject({ sequence: 1 });
  await say(11_000);
  const seen: number[] = [1];
  const readOn = async () => {
    for await (const { sequence } of { [Symbol.asyncIterator]: () => slow }) seen.push(sequence);
  };
  await expect(readOn()).rejects.toThrow(ReaderTooSlowError);
  expect(seen).toEqual(seen.map((_, index) => index + 1));
  expect(await countAll(enter(seen.length, immediately))).toBe(11_001 - seen.length);
});

it('Chat lets a reader read any number of messages from before it joined', async () => {
  await say(10_500);
  expect(await countAll(enter(0, immediately))).toBe(10_500);
});
