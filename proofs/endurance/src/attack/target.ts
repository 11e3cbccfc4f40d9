import type { Transport } from '@connectrpc/connect';
import { createClient } from '@connectrpc/connect';
import { OrderService } from '@example/protos/order/v1';

/** The data that attackers need about the service. */
export interface Target {
  readonly url: string;
  /** A valid value of the header field Authorization. */
  readonly authorization: string;
  /** The id of an order whose chat has more than a megabyte. */
  readonly orderId: string;
}

/** The id of a customer whose orders have more than two megabytes in total. */
export const customerId = 'c-large';

const orders = 20;
const messages = 100;
const items = Array.from({ length: 1_000 }, (_, i) => ({
  productId: `p-${i}`.padEnd(100, 'x'),
  quantity: 1,
  unitPrice: 1,
}));

/** Stores responses for attackers to request and leave unread. */
export async function fillStore(transport: Transport, headers: Record<string, string>): Promise<string> {
  const client = createClient(OrderService, transport);
  let orderId = '';
  for (let i = 0; i < orders; i++) orderId = (await client.createOrder({ customerId, items }, { headers })).id;
  const talk = async function* () {
    for (let i = 0; i < messages; i++) yield { orderId, sender: 's', text: '😀'.repeat(4_000) };
  };
  for await (const _ of client.orderChat(talk(), { headers }));
  return orderId;
}
