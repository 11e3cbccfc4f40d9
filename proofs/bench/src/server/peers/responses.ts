// The responses of every server, which clients check. They have the types of ts-proto, which require every field.
import { createHash } from 'node:crypto';
import { LineItem, Order, UploadSummary } from '@example/kit/ts-proto/order/v1';
import { User } from '@example/kit/ts-proto/user/v1';

export const user = User.create({ id: '1', name: 'Aoife', email: 'aoife@example.com' });

/** The number of messages of a stream. */
export const streamLength = 1_000;

export const lineItem = LineItem.create({ productId: 'p-1', quantity: 2, unitPrice: 29.99 });

const emptyOrder = Order.create();
const emptySummary = UploadSummary.create();

const users = new Map([[user.id, user]]);

/** Small enough for a cache of the core, so that the work takes the same time whatever the server does in between. */
const block = Buffer.alloc(64 * 1024);
const blocks = Number(process.env['WORK_BLOCKS'] ?? 0);

function work(): void {
  const hash = createHash('sha256');
  for (let i = 0; i < blocks; i++) hash.update(block);
  hash.digest();
}

/** @throws when there is no such user */
export function findUser(id: string) {
  if (blocks > 0) work();
  const found = users.get(id);
  if (found === undefined) throw new Error(`no user ${id}`);
  return found;
}

/** Returns a new object for each call, as a store would. */
export function order(customerId: string) {
  return {
    ...emptyOrder,
    id: 'ord-01a1fc77-8326-7349-b947-52d19761f6a4',
    customerId,
    items: [{ ...lineItem }],
    total: 59.98,
    status: 1,
    createTime: undefined,
  };
}

export function* orders(customerId: string) {
  for (let i = 0; i < streamLength; i++) yield order(customerId);
}

/** Totals the items of an upload. */
export class Upload {
  #itemCount = 0;
  #totalQuantity = 0;

  add({ quantity }: { readonly quantity: number }): void {
    this.#itemCount += 1;
    this.#totalQuantity += quantity;
  }

  summary() {
    return { ...emptySummary, itemCount: this.#itemCount, totalQuantity: BigInt(this.#totalQuantity) };
  }
}
