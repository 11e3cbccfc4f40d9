import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Order } from '../domain/order.ts';
import type { OrderRepository } from '../domain/order-repository.ts';

function order(id: string, customerId = 'c', items: Order['items'] = []): Order {
  return { id, customerId, items, total: 0, status: 'PENDING' };
}

async function allOf(pages: AsyncIterable<readonly Order[]>): Promise<Order[]> {
  const orders: Order[] = [];
  for await (const page of pages) orders.push(...page);
  return orders;
}

/** What every OrderRepository must do. @param open gives one on a fresh store */
export function orderRepositoryContract(name: string, open: () => Promise<OrderRepository>): void {
  describe(`OrderRepository on ${name}`, () => {
    let orders: OrderRepository;
    beforeEach(async () => {
      orders = await open();
    });
    afterEach(() => orders.close());

    it('returns an order as it was stored, doubles to the last bit', async () => {
      const items = [0.1, 1e9, 5e-324, 29.99, 1 / 3, 0].map((unitPrice, i) => ({
        productId: `p-${i} "'\\😀`,
        quantity: 1_000_000,
        unitPrice,
      }));
      const stored: Order = { ...order('ord-1', " 'ü😀", items), total: 1e18 + 0.1, status: 'SHIPPED' };
      await orders.create(stored);
      expect(await orders.get('ord-1')).toEqual(stored);
    });

    it('has no order that was not stored', async () => {
      expect(await orders.get('ord-1')).toBeUndefined();
      expect(await orders.lastSequence('ord-1')).toBeUndefined();
      expect(await allOf(orders.listByCustomer('c'))).toEqual([]);
    });

    it('refuses a second order under an id, and keeps the first', async () => {
      await orders.create(order('ord-1', 'first'));
      await expect(orders.create(order('ord-1', 'second'))).rejects.toThrow();
      expect((await orders.get('ord-1'))?.customerId).toBe('first');
    });

    it('lists the orders of one customer in the order they were stored, over many pages', async () => {
      const ids = Array.from({ length: 1000 }, (_, i) => `ord-${1000 - i}`);
      for (const id of ids) {
        await orders.create(order(id));
        await orders.create(order(`other-${id}`, 'C'));
      }
      expect((await allOf(orders.listByCustomer('c'))).map(({ id }) => id)).toEqual(ids);
    });

    it('bounds a page by its size too, and leaves nothing out', async () => {
      const productId = '😀'.repeat(128);
      const items = Array.from({ length: 1000 }, () => ({ productId, quantity: 1, unitPrice: 1 }));
      for (let i = 0; i < 20; i++) await orders.create(order(`ord-${i}`, 'c', items));
      const pages: number[] = [];
      for await (const page of orders.listByCustomer('c')) pages.push(page.length);
      expect(Math.max(...pages)).toBeLessThan(10);
      expect(pages.reduce((sum, length) => sum + length)).toBe(20);
    });

    it('lists what there was when the list began', async () => {
      for (let i = 0; i < 600; i++) await orders.create(order(`ord-${i}`));
      let listed = 0;
      for await (const page of orders.listByCustomer('c')) {
        listed += page.length;
        await orders.create(order(`late-${listed}`));
      }
      expect(listed).toBe(600);
    });

    it('numbers the messages of each room from 1 without gaps', async () => {
      await orders.create(order('ord-1'));
      await orders.create(order('ord-2'));
      const said = (orderId: string) =>
        orders.appendMessage({ orderId, sender: 's', text: 't', createTime: new Date(1_700_000_000_123) });
      expect(await orders.lastSequence('ord-1')).toBe(0);
      const first = await Promise.all(Array.from({ length: 20 }, () => said('ord-1')));
      expect(first.map(({ sequence }) => sequence).sort((a, b) => a - b)).toEqual(
        Array.from({ length: 20 }, (_, i) => i + 1),
      );
      expect((await said('ord-2')).sequence).toBe(1);
      expect(await orders.lastSequence('ord-1')).toBe(20);
    });

    it('returns messages as they were stored', async () => {
      await orders.create(order('ord-1'));
      const createTime = new Date(1_700_000_000_123);
      const stored = await orders.appendMessage({ orderId: 'ord-1', sender: 'ü', text: 'a\n\t😀', createTime });
      expect(stored).toEqual({ orderId: 'ord-1', sender: 'ü', text: 'a\n\t😀', createTime, sequence: 1 });
      expect(await orders.messagesAfter('ord-1', 0)).toEqual([stored]);
      expect(await orders.messagesAfter('ord-1', 1)).toEqual([]);
    });

    it('refuses a message for an order that is not there', async () => {
      const message = { orderId: 'ord-1', sender: 's', text: 't', createTime: new Date() };
      await expect(orders.appendMessage(message)).rejects.toThrow();
      expect(await orders.messagesAfter('ord-1', 0)).toEqual([]);
    });
  });
}
