import { randomUUID } from 'node:crypto';
import { type Client, createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { OrderService } from '@example/protos/order/v1';
import { compare, type Findings, untilAcknowledged, type Workload } from './workload.ts';

const writers = 2;
const timeoutMs = 5_000;
const customerId = 'uploads';
const itemsOfUpload = 3;
const uploadsOfOrder = 300;

/** Adds three items at a time to orders; all three carry the key of the upload. */
export class UploadWorkload implements Workload {
  readonly name = 'uploads';
  readonly #orders: Client<typeof OrderService>;
  readonly #acknowledged = new Set<string>();

  constructor(baseUrl: string) {
    this.#orders = createClient(OrderService, createGrpcTransport({ baseUrl }));
  }

  async work(isOver: () => boolean): Promise<void> {
    const write = async () => {
      while (!isOver()) await this.#fillOrder(isOver);
    };
    await Promise.all(Array.from({ length: writers }, write));
  }

  async check(): Promise<Findings> {
    const stored: string[] = [];
    let broken = 0;
    for await (const { items } of this.#orders.listOrders({ customerId }, { timeoutMs: 600_000 })) {
      for (let i = 0; i < items.length; i += itemsOfUpload) {
        const keys = items.slice(i, i + itemsOfUpload).map(({ productId }) => productId);
        stored.push(keys[0] ?? '');
        if (keys.length !== itemsOfUpload || new Set(keys).size !== 1) broken += 1;
      }
    }
    return compare(this.#acknowledged, stored, broken);
  }

  async #fillOrder(isOver: () => boolean): Promise<void> {
    const requestId = randomUUID();
    const { id: orderId } = await untilAcknowledged(() =>
      this.#orders.createOrder({ customerId, requestId }, { timeoutMs }),
    );
    let uploads = 0;
    do {
      const key = randomUUID();
      const options = { timeoutMs, headers: { 'idempotency-key': key } };
      await untilAcknowledged(() => this.#orders.uploadLineItems(itemsWith(key, orderId), options));
      this.#acknowledged.add(key);
      uploads += 1;
    } while (uploads < uploadsOfOrder && !isOver());
  }
}

async function* itemsWith(productId: string, orderId: string) {
  for (let i = 0; i < itemsOfUpload; i++) yield { productId, orderId, quantity: 1, unitPrice: 0.1 };
}
