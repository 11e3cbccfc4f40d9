import { randomUUID } from 'node:crypto';
import { type Client, createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { OrderService } from '@example/protos/order/v1';
import { compare, type Findings, untilAcknowledged, type Workload } from './workload.ts';

const writers = 12;
const timeoutMs = 5_000;
const customerId = 'orders';

/** Creates orders of two items, which both carry the id of the request. */
export class OrderWorkload implements Workload {
  readonly name = 'orders';
  readonly #orders: Client<typeof OrderService>;
  readonly #acknowledged = new Set<string>();

  constructor(baseUrl: string) {
    this.#orders = createClient(OrderService, createGrpcTransport({ baseUrl }));
  }

  async work(isOver: () => boolean): Promise<void> {
    const write = async () => {
      while (!isOver()) {
        const requestId = randomUUID();
        const item = { productId: requestId, quantity: 1, unitPrice: 0.1 };
        const request = { customerId, items: [item, item], requestId };
        await untilAcknowledged(() => this.#orders.createOrder(request, { timeoutMs }));
        this.#acknowledged.add(requestId);
      }
    };
    await Promise.all(Array.from({ length: writers }, write));
  }

  async check(): Promise<Findings> {
    const stored: string[] = [];
    let broken = 0;
    for await (const { items, total } of this.#orders.listOrders({ customerId }, { timeoutMs: 600_000 })) {
      const [first, second] = items.map(({ productId }) => productId);
      stored.push(first ?? '');
      if (items.length !== 2 || first !== second || total !== 0.2) broken += 1;
    }
    return compare(this.#acknowledged, stored, broken);
  }
}
