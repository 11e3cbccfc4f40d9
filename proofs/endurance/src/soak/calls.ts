import { once } from 'node:events';
import type { Client } from '@connectrpc/connect';
import type { Random } from '@example/kit/random';
import type { OrderService } from '@example/protos/order/v1';

/** The options of a call. */
interface CallOptions {
  readonly orders: Client<typeof OrderService>;
  readonly random: Random;
  /** The id of an order with a chat. */
  readonly orderId: string;
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
}

export type Call = (options: CallOptions) => Promise<unknown>;

const customers = 50;
const maxItems = 300;
const maxTexts = 5;

const item = { productId: 'p-1', quantity: 2, unitPrice: 29.99 };

/** Calls of every kind that HTTP/1.1 supports. */
export const halfDuplexCalls: Readonly<Record<string, Call>> = {
  createOrder: ({ orders, random, ...options }) =>
    orders.createOrder({ customerId: customer(random), items: [item] }, options),
  getOrder: ({ orders, orderId, ...options }) => orders.getOrder({ id: orderId }, options),
  async listOrders({ orders, random, ...options }) {
    // Some clients stop reading before the end.
    let left = random.between(1, 100);
    for await (const _ of orders.listOrders({ customerId: customer(random) }, options)) if (--left === 0) return;
  },
  uploadLineItems: ({ orders, random, ...options }) =>
    orders.uploadLineItems(
      each(random.between(1, maxItems), () => item),
      options,
    ),
};

export const bidiCalls: Readonly<Record<string, Call>> = {
  ...halfDuplexCalls,
  async orderChat({ orders, random, orderId, ...options }) {
    const sender = `s-${random.between(1, customers)}`;
    const texts = each(random.between(1, maxTexts), () => ({ orderId, sender, text: 'when does my order leave?' }));
    // The chat grows to many messages: some clients stop reading before the last message.
    let left = random.between(1, 100);
    for await (const _ of orders.orderChat(texts, options)) if (--left === 0) return;
  },
};

/** Joins the chat until `signal` aborts. @throws when `signal` aborts, or the chat ends earlier */
export async function listen(orders: Client<typeof OrderService>, orderId: string, signal: AbortSignal): Promise<void> {
  for await (const _ of orders.orderChat(joining(orderId, signal), { signal })) signal.throwIfAborted();
  throw new Error('the chat has ended');
}

async function* joining(orderId: string, signal: AbortSignal) {
  yield { orderId, sender: 'listener' };
  await once(signal, 'abort');
}

function customer(random: Random): string {
  return `c-${random.between(1, customers)}`;
}

async function* each<T>(count: number, next: () => T): AsyncIterable<T> {
  for (let i = 0; i < count; i++) yield next();
}
