import {
  type IdempotencyKey,
  type IdempotentResult,
  idempotencyKey,
  PreconditionError,
  unwrapResult,
} from '@example/service-kit';
import { expectUnavailable } from '@example/storage/testing/vitest';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ChatMessage } from '../domain/chat-message.ts';
import type { Order } from '../domain/order.ts';
import type { OrderRepository } from '../domain/order-repository.ts';

function order(id: string, customerId = 'c', items: Order['items'] = []): Order {
  return { id, customerId, items, total: 0, status: 'PENDING', createTime: new Date(1_700_000_000_123) };
}

async function allOf(pages: AsyncIterable<readonly Order[]>): Promise<Order[]> {
  const orders: Order[] = [];
  for await (const page of pages) orders.push(...page);
  return orders;
}

const id = '01936a2f-7c3e-7b1a-9f00-aabbccddeeff';

function unwrap<T>(result: IdempotentResult<T>): T {
  return unwrapResult(result, id, 'order.example.com');
}

/**
 * The contract of every OrderRepository.
 *
 * @param open opens a repository on a new store
 * @param openStopped opens a repository whose store is stopped afterwards
 */
export function orderRepositoryContract(
  name: string,
  open: () => Promise<OrderRepository>,
  openStopped: () => Promise<OrderRepository>,
): void {
  describe(`OrderRepository on ${name}`, () => {
    let orders: OrderRepository;
    beforeEach(async () => {
      orders = await open();
    });
    afterEach(() => orders.close());

    it('returns an order exactly as stored, including every bit of doubles', async () => {
      const items = [0.1, 1e9, 5e-324, 29.99, 1 / 3, 0].map((unitPrice, i) => ({
        productId: `p-${i} "'\\😀`,
        quantity: 1_000_000,
        unitPrice,
      }));
      const stored: Order = { ...order('ord-1', " 'ü😀", items), total: 1e18 + 0.1, status: 'SHIPPED' };
      await orders.create(stored);
      expect(await orders.get('ord-1')).toEqual(stored);
    });

    it('returns undefined for an order that was not stored', async () => {
      expect(await orders.get('ord-1')).toBeUndefined();
      expect(await orders.lastSequence('ord-1')).toBeUndefined();
      expect(await allOf(orders.listByCustomer('c'))).toEqual([]);
    });

    it('rejects a second order with the same id, and keeps the first', async () => {
      await orders.create(order('ord-1', 'first'));
      await expect(orders.create(order('ord-1', 'second'))).rejects.toThrow();
      expect((await orders.get('ord-1'))?.customerId).toBe('first');
    });

    it('serves other calls while many clients list slowly', async () => {
      await Promise.all(Array.from({ length: 300 }, (_, i) => orders.create(order(`ord-${i}`))));
      const slow = Array.from({ length: 50 }, () => orders.listByCustomer('c')[Symbol.asyncIterator]());
      for (const pages of slow) expect((await pages.next()).value).toHaveLength(256);
      await orders.create(order('ord-300'));
      expect(await orders.get('ord-300')).toBeDefined();
      for (const pages of slow) expect((await pages.next()).value).toHaveLength(300 - 256);
    });

    it('lists the orders of one customer oldest first, over many pages', async () => {
      const ids = Array.from({ length: 1000 }, (_, i) => `ord-${1000 - i}`);
      for (const id of ids) {
        await orders.create(order(id));
        await orders.create(order(`other-${id}`, 'C'));
      }
      expect((await allOf(orders.listByCustomer('c'))).map(({ id }) => id)).toEqual(ids);
    });

    it('bounds a page also by its size, and skips no order', async () => {
      const productId = '😀'.repeat(128);
      const items = Array.from({ length: 1000 }, () => ({ productId, quantity: 1, unitPrice: 1 }));
      for (let i = 0; i < 20; i++) await orders.create(order(`ord-${i}`, 'c', items));
      const pages: number[] = [];
      for await (const page of orders.listByCustomer('c')) pages.push(page.length);
      expect(Math.max(...pages)).toBe(1);
      expect(pages.reduce((sum, length) => sum + length)).toBe(20);
    });

    it('lists the orders that existed when the list started', async () => {
      for (let i = 0; i < 600; i++) await orders.create(order(`ord-${i}`));
      let listed = 0;
      for await (const page of orders.listByCustomer('c')) {
        listed += page.length;
        await orders.create(order(`late-${listed}`));
      }
      expect(listed).toBe(600);
    });

    const message = (orderId: string, more: Partial<ChatMessage> = {}) => ({
      orderId,
      sender: 's',
      text: 't',
      createTime: new Date(1_700_000_000_123),
      messageId: '',
      ...more,
    });

    it('numbers the messages of each room from 1 without gaps', async () => {
      await orders.create(order('ord-1'));
      await orders.create(order('ord-2'));
      expect(await orders.lastSequence('ord-1')).toBe(0);
      const first = await Promise.all(Array.from({ length: 20 }, () => orders.appendMessage(message('ord-1'))));
      expect(first.map(unwrap).sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
      expect(await orders.appendMessage(message('ord-2'))).toEqual({ value: 1 });
      expect(await orders.lastSequence('ord-1')).toBe(20);
    });

    it('bounds a page of messages by number and by size, and skips none', async () => {
      await orders.create(order('ord-1'));
      const texts = Array.from({ length: 300 }, (_, i) => (i < 20 ? '😀'.repeat(4_000) : 't'));
      for (const text of texts) await orders.appendMessage(message('ord-1', { text }));
      const pages: ChatMessage[][] = [await orders.messagesAfter('ord-1', 0)];
      for (let page = pages[0]; page?.length; page = pages.at(-1)) {
        pages.push(await orders.messagesAfter('ord-1', page.at(-1)?.sequence ?? 0));
      }
      for (const page of pages) {
        expect(page.length).toBeLessThanOrEqual(256);
        expect(Buffer.byteLength(JSON.stringify(page))).toBeLessThan(256 * 1024);
      }
      expect(pages.flat().map(({ text }) => text)).toEqual(texts);
    });

    it('throws StoreUnavailableError from every method when the store is stopped', async () => {
      const stopped = await openStopped();
      await expectUnavailable({
        create: () => stopped.create(order('ord-1')),
        change: () => stopped.change('ord-1', { kind: 'status', status: 'CONFIRMED' }),
        get: () => stopped.get('ord-1'),
        listByCustomer: () => allOf(stopped.listByCustomer('c')),
        appendMessage: () => stopped.appendMessage(message('ord-1')),
        lastSequence: () => stopped.lastSequence('ord-1'),
        messagesAfter: () => stopped.messagesAfter('ord-1', 0),
      });
      await stopped.close();
    });

    it('returns messages exactly as stored', async () => {
      await orders.create(order('ord-1'));
      const sent = message('ord-1', { sender: 'ü', text: 'a\n\t😀', messageId: id });
      await orders.appendMessage(sent);
      expect(await orders.messagesAfter('ord-1', 0)).toEqual([{ ...sent, sequence: 1 }]);
      expect(await orders.messagesAfter('ord-1', 1)).toEqual([]);
    });

    it('rejects a message for a missing order', async () => {
      await expect(orders.appendMessage(message('ord-1'))).rejects.toThrow();
      expect(await orders.messagesAfter('ord-1', 0)).toEqual([]);
    });

    it('moves an order from one status to the next, and not back', async () => {
      const pending = order('ord-1', 'c', [{ productId: 'p', quantity: 1, unitPrice: 0.1 }]);
      await orders.create(pending);
      const to = (status: Order['status']) => orders.change('ord-1', { kind: 'status', status });
      expect(await to('PENDING')).toEqual({ value: pending });
      await expect(to('SHIPPED')).rejects.toThrow(PreconditionError);
      expect(await to('CONFIRMED')).toEqual({ value: { ...pending, status: 'CONFIRMED' } });
      await expect(to('PENDING')).rejects.toMatchObject({ type: 'ORDER_STATUS', subject: 'ord-1' });
      expect(await orders.get('ord-1')).toEqual({ ...pending, status: 'CONFIRMED' });
    });

    it('rejects a change of a missing order', async () => {
      await expect(orders.change('ord-1', { kind: 'status', status: 'PENDING' })).rejects.toThrow();
      expect(await orders.get('ord-1')).toBeUndefined();
    });

    describe('adding items to an order', () => {
      const items = (count: number) =>
        Array.from({ length: count }, (_, i) => ({ productId: `p-${i}`, quantity: 1, unitPrice: 0.1 }));
      const add = (count: number, key?: IdempotencyKey) =>
        orders.change('ord-1', { kind: 'items', items: items(count), count }, key);

      it('keeps the existing items and updates the total', async () => {
        await orders.create({ ...order('ord-1', 'c', items(1)), total: 0.1 });
        expect(await add(2)).toMatchObject({ value: { total: 0.3 } });
        expect((await orders.get('ord-1'))?.items).toEqual([...items(1), ...items(2)]);
      });

      it('adds each of several concurrent batches as a whole, or not at all if it does not fit', async () => {
        await orders.create(order('ord-1'));
        const outcomes = await Promise.allSettled(Array.from({ length: 11 }, () => add(100)));
        expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(10);
        expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { type: 'ORDER_SIZE' } });
        expect(await orders.get('ord-1')).toMatchObject({ total: 100, items: { length: 1000 } });
      });

      it('fails for an order that is not pending', async () => {
        await orders.create({ ...order('ord-1'), status: 'SHIPPED' });
        await expect(add(1)).rejects.toMatchObject({ type: 'ORDER_STATUS', subject: 'ord-1' });
      });

      it('adds items with an idempotency key once, and does not store the key of a failure', async () => {
        await orders.create({ ...order('ord-1', 'c', items(999)), status: 'PENDING' });
        const key = idempotencyKey(['UploadLineItems', ''], id, 'two');
        await expect(add(2, key)).rejects.toThrow(PreconditionError);
        await orders.create(order('ord-2'));
        const first = await orders.change('ord-2', { kind: 'items', items: items(2), count: 2 }, key);
        expect(await orders.change('ord-2', { kind: 'items', items: items(2), count: 2 }, key)).toEqual(first);
        expect((await orders.get('ord-2'))?.items).toHaveLength(2);
        expect(await add(1, idempotencyKey(['UploadLineItems', ''], id, 'one'))).toEqual({ isConflict: true });
      });
    });

    describe('writes with an idempotency key', () => {
      const keyOf = (request: unknown, scope = 'CreateOrder') => idempotencyKey([scope, ''], id, request);

      it('stores an order once for a hundred concurrent requests, and keeps returning the first result', async () => {
        const requests = Array.from({ length: 100 }, (_, i) => orders.create(order(`ord-${i}`), keyOf('order')));
        const [first, ...others] = (await Promise.all(requests)).map(unwrap);
        for (const other of others) expect(other).toEqual(first);
        expect(await allOf(orders.listByCustomer('c'))).toEqual([first]);
        await orders.change(first?.id ?? '', { kind: 'status', status: 'CONFIRMED' });
        expect(unwrap(await orders.create(order('ord-late'), keyOf('order')))).toEqual(first);
      });

      it('reports a conflict for another order, and stores nothing', async () => {
        await orders.create(order('ord-1'), keyOf('order'));
        expect(await orders.create(order('ord-2'), keyOf('another'))).toEqual({ isConflict: true });
        expect(await orders.get('ord-2')).toBeUndefined();
      });

      it('stores neither an order nor the key when the order breaks a constraint', async () => {
        await orders.create(order('ord-1', 'first'));
        await expect(orders.create(order('ord-1', 'second'), keyOf('second'))).rejects.toThrow(/unique/i);
        const lost = { ...order('ord-2'), status: 'LOST' as Order['status'] };
        await expect(orders.create(lost, keyOf('lost'))).rejects.toThrow(/check constraint/i);
        expect(await allOf(orders.listByCustomer('c'))).toEqual([]);
        expect((await orders.get('ord-1'))?.customerId).toBe('first');
        unwrap(await orders.create(order('ord-2'), keyOf('order')));
      });

      it('stores neither a message nor the key when the order is missing', async () => {
        const key = keyOf('message', 'OrderChat');
        await expect(orders.appendMessage(message('ord-1'), key)).rejects.toThrow();
        await orders.create(order('ord-1'));
        expect(await orders.appendMessage(message('ord-1'), keyOf('another', 'OrderChat'))).toEqual({ value: 1 });
      });

      it('changes nothing when the key breaks a constraint', async () => {
        await orders.create(order('ord-1'));
        const key = { ...keyOf('order'), fingerprint: null } as unknown as IdempotencyKey;
        await expect(orders.create(order('ord-2'), key)).rejects.toThrow(/null/i);
        await expect(orders.change('ord-1', { kind: 'status', status: 'CONFIRMED' }, key)).rejects.toThrow(/null/i);
        await expect(orders.appendMessage(message('ord-1'), key)).rejects.toThrow(/null/i);
        expect(await allOf(orders.listByCustomer('c'))).toEqual([order('ord-1')]);
        expect(await orders.lastSequence('ord-1')).toBe(0);
        unwrap(await orders.create(order('ord-2'), keyOf('order')));
      });

      it('stores a message once, and returns its sequence again', async () => {
        await orders.create(order('ord-1'));
        const key = keyOf('message', 'OrderChat');
        const requests = Array.from({ length: 20 }, () => orders.appendMessage(message('ord-1'), key));
        expect(new Set((await Promise.all(requests)).map(unwrap))).toEqual(new Set([1]));
        expect(await orders.appendMessage(message('ord-1'))).toEqual({ value: 2 });
      });
    });
  });
}
